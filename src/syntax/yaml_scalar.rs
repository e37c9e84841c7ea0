//! Where each byte of a YAML scalar came from.
//!
//! The parser gives values and the bytes they span; escapes, folding and indentation are undone here a second
//! time, this time keeping the places. The caller compares the result with the parser's value, so that a
//! difference can never give a wrong underline, only a wider one.

use std::ops::Range;

use granit_parser::ScalarStyle;

use super::TextMap;
use super::common::{Decoder, hex, line_end, utf16_escape};

fn blank(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\t'))
}

/// The bytes of the line break at an offset; empty where there is none.
fn line_break(bytes: &[u8], at: usize, end: usize) -> Range<usize> {
    match bytes.get(at) {
        _ if at >= end => at..at,
        Some(b'\n') => at..at + 1,
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => at..at + 2,
        Some(b'\r') => at..at + 1,
        _ => at..at,
    }
}

/// Decodes a plain or quoted scalar; `range` is its bytes without the quotes.
pub(super) fn flow(text: &str, range: Range<usize>, style: ScalarStyle) -> Decoder {
    let bytes = text.as_bytes();
    let mut out = Decoder::default();
    let (mut at, mut piece) = (range.start, range.start);
    while at < range.end {
        match bytes.get(at) {
            Some(b'\'') if style == ScalarStyle::SingleQuoted => {
                out.copy(text, piece..at);
                out.replace("'", at..at + 2);
                at += 2;
                piece = at;
            }
            Some(b'\\') if style == ScalarStyle::DoubleQuoted => {
                out.copy(text, piece..at);
                let joined = line_break(bytes, at + 1, range.end);
                if joined.is_empty() {
                    at = escape(text, at, &mut out);
                } else {
                    at = joined.end;
                    for more in breaks(bytes, &mut at, range.end) {
                        out.replace("\n", more);
                    }
                }
                piece = at;
            }
            Some(b'\n' | b'\r') => {
                let mut end = at;
                while end > piece && blank(bytes.get(end - 1)) {
                    end -= 1;
                }
                out.copy(text, piece..end);
                let first = line_break(bytes, at, range.end);
                at = first.end.max(at + 1);
                let more = breaks(bytes, &mut at, range.end);
                if more.is_empty() {
                    out.replace(" ", first);
                }
                for range in more {
                    out.replace("\n", range);
                }
                piece = at;
            }
            _ => at += 1,
        }
    }
    out.copy(text, piece..range.end);
    out
}

/// Passes over blanks and line breaks, and gives the breaks.
fn breaks(bytes: &[u8], at: &mut usize, end: usize) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    while *at < end {
        let found = line_break(bytes, *at, end);
        if !found.is_empty() {
            *at = found.end;
            out.push(found);
        } else if blank(bytes.get(*at)) {
            *at += 1;
        } else {
            break;
        }
    }
    out
}

/// Decodes the escape whose backslash is at `at`; gives the offset after it.
fn escape(text: &str, at: usize, out: &mut Decoder) -> usize {
    let wide =
        |digits: usize| hex(text, at + 2, digits).and_then(char::from_u32).map(|c| (c, at + 2 + digits));
    let one = |c: char| Some((c, at + 2));
    let decoded = match text.as_bytes().get(at + 1) {
        Some(b'0') => one('\0'),
        Some(b'a') => one('\u{7}'),
        Some(b'b') => one('\u{8}'),
        Some(b't' | b'\t') => one('\t'),
        Some(b'n') => one('\n'),
        Some(b'v') => one('\u{b}'),
        Some(b'f') => one('\u{c}'),
        Some(b'r') => one('\r'),
        Some(b'e') => one('\u{1b}'),
        Some(b' ') => one(' '),
        Some(b'"') => one('"'),
        Some(b'/') => one('/'),
        Some(b'\\') => one('\\'),
        Some(b'N') => one('\u{85}'),
        Some(b'_') => one('\u{a0}'),
        Some(b'L') => one('\u{2028}'),
        Some(b'P') => one('\u{2029}'),
        Some(b'x') => wide(2),
        Some(b'u') => utf16_escape(text, at + 2),
        Some(b'U') => wide(8),
        _ => None,
    };
    match decoded {
        Some((c, end)) => {
            out.replace_char(c, at..end);
            end
        }
        None => {
            out.copy(text, at..at + 1);
            at + 1
        }
    }
}

