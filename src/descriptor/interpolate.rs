//! Variables inside values: `${VAR:-default}`, `${key:default}`, `$(VAR)`.
//!
//! What can be resolved is resolved; what cannot becomes a [`HOLE`]. The map of the result still knows where
//! each byte came from: text that was copied (a default included) keeps its own bytes, text that was put in
//! stands for the whole of its `${…}`.

use std::ops::Range;

use super::model::{HOLE, Value};
use crate::source::Span;
use crate::syntax::TextMap;

/// Deepest nesting of defaults in defaults.
const MAX_NESTING: usize = 8;

/// Longest text that an interpolation may give; variables that hold variables grow fast.
const MAX_TEXT: usize = 1 << 14;

/// Places that a value remembers as having supplied it; variables that hold variables would name ever more.
const MAX_ORIGINS: usize = 16;

/// Longest `${…}` that is looked for, in bytes.
const MAX_REFERENCE: usize = 2048;

/// Whose rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Compose and env files: `$VAR`, `${VAR}`, `:-`, `-`, `:?`, `?`, `:+`, `+`, `$$`.
    Shell,
    /// Spring and Quarkus: `${key:default}`; `#{…}` and `@…@` are not known.
    Spring,
    /// Kubernetes: `$(VAR)`; an unknown name stays as it is written.
    Kubernetes,
    /// Any other file: `${VAR}` with a default in any of these spellings, and `{{ … }}`.
    Any,
}

/// A variable's value and the places that supplied it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) text: String,
    pub(crate) origins: Vec<Span>,
}

/// Looks a variable up; `None` when it is not set anywhere that is known.
pub(crate) type Lookup<'a> = dyn FnMut(&str) -> Option<Found> + 'a;

/// Resolves the variables in a value, in place.
pub(crate) fn apply(value: &mut Value, style: Style, lookup: &mut Lookup<'_>) {
    let marked = match style {
        Style::Shell | Style::Kubernetes => value.text.contains('$'),
        Style::Spring => value.text.contains(['$', '#', '@']),
        Style::Any => value.text.contains("${") || value.text.contains("{{"),
    };
    if !marked {
        return;
    }
    let source = value.text.clone();
    let mut writer = Writer::default();
    expand(&source, 0..source.len(), style, 0, &mut writer, lookup);
    if writer.text == *source {
        return;
    }
    let length = writer.text.len();
    value.map = TextMap::from_runs(writer.runs).through(&value.map, length);
    value.text = writer.text.into();
    value.origins.extend(writer.origins);
}

#[derive(Default)]
struct Writer {
    text: String,
    runs: Vec<(usize, Range<usize>)>,
    origins: Vec<Span>,
}

impl Writer {
    fn copy(&mut self, source: &str, range: Range<usize>) {
        if let Some(piece) = source.get(range.clone())
            && !piece.is_empty()
        {
            self.text.push_str(piece);
            self.runs.push((piece.len(), range));
        }
    }

    fn put(&mut self, text: &str, range: Range<usize>) {
        let text = if self.text.len() + text.len() > MAX_TEXT { "\u{FFFC}" } else { text };
        self.text.push_str(text);
        let length = text.len();
        if length == range.len() && length > 1 {
            // A run of equal lengths would count as copied; in two runs it counts as what it is.
            self.runs.push((length - 1, range.clone()));
            self.runs.push((1, range));
        } else {
            self.runs.push((length, range));
        }
    }

    fn hole(&mut self, range: Range<usize>) {
        self.put(HOLE.encode_utf8(&mut [0; 4]), range);
    }
}

