//! ConfigMaps and Secrets: keys that are settings, and keys that are whole files.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::super::flatten::value_of_node;
use super::super::model::{Resource, Role, Segment, Setting, Value};
use super::super::{Description, Document, embedded};
use crate::syntax::{Entry, Node, ScalarKind, TextMap};

/// A ConfigMap. `binaryData` is left alone: it holds no text.
pub(super) fn config_map(doc: &Document<'_>, node: &Node, resource: &mut Resource, out: &mut Description) {
    super::general(doc, &without(node, &["data", "binaryData"]), resource, out);
    for entry in node.get("data").map(|n| n.entries()).unwrap_or_default() {
        key(doc, entry, value_of_node(&entry.value), resource, out);
    }
}

/// A Secret: `stringData` as it is, `data` decoded.
pub(super) fn secret(doc: &Document<'_>, node: &Node, resource: &mut Resource, out: &mut Description) {
    super::general(doc, &without(node, &["data", "stringData"]), resource, out);
    for entry in node.get("stringData").map(|n| n.entries()).unwrap_or_default() {
        key(doc, entry, value_of_node(&entry.value), resource, out);
    }
    for entry in node.get("data").map(|n| n.entries()).unwrap_or_default() {
        let value = value_of_node(&entry.value);
        let value = decode(&value).unwrap_or(value);
        key(doc, entry, value, resource, out);
    }
}

/// The object without these keys.
fn without(node: &Node, keys: &[&str]) -> Node {
    let entries = node.entries().iter().filter(|e| !e.key.as_str().is_some_and(|k| keys.contains(&k)));
    Node::mapping(node.span, entries.cloned().collect())
}

fn key(doc: &Document<'_>, entry: &Entry, value: Value, resource: &mut Resource, out: &mut Description) {
    let Some(name) = entry.key.as_scalar().map(|s| s.text.clone()) else { return };
    if !doc.budget.take() {
        return;
    }
    if value.kind == ScalarKind::Text
        && let Some(inside) = embedded::read(&name, &value, doc.budget)
    {
        out.problems.extend(inside.problems);
        resource.comments.extend(inside.comments);
        if !inside.settings.is_empty() {
            resource.settings.extend(inside.settings);
            return;
        }
    }
    let variable = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let role = if variable { Role::Env } else { Role::Plain };
    resource.settings.push(Setting { path: vec![Segment::Key(name)], key_span: entry.key.span, value, role });
}

/// A Base64 value decoded, if it holds text. Each group of four characters stands for its three bytes; a value
/// that is broken over lines is one whole.
fn decode(value: &Value) -> Option<Value> {
    let encoded: String = value.text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    if encoded.is_empty() {
        return None;
    }
    let bytes = STANDARD.decode(&encoded).or_else(|_| STANDARD_NO_PAD.decode(&encoded)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let start = value.text.len() - value.text.trim_start().len();
    let one_line = value.text.trim().len() == encoded.len();
    let map = if one_line {
        let mut runs = Vec::with_capacity(encoded.len() / 4 + 1);
        let (mut at, mut left) = (0, text.len());
        while left > 0 {
            let taken = left.min(3);
            let end = (at + 4).min(encoded.len());
            runs.push((taken, start + at..start + end));
            left -= taken;
            at = end;
        }
        TextMap::from_runs(runs).through(&value.map, text.len())
    } else {
        TextMap::whole(value.span.range())
    };
    Some(Value { text: text.into(), kind: ScalarKind::Text, map, ..value.clone() })
}
