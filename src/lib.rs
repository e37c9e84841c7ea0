//! facelint finds the face-recognition systems that a repository describes and holds each against the
//! law.
//!
//! The way through, one direction, each stage knowing only those before it:
//!
//! ```text
//! paths ─ source ─ syntax ─ descriptor ─ recognition ─ system ─ facts ─ policy ─ waiver ─ report
//!         files    trees    resources    sightings    systems  facts   outcomes findings  text, JSON
//! ```
//!
//! [`check`] is that way in one function. A file is read whole only if it holds a literal without which
//! no signature of the catalogue can match ([`source::Prefilter`]); so a repository without face
//! recognition costs about what a search for these literals costs. Every value knows the bytes it came
//! from, through any nesting ([`syntax::TextMap`]), so that a finding underlines the text that causes it
//! and nothing else. What a rule sees of a system are [`facts::Fact`]s, each with its places and how it is
//! known: observed, declared, or a product's default.

pub mod config;
pub mod descriptor;
pub mod embedded;
pub mod facts;
mod failure;
mod gather;
pub mod policy;
pub mod recognition;
pub mod report;
pub mod source;
pub mod syntax;
pub mod system;

use std::path::PathBuf;

pub use failure::{Failure, FailurePlace};
pub use report::Report;

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
    /// The name that the text from standard input goes by; its ending tells the format.
    pub stdin_name: Option<String>,
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
