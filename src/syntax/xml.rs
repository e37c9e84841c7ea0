//! XML, read by hand: exact places for decoded text, a tree even where the file breaks off, and no entity of a
//! DTD is ever expanded.

use std::ops::Range;
use std::sync::Arc;

use super::common::{Decoder, MAX_DEPTH};
use super::{Comment, Entry, Input, Node, Parsed, Scalar, ScalarKind, Tree};

/// Reads an XML document as a mapping of its one element. An element is a mapping: attributes as `@name`,
/// children by tag name in source order, text as `#text`; an element with text alone is a scalar.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let mut reader = Reader {
        input,
        text: input.text,
        at: 0,
        out: Parsed::default(),
        comments: Vec::new(),
        frames: Vec::new(),
        root: Vec::new(),
    };
    reader.content();
    reader.finish()
}

/// An element that is still open.
struct Frame {
    start: usize,
    name: Range<usize>,
    entries: Vec<Entry>,
    /// Pieces of text and whether each is taken as it is (CDATA).
    text: Vec<(Range<usize>, bool)>,
}

struct Reader<'a> {
    input: &'a Input<'a>,
    text: &'a str,
    at: usize,
    out: Parsed,
    comments: Vec<Comment>,
    frames: Vec<Frame>,
    root: Vec<Entry>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn content(&mut self) {
        while self.at < self.text.len() {
            let len = self.rest().find('<').unwrap_or(self.rest().len());
            self.characters(self.at..self.at + len);
            self.at += len;
            if self.at < self.text.len() && !self.markup() {
                break;
            }
        }
    }

    fn characters(&mut self, range: Range<usize>) {
        let blank = self.text.get(range.clone()).is_none_or(|t| t.trim().is_empty());
        match self.frames.last_mut() {
            Some(frame) if !blank => frame.text.push((range, false)),
            None if !blank && self.root.is_empty() && self.out.problems.is_empty() => {
                let start = range.start;
                self.out.problem(
                    self.input,
                    start..self.input.word_end(start),
                    "text outside of any element",
                );
            }
            _ => {}
        }
    }

    /// Reads what starts with `<`; false where nothing more can be read.
    fn markup(&mut self) -> bool {
        let (start, rest) = (self.at, self.rest());
        if rest.starts_with("<!--") {
            let Some(len) = rest.get(4..).and_then(|r| r.find("-->")) else {
                return self.unclosed(start, 4, "the comment is never closed");
            };
            self.at = start + 4 + len + 3;
            self.comments.push(self.input.comment(start..self.at, start + 4..start + 4 + len));
        } else if rest.starts_with("<![CDATA[") {
            let Some(len) = rest.get(9..).and_then(|r| r.find("]]>")) else {
                return self.unclosed(start, 9, "the CDATA section is never closed");
            };
            self.at = start + 9 + len + 3;
            if let Some(frame) = self.frames.last_mut() {
                frame.text.push((start + 9..start + 9 + len, true));
            }
        } else if rest.starts_with("<?") {
            let Some(len) = rest.find("?>") else {
                return self.unclosed(start, 2, "the `<?` is never closed");
            };
            self.at = start + len + 2;
        } else if rest.starts_with("<!") {
            let mut depth = 0usize;
            let end = rest.bytes().position(|b| {
                match b {
                    b'[' => depth += 1,
                    b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                b == b'>' && depth == 0
            });
            let Some(len) = end else { return self.unclosed(start, 2, "the declaration is never closed") };
            self.at = start + len + 1;
        } else if rest.starts_with("</") {
            return self.end_tag();
        } else if rest
            .get(1..)
            .is_some_and(|r| r.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':'))
        {
            return self.start_tag();
        } else {
            self.out.problem(self.input, start..start + 1, "a `<` in text must be written `&lt;`");
            self.at += 1;
        }
        true
    }

    fn unclosed(&mut self, start: usize, len: usize, message: &str) -> bool {
        self.out.problem(self.input, start..start + len, message);
        self.at = self.text.len();
        false
    }

    fn name(&mut self) -> Range<usize> {
        let start = self.at;
        let end =
            self.rest().find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<' | '"' | '\''));
        self.at = end.map_or(self.text.len(), |n| start + n);
        start..self.at
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn start_tag(&mut self) -> bool {
        let start = self.at;
        self.at += 1;
        let name = self.name();
        let mut frame = Frame { start, name, entries: Vec::new(), text: Vec::new() };
        let alone = loop {
            self.space();
            let rest = self.rest();
            if rest.starts_with("/>") {
                self.at += 2;
                break true;
            }
            if rest.starts_with('>') {
                self.at += 1;
                break false;
            }
            if rest.is_empty() || rest.starts_with('<') {
                let end = frame.name.end;
                self.out.problem(self.input, start..end, "the tag is never closed with `>`");
                break false;
            }
            match self.attribute() {
                Some(entry) => frame.entries.push(entry),
                None => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        };
        if alone {
            let end = self.at;
            self.close(frame, end);
        } else if self.frames.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels; the rest is not read");
            self.out.problem(self.input, start..frame.name.end, message);
            return false;
        } else {
            self.frames.push(frame);
        }
        true
    }

    fn attribute(&mut self) -> Option<Entry> {
        let name = self.name();
        if name.is_empty() {
            self.out.problem(self.input, name.start..name.start + 1, "unexpected character in a tag");
            return None;
        }
        let mut key = self.input.copied(name.clone(), ScalarKind::Text);
        key.text = Arc::from(format!("@{}", key.text));
        key.map = super::TextMap::whole(self.input.map.range(name.start, name.end));
        let key = Arc::new(self.input.node(name.clone(), key));
        self.space();
        let value = if self.rest().starts_with('=') {
            self.at += 1;
            self.space();
            self.attribute_value()
        } else {
            self.input.null(name.end)
        };
        Some(Entry { key, value: Arc::new(value), merged: false })
    }

    fn attribute_value(&mut self) -> Node {
        let start = self.at;
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let range = self.name();
            self.out.problem(self.input, range.clone(), "an attribute's value must be quoted");
            return self.input.node(range.clone(), self.input.copied(range, ScalarKind::Text));
        };
        let inside = self.text.get(start + 1..).unwrap_or_default();
        let Some(len) = inside.find([quote, '<']).filter(|n| inside.as_bytes().get(*n) != Some(&b'<')) else {
            self.out.problem(self.input, start..start + 1, "the quote is never closed");
            let end = start + 1 + inside.find(['\n', '\r', '>', '<']).unwrap_or(inside.len());
            self.at = end;
            return self.input.node(start..end, self.input.copied(start + 1..end, ScalarKind::Text));
        };
        self.at = start + 1 + len + 1;
        let scalar = self.decode(&[(start + 1..start + 1 + len, false)]);
        self.input.node(start..self.at, scalar)
    }

    fn end_tag(&mut self) -> bool {
        let start = self.at;
        self.at += 2;
        let name = self.name();
        self.space();
        if self.rest().starts_with('>') {
            self.at += 1;
        } else {
            self.out.problem(self.input, start..name.end, "the tag is never closed with `>`");
        }
        let end = self.at;
        let wanted = self.text.get(name.clone());
        let Some(depth) = self.frames.iter().rposition(|f| self.text.get(f.name.clone()) == wanted) else {
            let message = format!("`</{}>` closes nothing", wanted.unwrap_or_default());
            self.out.problem(self.input, start..end, message);
            return true;
        };
        while self.frames.len() > depth {
            let Some(frame) = self.frames.pop() else { break };
            if self.frames.len() > depth {
                let shown = self.text.get(frame.name.clone()).unwrap_or_default();
                let message = format!("`<{shown}>` is never closed");
                self.out.problem(self.input, frame.start..frame.name.end, message);
            }
            self.close(frame, end);
        }
        true
    }

    /// Finishes an element that ends at `end`.
    fn close(&mut self, mut frame: Frame, end: usize) {
        let key =
            self.input.node(frame.name.clone(), self.input.copied(frame.name.clone(), ScalarKind::Text));
        let text = self.trimmed(&frame.text);
        let value = match (text, frame.entries.is_empty()) {
            (None, true) => {
                let mut node = self.input.null(frame.start);
                node.span = self.input.span(frame.start, end);
                node
            }
            (Some((pieces, range)), true) => self.input.node(range, self.decode(&pieces)),
            (text, false) => {
                if let Some((pieces, range)) = text {
                    let mut name = self.input.copied(range.start..range.start, ScalarKind::Text);
                    name.text = Arc::from("#text");
                    name.map = super::TextMap::whole(self.input.map.range(range.start, range.end));
                    let key = Arc::new(self.input.node(range.clone(), name));
                    let value = Arc::new(self.input.node(range, self.decode(&pieces)));
                    frame.entries.push(Entry { key, value, merged: false });
                }
                Node::mapping(self.input.span(frame.start, end), frame.entries)
            }
        };
        let entry = Entry { key: Arc::new(key), value: Arc::new(value), merged: false };
        match self.frames.last_mut() {
            Some(parent) => parent.entries.push(entry),
            None => self.root.push(entry),
        }
    }

    /// The text of an element without the white space around it, and its bytes.
    #[allow(clippy::type_complexity, reason = "two halves of one thing, used twice")]
    fn trimmed(&self, pieces: &[(Range<usize>, bool)]) -> Option<(Vec<(Range<usize>, bool)>, Range<usize>)> {
        let mut pieces = pieces.to_vec();
        if let Some((range, false)) = pieces.first_mut() {
            let text = self.text.get(range.clone()).unwrap_or_default();
            range.start += text.len() - text.trim_start().len();
        }
        if let Some((range, false)) = pieces.last_mut() {
            let text = self.text.get(range.clone()).unwrap_or_default();
            range.end = range.start + text.trim_end().len();
        }
        let whole = pieces.first()?.0.start..pieces.last()?.0.end;
        Some((pieces, whole))
    }

    /// Text with the built-in entities and character references replaced; other entities stay as written.
    fn decode(&self, pieces: &[(Range<usize>, bool)]) -> Scalar {
        if let [(range, raw)] = pieces
            && (*raw || self.text.get(range.clone()).is_some_and(|t| !t.contains('&')))
        {
            return self.input.copied(range.clone(), ScalarKind::Text);
        }
        let mut decoder = Decoder::default();
        for (range, raw) in pieces {
            let (mut at, mut piece) = (range.start, range.start);
            while !raw && at < range.end {
                if self.text.as_bytes().get(at) == Some(&b'&')
                    && let Some((c, len)) = entity(self.text.get(at..range.end).unwrap_or_default())
                {
                    decoder.copy(self.text, piece..at);
                    decoder.replace_char(c, at..at + len);
                    at += len;
                    piece = at;
                } else {
                    at += 1;
                }
            }
            decoder.copy(self.text, piece..range.end);
        }
        self.input.decoded(decoder, pieces.first().map_or(0, |p| p.0.start), ScalarKind::Text)
    }

    fn finish(mut self) -> Parsed {
        let end = self.text.len();
        while let Some(frame) = self.frames.pop() {
            if self.at >= end {
                let shown = self.text.get(frame.name.clone()).unwrap_or_default();
                let message = format!("`<{shown}>` is never closed");
                self.out.problem(self.input, frame.start..frame.name.end, message);
            }
            self.close(frame, end);
        }
        if !self.root.is_empty() {
            let span = match (self.root.first(), self.root.last()) {
                (Some(first), Some(last)) => first.key.span.to(last.value.span),
                _ => self.input.span(0, end),
            };
            let root = Arc::new(Node::mapping(span, self.root));
            self.out.documents.push(Tree { root, comments: self.comments });
        }
        self.out
    }
}

/// The character of an entity at the start of a text, and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
#[path = "xml_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
