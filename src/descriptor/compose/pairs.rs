//! `NAME=value` in the two forms Compose knows: a mapping, or a list of lines.

use std::sync::Arc;

use super::super::flatten::{part_of, value_of_node};
use super::super::model::Value;
use crate::source::Span;
use crate::syntax::{Data, Node, ScalarKind};

/// A name and what is set for it.
pub(super) struct Pair {
    pub(super) name: Arc<str>,
    pub(super) key_span: Span,
    /// `None` for a name alone: its value comes from outside.
    pub(super) value: Option<Value>,
}

/// The pairs of a mapping or a list.
pub(super) fn read(node: &Node) -> Vec<Pair> {
    let mut out = Vec::new();
    match &node.data {
        Data::Mapping(entries) => {
            for entry in entries.iter() {
                out.extend(from_entry(&entry.key, &entry.value));
            }
        }
        Data::Sequence(items) => {
            for item in items.iter() {
                match &item.data {
                    Data::Scalar(_) => {
                        let value = value_of_node(item);
                        let end = value.text.find('=');
                        let name = part_of(&value, 0..end.unwrap_or(value.text.len()));
                        if name.text.is_empty() {
                            continue;
                        }
                        let rest = end.map(|at| part_of(&value, at + 1..value.text.len()));
                        out.push(Pair { name: name.text, key_span: name.span, value: rest });
                    }
                    // `- NAME: value` is a slip that is often made; it is read as it is meant.
                    Data::Mapping(entries) => {
                        for entry in entries.iter() {
                            out.extend(from_entry(&entry.key, &entry.value));
                        }
                    }
                    Data::Sequence(_) => {}
                }
            }
        }
        Data::Scalar(_) => {}
    }
    out
}

fn from_entry(key: &Node, value: &Node) -> Option<Pair> {
    let name = key.as_scalar()?.text.clone();
    let value = value_of_node(value);
    Some(Pair { name, key_span: key.span, value: (value.kind != ScalarKind::Null).then_some(value) })
}
