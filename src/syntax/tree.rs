//! The one tree that all formats give.

use std::sync::Arc;

use super::TextMap;
use crate::source::Span;

/// A value in a document.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it holds.
    pub data: Data,
    /// Its bytes, quotes included. An alias has the span of the `*alias`; the anchored value's own
    /// bytes are in the children.
    pub span: Span,
    /// A YAML tag as written (`!Sub`, `!!int`).
    pub tag: Option<Box<str>>,
}

/// The three shapes of a value.
#[derive(Debug, Clone)]
pub enum Data {
    /// A single value.
    Scalar(Scalar),
    /// A list. Children are shared, so an alias costs nothing.
    Sequence(Arc<[Arc<Node>]>),
    /// Keys and values in source order. Duplicate keys are all kept; [`Node::get`] gives the last.
    Mapping(Arc<[Entry]>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key; nearly always a scalar.
    pub key: Arc<Node>,
    /// The value; an empty scalar of kind `Null` when there is none.
    pub value: Arc<Node>,
    /// It came in by a merge key (`<<`), so it may stand for several places.
    pub merged: bool,
}

/// A single value as text, with its type by the format's own rules.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The value with escapes and folding undone.
    pub text: Arc<str>,
    /// The type.
    pub kind: ScalarKind,
    /// Where the bytes of `text` are in the file.
    pub map: TextMap,
}

/// The type of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// `null`, `~`, or nothing at all.
    Null,
    /// A boolean.
    Bool,
    /// An integer or a float.
    Number,
    /// Anything else.
    Text,
}

/// A comment, without its marker.
#[derive(Debug, Clone)]
pub struct Comment {
    /// The text after `#`, `//` or between `/*` and `*/`.
    pub text: Box<str>,
    /// Its bytes, marker included.
    pub span: Span,
}

/// One document.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The outermost value.
    pub root: Arc<Node>,
    /// Its comments, in source order.
    pub comments: Vec<Comment>,
}

impl Node {
    /// A scalar node.
    pub fn scalar(span: Span, text: impl Into<Arc<str>>, kind: ScalarKind, map: TextMap) -> Self {
        Node { data: Data::Scalar(Scalar { text: text.into(), kind, map }), span, tag: None }
    }

    /// A list node.
    pub fn sequence(span: Span, items: Vec<Arc<Node>>) -> Self {
        Node { data: Data::Sequence(items.into()), span, tag: None }
    }

    /// A mapping node.
    pub fn mapping(span: Span, entries: Vec<Entry>) -> Self {
        Node { data: Data::Mapping(entries.into()), span, tag: None }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar; `None` for null and for collections.
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().filter(|s| s.kind != ScalarKind::Null).map(|s| &*s.text)
    }

    /// The items of a list; empty for anything else.
    pub fn items(&self) -> &[Arc<Node>] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; empty for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entry of a key; the last one if the key stands twice.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|e| e.key.as_str() == Some(key))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key).map(|n| &**n))
    }

    /// The text at a path of keys.
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Node::as_str)
    }
}
