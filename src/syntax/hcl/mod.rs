//! HCL: Terraform, OpenTofu, Nomad, Packer.
//!
//! A block is a mapping below its type and its labels (`resource "aws_s3_bucket" "faces" { … }` is
//! `resource` → `aws_s3_bucket` → `faces` → the body), as in Terraform's own JSON syntax; a type or a label that
//! stands twice is a key that stands twice. As there, a string keeps its `${…}`, and an expression that is no
//! literal is a string of one `${…}`: [`template`] takes both apart for the dialects.
//!
//! The reader is its own and not a crate's because a file is often half-written when it is linted: what stands
//! before and after a mistake is read, each escape and each line of a heredoc knows its bytes, and nesting is
//! bounded.

mod body;
mod expr;
mod text;

use std::ops::Range;
use std::sync::Arc;

pub(crate) use expr::{Expr, Kind, Step};
pub(crate) use text::{Part, template};

use super::common::line_end;
use super::{Comment, Input, Node, Parsed, Tree};

/// Reads HCL text as one document.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let parsed = Parser::new(input, false).file();
    // A brace that is missing moves everything after it into the wrong block. Only then does it matter that
    // some words start a block of the outermost level.
    if parsed.problems.is_empty() { parsed } else { Parser::new(input, true).file() }
}

/// Where a text is read.
struct Parser<'a> {
    input: &'a Input<'a>,
    text: &'a str,
    at: usize,
    /// Brackets around the place; inside them a line end is a blank.
    brackets: usize,
    depth: usize,
    /// A second reading of a text with problems.
    recover: bool,
    /// A missing brace was reported, and the blocks around it are being left.
    leaving: bool,
    /// Some `${` has no end, so that none is looked for beyond its line any more.
    open_template: bool,
    out: Parsed,
    comments: Vec<Comment>,
    /// The end of the last of them.
    commented: usize,
}

impl<'a> Parser<'a> {
    fn new(input: &'a Input<'a>, recover: bool) -> Self {
        Parser {
            input,
            text: input.text,
            at: 0,
            brackets: 0,
            depth: 0,
            recover,
            leaving: false,
            open_template: false,
            out: Parsed::default(),
            comments: Vec::new(),
            commented: 0,
        }
    }

    fn file(mut self) -> Parsed {
        let entries = self.body(None);
        let span = match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => first.key.span.to(last.value.span),
            _ => self.input.span(0, 0),
        };
        let root = Arc::new(Node::mapping(span, entries));
        self.out.documents.push(Tree { root, comments: self.comments });
        self.out
    }

    fn problem(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.out.problem(self.input, range, message);
    }

    /// A problem with the word at the present place.
    fn problem_here(&mut self, message: &str) {
        let range = self.at..self.input.word_end(self.at);
        self.problem(range, message);
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Takes a byte if it stands here.
    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Skips blanks and comments, and line ends where they mean nothing.
    fn space(&mut self) {
        self.skip(self.brackets > 0);
    }

    /// Skips blanks, comments and line ends.
    fn blank(&mut self) {
        self.skip(true);
    }

    fn skip(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' if lines => self.at += 1,
                b'#' => self.line_comment(1),
                b'/' if self.byte(self.at + 1) == Some(b'/') => self.line_comment(2),
                b'/' if self.byte(self.at + 1) == Some(b'*') => self.block_comment(),
                0xC2 | 0xE3 if self.rest().starts_with(['\u{a0}', '\u{3000}']) => self.next_char(),
                _ => return,
            }
        }
    }

    fn next_char(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    fn line_comment(&mut self, marker: usize) {
        let end = line_end(self.text, self.at).0;
        self.comment(self.at..end, self.at + marker..end);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let inside = self.text.get(start + 2..).unwrap_or_default();
        let (text_end, end) = match inside.find("*/") {
            Some(n) => (start + 2 + n, start + n + 4),
            None => {
                self.problem(start..start + 2, "this comment is not closed");
                (self.text.len(), self.text.len())
            }
        };
        self.comment(start..end, start + 2..text_end);
    }

    /// Keeps a comment and goes on after it. Blanks may be read twice; what stands in them is kept once.
    fn comment(&mut self, range: Range<usize>, text: Range<usize>) {
        self.at = range.end;
        if range.end > self.commented {
            self.commented = range.end;
            self.comments.push(self.input.comment(range, text));
        }
    }

    fn skip_line(&mut self) {
        self.at = line_end(self.text, self.at).0;
    }

    /// The end of the identifier that starts at an offset; the offset itself if none does.
    fn identifier(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let starts = |c: char| c.is_alphabetic() || c == '_';
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if !rest.starts_with(starts) {
            return at;
        }
        at + rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