fn expand(
    source: &str,
    range: Range<usize>,
    style: Style,
    depth: usize,
    out: &mut Writer,
    lookup: &mut Lookup<'_>,
) {
    let bytes = source.as_bytes();
    let (mut at, mut copied) = (range.start, range.start);
    while at < range.end {
        let end = || {
            let most = range.end.min(at + MAX_REFERENCE);
            (at..=most).rev().find(|end| source.is_char_boundary(*end)).unwrap_or(most)
        };
        let token = match (style, bytes.get(at)) {
            (Style::Shell, Some(b'$')) => shell(source, at, end()),
            (Style::Spring, Some(b'\\' | b'$' | b'#' | b'@')) => spring(source, at, end()),
            (Style::Kubernetes, Some(b'$')) => kubernetes(source, at, end()),
            (Style::Any, Some(b'$' | b'{')) => any(source, at, end()),
            _ => None,
        };
        let Some(token) = token else {
            at += 1;
            continue;
        };
        out.copy(source, copied..at);
        let whole = at..token.end;
        match token.what {
            What::Literal(text) => out.copy(source, text),
            What::Unknown => out.hole(whole),
            What::Variable { name, op, argument } => {
                let name = source.get(name).unwrap_or_default();
                let found = lookup(name);
                let set = found.as_ref().is_some_and(|f| !op.empty_is_unset || !f.text.is_empty());
                match (op.kind, found) {
                    (OpKind::Alternative, _) if !set => {}
                    (OpKind::Alternative, _) | (OpKind::Default, None) if depth < MAX_NESTING => {
                        expand(source, argument, style, depth + 1, out, lookup);
                    }
                    (OpKind::Default, Some(_)) if !set && depth < MAX_NESTING => {
                        expand(source, argument, style, depth + 1, out, lookup);
                    }
                    (OpKind::Default | OpKind::Required, Some(found)) => {
                        let room = MAX_ORIGINS.saturating_sub(out.origins.len());
                        out.origins.extend(found.origins.into_iter().take(room));
                        out.put(&found.text, whole);
                    }
                    (OpKind::Required, None) if style == Style::Kubernetes => out.copy(source, whole),
                    _ => out.hole(whole),
                }
            }
        }
        at = token.end;
        copied = at;
    }
    out.copy(source, copied..range.end);
}

struct Token {
    what: What,
    end: usize,
}

enum What {
    /// This range of the source, as it is.
    Literal(Range<usize>),
    /// Something that only a later stage of the real world knows.
    Unknown,
    Variable {
        name: Range<usize>,
        op: Op,
        argument: Range<usize>,
    },
}

#[derive(Clone, Copy)]
struct Op {
    kind: OpKind,
    empty_is_unset: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpKind {
    /// The variable or nothing known.
    Required,
    /// The argument when the variable is not set.
    Default,
    /// The argument when it is set, nothing otherwise.
    Alternative,
}

const REQUIRED: Op = Op { kind: OpKind::Required, empty_is_unset: false };

fn identifier(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        match bytes.get(at) {
            Some(b'_' | b'a'..=b'z' | b'A'..=b'Z') => {}
            Some(b'0'..=b'9') if at > start => {}
            _ => break,
        }
        at += 1;
    }
    at
}

