//! Sections with keys and values: INI, systemd units, `setup.cfg`, and simple `.conf` files.

use std::ops::Range;
use std::sync::Arc;

use super::common::{Decoder, line_end};
use super::{Comment, Entry, Input, Node, Parsed, ScalarKind, Tree};

/// Reads an INI file: keys before the first section at the top, each section a nested mapping. Keys and
/// sections may repeat. Lines indented deeper than their key continue its value; they are joined with `\n`.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let mut reader = Reader {
        input,
        text: input.text,
        out: Parsed::default(),
        root: Vec::new(),
        section: None,
        comments: Vec::new(),
    };
    let mut at = 0;
    while at < input.text.len() {
        at = reader.line(at);
    }
    reader.finish()
}

struct Reader<'a> {
    input: &'a Input<'a>,
    text: &'a str,
    out: Parsed,
    root: Vec<Entry>,
    section: Option<(Arc<Node>, Vec<Entry>)>,
    comments: Vec<Comment>,
}

impl Reader<'_> {
    /// Reads the line at an offset, and those that continue it; gives the start of the next.
    fn line(&mut self, start: usize) -> usize {
        let (end, next) = line_end(self.text, start);
        let range = self.trim(start..end);
        let line = self.text.get(range.clone()).unwrap_or_default();
        if line.is_empty() {
            return next;
        }
        if line.starts_with(['#', ';']) {
            self.comments.push(self.input.comment(range.clone(), range.start + 1..range.end));
            return next;
        }
        if let Some(inside) = line.strip_prefix('[') {
            let Some(len) = inside.rfind(']') else {
                self.out.problem(self.input, range, "the section's `]` is missing");
                return next;
            };
            let name = self.trim(range.start + 1..range.start + 1 + len);
            self.close();
            let node = self.input.node(name.clone(), self.input.copied(name, ScalarKind::Text));
            self.section = Some((Arc::new(node), Vec::new()));
            return next;
        }
        self.entry(range.start - start, range, next)
    }

    fn entry(&mut self, indent: usize, line: Range<usize>, next: usize) -> usize {
        let text = self.text.get(line.clone()).unwrap_or_default();
        let (key_len, value_at) = split(text);
        let key = self.trim(line.start..line.start + key_len);
        let key = Arc::new(self.input.node(key.clone(), self.input.copied(key, ScalarKind::Text)));
        let mut lines = Vec::new();
        if let Some(at) = value_at {
            lines.push(self.uncomment(line.start + at..line.end, true));
        }
        let mut at = next;
        while at < self.text.len() {
            let (end, next) = line_end(self.text, at);
            let more = self.trim(at..end);
            let joined =
                self.text.get(..at).is_some_and(|t| t.trim_end_matches(['\r', '\n']).ends_with('\\'));
            if more.is_empty() || (more.start - at <= indent && !joined) {
                break;
            }
            if self.text.get(more.clone()).is_some_and(|t| t.starts_with(['#', ';'])) {
                self.comments.push(self.input.comment(more.clone(), more.start + 1..more.end));
            } else {
                let more = self.uncomment(more, false);
                lines.push(more);
            }
            at = next;
        }
        let value = Arc::new(self.value(&lines, line.end, value_at.is_some()));
        let entry = Entry { key, value, merged: false };
        match &mut self.section {
            Some((_, entries)) => entries.push(entry),
            None => self.root.push(entry),
        }
        at
    }

    fn value(&self, lines: &[Range<usize>], end: usize, separated: bool) -> Node {
        match lines {
            [] if !separated => self.input.null(end),
            [] => self.input.node(end..end, self.input.copied(end..end, ScalarKind::Text)),
            [only] => {
                let text = self.text.get(only.clone()).unwrap_or_default();
                let inner = [b'"', b'\''].into_iter().find_map(|quote| {
                    let quote = char::from(quote);
                    text.strip_prefix(quote)?.strip_suffix(quote).filter(|t| !t.contains(quote))
                });
                let value = if inner.is_some() { only.start + 1..only.end - 1 } else { only.clone() };
                self.input.node(only.clone(), self.input.copied(value, ScalarKind::Text))
            }
            [first, .., last] => {
                let mut decoder = Decoder::default();
                let mut previous: Option<usize> = None;
                for line in lines {
                    if let Some(end) = previous
                        && !decoder.text.is_empty()
                    {
                        let (stop, after) = line_end(self.text, end);
                        decoder.replace("\n", stop..after);
                    }
                    decoder.copy(self.text, line.clone());
                    previous = Some(line.end);
                }
                let start = lines.iter().find(|l| !l.is_empty()).map_or(first.start, |l| l.start);
                let node = start..last.end.max(start);
                self.input.node(node, self.input.decoded(decoder, start, ScalarKind::Text))
            }
        }
    }

    /// A value without the comment behind it (`;` only in the first line: requirements use it for markers) and
    /// without the backslash that joins it to the next line.
    fn uncomment(&mut self, range: Range<usize>, first: bool) -> Range<usize> {
        let range = self.trim(range);
        let bytes = self.text.as_bytes();
        for at in range.clone() {
            let mark = matches!(bytes.get(at), Some(b'#')) || (first && matches!(bytes.get(at), Some(b';')));
            if mark && at > range.start && matches!(bytes.get(at - 1), Some(b' ' | b'\t')) {
                self.comments.push(self.input.comment(at..range.end, at + 1..range.end));
                return self.trim(range.start..at);
            }
        }
        if range.start < range.end && bytes.get(range.end - 1) == Some(&b'\\') {
            let (_, next) = line_end(self.text, range.end);
            if next < self.text.len() {
                return self.trim(range.start..range.end - 1);
            }
        }
        range
    }

    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (text.len() - text.trim_start().len());
        start..start + text.trim().len()
    }

    fn close(&mut self) {
        if let Some((key, entries)) = self.section.take() {
            let span = match (entries.first(), entries.last()) {
                (Some(first), Some(last)) => first.key.span.to(last.value.span),
                _ => key.span,
            };
            let value = Arc::new(Node::mapping(span, entries));
            self.root.push(Entry { key, value, merged: false });
        }
    }

    fn finish(mut self) -> Parsed {
        self.close();
        let span = match (self.root.first(), self.root.last()) {
            (Some(first), Some(last)) => first.key.span.to(last.value.span),
            _ => self.input.span(0, 0),
        };
        let root = Arc::new(Node::mapping(span, self.root));
        self.out.documents.push(Tree { root, comments: self.comments });
        self.out
    }
}

/// The length of the key and the offset of the value. `=` or `: ` separate; where a line has neither, the first
/// blank does (`requirepass secret`).
fn split(line: &str) -> (usize, Option<usize>) {
    for (at, c) in line.char_indices() {
        let rest = line.get(at + c.len_utf8()..).unwrap_or_default();
        if c == '=' || (c == ':' && (rest.is_empty() || rest.starts_with([' ', '\t']))) {
            return (at, Some(at + 1));
        }
    }
    match line.find([' ', '\t']) {
        Some(at) => (at, Some(at)),
        None => (line.len(), None),
    }
}

#[cfg(test)]
#[path = "ini_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
