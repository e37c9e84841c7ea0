//! Any tree as flat settings: the part that every dialect shares.

use std::cell::Cell;
use std::sync::Arc;

use super::model::{Role, Segment, Setting, Value};
use crate::source::Span;
use crate::syntax::{Data, Node, Scalar, ScalarKind, TextMap};

/// Nodes that are looked at in one file. More than any descriptor written by a person has; an alias bomb
/// stops here.
pub const MAX_SETTINGS: usize = 200_000;

/// Deepest nesting that is followed.
pub const MAX_DEPTH: usize = 200;

/// Nodes that any file has room for, however short: what an env file or a base file puts into it counts too.
const LEAST_SETTINGS: usize = 20_000;

/// What is left of [`MAX_SETTINGS`]: every walk over the same file draws on one budget, so that many aliases
/// of one large value, each in a resource of its own, stop too.
#[derive(Debug)]
pub struct Budget {
    left: Cell<usize>,
    cut: Cell<bool>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { left: Cell::new(MAX_SETTINGS), cut: Cell::new(false) }
    }
}

impl Budget {
    /// The budget for a file of this length in bytes. A node takes a byte at least, so only aliases can make
    /// more nodes than that, and of these a short file has no honest use for many.
    pub fn of(length: usize) -> Self {
        Budget { left: Cell::new(MAX_SETTINGS.min(length + LEAST_SETTINGS)), cut: Cell::new(false) }
    }

    /// Takes one node's worth; false when nothing is left.
    pub fn take(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 0 {
            self.cut.set(true);
        }
        left > 0
    }

    /// Whether some walk was cut short.
    pub fn was_cut(&self) -> bool {
        self.cut.get()
    }
}

/// What a visitor wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// The children too.
    Descend,
    /// Nothing below this node: the visitor has dealt with all of it.
    Skip,
}

/// Where a walk stands.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The path from the start of the walk.
    pub path: &'a [Segment],
    /// The bytes of the last key; of the node itself for a list item.
    pub key: Span,
    /// The node.
    pub node: &'a Node,
}

impl At<'_> {
    /// A scalar or an empty collection: something that becomes a setting.
    pub fn is_leaf(&self) -> bool {
        match &self.node.data {
            Data::Scalar(_) => true,
            Data::Sequence(items) => items.is_empty(),
            Data::Mapping(entries) => entries.is_empty(),
        }
    }

    /// The last segment's key; empty for a list item.
    pub fn last_key(&self) -> &str {
        match self.path.last() {
            Some(Segment::Key(key)) => key,
            _ => "",
        }
    }

    /// The leaf as a setting.
    pub fn setting(&self, role: Role) -> Setting {
        Setting { path: self.path.to_vec(), key_span: self.key, value: value_of_node(self.node), role }
    }
}

/// The value of a scalar node as a setting's value.
pub fn value_of(scalar: &Scalar, span: Span) -> Value {
    Value { text: scalar.text.clone(), kind: scalar.kind, span, map: scalar.map.clone(), origins: Vec::new() }
}

/// The value of any node; null with the node's bytes for a collection.
pub fn value_of_node(node: &Node) -> Value {
    match &node.data {
        Data::Scalar(scalar) => value_of(scalar, node.span),
        _ => Value {
            text: Arc::from(""),
            kind: ScalarKind::Null,
            span: node.span,
            map: TextMap::whole(node.span.range()),
            origins: Vec::new(),
        },
    }
}

/// A part of a value as a value of its own, with its own bytes. The range must lie on character boundaries;
/// it gives an empty text otherwise.
pub fn part_of(value: &Value, range: std::ops::Range<usize>) -> Value {
    let text = value.text.get(range.clone()).unwrap_or_default();
    let map = if text.is_empty() {
        TextMap::at(value.map.range(range.start, range.start).start)
    } else {
        TextMap::at(range.start).through(&value.map, text.len())
    };
    let place = map.range(0, text.len());
    Value {
        text: text.into(),
        kind: ScalarKind::Text,
        span: Span::new(value.span.file, place.start, place.end),
        map,
        origins: value.origins.clone(),
    }
}

