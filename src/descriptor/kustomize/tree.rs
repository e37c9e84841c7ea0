//! Changes to trees that keep the places of everything they leave alone: a patched object is made of nodes of
//! the base and nodes of the patch, each with its own bytes in its own file.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::{Data, Entry, Node, ScalarKind, TextMap};

/// Deepest nesting that a change follows.
const MAX_DEPTH: usize = 100;

/// A node with other entries.
pub(super) fn with_entries(node: &Node, entries: Vec<Entry>) -> Arc<Node> {
    Arc::new(Node { data: Data::Mapping(entries.into()), span: node.span, tag: node.tag.clone() })
}

fn with_items(node: &Node, items: Vec<Arc<Node>>) -> Arc<Node> {
    Arc::new(Node { data: Data::Sequence(items.into()), span: node.span, tag: node.tag.clone() })
}

/// A text that stands for a place.
pub(super) fn text(value: &str, span: Span) -> Arc<Node> {
    Arc::new(Node::scalar(span, value, ScalarKind::Text, TextMap::whole(span.range())))
}

/// An entry whose key and value stand for places.
pub(super) fn entry(key: &str, key_span: Span, value: Arc<Node>) -> Entry {
    Entry { key: text(key, key_span), value, merged: false }
}

/// The mapping with this key set.
pub(super) fn set(node: &Node, key: &str, key_span: Span, value: Arc<Node>) -> Arc<Node> {
    let mut entries = node.entries().to_vec();
    match entries.iter_mut().rev().find(|e| e.key.as_str() == Some(key)) {
        Some(slot) => slot.value = value,
        None => entries.push(entry(key, key_span, value)),
    }
    with_entries(node, entries)
}

/// The value at a path of keys set; mappings that are missing are made.
pub(super) fn set_at(node: &Node, path: &[&str], span: Span, value: Arc<Node>) -> Arc<Node> {
    match path {
        [] => value,
        [key, rest @ ..] => {
            let empty = Arc::new(Node::mapping(span, Vec::new()));
            let inner = node.get(key).cloned().unwrap_or(empty);
            set(node, key, span, set_at(&inner, rest, span, value))
        }
    }
}

/// Every node changed from the leaves up. `change` sees the key under which a node stands, empty for list items.
pub(super) fn map(
    node: &Arc<Node>,
    key: &str,
    depth: usize,
    change: &mut dyn FnMut(&str, &Arc<Node>) -> Arc<Node>,
) -> Arc<Node> {
    if depth > MAX_DEPTH {
        return node.clone();
    }
    let inner = match &node.data {
        Data::Scalar(_) => node.clone(),
        Data::Sequence(items) => {
            with_items(node, items.iter().map(|item| map(item, "", depth + 1, change)).collect())
        }
        Data::Mapping(entries) => with_entries(
            node,
            entries
                .iter()
                .map(|e| Entry {
                    value: map(&e.value, e.key.as_str().unwrap_or_default(), depth + 1, change),
                    ..e.clone()
                })
                .collect(),
        ),
    };
    change(key, &inner)
}

/// The keys by which Kubernetes tells the items of a list apart, by the list's name.
fn merge_keys(list: &str) -> &'static [&'static str] {
    match list {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => {
            &["name"]
        }
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "ports" => &["containerPort", "port"],
        "hostAliases" => &["ip"],
        _ => &[],
    }
}

