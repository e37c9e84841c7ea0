//! facelint finds the face-recognition systems that a repository describes and holds each against the
//! law.
//!
//! The way through, one direction, each stage knowing only those before it:
//!
//! ```text
//! paths ─ source ─ syntax ─ descriptor ─ recognition ─ system ─ facts ─ policy ─ waiver ─ report
//!         files    trees    resources    sightings    systems  facts   outcomes findings  text, JSON
//! ```

pub mod descriptor;
pub mod facts;
pub mod policy;
pub mod recognition;
pub mod report;
pub mod source;
pub mod syntax;
pub mod system;