/// A block scalar: its bytes from the header to the end of its last line, and its map.
pub(super) struct Block {
    pub(super) range: Range<usize>,
    pub(super) map: TextMap,
}

/// Finds the bytes of a block scalar. `from` is the end of the token before it, `given` the range the parser
/// gave (from the first character of the text, or the header where there is no text).
pub(super) fn block(text: &str, from: usize, given: Range<usize>, value: &str, folded: bool) -> Block {
    let header = header(text, from.min(given.start), given.start, if folded { b'>' } else { b'|' });
    let first = line_end(text, header.end).1;
    let lines = first..given.end.max(first);
    let (decoder, end) = unfold(text, lines.clone(), value, folded);
    let end = if value.trim_matches('\n').is_empty() { header.end } else { end };
    let map = if decoder.text == value { decoder.finish().1 } else { TextMap::whole(lines) };
    Block { range: header.start..end.max(header.end), map }
}

/// The `|` or `>` and its indicators, the last that stands in `from..=to`.
fn header(text: &str, from: usize, to: usize, mark: u8) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at <= to {
        let bound = at == from || matches!(bytes.get(at - 1), Some(b' ' | b'\t' | b'\n' | b'\r' | b':'));
        if bound && bytes.get(at) == Some(&b'#') && at > from {
            // A comment between the key and its value.
            at = line_end(text, at).1.max(at + 1);
            continue;
        }
        if bound && bytes.get(at) == Some(&mark) {
            let mut end = at + 1;
            while matches!(bytes.get(end), Some(b'0'..=b'9' | b'+' | b'-')) {
                end += 1;
            }
            if matches!(bytes.get(end), None | Some(b' ' | b'\t' | b'\n' | b'\r')) {
                return at..end;
            }
        }
        at += 1;
    }
    let at = super::common::char_floor(text, to);
    at..at
}

/// Decodes the lines of a block scalar; gives the decoder and the end of the last line with text.
fn unfold(text: &str, lines: Range<usize>, value: &str, folded: bool) -> (Decoder, usize) {
    let mut out = Decoder::default();
    let mut last = lines.start;
    let Some(indent) = indentation(text, lines.clone(), value) else { return (out, last) };
    let mut empty: Vec<Range<usize>> = Vec::new();
    let mut joint: Option<Range<usize>> = None;
    let mut indented = false;
    let mut start = lines.start;
    while start < lines.end {
        let (end, next) = line_end(text, start);
        let spaces = leading_spaces(text, start, indent.min(end - start));
        let content = start + spaces..end;
        start = next;
        if content.is_empty() {
            empty.push(end..next);
            continue;
        }
        if spaces < indent {
            break;
        }
        let more = blank(text.as_bytes().get(content.start));
        if let Some(joint) = joint {
            if !folded || indented || more {
                out.replace("\n", joint);
            } else if empty.is_empty() {
                out.replace(" ", joint);
            }
        }
        for range in empty.drain(..) {
            out.replace("\n", range);
        }
        last = content.end;
        out.copy(text, content);
        joint = Some(end..next);
        indented = more;
    }
    // Chomping: the value says how many of the last line breaks it kept.
    for range in joint.into_iter().chain(empty) {
        if out.text.len() < value.len() {
            out.replace("\n", range);
        }
    }
    (out, last)
}

fn leading_spaces(text: &str, start: usize, most: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    rest.iter().take(most).take_while(|b| **b == b' ').count()
}

/// How many spaces the lines of a block scalar lose: what the first line with text has in the source and has
/// not in the value. This holds for detected and for explicit indentation.
fn indentation(text: &str, lines: Range<usize>, value: &str) -> Option<usize> {
    let mut start = lines.start;
    while start < lines.end {
        let (end, next) = line_end(text, start);
        let spaces = leading_spaces(text, start, end - start);
        if start + spaces < end {
            let kept = value.trim_start_matches('\n').bytes().take_while(|b| *b == b' ').count();
            return spaces.checked_sub(kept);
        }
        start = next;
    }
    // Empty lines only.
    Some(usize::MAX)
}
