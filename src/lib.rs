//! facelint finds the face-recognition systems that a repository describes and holds each against the
//! law.
//!
//! The way through, one direction, each stage knowing only those before it:
//!
//! ```text
//! paths ─ source ─ syntax ─ descriptor ─ recognition ─ system ─ facts ─ policy ─ waiver ─ report
//!         files    trees    resources    sightings    systems  facts   outcomes findings  text, JSON
//! ```

pub mod config;
pub mod descriptor;
pub mod embedded;
pub mod facts;
mod failure;
pub mod policy;
pub mod recognition;
pub mod report;
pub mod source;
pub mod syntax;
pub mod system;

use std::path::PathBuf;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// What a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to report on; empty means the current directory.
    pub paths: Vec<PathBuf>,
    /// Text from standard input, judged as a file of its own.
    pub stdin: Option<String>,
    /// The configuration file, instead of the nearest `facelint.toml` upward.
    pub config: Option<PathBuf>,
    /// The language of messages in the report.
    pub lang: Lang,
    /// Pack ids or folders, instead of those of the configuration.
    pub packs: Vec<String>,
    /// The date to judge by; today when left out.
    pub as_of: Option<jiff::civil::Date>,
    /// Sightings with `hint` confidence are reported too.
    pub hints: bool,
    /// Every file is parsed, whether it holds a literal of the catalogue or not (for tests).
    pub no_prefilter: bool,
}

/// What a run found.
#[derive(Debug)]
pub struct Run {
    /// The report.
    pub report: Report,
    /// The files it points into.
    pub sources: source::Sources,
}

pub use failure::{Failure, FailurePlace};
pub use report::Report;
