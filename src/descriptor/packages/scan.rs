//! Reading text by lines and by quoted words, with places.

use std::ops::Range;

use crate::descriptor::{Document, Value, part_of, value_of_node};

/// The text of a document without a tree.
pub(crate) struct Lines {
    /// The whole text with its place.
    pub(crate) value: Value,
}

/// Longest line that is looked at: what is longer was not written by a person.
const MAX_LINE: usize = 4_000;

impl Lines {
    /// The text of a document.
    pub(crate) fn of(doc: &Document<'_>) -> Self {
        Lines { value: value_of_node(doc.root()) }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.value.text
    }

    /// A range of it.
    pub(crate) fn get(&self, range: Range<usize>) -> &str {
        self.value.text.get(range).unwrap_or_default()
    }

    /// A range of it as a value.
    pub(crate) fn part(&self, range: Range<usize>) -> Value {
        part_of(&self.value, range)
    }

    /// The lines without their ends; over-long ones are left out.
    pub(crate) fn lines(&self) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        let mut at = 0;
        for raw in self.text().split_inclusive('\n') {
            let len = raw.trim_end_matches(['\n', '\r']).len();
            if len <= MAX_LINE {
                out.push(at..at + len);
            }
            at += raw.len();
        }
        out
    }

    /// A range without the white space around it.
    pub(crate) fn trim(&self, range: Range<usize>) -> Range<usize> {
        trim(self.text(), range)
    }
}

/// A range of a text without the white space around it.
pub(crate) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// A piece of source code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word: letters, digits, `_`.
    Word,
    /// Text in quotes; the range is that between them.
    Text,
    /// A comment; the range holds its marker.
    Comment,
    /// A line end.
    End,
    /// Any other character.
    Sign(char),
}

/// A token and its range.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes.
    pub(crate) range: Range<usize>,
}

/// Which comments a language has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    /// `//` and `/* */`.
    Slashes,
    /// `#`.
    Hash,
}

/// Takes source code apart: Groovy, Kotlin, Swift, Ruby. What is not understood is signs, so nothing is ever
/// lost but the meaning of unusual literals.
pub(crate) fn tokens(text: &str, comments: Comments) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let start = at;
        let line = |from: usize| {
            text.get(from..).and_then(|r| r.find(['\n', '\r'])).map_or(text.len(), |n| from + n)
        };
        let (kind, range) = if c == '\n' {
            at += 1;
            (Kind::End, start..at)
        } else if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if comments == Comments::Hash && c == '#'
            || comments == Comments::Slashes && rest.starts_with("//")
        {
            at = line(start);
            (Kind::Comment, start..at)
        } else if comments == Comments::Slashes && rest.starts_with("/*") {
            at = rest.get(2..).and_then(|r| r.find("*/")).map_or(text.len(), |n| start + 2 + n + 2);
            (Kind::Comment, start..at)
        } else if matches!(c, '"' | '\'') {
            let (range, end) = quoted(text, start, c);
            at = end;
            (Kind::Text, range)
        } else if c.is_alphanumeric() || c == '_' {
            while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80) {
                at += 1;
            }
            (Kind::Word, start..at)
        } else {
            at += c.len_utf8();
            (Kind::Sign(c), start..at)
        };
        out.push(Token { kind, range });
    }
    out
}

/// The range between the quotes of a text that starts at `open`, and the offset after it. A text in single marks
/// ends with its line at the latest.
fn quoted(text: &str, open: usize, quote: char) -> (Range<usize>, usize) {
    let triple = [quote; 3].iter().collect::<String>();
    let rest = text.get(open..).unwrap_or_default();
    if rest.starts_with(&triple) {
        let inner = open + 3;
        let len = text.get(inner..).and_then(|r| r.find(&triple));
        let end = len.map_or(text.len(), |n| inner + n);
        return (inner..end, (end + 3).min(text.len()));
    }
    let inner = open + 1;
    let mut escaped = false;
    for (n, c) in text.get(inner..).unwrap_or_default().char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' | '\r' => return (inner..inner + n, inner + n),
            _ if c == quote => return (inner..inner + n, inner + n + 1),
            _ => {}
        }
    }
    (inner..text.len(), text.len())
}