/// A strategic merge; `None` when the patch deletes the object.
pub(super) fn merge(base: &Arc<Node>, patch: &Arc<Node>, key: &str, depth: usize) -> Option<Arc<Node>> {
    if depth > MAX_DEPTH {
        return Some(base.clone());
    }
    match (&base.data, &patch.data) {
        (Data::Mapping(own), Data::Mapping(new)) => {
            match patch.str_at(&["$patch"]) {
                Some("delete") => return None,
                Some("replace") => {
                    let rest = new.iter().filter(|e| e.key.as_str() != Some("$patch")).cloned().collect();
                    return Some(with_entries(patch, rest));
                }
                _ => {}
            }
            let mut entries = own.to_vec();
            for change in new.iter() {
                let Some(name) = change.key.as_str().filter(|n| !n.starts_with('$')) else { continue };
                let at = entries.iter().position(|e| e.key.as_str() == Some(name));
                let null = change.value.as_scalar().is_some_and(|s| s.kind == ScalarKind::Null);
                match at {
                    Some(at) if null => {
                        entries.remove(at);
                    }
                    Some(at) => {
                        let merged =
                            entries.get(at).and_then(|e| merge(&e.value, &change.value, name, depth + 1));
                        match (merged, entries.get_mut(at)) {
                            (Some(value), Some(slot)) => {
                                let scalar = value.as_scalar().is_some();
                                slot.value = value;
                                if scalar {
                                    slot.key = change.key.clone();
                                }
                            }
                            _ => {
                                entries.remove(at);
                            }
                        }
                    }
                    None if null => {}
                    None => entries.push(change.clone()),
                }
            }
            Some(with_entries(base, entries))
        }
        (Data::Sequence(own), Data::Sequence(new)) if !merge_keys(key).is_empty() => {
            let id =
                |node: &Node| merge_keys(key).iter().find_map(|k| Some((*k, node.str_at(&[k])?.to_owned())));
            if new.iter().any(|n| n.str_at(&["$patch"]) == Some("replace")) {
                let rest = new.iter().filter(|n| n.get("$patch").is_none()).cloned().collect();
                return Some(with_items(patch, rest));
            }
            // The patch's items come first, in its order, then what it leaves alone.
            let mut items = own.to_vec();
            let mut front = Vec::new();
            for change in new.iter() {
                let wanted = id(change);
                let at = wanted.and_then(|wanted| items.iter().position(|i| id(i).as_ref() == Some(&wanted)));
                match at.map(|at| items.remove(at)) {
                    Some(item) => front.extend(merge(&item, change, "", depth + 1)),
                    None if change.get("$patch").is_some() => {}
                    None => front.push(change.clone()),
                }
            }
            front.extend(items);
            Some(with_items(base, front))
        }
        _ => Some(patch.clone()),
    }
}

/// One operation of a JSON patch; the tree unchanged where it does not fit.
pub(super) fn operation(node: &Arc<Node>, operation: &Node) -> Arc<Node> {
    let (Some(op), Some(path)) = (operation.str_at(&["op"]), operation.str_at(&["path"])) else {
        return node.clone();
    };
    let steps: Vec<String> =
        path.split('/').skip(1).map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    let value = operation.get("value");
    if !matches!((op, value), ("remove", _) | ("add" | "replace", Some(_))) {
        return node.clone();
    }
    let span = operation.get("path").map_or(operation.span, |p| p.span);
    at_path(node, &steps, op, value, span).unwrap_or_else(|| node.clone())
}

fn at_path(
    node: &Arc<Node>,
    steps: &[String],
    op: &str,
    value: Option<&Arc<Node>>,
    span: Span,
) -> Option<Arc<Node>> {
    let (step, rest) = match steps {
        [] => return value.cloned(),
        [step, rest @ ..] => (step, rest),
    };
    match &node.data {
        Data::Mapping(entries) => {
            let mut entries = entries.to_vec();
            let at = entries.iter().position(|e| e.key.as_str() == Some(step));
            match (rest, at) {
                ([], Some(at)) if op == "remove" => {
                    entries.remove(at);
                }
                ([], None) if op == "add" => entries.push(entry(step, span, value?.clone())),
                (_, Some(at)) => {
                    let slot = entries.get_mut(at)?;
                    slot.value = at_path(&slot.value, rest, op, value, span)?;
                }
                _ => return None,
            }
            Some(with_entries(node, entries))
        }
        Data::Sequence(items) => {
            let mut items = items.to_vec();
            let at = if step == "-" { items.len() } else { step.parse().ok()? };
            match rest {
                [] if op == "remove" && at < items.len() => {
                    items.remove(at);
                }
                [] if op == "add" && at <= items.len() => items.insert(at, value?.clone()),
                _ => {
                    let slot = items.get_mut(at)?;
                    *slot = at_path(slot, rest, op, value, span)?;
                }
            }
            Some(with_items(node, items))
        }
        Data::Scalar(_) => None,
    }
}
