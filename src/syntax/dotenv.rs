//! Files of environment variables: what Compose, the `dotenv` libraries and `source` in a shell all accept.

use std::ops::Range;
use std::sync::Arc;

use super::common::{Decoder, line_end};
use super::{Entry, Input, Node, Parsed, ScalarKind};

/// Reads an env file as one flat mapping. A name without `=` (taken from the caller's environment) has a null
/// value. At most one problem is recorded, for the first line that is neither a variable nor a comment.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let text = input.text;
    let mut reader = Reader { input, text, bytes: text.as_bytes() };
    let mut out = Parsed::default();
    let (mut entries, mut comments) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < text.len() {
        let (end, next) = line_end(text, at);
        let start = reader.blanks(at, end);
        let rest = text.get(start..end).unwrap_or_default();
        if rest.is_empty() {
            at = next;
        } else if rest.starts_with('#') {
            comments.push(input.comment(start..end, start + 1..end));
            at = next;
        } else if let Some(line) = reader.variable(start, end) {
            if let Some(comment) = line.comment {
                comments.push(input.comment(comment.clone(), comment.start + 1..comment.end));
            }
            entries.push(line.entry);
            at = line_end(text, line.end).1;
        } else {
            if out.problems.is_empty() {
                let shown = start..start + rest.trim_end().len();
                out.problem(input, shown, "expected `NAME=value`");
            }
            at = next;
        }
    }
    out.flat(input, entries, comments);
    out
}

struct Reader<'a> {
    input: &'a Input<'a>,
    text: &'a str,
    bytes: &'a [u8],
}

/// One variable, which may go over several lines.
struct Line {
    entry: Entry,
    comment: Option<Range<usize>>,
    /// An offset in the last line of it.
    end: usize,
}

/// A value and what follows it.
struct Value {
    node: Node,
    comment: Option<Range<usize>>,
    end: usize,
}

impl Reader<'_> {
    fn blanks(&self, mut at: usize, end: usize) -> usize {
        while at < end && matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\x0c' | 0x0b)) {
            at += 1;
        }
        at
    }

    fn variable(&mut self, start: usize, end: usize) -> Option<Line> {
        let mut at = start;
        for word in ["export", "set"] {
            let rest = self.text.get(at..end).unwrap_or_default();
            if let Some(rest) = rest.strip_prefix(word)
                && rest.starts_with([' ', '\t'])
                && !rest.trim_start().starts_with(['=', ':'])
            {
                at = self.blanks(at + word.len(), end);
                break;
            }
        }
        let name_start = at;
        while at < end && self.bytes.get(at).is_some_and(|b| is_name(*b)) {
            at += 1;
        }
        let name = name_start..at;
        if name.is_empty() || self.bytes.get(name_start).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let key = Arc::new(self.input.node(name.clone(), self.input.copied(name.clone(), ScalarKind::Text)));
        let after = self.blanks(at, end);
        let value = match self.bytes.get(after) {
            Some(b'=') => self.value(after + 1, end),
            Some(b':') if matches!(self.bytes.get(after + 1), Some(b' ' | b'\t')) => {
                self.value(after + 1, end)
            }
            Some(b'#') if after > at => Value { node: self.input.null(at), comment: Some(after..end), end },
            _ if after >= end => Value { node: self.input.null(at), comment: None, end },
            _ => return None,
        };
        let entry = Entry { key, value: Arc::new(value.node), merged: false };
        Some(Line { entry, comment: value.comment, end: value.end })
    }

    fn value(&self, start: usize, end: usize) -> Value {
        let at = self.blanks(start, end);
        if let Some(quote @ (b'"' | b'\'' | b'`')) = self.bytes.get(at).copied()
            && let Some(value) = self.quoted(at, quote)
        {
            return value;
        }
        // A comment needs a blank before it, so that `#` can stand in a password.
        let mut stop = end;
        let mut comment = None;
        for n in at..end {
            let bound = n == at && n > start || n > at && matches!(self.bytes.get(n - 1), Some(b' ' | b'\t'));
            if self.bytes.get(n) == Some(&b'#') && bound {
                stop = n;
                comment = Some(n..end);
                break;
            }
        }
        let text = self.text.get(at..stop).unwrap_or_default();
        let range = at..at + text.trim_end().len();
        let node = self.input.node(range.clone(), self.input.copied(range, ScalarKind::Text));
        Value { node, comment, end }
    }

    /// A quoted value whose quote is at `open`; `None` where it is not closed, or is only a part of the value.
    fn quoted(&self, open: usize, quote: u8) -> Option<Value> {
        let inner = open + 1;
        let mut decoder: Option<Decoder> = None;
        let (mut at, mut piece) = (inner, inner);
        loop {
            match self.bytes.get(at)? {
                b if *b == quote => break,
                b'\\' if quote == b'"' => {
                    let decoded = match self.bytes.get(at + 1) {
                        Some(b'n') => "\n",
                        Some(b'r') => "\r",
                        Some(b't') => "\t",
                        Some(b'"') => "\"",
                        Some(b'\\') => "\\",
                        Some(b'$') => "$",
                        Some(b'`') => "`",
                        _ => {
                            at += 1;
                            continue;
                        }
                    };
                    let decoder = decoder.get_or_insert_with(Decoder::default);
                    decoder.copy(self.text, piece..at);
                    decoder.replace(decoded, at..at + 2);
                    at += 2;
                    piece = at;
                }
                _ => at += 1,
            }
        }
        let close = at + 1;
        let end = line_end(self.text, close).0;
        let after = self.blanks(close, end);
        let comment = match self.bytes.get(after) {
            _ if after >= end => None,
            Some(b'#') => Some(after..end),
            _ => return None,
        };
        let scalar = match decoder {
            None => self.input.copied(inner..at, ScalarKind::Text),
            Some(mut decoder) => {
                decoder.copy(self.text, piece..at);
                self.input.decoded(decoder, inner, ScalarKind::Text)
            }
        };
        Some(Value { node: self.input.node(open..close, scalar), comment, end: close })
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') || byte >= 0x80
}

#[cfg(test)]
#[path = "dotenv_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