/// Calls `visitor` for `node` and everything below it, parents first, with paths that start with `path`.
pub fn visit(
    node: &Node,
    path: &[Segment],
    key: Span,
    budget: &Budget,
    visitor: &mut dyn FnMut(At<'_>) -> Visit,
) {
    let mut path = path.to_vec();
    step(node, key, &mut path, 0, budget, visitor);
}

fn step(
    node: &Node,
    key: Span,
    path: &mut Vec<Segment>,
    depth: usize,
    budget: &Budget,
    visitor: &mut dyn FnMut(At<'_>) -> Visit,
) {
    if depth > MAX_DEPTH || !budget.take() || visitor(At { path, key, node }) == Visit::Skip {
        return;
    }
    match &node.data {
        Data::Scalar(_) => {}
        Data::Sequence(items) => {
            for (n, item) in items.iter().enumerate() {
                let name = ["name", "id", "key"].iter().find_map(|k| item.str_at(&[k])).map(Arc::from);
                path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), name));
                step(item, item.span, path, depth + 1, budget, visitor);
                path.pop();
            }
        }
        Data::Mapping(entries) => {
            for entry in entries.iter() {
                let name = entry.key.as_scalar().map_or_else(|| Arc::from("?"), |s| s.text.clone());
                path.push(Segment::Key(name));
                step(&entry.value, entry.key.span, path, depth + 1, budget, visitor);
                path.pop();
            }
        }
    }
}

/// Every leaf below `node` as a plain setting. Empty collections are leaves too (a null value with their
/// span), so that `methods: []` can be seen.
pub fn settings(node: &Node, budget: &Budget) -> Vec<Setting> {
    let mut out = Vec::new();
    visit(node, &[], node.span, budget, &mut |at| {
        if at.is_leaf() {
            out.push(at.setting(Role::Plain));
        }
        Visit::Descend
    });
    out
}

/// A key of a properties file as path segments: `a.b[0].c` is `a`, `b`, item 0, `c`; `[x.y]` in brackets is
/// one key. Keys without letters between the dots stay whole.
pub fn dotted_path(key: &str) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        if let Some((inside, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            match inside.parse() {
                Ok(n) => out.push(Segment::Item(n, None)),
                Err(_) if inside.is_empty() => {}
                Err(_) => out.push(Segment::Key(Arc::from(inside))),
            }
            rest = after.strip_prefix('.').unwrap_or(after);
            continue;
        }
        let end = rest
            .char_indices()
            .find(|(n, c)| {
                *c == '.' || (*c == '[' && *n > 0 && rest.get(*n..).is_some_and(|r| r.contains(']')))
            })
            .map_or(rest.len(), |(n, _)| n);
        let (part, after) = rest.split_at(end);
        if !part.is_empty() {
            out.push(Segment::Key(Arc::from(part)));
        }
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    if out.is_empty() {
        out.push(Segment::Key(Arc::from(key)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_keeps_its_bytes() {
        let span = Span::new(crate::source::FileId(0), 9, 14);
        let value = value_of_node(&Node::scalar(span, "A=b", ScalarKind::Text, TextMap::at(10)));
        let part = part_of(&value, 2..3);
        assert_eq!((&*part.text, part.span.range(), part.sub_span(0, 1).range()), ("b", 12..13, 12..13));
        let empty = part_of(&value, 3..3);
        assert_eq!((&*empty.text, empty.span.range()), ("", 13..13));
    }

    fn dotted(key: &str) -> String {
        let span = Span::new(crate::source::FileId(0), 0, 0);
        let node = Node::scalar(span, "", ScalarKind::Null, TextMap::at(0));
        let setting = Setting {
            path: dotted_path(key),
            key_span: span,
            value: value_of_node(&node),
            role: Role::Plain,
        };
        setting.path.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn property_keys_are_paths() {
        assert_eq!(dotted("a.b-c"), r#"Key("a") Key("b-c")"#);
        assert_eq!(dotted("a.b[0].c"), r#"Key("a") Key("b") Item(0, None) Key("c")"#);
        assert_eq!(dotted("map[a.b].c"), r#"Key("map") Key("a.b") Key("c")"#);
        assert_eq!(dotted("[0]"), "Item(0, None)");
        assert_eq!(dotted("..."), r#"Key("...")"#);
        assert_eq!(dotted("a[b"), r#"Key("a[b")"#);
        assert_eq!(dotted("人脸.开关"), r#"Key("人脸") Key("开关")"#);
    }

    #[test]
    fn a_budget_is_shared_between_walks() {
        let span = Span::new(crate::source::FileId(0), 0, 1);
        let leaf = Arc::new(Node::scalar(span, "x", ScalarKind::Text, TextMap::at(0)));
        let mut node = leaf;
        for _ in 0..30 {
            node = Arc::new(Node::sequence(span, vec![node.clone(), node.clone()]));
        }
        let budget = Budget::default();
        assert!(settings(&node, &budget).len() < MAX_SETTINGS);
        assert!(budget.was_cut());
        assert!(settings(&node, &budget).is_empty());
    }
}
