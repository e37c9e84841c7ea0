//! Java properties, by the whole grammar of `java.util.Properties`.

use std::sync::Arc;

use super::common::{Decoder, line_end, utf16_escape};
use super::{Entry, Input, Node, Parsed, Scalar, ScalarKind};

/// Reads a properties file as one flat mapping; keys keep their dots.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let text = input.text;
    let bytes = text.as_bytes();
    let mut out = Parsed::default();
    let (mut entries, mut comments) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\x0c' | b'\n' | b'\r')) {
            at += 1;
        }
        match bytes.get(at) {
            None => break,
            Some(b'#' | b'!') => {
                let (end, next) = line_end(text, at);
                comments.push(input.comment(at..end, at + 1..end));
                at = next;
            }
            Some(_) => {
                let (key, key_end) = part(input, &mut out, at, true);
                let (value_start, at_end) = separator(bytes, key_end);
                let (value, value_end) = if at_end {
                    (input.null_text(value_start), value_start)
                } else {
                    part(input, &mut out, value_start, false)
                };
                entries.push(Entry { key: Arc::new(key), value: Arc::new(value), merged: false });
                at = value_end;
            }
        }
    }
    out.flat(input, entries, comments);
    out
}

impl Input<'_> {
    /// An empty text at an offset.
    pub(super) fn null_text(&self, at: usize) -> Node {
        self.node(at..at, self.copied(at..at, ScalarKind::Text))
    }
}

/// Passes over the blanks, the one `=` or `:` and the blanks again between key and value. Gives the offset of
/// the value and whether the logical line is over.
fn separator(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut at = start;
    let mut seen = false;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\x0c') => at += 1,
            Some(b'=' | b':') if !seen => {
                seen = true;
                at += 1;
            }
            Some(b'\\') if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at = continuation(bytes, at),
            None | Some(b'\n' | b'\r') => return (at, true),
            Some(_) => return (at, false),
        }
    }
}

/// The offset after a backslash, the line break behind it and the blanks of the next line.
fn continuation(bytes: &[u8], backslash: usize) -> usize {
    let mut at = backslash + 1;
    at += if bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\x0c')) {
        at += 1;
    }
    at
}

/// Reads a key (up to a separator) or a value (up to the end of the logical line).
fn part(input: &Input<'_>, out: &mut Parsed, start: usize, key: bool) -> (Node, usize) {
    let text = input.text;
    let bytes = text.as_bytes();
    let mut decoder: Option<Decoder> = None;
    let (mut at, mut piece) = (start, start);
    loop {
        match bytes.get(at) {
            None | Some(b'\n' | b'\r') => break,
            Some(b'=' | b':' | b' ' | b'\t' | b'\x0c') if key => break,
            Some(b'\\') => {
                let decoder = decoder.get_or_insert_with(Decoder::default);
                decoder.copy(text, piece..at);
                at = match bytes.get(at + 1) {
                    None => at + 1,
                    Some(b'\n' | b'\r') => continuation(bytes, at),
                    Some(b'u') => match utf16_escape(text, at + 2) {
                        Some((c, end)) => {
                            decoder.replace_char(c, at..end);
                            end
                        }
                        None => {
                            out.problem(input, at..at + 2, "`\\u` needs four hexadecimal digits");
                            decoder.copy(text, at..at + 2);
                            at + 2
                        }
                    },
                    Some(c) => {
                        let decoded = match c {
                            b't' => Some('\t'),
                            b'n' => Some('\n'),
                            b'r' => Some('\r'),
                            b'f' => Some('\u{c}'),
                            _ => None,
                        };
                        match decoded.or_else(|| text.get(at + 1..)?.chars().next()) {
                            Some(c) if decoded.is_some() => {
                                decoder.replace_char(c, at..at + 2);
                                at + 2
                            }
                            // Any other escaped character stands for itself.
                            Some(c) => {
                                let end = at + 1 + c.len_utf8();
                                decoder.replace_char(c, at..end);
                                end
                            }
                            None => at + 1,
                        }
                    }
                };
                piece = at;
            }
            Some(_) => at += 1,
        }
    }
    let scalar: Scalar = match decoder {
        None => input.copied(start..at, ScalarKind::Text),
        Some(mut decoder) => {
            decoder.copy(text, piece..at);
            input.decoded(decoder, start, ScalarKind::Text)
        }
    };
    (input.node(start..at, scalar), at)
}

#[cfg(test)]
#[path = "properties_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
