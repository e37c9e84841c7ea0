//! Waivers: findings that the project accepts, with a reason, an owner and an end.
//!
//! A waiver stands in a comment, in an annotation (`facelint.dev/ignore`) or in `facelint.toml`; the first
//! two have one grammar ([`grammar`]). It names one rule at a time: there is no waiver of everything. What is
//! wrong with a waiver is itself a finding, with the place underlined: a waiver that is incomplete, names a
//! rule that nobody knows or that cannot be waived, is past its end, or accepts nothing.

mod apply;
mod baseline;
mod grammar;
mod revision;
mod scan;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

pub(crate) use apply::{Judging, apply};
pub(crate) use baseline::hide;
pub use baseline::{Baseline, Entry};
pub(crate) use revision::tree;
pub(crate) use scan::{Found, annotations, comments, configured};

use crate::facts::Label;
use crate::source::Span;

/// One waiver, complete.
#[derive(Debug, Clone)]
pub(crate) struct Waiver {
    /// The rule.
    pub rule: String,
    /// Where it is named.
    pub rule_span: Span,
    /// What it covers.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub until: Date,
    /// The bytes of that date.
    pub until_span: Span,
}

/// Where a finding must be for a waiver to accept it.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// On one of these lines (from 1, the end included) of the file.
    Lines {
        /// The file.
        file: Arc<str>,
        /// First and last line.
        lines: (u32, u32),
    },
    /// Within these bytes of the file.
    Bytes {
        /// The file.
        file: Arc<str>,
        /// The bytes.
        bytes: Range<u32>,
    },
    /// Of this system (id or name) and in files that match this pattern, where they are given.
    Config {
        /// Id or name of the system.
        system: Option<String>,
        /// The pattern of paths.
        path: Option<globset::GlobMatcher>,
    },
}

/// A waiver that is none.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// The bytes that are wrong.
    pub span: Span,
    /// What is wrong.
    pub message: Label,
    /// What to write.
    pub help: Label,
}
