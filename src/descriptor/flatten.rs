//! Any tree as flat settings: the part that every dialect shares.

use std::sync::Arc;

use super::model::{Role, Segment, Setting, Value};
use crate::source::Span;
use crate::syntax::{Data, Node, Scalar, ScalarKind};

/// Leaves that one document may give. More than any descriptor written by a person has; an alias bomb
/// stops here.
pub const MAX_SETTINGS: usize = 200_000;

/// Deepest nesting that is followed.
pub const MAX_DEPTH: usize = 200;

/// The value of a scalar node as a setting's value.
pub fn value_of(scalar: &Scalar, span: Span) -> Value {
    Value { text: scalar.text.clone(), kind: scalar.kind, span, map: scalar.map.clone(), origins: Vec::new() }
}

/// Calls `leaf` for every scalar below `node`, with its path and the span of its key.
///
/// Empty collections are leaves too (a null value with their span), so that `methods: []` can be seen.
/// Returns false when a limit cut the walk short.
pub fn walk(node: &Node, leaf: &mut dyn FnMut(&[Segment], Span, &Node)) -> bool {
    let mut path = Vec::new();
    let mut budget = MAX_SETTINGS;
    step(node, node.span, &mut path, &mut budget, leaf)
}

fn step(
    node: &Node,
    key: Span,
    path: &mut Vec<Segment>,
    budget: &mut usize,
    leaf: &mut dyn FnMut(&[Segment], Span, &Node),
) -> bool {
    if *budget == 0 || path.len() > MAX_DEPTH {
        return false;
    }
    *budget -= 1;
    match &node.data {
        Data::Scalar(_) => {
            leaf(path, key, node);
            true
        }
        Data::Sequence(items) if items.is_empty() => {
            leaf(path, key, node);
            true
        }
        Data::Mapping(entries) if entries.is_empty() => {
            leaf(path, key, node);
            true
        }
        Data::Sequence(items) => {
            let mut whole = true;
            for (n, item) in items.iter().enumerate() {
                let name = ["name", "id", "key"].iter().find_map(|k| item.str_at(&[k])).map(Arc::from);
                path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), name));
                whole &= step(item, item.span, path, budget, leaf);
                path.pop();
            }
            whole
        }
        Data::Mapping(entries) => {
            let mut whole = true;
            for entry in entries.iter() {
                let name = entry.key.as_scalar().map_or_else(|| Arc::from("?"), |s| s.text.clone());
                path.push(Segment::Key(name));
                whole &= step(&entry.value, entry.key.span, path, budget, leaf);
                path.pop();
            }
            whole
        }
    }
}

/// Every leaf below `node` as a plain setting.
pub fn settings(node: &Node) -> Vec<Setting> {
    let mut out = Vec::new();
    walk(node, &mut |path, key_span, node| {
        let value = match &node.data {
            Data::Scalar(scalar) => value_of(scalar, node.span),
            _ => Value {
                text: Arc::from(""),
                kind: ScalarKind::Null,
                span: node.span,
                map: crate::syntax::TextMap::whole(node.span.range()),
                origins: Vec::new(),
            },
        };
        out.push(Setting { path: path.to_vec(), key_span, value, role: Role::Plain });
    });
    out
}
