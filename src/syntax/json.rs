//! JSON as people keep it in repositories: with comments, trailing commas, template placeholders, JSON5's
//! loose strings and keys, several values in a row.
//!
//! Written by hand because the tree needs the source of every byte of a decoded string, and because a broken
//! file must give what stands before the break.

use std::ops::Range;
use std::sync::Arc;

use super::common::{Decoder, MAX_DEPTH, MAX_DOCUMENTS, char_floor, hex, is_number, line_end, utf16_escape};
use super::{Comment, Entry, Input, Node, Parsed, Scalar, ScalarKind, Tree};

/// Reads one JSON value, or several that follow each other (JSON Lines).
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let mut reader = Reader {
        input,
        bytes: input.text.as_bytes(),
        at: 0,
        depth: 0,
        out: Parsed::default(),
        comments: Vec::new(),
        stopped: false,
    };
    reader.stream();
    reader.out
}

struct Reader<'a> {
    input: &'a Input<'a>,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    out: Parsed,
    comments: Vec<Comment>,
    /// Nothing after this point can be understood; open collections are closed with what they have.
    stopped: bool,
}

impl<'a> Reader<'a> {
    fn stream(&mut self) {
        loop {
            self.space();
            let Some(byte) = self.peek() else { break };
            let first = self.out.documents.is_empty();
            if !first && (self.stopped || !matches!(byte, b'{' | b'[')) {
                if !self.stopped {
                    self.problem(
                        self.at..self.input.word_end(self.at),
                        "unexpected text after the end of the value",
                    );
                }
                break;
            }
            if self.out.documents.len() >= MAX_DOCUMENTS {
                let message = format!("more than {MAX_DOCUMENTS} values; the rest is not read");
                self.problem(self.at..self.at + 1, &message);
                break;
            }
            let root = Arc::new(self.value());
            let comments = std::mem::take(&mut self.comments);
            self.out.documents.push(Tree { root, comments });
        }
        if let Some(last) = self.out.documents.last_mut() {
            last.comments.append(&mut self.comments);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn problem(&mut self, range: Range<usize>, message: &str) {
        self.out.problem(self.input, range, message);
    }

    /// Passes over white space and comments.
    fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') => self.at += 1,
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    let (end, next) = line_end(self.input.text, self.at);
                    self.comments.push(self.input.comment(self.at..end, self.at + 2..end));
                    self.at = next;
                }
                Some(b'/') if self.bytes.get(self.at + 1) == Some(&b'*') => self.block_comment(),
                Some(b'#') => {
                    let (end, next) = line_end(self.input.text, self.at);
                    self.comments.push(self.input.comment(self.at..end, self.at + 1..end));
                    self.at = next;
                }
                // U+00A0 and U+FEFF, which come in by copying from web pages.
                Some(0xC2) if self.bytes.get(self.at + 1) == Some(&0xA0) => self.at += 2,
                Some(0xEF) if self.bytes.get(self.at..self.at + 3) == Some(b"\xEF\xBB\xBF") => self.at += 3,
                _ => break,
            }
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let inside = self.input.text.get(start + 2..).unwrap_or_default();
        match inside.find("*/") {
            Some(len) => {
                self.at = start + 2 + len + 2;
                self.comments.push(self.input.comment(start..self.at, start + 2..start + 2 + len));
            }
            None => {
                self.problem(start..start + 2, "the comment is never closed");
                self.at = self.bytes.len();
            }
        }
    }

    fn value(&mut self) -> Node {
        match self.peek() {
            Some(b'{') if !self.at_template() => self.object(),
            Some(b'[') => self.array(),
            Some(b'"' | b'\'') => self.string(),
            _ => self.word(),
        }
    }

    /// Whether a `{{ … }}` placeholder of a template starts here rather than an object.
    fn at_template(&self) -> bool {
        self.bytes.get(self.at + 1) == Some(&b'{')
    }

    /// Enters a collection; false where it nests too deep.
    fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels; the rest is not read");
            self.problem(self.at..self.at + 1, &message);
            self.stopped = true;
            return false;
        }
        self.depth += 1;
        self.at += 1;
        true
    }

    fn array(&mut self) -> Node {
        let start = self.at;
        let mut items = Vec::new();
        if !self.enter() {
            return self.input.null(start);
        }
        let mut separated = true;
        let end = loop {
            let last = self.at;
            self.space();
            match self.peek() {
                _ if self.stopped => break last,
                None => break self.unclosed(start, last),
                Some(b']') => {
                    self.at += 1;
                    break self.at;
                }
                Some(b',') => {
                    self.at += 1;
                    separated = true;
                }
                Some(b'}' | b':') => break self.stop(last),
                Some(_) => {
                    if !separated {
                        self.problem(last..last + 1, "expected `,` or `]`");
                    }
                    let quoted = matches!(self.peek(), Some(b'"' | b'\''));
                    let item = self.value();
                    separated = !quoted && item.as_str().is_some_and(is_placeholder);
                    items.push(Arc::new(item));
                }
            }
        };
        self.depth -= 1;
        Node::sequence(self.input.span(start, end), items)
    }

    fn object(&mut self) -> Node {
        let start = self.at;
        let mut entries = Vec::new();
        if !self.enter() {
            return self.input.null(start);
        }
        let mut separated = true;
        let end = loop {
            let last = self.at;
            self.space();
            match self.peek() {
                _ if self.stopped => break last,
                None => break self.unclosed(start, last),
                Some(b'}') => {
                    self.at += 1;
                    break self.at;
                }
                Some(b',') => {
                    self.at += 1;
                    separated = true;
                }
                Some(b']' | b':' | b'[') => break self.stop(last),
                Some(b'{') if !self.at_template() => break self.stop(last),
                Some(_) => {
                    if !separated {
                        self.problem(last..last + 1, "expected `,` or `}`");
                    }
                    let entry = self.entry();
                    // No comma is needed after a placeholder: it may bring its own.
                    separated = entry.is_none();
                    entries.extend(entry);
                }
            }
        };
        self.depth -= 1;
        Node::mapping(self.input.span(start, end), entries)
    }

    /// A key and its value; `None` for a placeholder that stands for whole entries.
    fn entry(&mut self) -> Option<Entry> {
        let quoted = matches!(self.peek(), Some(b'"' | b'\''));
        let key = if quoted { self.string() } else { self.key_word() };
        let end = self.at;
        self.space();
        if self.peek() == Some(b':') {
            self.at += 1;
            let colon = self.at;
            self.space();
            let value = match self.peek() {
                None | Some(b',' | b'}' | b']') => {
                    self.problem(colon - 1..colon, "expected a value after `:`");
                    self.input.null(colon)
                }
                Some(_) => self.value(),
            };
            return Some(Entry { key: Arc::new(key), value: Arc::new(value), merged: false });
        }
        let template = !quoted && key.as_str().is_some_and(is_placeholder);
        if template {
            return None;
        }
        self.problem(end..self.input.word_end(end).min(end + 1), "expected `:` after the key");
        // Where no key can be read at all, going on would only stumble over the same text.
        if !quoted && key.as_str().is_none_or(str::is_empty) {
            self.stopped = true;
            return None;
        }
        Some(Entry { key: Arc::new(key), value: Arc::new(self.input.null(end)), merged: false })
    }

    fn unclosed(&mut self, start: usize, last: usize) -> usize {
        let open =
            if self.bytes.get(start) == Some(&b'[') { "`[` is never closed" } else { "`{` is never closed" };
        self.problem(start..start + 1, open);
        self.stopped = true;
        last
    }

    fn stop(&mut self, last: usize) -> usize {
        let message = match self.peek() {
            Some(c @ (b'{' | b'}' | b'[' | b']' | b':')) => format!("unexpected `{}`", char::from(c)),
            _ => "unexpected text".to_owned(),
        };
        self.problem(self.at..self.at + 1, &message);
        self.stopped = true;
        last
    }

    fn string(&mut self) -> Node {
        let start = self.at;
        let quote = self.peek().unwrap_or(b'"');
        let inner = start + 1;
        let mut at = inner;
        let mut decoder: Option<Decoder> = None;
        let mut piece = inner;
        let closed = loop {
            match self.bytes.get(at) {
                Some(b) if *b == quote => break true,
                None | Some(b'\n' | b'\r') => break false,
                Some(b'\\') => {
                    let decoder = decoder.get_or_insert_with(Decoder::default);
                    decoder.copy(self.input.text, piece..at);
                    at = self.escape(at, decoder);
                    piece = at;
                }
                Some(b'$') if self.bytes.get(at + 1) == Some(&b'{') => at = self.interpolation(at),
                Some(_) => at += 1,
            }
        };
        self.at = if closed { at + 1 } else { at };
        if !closed {
            self.problem(start..start + 1, "the string is never closed");
        }
        let scalar = match decoder {
            None => self.input.copied(inner..at, ScalarKind::Text),
            Some(mut decoder) => {
                decoder.copy(self.input.text, piece..at);
                self.input.decoded(decoder, inner, ScalarKind::Text)
            }
        };
        self.input.node(start..self.at, scalar)
    }

    /// The offset up to which a string goes on for certain after a `${`. Quotes inside a template's `${ … }`
    /// belong to the expression; a quote after which JSON would go on ends the string all the same.
    fn interpolation(&self, at: usize) -> usize {
        let Some(end) = self.placeholder(at + 1, b'}') else { return at + 2 };
        let inside = self.bytes.get(at..end).unwrap_or_default();
        let Some(quote) = inside.iter().position(|b| matches!(b, b'"' | b'\\')) else { return end };
        let after = self.bytes.get(at + quote + 1..).unwrap_or_default();
        match after.iter().find(|b| !matches!(b, b' ' | b'\t')) {
            None | Some(b',' | b':' | b'}' | b']' | b'\n' | b'\r') => at + 2,
            Some(_) => end,
        }
    }

    /// The end of a placeholder whose `{` is at `open`, on the same line and with every brace closed.
    fn placeholder(&self, open: usize, close: u8) -> Option<usize> {
        let mut depth = 0usize;
        let mut at = open;
        // A placeholder is short; an unclosed one must not cost a second reading of the file.
        for byte in self.bytes.get(open..)?.iter().take(400) {
            at += 1;
            match byte {
                b'\n' | b'\r' => return None,
                b'{' => depth += 1,
                b if *b == close => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn escape(&mut self, at: usize, out: &mut Decoder) -> usize {
        let text = self.input.text;
        let one = |c: char| Some((c, at + 2));
        let decoded = match self.bytes.get(at + 1) {
            Some(b'n') => one('\n'),
            Some(b't') => one('\t'),
            Some(b'r') => one('\r'),
            Some(b'b') => one('\u{8}'),
            Some(b'f') => one('\u{c}'),
            Some(b'v') => one('\u{b}'),
            Some(b'0') => one('\0'),
            Some(c @ (b'"' | b'\\' | b'/' | b'\'' | b'`')) => one(char::from(*c)),
            Some(b'u') => utf16_escape(text, at + 2),
            Some(b'x') => hex(text, at + 2, 2).and_then(char::from_u32).map(|c| (c, at + 4)),
            // JSON5: the string goes on in the next line.
            Some(b'\n' | b'\r') => return line_end(text, at + 1).1,
            _ => None,
        };
        if let Some((c, end)) = decoded {
            out.replace_char(c, at..end);
            return end;
        }
        if self.bytes.get(at + 1).is_some() {
            let end = char_floor(text, at + 2).max(at + 1);
            self.problem(at..end, "unknown escape in a string");
        }
        out.copy(text, at..at + 1);
        at + 1
    }

    /// An unquoted key.
    fn key_word(&mut self) -> Node {
        let start = self.at;
        let end = self.word_end(true);
        self.at = end;
        self.input.node(start..end, self.input.copied(start..end, ScalarKind::Text))
    }

    /// A literal, a number or a placeholder.
    fn word(&mut self) -> Node {
        let start = self.at;
        let end = self.word_end(false);
        let text = self.input.text.get(start..end).unwrap_or_default();
        let kind = match text {
            "null" | "undefined" => ScalarKind::Null,
            "true" | "false" => ScalarKind::Bool,
            "NaN" | "Infinity" | "-Infinity" | "+Infinity" => ScalarKind::Number,
            _ if is_number(text) => ScalarKind::Number,
            _ => ScalarKind::Text,
        };
        if end == start {
            self.problem(start..self.input.word_end(start).max(start + 1), "unexpected text");
            self.stopped = true;
        } else if kind == ScalarKind::Text && !is_placeholder(text) {
            self.problem(start..end, "a string must be quoted");
        }
        self.at = end;
        let scalar: Scalar = self.input.copied(start..end, kind);
        self.input.node(start..end, scalar)
    }

    /// The end of the unquoted word here; placeholders in it are taken whole.
    fn word_end(&self, key: bool) -> usize {
        let mut at = self.at;
        let mut end = at;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'{' | b'$' | b'<' => {
                    let open = if *byte == b'$' { at + 1 } else { at };
                    let close = if *byte == b'<' { b'>' } else { b'}' };
                    let found = match (byte, self.bytes.get(open)) {
                        (b'<', _) | (_, Some(b'{')) => self.placeholder_from(open, close),
                        _ => None,
                    };
                    match found {
                        Some(next) => at = next,
                        None if *byte == b'{' => break,
                        None => at += 1,
                    }
                    end = at;
                }
                b',' | b'}' | b']' | b'[' | b'\n' | b'\r' | b'"' | b' ' | b'\t' => break,
                b':' if key => break,
                b'/' if matches!(self.bytes.get(at + 1), Some(b'/' | b'*')) => break,
                _ => {
                    at += 1;
                    end = at;
                }
            }
        }
        end
    }

    fn placeholder_from(&self, open: usize, close: u8) -> Option<usize> {
        if close == b'>' {
            let rest = self.bytes.get(open..)?;
            let len = rest.iter().take(200).position(|b| matches!(b, b'>' | b'\n' | b'"' | b','))?;
            return (rest.get(len) == Some(&b'>')).then_some(open + len + 1);
        }
        self.placeholder(open, close)
    }
}

/// Whether an unquoted word is a template's placeholder: `${x}`, `{{ x }}`, `<x>`, `$x`, `@x@`, `%x%`.
fn is_placeholder(text: &str) -> bool {
    text.contains("${")
        || text.contains("{{")
        || text.starts_with(['$', '<', '%', '@'])
        || (text.starts_with("__") && text.ends_with("__"))
}

#[cfg(test)]
#[path = "json_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
