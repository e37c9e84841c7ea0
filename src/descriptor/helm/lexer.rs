//! The tokens of a Go template.
//!
//! A template is text with actions in `{{ … }}`. The lexer cuts the text (white space trimmed where a marker
//! asks for it) from the actions, and the actions into tokens; all places are byte offsets into the template.

use std::ops::Range;

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateError {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

impl TemplateError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        TemplateError { range, message: message.into() }
    }
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Text to be copied; already trimmed.
    Text(Range<usize>),
    /// An action: its bytes with the braces, and its tokens.
    Action(Range<usize>, Vec<Token>),
}

/// A token in an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) what: Lex,
    pub(super) range: Range<usize>,
    /// White space stands before it.
    pub(super) spaced: bool,
}

/// The tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lex {
    /// A word: a keyword, a function, `true`, `nil`.
    Word(String),
    /// `.name`
    Field(String),
    /// `.` alone.
    Dot,
    /// `$` or `$name`.
    Variable(String),
    /// A string with its escapes undone.
    Str(String),
    Int(i64),
    Float(f64),
    Pipe,
    Comma,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    Open,
    Close,
}

/// Cuts a template.
///
/// # Errors
/// The first place that is no template: an action that is not closed, a character that means nothing.
pub(super) fn lex(source: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut trim_next = false;
    while at <= source.len() {
        let rest = source.get(at..).unwrap_or_default();
        let open = rest.find("{{").map(|n| at + n);
        let mut text = at..open.unwrap_or(source.len());
        if trim_next {
            let piece = source.get(text.clone()).unwrap_or_default();
            text.start = text.end - piece.trim_start_matches(WHITE).len();
        }
        let Some(open) = open else {
            if !text.is_empty() {
                out.push(Piece::Text(text));
            }
            break;
        };
        let mut inside = open + 2;
        let after = source.get(inside..).unwrap_or_default();
        if after.starts_with('-') && after[1..].starts_with(WHITE) {
            let piece = source.get(text.clone()).unwrap_or_default();
            text.end = text.start + piece.trim_end_matches(WHITE).len();
            inside += 1;
        }
        if !text.is_empty() {
            out.push(Piece::Text(text));
        }
        let body = source.get(inside..).unwrap_or_default();
        let body_start = inside + (body.len() - body.trim_start_matches(WHITE).len());
        if source.get(body_start..).is_some_and(|b| b.starts_with("/*")) {
            let (end, trim) = comment(source, open, body_start)?;
            at = end;
            trim_next = trim;
            continue;
        }
        let (tokens, end, trim) = action(source, open, inside)?;
        out.push(Piece::Action(open..end, tokens));
        at = end;
        trim_next = trim;
    }
    Ok(out)
}

const WHITE: &[char] = &[' ', '\t', '\r', '\n'];

fn unclosed(open: usize) -> TemplateError {
    TemplateError::new(open..open + 2, "`{{` is never closed")
}

fn comment(source: &str, open: usize, start: usize) -> Result<(usize, bool), TemplateError> {
    let body = source.get(start + 2..).unwrap_or_default();
    let end = body.find("*/").map(|n| start + 2 + n + 2).ok_or_else(|| unclosed(open))?;
    let rest = source.get(end..).unwrap_or_default();
    if rest.starts_with("}}") {
        return Ok((end + 2, false));
    }
    let skipped = rest.trim_start_matches(WHITE);
    if skipped.len() < rest.len() && skipped.starts_with("-}}") {
        return Ok((source.len() - skipped.len() + 3, true));
    }
    Err(TemplateError::new(open..end, "a comment must end with `*/}}` or `*/ -}}`"))
}

/// The tokens of the action that opens at `open`, the offset after it, and whether the text after it is trimmed.
fn action(source: &str, open: usize, start: usize) -> Result<(Vec<Token>, usize, bool), TemplateError> {
    let mut tokens = Vec::new();
    let mut at = start;
    let mut spaced = false;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return Err(unclosed(open)) };
        if rest.starts_with("}}") {
            return Ok((tokens, at + 2, false));
        }
        if spaced && rest.starts_with("-}}") {
            return Ok((tokens, at + 3, true));
        }
        if WHITE.contains(&c) {
            spaced = true;
            at += 1;
            continue;
        }
        let next = rest.as_bytes().get(1).copied().unwrap_or_default();
        let (what, length) = match c {
            '|' => (Lex::Pipe, 1),
            ',' => (Lex::Comma, 1),
            '(' => (Lex::Open, 1),
            ')' => (Lex::Close, 1),
            ':' if next == b'=' => (Lex::Declare, 2),
            '=' => (Lex::Assign, 1),
            '"' | '`' | '\'' => quoted(rest, c, at)?,
            '.' if !next.is_ascii_digit() => {
                let length = word_length(rest.get(1..).unwrap_or_default());
                let name = rest.get(1..1 + length).unwrap_or_default();
                (if length == 0 { Lex::Dot } else { Lex::Field(name.to_owned()) }, 1 + length)
            }
            '$' => {
                let length = word_length(rest.get(1..).unwrap_or_default());
                (Lex::Variable(rest.get(1..1 + length).unwrap_or_default().to_owned()), 1 + length)
            }
            '0'..='9' | '+' | '-' | '.' => number(rest, at)?,
            c if c.is_alphabetic() || c == '_' => {
                let length = word_length(rest);
                (Lex::Word(rest.get(..length).unwrap_or_default().to_owned()), length)
            }
            c => {
                let message = format!("unexpected `{}` in an action", c.escape_default());
                return Err(TemplateError::new(at..at + c.len_utf8(), message));
            }
        };
        tokens.push(Token { what, range: at..at + length, spaced });
        spaced = false;
        at += length;
    }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

