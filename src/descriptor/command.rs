//! Command lines: each argument is a setting, and each option in it (`--face.mode=strict`, `-Dkey=value`) is one
//! of its own.

use std::ops::Range;
use std::sync::Arc;

use super::flatten::{dotted_path, part_of, value_of_node};
use super::model::{Role, Segment, Setting, Value};
use crate::source::Span;
use crate::syntax::{Node, ScalarKind};

/// The settings of a command: a list of arguments or one line for a shell.
///
/// `prepare` may resolve variables in each value first.
pub(crate) fn settings(
    path: &[Segment],
    key: Span,
    node: &Node,
    prepare: &mut dyn FnMut(&mut Value),
    out: &mut Vec<Setting>,
) {
    let mut words: Vec<(Value, Range<usize>)> = Vec::new();
    let mut add = |path: Vec<Segment>, key_span: Span, node: &Node| {
        let mut value = value_of_node(node);
        prepare(&mut value);
        let list = matches!(path.last(), Some(Segment::Item(..)));
        if list && !value.text.contains(char::is_whitespace) {
            words.push((value.clone(), 0..value.text.len()));
        } else {
            words.extend(split(&value.text).into_iter().map(|range| (value.clone(), range)));
        }
        out.push(Setting { path, key_span, value, role: Role::Command });
    };
    if node.as_scalar().is_some() {
        add(path.to_vec(), key, node);
    }
    for (n, item) in node.items().iter().enumerate() {
        let mut path = path.to_vec();
        path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), None));
        add(path, item.span, item);
    }
    options(path, &words, out);
}

/// The words of a line for a shell. Quotes around a whole word are left out of its range.
fn split(line: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c.is_whitespace() || matches!(c, ';' | '|' | '&') => {
                out.extend(start.take().map(|from| from..at));
            }
            None => {
                start.get_or_insert(at);
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
            }
        }
    }
    out.extend(start.map(|from| from..line.len()));
    out.into_iter().map(|range| unquoted(line, range)).collect()
}

/// The range without the quotes that stand around all of it.
fn unquoted(line: &str, range: Range<usize>) -> Range<usize> {
    let text = line.get(range.clone()).unwrap_or_default();
    let quoted = ['"', '\''].into_iter().any(|q| text.len() >= 2 && text.starts_with(q) && text.ends_with(q));
    if quoted { range.start + 1..range.end - 1 } else { range }
}

fn options(path: &[Segment], words: &[(Value, Range<usize>)], out: &mut Vec<Setting>) {
    for (n, (value, range)) in words.iter().enumerate() {
        let text = value.text.get(range.clone()).unwrap_or_default();
        let (dashes, property) = match text {
            t if t.starts_with("--") => (2, false),
            t if t.starts_with("-D") => (2, true),
            _ => continue,
        };
        let body = text.get(dashes..).unwrap_or_default();
        let (name, inline) = match body.split_once('=') {
            Some((name, rest)) => (name, Some(rest.len())),
            None => (body, None),
        };
        if !name.starts_with(char::is_alphabetic) || name.contains(char::is_whitespace) {
            continue;
        }
        let key_start = range.start + dashes;
        let key = part_of(value, key_start..key_start + name.len());
        let setting = match inline {
            Some(length) => part_of(value, unquoted(&value.text, range.end - length..range.end)),
            None if property => continue,
            None => match words.get(n + 1) {
                // `--model buffalo_l`: the next word is the value unless it is an option too.
                Some((next, at)) if next.text.get(at.clone()).is_some_and(|t| !t.starts_with('-')) => {
                    part_of(next, at.clone())
                }
                // A switch: being there is its value.
                _ => Value {
                    text: Arc::from("true"),
                    kind: ScalarKind::Bool,
                    map: whole(key.span),
                    ..key.clone()
                },
            },
        };
        let mut path = path.to_vec();
        path.extend(dotted_path(name));
        out.push(Setting { path, key_span: key.span, value: setting, role: Role::Plain });
    }
}

fn whole(span: Span) -> crate::syntax::TextMap {
    crate::syntax::TextMap::whole(span.range())
}
