//! Strings, heredocs and the templates in them.

use std::ops::Range;

use super::super::common::{Decoder, hex, line_end};
use super::super::{Input, Node, Scalar, ScalarKind};
use super::{Expr, Parser};

/// Deepest nesting of strings in templates in strings.
const MAX_NESTING: usize = 24;

/// A part of a template.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// This range of the text, as it is.
    Text(Range<usize>),
    /// `${…}`: its range with the braces, and what stands in it, if that can be read.
    Value(Range<usize>, Option<Expr>),
    /// `%{ if … }`: what follows depends on something.
    Directive(Range<usize>),
}

/// The parts of the value of a string: in native syntax with the escapes undone, in JSON syntax the JSON string's
/// value.
pub(crate) fn template(input: &Input<'_>) -> Vec<Part> {
    let text = input.text;
    let (mut out, mut at, mut copied) = (Vec::new(), 0, 0);
    while let Some(n) = text.get(at..).and_then(|rest| rest.find(['$', '%'])) {
        at += n;
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            // The first sign only says that the brace is meant.
            push_text(&mut out, copied..at);
            copied = at + 1;
            at += 3;
        } else if rest.starts_with("${") || rest.starts_with("%{") {
            let Some(end) = closing(text, at + 1, text.len()) else { break };
            push_text(&mut out, copied..at);
            out.push(if rest.starts_with('%') {
                Part::Directive(at..end)
            } else {
                Part::Value(at..end, expression(input, at + 2..end - 1))
            });
            (at, copied) = (end, end);
        } else {
            at += 1;
        }
    }
    push_text(&mut out, copied..text.len());
    out
}

fn push_text(out: &mut Vec<Part>, range: Range<usize>) {
    if !range.is_empty() {
        out.push(Part::Text(range));
    }
}

/// The expression in a range of a text, if it is one and nothing else.
fn expression(input: &Input<'_>, range: Range<usize>) -> Option<Expr> {
    let inside = Input { text: input.text.get(..range.end)?, file: input.file, map: input.map.clone() };
    let mut parser = Parser::new(&inside, false);
    parser.at = range.start;
    parser.brackets = 1;
    // `${~ x ~}` only says what happens to the blanks around it.
    parser.eat(b'~');
    parser.blank();
    let expr = parser.expr()?;
    parser.blank();
    parser.eat(b'~');
    (parser.at == range.end && parser.out.problems.is_empty()).then_some(expr)
}

/// The offset after the bracket that closes the one at `open`. Strings and their templates are stepped over.
pub(super) fn closing(text: &str, open: usize, end: usize) -> Option<usize> {
    closing_at(text.as_bytes(), open, end, 0)
}