fn number(rest: &str, at: usize) -> Result<(Lex, usize), TemplateError> {
    let signed = usize::from(rest.starts_with(['+', '-']));
    let mut length = signed;
    let bytes = rest.as_bytes();
    while let Some(b) = bytes.get(length) {
        let exponent = matches!(bytes.get(length - usize::from(length > 0)), Some(b'e' | b'E'))
            && !rest.contains("0x")
            && matches!(b, b'+' | b'-');
        if b.is_ascii_alphanumeric() || *b == b'.' || *b == b'_' || exponent {
            length += 1;
        } else {
            break;
        }
    }
    let raw = rest.get(..length).unwrap_or_default().replace('_', "");
    let (sign, digits) = match raw.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, raw.trim_start_matches('+')),
    };
    let radix = |prefix: [&str; 2], radix| {
        let body = digits.strip_prefix(prefix[0]).or_else(|| digits.strip_prefix(prefix[1]))?;
        i64::from_str_radix(body, radix).ok()
    };
    let int = radix(["0x", "0X"], 16)
        .or_else(|| radix(["0o", "0O"], 8))
        .or_else(|| radix(["0b", "0B"], 2))
        .or_else(|| match digits.strip_prefix('0') {
            Some(rest) if !rest.is_empty() => i64::from_str_radix(rest, 8).ok(),
            _ => digits.parse().ok(),
        });
    if let Some(n) = int {
        return Ok((Lex::Int(n.saturating_mul(sign)), length));
    }
    match raw.parse::<f64>() {
        Ok(n) => Ok((Lex::Float(n), length)),
        Err(_) => Err(TemplateError::new(at..at + length.max(1), format!("`{raw}` is no number"))),
    }
}

/// A string or a character constant.
fn quoted(rest: &str, quote: char, at: usize) -> Result<(Lex, usize), TemplateError> {
    let never = || TemplateError::new(at..at + 1, "the quote is never closed");
    let mut out = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((n, c)) = chars.next() {
        match c {
            c if c == quote => {
                let what = match (quote, out.chars().next()) {
                    ('\'', Some(c)) => Lex::Int(i64::from(u32::from(c))),
                    _ => Lex::Str(out),
                };
                return Ok((what, n + 1));
            }
            '\n' if quote != '`' => return Err(never()),
            '\\' if quote != '`' => {
                let Some((_, escape)) = chars.next() else { return Err(never()) };
                let digits = match escape {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                match escape {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'a' => out.push('\u{7}'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'v' => out.push('\u{b}'),
                    'x' | 'u' | 'U' => {
                        let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                        let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                        out.push(c.unwrap_or('\u{FFFD}'));
                    }
                    c => out.push(c),
                }
            }
            c => out.push(c),
        }
    }
    Err(never())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn show(source: &str) -> Vec<String> {
        lex(source)
            .unwrap()
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(range) => format!("{:?}", &source[range]),
                Piece::Action(range, tokens) => {
                    let words: Vec<String> = tokens.iter().map(|t| format!("{:?}", t.what)).collect();
                    format!("{} = {}", &source[range], words.join(" "))
                }
            })
            .collect()
    }

    #[test]
    fn text_is_trimmed_at_markers() {
        assert_eq!(
            show("a \n{{- .x -}}\n b {{ . }} c"),
            ["\"a\"", "{{- .x -}} = Field(\"x\")", "\"b \"", "{{ . }} = Dot", "\" c\""]
        );
        assert_eq!(show("a {{- /* x }} */ -}} b{{/* y */}}c"), ["\"a\"", "\"b\"", "\"c\""]);
        assert_eq!(show("{{-1}}"), ["{{-1}} = Int(-1)"]);
    }

    #[test]
    fn actions_have_tokens() {
        assert_eq!(
            show("{{ $x := index .a \"b\\n\" `c` 0x1F 1.5 | f }}"),
            [
                "{{ $x := index .a \"b\\n\" `c` 0x1F 1.5 | f }} = Variable(\"x\") Declare Word(\"index\") Field(\"a\") Str(\"b\\n\") Str(\"c\") Int(31) Float(1.5) Pipe Word(\"f\")"
            ]
        );
        assert_eq!(show("{{ \"}}\" }}"), ["{{ \"}}\" }} = Str(\"}}\")"]);
    }

    #[test]
    fn faults_have_places() {
        for (source, range) in
            [("a {{ b", 2..4), ("{{ \"a }}", 3..4), ("{{ a & b }}", 5..6), ("{{/* a }}", 0..2)]
        {
            assert_eq!(lex(source).unwrap_err().range, range, "{source}");
        }
    }
}