/// The offset of the brace that closes the one before `start`; `None` too where braces nest so deep that
/// nobody means it, so that a line of opening braces is not searched again from each of them.
fn closing(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in start..end {
        match bytes.get(at) {
            Some(b'{') if depth == 2 * MAX_NESTING => return None,
            Some(b'{') => depth += 1,
            Some(b'}') if depth == 0 => return Some(at),
            Some(b'}') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn shell(source: &str, at: usize, end: usize) -> Option<Token> {
    let bytes = source.as_bytes();
    match bytes.get(at + 1).filter(|_| at + 1 < end)? {
        b'$' => Some(Token { what: What::Literal(at + 1..at + 2), end: at + 2 }),
        b'{' => {
            let close = closing(bytes, at + 2, end)?;
            let name_end = identifier(bytes, at + 2, close);
            let name = at + 2..name_end;
            let unknown = Some(Token { what: What::Unknown, end: close + 1 });
            if name.is_empty() {
                return unknown;
            }
            let operator = source.get(name_end..close).unwrap_or_default();
            let (rest, empty_is_unset) = match operator.strip_prefix(':') {
                Some(rest) => (rest, true),
                None => (operator, false),
            };
            let kind = match rest.as_bytes().first() {
                None if !empty_is_unset => OpKind::Required,
                Some(b'-') => OpKind::Default,
                Some(b'?') => OpKind::Required,
                Some(b'+') => OpKind::Alternative,
                _ => return unknown,
            };
            let argument = (close - rest.len().saturating_sub(1))..close;
            Some(Token {
                what: What::Variable { name, op: Op { kind, empty_is_unset }, argument },
                end: close + 1,
            })
        }
        _ => {
            let name = at + 1..identifier(bytes, at + 1, end);
            let token_end = name.end;
            (!name.is_empty()).then_some(Token {
                what: What::Variable { name, op: REQUIRED, argument: 0..0 },
                end: token_end,
            })
        }
    }
}

fn spring(source: &str, at: usize, end: usize) -> Option<Token> {
    let bytes = source.as_bytes();
    let next = bytes.get(at + 1).filter(|_| at + 1 < end)?;
    match (bytes.get(at)?, next) {
        (b'\\', b'$') => Some(Token { what: What::Literal(at + 1..at + 2), end: at + 2 }),
        (b'#', b'{') => Some(Token { what: What::Unknown, end: closing(bytes, at + 2, end)? + 1 }),
        (b'@', b'a'..=b'z' | b'A'..=b'Z') => {
            let name = source.get(at + 1..end)?;
            let length = name.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_'))?;
            let whole = name.get(length..)?.starts_with('@');
            // An e-mail address or a `user@host` has one sign only.
            whole.then_some(Token { what: What::Unknown, end: at + length + 2 })
        }
        (b'$', b'{') => {
            let close = closing(bytes, at + 2, end)?;
            let inside = source.get(at + 2..close)?;
            let split = inside.find(':').filter(|n| !inside.get(..*n).unwrap_or_default().contains('{'));
            let name_end = at + 2 + split.unwrap_or(inside.len());
            let name = at + 2..name_end;
            if source.get(name.clone()).is_none_or(|n| n.is_empty() || n.contains(['{', '$'])) {
                return Some(Token { what: What::Unknown, end: close + 1 });
            }
            let (op, argument) = match split {
                Some(_) => (Op { kind: OpKind::Default, empty_is_unset: false }, name_end + 1..close),
                None => (REQUIRED, 0..0),
            };
            Some(Token { what: What::Variable { name, op, argument }, end: close + 1 })
        }
        _ => None,
    }
}

fn any(source: &str, at: usize, end: usize) -> Option<Token> {
    let rest = source.get(at..end)?;
    if rest.starts_with("{{") {
        let close = rest.find("}}")?;
        return Some(Token { what: What::Unknown, end: at + close + 2 });
    }
    if !rest.starts_with("${") {
        return None;
    }
    match shell(source, at, end)? {
        Token { what: What::Unknown, .. } => spring(source, at, end),
        token => Some(token),
    }
}

fn kubernetes(source: &str, at: usize, end: usize) -> Option<Token> {
    let bytes = source.as_bytes();
    match bytes.get(at + 1).filter(|_| at + 1 < end)? {
        b'$' => Some(Token { what: What::Literal(at + 1..at + 2), end: at + 2 }),
        b'(' => {
            let plain = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
            let name = at + 2..at + 2 + bytes.get(at + 2..end)?.iter().take_while(plain).count();
            let close = name.end;
            let closed = close < end && bytes.get(close) == Some(&b')');
            (closed && !name.is_empty()).then_some(Token {
                what: What::Variable { name, op: REQUIRED, argument: 0..0 },
                end: close + 1,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "interpolate_tests.rs"]
mod tests;
