//! Declared facts: `facelint.dev/…` annotations and `x-facelint` extensions.

use std::sync::Arc;

use super::flatten::{Budget, Visit, value_of_node, visit};
use super::model::{Role, Segment, Setting};
use crate::syntax::{Entry, Node};

/// The key under which a document declares facts.
pub(crate) const EXTENSION: &str = "x-facelint";

/// What annotations of declared facts begin with.
const ANNOTATION: &str = "facelint.dev/";

/// The declarations below an `x-facelint` key. The last key of each path is the whole dotted name
/// (`retention.images`); the places in lists that lead to it stand before it.
pub(crate) fn extension(entry: &Entry, budget: &Budget) -> Vec<Setting> {
    let mut out = Vec::new();
    visit(&entry.value, &[], entry.key.span, budget, &mut |at| {
        if at.is_leaf() && !at.path.is_empty() {
            let mut setting = at.setting(Role::Plain);
            setting.path = declared_path(at.path);
            out.push(setting);
        }
        Visit::Descend
    });
    out
}

/// The declaration that an annotation makes, if it makes one.
pub(crate) fn annotation(entry: &Entry) -> Option<Setting> {
    let name = entry.key.as_str()?.strip_prefix(ANNOTATION).filter(|n| !n.is_empty())?;
    Some(Setting {
        path: vec![Segment::Key(Arc::from(name))],
        key_span: entry.key.span,
        value: value_of_node(&entry.value),
        role: Role::Plain,
    })
}

/// The declarations in a mapping's own `x-facelint`, if it has one.
pub(crate) fn of(node: &Node, budget: &Budget) -> Vec<Setting> {
    node.entry(EXTENSION).map(|entry| extension(entry, budget)).unwrap_or_default()
}

fn declared_path(path: &[Segment]) -> Vec<Segment> {
    let mut name = String::new();
    let (mut items, mut trailing) = (Vec::new(), Vec::new());
    for segment in path {
        match segment {
            Segment::Key(key) => {
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(key);
                items.append(&mut trailing);
            }
            Segment::Item(..) => trailing.push(segment.clone()),
        }
    }
    if !name.is_empty() {
        items.push(Segment::Key(name.into()));
    }
    items.append(&mut trailing);
    items
}
