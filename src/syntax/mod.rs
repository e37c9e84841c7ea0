//! Formats: every parser turns text into the same tree, and every node knows its bytes.
//!
//! A string in a document can hold another document (an `application.yml` in a ConfigMap). The
//! [`TextMap`] of a [`Scalar`] says where each byte of its *value* came from, so a tree parsed out
//! of a value still has spans in the real file, however deeply it is nested.

mod common;
mod dotenv;
mod format;
pub(crate) mod hcl;
mod ini;
mod json;
mod properties;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod properties_of_all_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod testing;
mod text;
mod text_map;
mod toml;
mod tree;
mod xml;
mod yaml;
mod yaml_scalar;

pub use format::{Format, format_of, parse};
pub use text_map::TextMap;
pub use tree::{Comment, Data, Entry, Node, Scalar, ScalarKind, Tree};

use crate::source::{FileId, Span};

/// Text that is to be parsed, and where its bytes are in a real file.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// The text.
    pub text: &'a str,
    /// The file in which its bytes are.
    pub file: FileId,
    /// From offsets in `text` to offsets in the file.
    pub map: TextMap,
}

impl<'a> Input<'a> {
    /// A whole file.
    pub fn file(file: FileId, text: &'a str) -> Self {
        Input { text, file, map: TextMap::at(0) }
    }

    /// A document inside a scalar.
    pub fn embedded(file: FileId, scalar: &'a Scalar) -> Self {
        Input { text: &scalar.text, file, map: scalar.map.clone() }
    }

    /// The span in the file of a range of `text`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let range = self.map.range(start, end);
        Span::new(self.file, range.start, range.end)
    }
}

/// What a parser could read, and what it could not.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The documents, in order; those before and after a broken one included.
    pub documents: Vec<Tree>,
    /// What could not be read.
    pub problems: Vec<SyntaxProblem>,
}

/// A place that a parser could not understand.
#[derive(Debug, Clone)]
pub struct SyntaxProblem {
    /// The narrowest text that is wrong.
    pub span: Span,
    /// What is wrong, in English, lower case, without a full stop.
    pub message: String,
}
