//! What all parsers share: decoding that remembers where each byte came from, limits, problems.

use std::ops::Range;
use std::sync::Arc;

use super::{Comment, Entry, Input, Node, Parsed, Scalar, ScalarKind, SyntaxProblem, TextMap, Tree};

/// Deepest nesting of collections that any parser follows, aliases included. Descriptors written by people stay
/// under 50; the limit keeps every later walk over a tree, and its drop, well inside a thread's stack.
pub(super) const MAX_DEPTH: usize = 160;

/// Documents that one text may hold.
pub(super) const MAX_DOCUMENTS: usize = 10_000;

/// Problems recorded for one text; a file broken throughout is one story, not thousands.
const MAX_PROBLEMS: usize = 50;

/// The value of an escaped or folded scalar while it is put together, with the source of each piece.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The value so far.
    pub(super) text: String,
    runs: Vec<(usize, Range<usize>)>,
}

impl Decoder {
    /// Appends a piece of `source` as it is.
    pub(super) fn copy(&mut self, source: &str, range: Range<usize>) {
        if let Some(piece) = source.get(range.clone())
            && !piece.is_empty()
        {
            self.text.push_str(piece);
            self.runs.push((piece.len(), range));
        }
    }

    /// Appends text that stands for `range` of the source.
    pub(super) fn replace(&mut self, text: &str, range: Range<usize>) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.runs.push((text.len(), range));
        }
    }

    /// Appends one character that stands for `range` of the source.
    pub(super) fn replace_char(&mut self, c: char, range: Range<usize>) {
        self.text.push(c);
        self.runs.push((c.len_utf8(), range));
    }

    /// The value and its map to the source text.
    pub(super) fn finish(self) -> (String, TextMap) {
        (self.text, TextMap::from_runs(self.runs))
    }
}

impl Input<'_> {
    /// A map to offsets in `text` as a map to offsets in the file, for a value of `len` bytes that stands at
    /// `at` in `text`.
    pub(super) fn outward(&self, map: &TextMap, at: usize, len: usize) -> TextMap {
        if len == 0 { TextMap::at(self.map.range(at, at).start) } else { map.through(&self.map, len) }
    }

    /// A scalar whose value is the range `value` of `text`, unchanged.
    pub(super) fn copied(&self, value: Range<usize>, kind: ScalarKind) -> Scalar {
        let text = self.text.get(value.clone()).unwrap_or_default();
        Scalar {
            text: Arc::from(text),
            kind,
            map: self.outward(&TextMap::at(value.start), value.start, text.len()),
        }
    }

    /// A scalar that was decoded; `at` is where its first byte would stand.
    pub(super) fn decoded(&self, decoder: Decoder, at: usize, kind: ScalarKind) -> Scalar {
        let (text, map) = decoder.finish();
        let map = self.outward(&map, at, text.len());
        Scalar { text: text.into(), kind, map }
    }

    /// A scalar node; `node` is the range of its bytes in `text`, quotes included.
    pub(super) fn node(&self, node: Range<usize>, scalar: Scalar) -> Node {
        Node { data: super::Data::Scalar(scalar), span: self.span(node.start, node.end), tag: None }
    }

    /// The null that stands where a value is missing.
    pub(super) fn null(&self, at: usize) -> Node {
        self.node(at..at, self.copied(at..at, ScalarKind::Null))
    }

    /// A comment without its marker: `range` of `text`, of which `text_range` is the text.
    pub(super) fn comment(&self, range: Range<usize>, text_range: Range<usize>) -> Comment {
        Comment {
            text: self.text.get(text_range).unwrap_or_default().into(),
            span: self.span(range.start, range.end),
        }
    }

    /// The end of the word that starts at `at`: what to underline where only a point is known.
    pub(super) fn word_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let mut len = 0;
        for c in rest.chars() {
            if len > 0 && (c.is_whitespace() || matches!(c, ',' | ']' | '}' | '[' | '{' | '"' | '\'')) {
                break;
            }
            if matches!(c, '\n' | '\r') {
                break;
            }
            len += c.len_utf8();
            if len >= 64 {
                break;
            }
        }
        at + len
    }
}

impl Parsed {
    /// Records a problem at a range of the input's text.
    pub(super) fn problem(&mut self, input: &Input<'_>, range: Range<usize>, message: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            let (start, end) = (char_floor(input.text, range.start), char_floor(input.text, range.end));
            self.problems.push(SyntaxProblem { span: input.span(start, end), message: message.into() });
        }
    }

    /// The result of a format that has one flat mapping.
    pub(super) fn flat(&mut self, input: &Input<'_>, entries: Vec<Entry>, comments: Vec<Comment>) {
        let span = match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => first.key.span.to(last.value.span),
            _ => input.span(0, 0),
        };
        self.documents.push(Tree { root: Arc::new(Node::mapping(span, entries)), comments });
    }
}

/// The nearest character boundary at or before an offset.
pub(super) fn char_floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The line that starts at `start`: the end of its text and the start of the next line. `\n`, `\r\n` and a
/// lone `\r` end a line.
pub(super) fn line_end(text: &str, start: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let rest = bytes.get(start..).unwrap_or_default();
    match rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
        None => (bytes.len(), bytes.len()),
        Some(n) => {
            let end = start + n;
            let two = bytes.get(end) == Some(&b'\r') && bytes.get(end + 1) == Some(&b'\n');
            (end, end + if two { 2 } else { 1 })
        }
    }
}

/// The number that so many hexadecimal digits at an offset write.
pub(super) fn hex(text: &str, start: usize, digits: usize) -> Option<u32> {
    let piece = text.get(start..start + digits)?;
    piece.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(piece, 16).ok()).flatten()
}

/// The character of a `\uXXXX` whose digits start at `start`, joined with the low surrogate that follows a high
/// one, and the offset after it. `None` for malformed digits; a lone surrogate gives U+FFFD.
pub(super) fn utf16_escape(text: &str, start: usize) -> Option<(char, usize)> {
    let first = hex(text, start, 4)?;
    let end = start + 4;
    if (0xD800..0xDC00).contains(&first)
        && text.get(end..end + 2) == Some("\\u")
        && let Some(second) = hex(text, end + 2, 4)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return Some((char::from_u32(code).unwrap_or('\u{FFFD}'), end + 6));
    }
    Some((char::from_u32(first).unwrap_or('\u{FFFD}'), end))
}

/// Whether text reads as a number: decimal, hexadecimal, octal, float, and YAML's `.inf` and `.nan`.
pub(super) fn is_number(text: &str) -> bool {
    let body = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some(first) = body.bytes().next() else { return false };
    if !(first.is_ascii_digit() || first == b'.') {
        return false;
    }
    if let Some(digits) = body.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    }
    if let Some(digits) = body.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|b| matches!(b, b'0'..=b'7' | b'_'));
    }
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mut digits, mut dot, mut exponent) = (false, false, false);
    let mut previous = 0u8;
    for b in body.bytes() {
        match b {
            b'0'..=b'9' => digits = true,
            b'_' if digits => {}
            b'.' if !dot && !exponent => dot = true,
            b'e' | b'E' if digits && !exponent => exponent = true,
            b'+' | b'-' if matches!(previous, b'e' | b'E') => {}
            _ => return false,
        }
        previous = b;
    }
    digits && !matches!(previous, b'e' | b'E' | b'+' | b'-' | b'_')
}
