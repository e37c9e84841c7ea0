//! TOML: tables and dotted keys become nested mappings in source order.

use std::ops::Range;
use std::sync::Arc;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::common::{Decoder, MAX_DEPTH, char_floor, hex, line_end};
use super::{Comment, Entry, Input, Node, Parsed, Scalar, ScalarKind, TextMap, Tree};

/// Reads a TOML document. A broken one gives what could be read.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let mut out = Parsed::default();
    let comments = comments(input);
    // A key of thousands of parts would nest as deep in the parser's own tables.
    if let Some(at) = deep_key(input.text) {
        let message = format!("nested deeper than {MAX_DEPTH} levels; the file is not read");
        out.problem(input, at..input.word_end(at), message);
        return out;
    }
    let (table, errors) = DeTable::parse_recoverable(input.text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let end =
            if range.is_empty() { input.word_end(char_floor(input.text, range.start)) } else { range.end };
        out.problem(input, range.start..end, error.message().lines().next().unwrap_or("invalid TOML"));
    }
    let (root, _) = mapping(input, table.get_ref(), 0);
    out.documents.push(Tree { root: Arc::new(root), comments });
    out
}

/// The start of a line with more dots than any key has.
fn deep_key(text: &str) -> Option<usize> {
    let mut start = 0;
    while start < text.len() {
        let (end, next) = line_end(text, start);
        let key = text.get(start..end).unwrap_or_default().split(['=', '#']).next().unwrap_or_default();
        if key.bytes().filter(|b| *b == b'.').count() > MAX_DEPTH / 2 {
            return Some(start);
        }
        start = next;
    }
    None
}

/// A table and the bytes from its first key to its last value.
fn mapping(input: &Input<'_>, table: &DeTable<'_>, depth: usize) -> (Node, Range<usize>) {
    let mut items: Vec<_> = table.iter().collect();
    items.sort_by_key(|(key, _)| key.span().start);
    let mut entries = Vec::with_capacity(items.len());
    let mut whole: Option<Range<usize>> = None;
    for (key, value) in items {
        let key_range = key.span();
        let text: &str = key.get_ref();
        let scalar = string(input, text, key_range.clone());
        let (node, range) = node(input, value, depth + 1);
        let (start, end) = (key_range.start.min(range.start), key_range.end.max(range.end));
        whole = Some(match whole {
            None => start..end,
            Some(w) => w.start.min(start)..w.end.max(end),
        });
        let key = Arc::new(input.node(key_range, scalar));
        entries.push(Entry { key, value: Arc::new(node), merged: false });
    }
    let whole = whole.unwrap_or(0..0);
    (Node::mapping(input.span(whole.start, whole.end), entries), whole)
}

fn node(input: &Input<'_>, value: &Spanned<DeValue<'_>>, depth: usize) -> (Node, Range<usize>) {
    let range = value.span();
    if depth >= MAX_DEPTH {
        return (input.null(range.start), range);
    }
    let kind = match value.get_ref() {
        DeValue::String(text) => {
            return (input.node(range.clone(), string(input, text, range.clone())), range);
        }
        DeValue::Array(items) => {
            let (mut start, mut end) = (range.start, range.end);
            let mut nodes = Vec::with_capacity(items.len());
            for item in items.iter() {
                let (node, inner) = node(input, item, depth + 1);
                (start, end) = (start.min(inner.start), end.max(inner.end));
                nodes.push(Arc::new(node));
            }
            return (Node::sequence(input.span(start, end), nodes), start..end);
        }
        DeValue::Table(table) => {
            let (mut node, inner) = mapping(input, table, depth);
            // An inline table has braces; another one is where its keys are.
            let braces = input.text.as_bytes().get(range.start) == Some(&b'{');
            let range = if braces || inner.is_empty() { range } else { inner };
            node.span = input.span(range.start, range.end);
            return (node, range);
        }
        DeValue::Integer(_) | DeValue::Float(_) => ScalarKind::Number,
        DeValue::Boolean(_) => ScalarKind::Bool,
        DeValue::Datetime(_) => ScalarKind::Text,
    };
    (input.node(range.clone(), input.copied(range.clone(), kind)), range)
}

/// A string or a key whose bytes, quotes included, are `range`.
fn string(input: &Input<'_>, value: &str, range: Range<usize>) -> Scalar {
    let raw = input.text.get(range.clone()).unwrap_or_default();
    let mut quote = 0;
    for mark in ["\"\"\"", "'''", "\"", "'"] {
        if raw.len() >= 2 * mark.len() && raw.starts_with(mark) && raw.ends_with(mark) {
            quote = mark.len();
            break;
        }
    }
    let mut inner = range.start + quote..range.end - quote;
    if quote == 3 {
        // The line break right after the opening quotes is not part of the text.
        let (end, next) = line_end(input.text, inner.start);
        if end == inner.start {
            inner.start = next.min(inner.end);
        }
    }
    if input.text.get(inner.clone()) == Some(value) {
        return input.copied(inner, ScalarKind::Text);
    }
    let decoder = decode(input.text, inner.clone(), raw.starts_with('"'));
    if decoder.text == value {
        return input.decoded(decoder, inner.start, ScalarKind::Text);
    }
    let map = input.outward(&TextMap::whole(inner.clone()), inner.start, value.len());
    Scalar { text: Arc::from(value), kind: ScalarKind::Text, map }
}

fn decode(text: &str, range: Range<usize>, escapes: bool) -> Decoder {
    let bytes = text.as_bytes();
    let mut out = Decoder::default();
    let (mut at, mut piece) = (range.start, range.start);
    while at < range.end {
        match bytes.get(at) {
            Some(b'\\') if escapes => {
                out.copy(text, piece..at);
                let wide = |n: usize| hex(text, at + 2, n).and_then(char::from_u32).map(|c| (c, at + 2 + n));
                let decoded = match bytes.get(at + 1) {
                    Some(b'b') => Some(('\u{8}', at + 2)),
                    Some(b't') => Some(('\t', at + 2)),
                    Some(b'n') => Some(('\n', at + 2)),
                    Some(b'f') => Some(('\u{c}', at + 2)),
                    Some(b'r') => Some(('\r', at + 2)),
                    Some(b'e') => Some(('\u{1b}', at + 2)),
                    Some(c @ (b'"' | b'\\')) => Some((char::from(*c), at + 2)),
                    Some(b'x') => wide(2),
                    Some(b'u') => wide(4),
                    Some(b'U') => wide(8),
                    _ => None,
                };
                at = match decoded {
                    Some((c, end)) => {
                        out.replace_char(c, at..end);
                        end
                    }
                    None => {
                        // A backslash at the end of a line takes all white space after it away.
                        let mut end = at + 1;
                        while matches!(bytes.get(end), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                            end += 1;
                        }
                        end
                    }
                };
                piece = at;
            }
            _ => at += 1,
        }
    }
    out.copy(text, piece..range.end);
    out
}

/// The comments, found by passing over strings.
fn comments(input: &Input<'_>) -> Vec<Comment> {
    let text = input.text;
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'#' => {
                let (end, next) = line_end(text, at);
                out.push(input.comment(at..end, at + 1..end));
                at = next;
            }
            b'"' | b'\'' => at = string_end(bytes, at, *byte),
            _ => at += 1,
        }
    }
    out
}

fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let long = bytes.get(start..start + 3).is_some_and(|b| b.iter().all(|b| *b == quote));
    let mut at = start + if long { 3 } else { 1 };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            b if *b == quote => {
                if !long {
                    return at + 1;
                }
                if bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) {
                    return at + 3;
                }
            }
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
#[path = "toml_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