fn closing_at(bytes: &[u8], open: usize, end: usize, nesting: usize) -> Option<usize> {
    let (mut at, mut depth) = (open, 0usize);
    while at < end {
        match bytes.get(at)? {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => {
                at = string_end(bytes, at + 1, end, nesting)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset after the quote that ends a string whose text starts at `at`.
fn string_end(bytes: &[u8], mut at: usize, end: usize, nesting: usize) -> Option<usize> {
    if nesting > MAX_NESTING {
        return None;
    }
    while at < end {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'"', _) => return Some(at + 1),
            (b'\n' | b'\r', _) => return None,
            (b'\\', _) => at += 2,
            (b'$', Some(b'$')) | (b'%', Some(b'%')) => at += 2,
            (b'$' | b'%', Some(b'{')) => at = closing_at(bytes, at + 1, end, nesting + 1)?,
            _ => at += 1,
        }
    }
    None
}

impl Parser<'_> {
    /// A string in quotes, escapes undone and templates left as they are. The quote is here.
    pub(super) fn quoted(&mut self) -> Node {
        let start = self.at;
        let mut decoder = Decoder::default();
        let (mut at, mut copied) = (start + 1, start + 1);
        let end = loop {
            let two = (self.byte(at), self.byte(at + 1));
            match two {
                (None | Some(b'\n' | b'\r'), _) => {
                    self.problem(start..at, "this string is not closed");
                    decoder.copy(self.text, copied..at);
                    break at;
                }
                (Some(b'"'), _) => {
                    decoder.copy(self.text, copied..at);
                    break at + 1;
                }
                (Some(b'\\'), _) => {
                    decoder.copy(self.text, copied..at);
                    at = self.escape(at, &mut decoder);
                    copied = at;
                }
                (Some(b'$'), Some(b'$')) | (Some(b'%'), Some(b'%')) if self.byte(at + 2) == Some(b'{') => {
                    at += 3;
                }
                (Some(b'$' | b'%'), Some(b'{')) => {
                    let line = line_end(self.text, at).0;
                    let limit = if self.open_template { line } else { self.text.len() };
                    at = match closing(self.text, at + 1, limit) {
                        Some(end) => end,
                        None => {
                            self.open_template = true;
                            self.problem(at..at + 2, "this template is not closed");
                            decoder.copy(self.text, copied..line);
                            break line;
                        }
                    };
                }
                _ => at += 1,
            }
        };
        self.at = end;
        self.input.node(start..end, self.input.decoded(decoder, start + 1, ScalarKind::Text))
    }

    /// Undoes the escape at an offset and gives the offset after it.
    fn escape(&mut self, at: usize, decoder: &mut Decoder) -> usize {
        let simple = match self.byte(at + 1) {
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'"') => Some('"'),
            Some(b'\\') => Some('\\'),
            _ => None,
        };
        if let Some(c) = simple {
            decoder.replace_char(c, at..at + 2);
            return at + 2;
        }
        let digits = match self.byte(at + 1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => 0,
        };
        if digits > 0
            && let Some(c) = hex(self.text, at + 2, digits).and_then(char::from_u32)
        {
            decoder.replace_char(c, at..at + 2 + digits);
            return at + 2 + digits;
        }
        let next = self.text.get(at + 1..).and_then(|rest| rest.chars().next());
        let end = at + 1 + next.filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
        self.problem(at..end, "unknown escape");
        decoder.copy(self.text, at..end);
        end
    }

    /// A heredoc. Its marker is here.
    pub(super) fn heredoc(&mut self) -> Option<Node> {
        let start = self.at;
        self.at += 2;
        let flush = self.eat(b'-');
        let word_end = self.identifier(self.at);
        let word = self.text.get(self.at..word_end).unwrap_or_default();
        if word.is_empty() {
            self.problem(start..self.at, "a heredoc needs a marker");
            return None;
        }
        let (_, mut at) = line_end(self.text, word_end);
        let body = at;
        let mut lines: Vec<(Range<usize>, usize)> = Vec::new();
        loop {
            let (end, next) = line_end(self.text, at);
            let line = self.text.get(at..end).unwrap_or_default();
            if line.trim() == word {
                self.at = at + line.trim_end().len();
                break;
            }
            if at >= self.text.len() || (self.recover && self.is_new_block(at)) {
                self.problem(start..word_end, "this heredoc is not closed");
                self.at = at;
                break;
            }
            lines.push((at..end, next));
            at = next;
        }
        let indentation = |range: &Range<usize>| {
            let line = self.text.get(range.clone()).unwrap_or_default();
            let blanks = line.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
            (blanks < line.len()).then_some(blanks)
        };
        let common = lines.iter().filter_map(|(range, _)| indentation(range)).min().unwrap_or(0);
        let remove = if flush { common } else { 0 };
        let mut decoder = Decoder::default();
        for (range, next) in &lines {
            let from = (range.start + remove).min(range.end);
            decoder.copy(self.text, from..range.end);
            if self.text.get(range.end..*next) == Some("\n") {
                decoder.copy(self.text, range.end..*next);
            } else {
                decoder.replace("\n", range.end..*next);
            }
        }
        let scalar: Scalar = self.input.decoded(decoder, body, ScalarKind::Text);
        Some(self.input.node(start..self.at, scalar))
    }
}
