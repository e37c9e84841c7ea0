//! Dialects: what a tree describes. Each turns documents into [`Resource`]s with flat [`Setting`]s
//! and [`Link`]s; nothing after this stage asks which format a fact came from.
//!
//! A dialect is one file here and one line in [`DIALECTS`].

mod flatten;
mod model;

pub use flatten::{MAX_DEPTH, MAX_SETTINGS, settings, value_of, walk};
pub use model::{HOLE, Link, Resource, ResourceKind, Role, Segment, Setting, Value};

use crate::source::SourceFile;
use crate::syntax::{Parsed, Tree};

/// One document on its way to a dialect.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The file it stands in.
    pub file: &'a SourceFile,
    /// Its tree.
    pub tree: &'a Tree,
    /// Its place in the file, from 0.
    pub index: usize,
}

/// How a dialect gets at other files of the project: an `env_file`, a parent chart, a `.tfvars`.
/// Paths are relative to the root; a path that leaves the root, or cannot be read, gives `None`.
pub trait Project: Sync {
    /// A file's text.
    fn read(&self, path: &str) -> Option<std::sync::Arc<SourceFile>>;
    /// A file's parsed documents (format from its name).
    fn parse(&self, path: &str) -> Option<std::sync::Arc<Parsed>>;
    /// Paths of the files in a directory (not deeper), sorted.
    fn list(&self, dir: &str) -> Vec<String>;
}

/// A dialect: which documents are its own, and what they describe.
///
/// `claims` is asked in the order of the table; the first dialect that claims a document gets it.
pub struct Dialect {
    /// Id in reports and in `Resource::dialect`.
    pub id: &'static str,
    /// Whether this document is in this dialect.
    pub claims: fn(&Document<'_>) -> bool,
    /// What it describes.
    pub read: fn(&Document<'_>, &dyn Project) -> Vec<Resource>,
}
