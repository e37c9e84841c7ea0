//! The instructions of a Dockerfile and their parts: continued lines, comments between them, heredocs.

use std::ops::Range;

use crate::descriptor::Value;
use crate::source::Span;
use crate::syntax::{ScalarKind, TextMap};

/// One instruction.
#[derive(Debug)]
pub(super) struct Instruction {
    /// `FROM`, `RUN`.
    pub(super) keyword: Range<usize>,
    /// What follows, in pieces: the escapes at line ends and the comments between lines are left out.
    pub(super) pieces: Vec<Range<usize>>,
    /// The bodies of its heredocs.
    pub(super) heredocs: Vec<Range<usize>>,
}

impl Instruction {
    /// What follows the keyword as one value; pieces of several lines are joined with a blank.
    pub(super) fn body(&self, text: &Value) -> Value {
        let mut out = String::new();
        let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
        let mut previous: Option<usize> = None;
        for piece in &self.pieces {
            let body = text.text.get(piece.clone()).unwrap_or_default();
            let start = piece.start + (body.len() - body.trim_start().len());
            let body = body.trim();
            if body.is_empty() {
                continue;
            }
            if let Some(end) = previous {
                out.push(' ');
                runs.push((1, end..start));
            }
            out.push_str(body);
            runs.push((body.len(), start..start + body.len()));
            previous = Some(start + body.len());
        }
        let map = if out.is_empty() {
            TextMap::at(text.map.range(self.keyword.end, self.keyword.end).start)
        } else {
            TextMap::from_runs(runs).through(&text.map, out.len())
        };
        let range = map.range(0, out.len());
        let span = Span::new(text.span.file, range.start, range.end);
        Value { text: out.into(), kind: ScalarKind::Text, span, map, origins: Vec::new() }
    }
}

/// The lines of a text: the range without the line end, and the start of the next.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let line = |raw: &str| {
        let start = at;
        at += raw.len();
        start..start + raw.trim_end_matches(['\n', '\r']).len()
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The instructions and the comments of a Dockerfile.
pub(super) fn split(text: &str) -> (Vec<Instruction>, Vec<Range<usize>>) {
    let lines = lines(text);
    let escape = escape_of(text);
    let (mut out, mut comments) = (Vec::<Instruction>::new(), Vec::new());
    let mut open = false;
    let mut n = 0;
    while let Some(line) = lines.get(n).cloned() {
        n += 1;
        let raw = text.get(line.clone()).unwrap_or_default();
        let start = line.start + (raw.len() - raw.trim_start().len());
        let body = raw.trim();
        if body.starts_with('#') {
            comments.push(start..start + body.len());
            continue;
        }
        if body.is_empty() {
            continue;
        }
        let continued = body.ends_with(escape);
        let end = start + body.len() - usize::from(continued);
        if open {
            if let Some(last) = out.last_mut() {
                last.pieces.push(start..end);
            }
        } else {
            let len = text.get(start..end).and_then(|b| b.find(char::is_whitespace)).unwrap_or(end - start);
            out.push(Instruction {
                keyword: start..start + len,
                pieces: std::iter::once(start + len..end).collect(),
                heredocs: Vec::new(),
            });
        }
        open = continued;
        let Some(last) = out.last_mut() else { continue };
        let takes = text
            .get(last.keyword.clone())
            .is_some_and(|k| ["run", "copy", "add"].iter().any(|w| k.eq_ignore_ascii_case(w)));
        if takes && !continued {
            for marker in markers(text.get(start..end).unwrap_or_default()) {
                let from = lines.get(n).map_or(text.len(), |l| l.start);
                // A heredoc that is never closed goes to the end.
                let mut to = text.len();
                while let Some(line) = lines.get(n).cloned() {
                    n += 1;
                    if text.get(line.clone()).is_some_and(|l| l.trim_start_matches('\t') == marker) {
                        to = line.start;
                        break;
                    }
                }
                last.heredocs.push(from..to.max(from));
            }
        }
    }
    (out, comments)
}

/// The character that continues a line: `# escape=` in the first lines may say that it is a backquote.
fn escape_of(text: &str) -> char {
    for line in text.lines().take(8) {
        let Some(directive) = line.trim().strip_prefix('#') else { break };
        if let Some((name, value)) = directive.split_once('=')
            && name.trim().eq_ignore_ascii_case("escape")
        {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
    }
    '\\'
}

/// The end marks of the heredocs that a line opens.
fn markers(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("<<") {
        let name = after.strip_prefix('-').unwrap_or(after);
        let name = name.trim_start_matches(['"', '\'']);
        let len = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
        if len > 0 && !after.starts_with('<') {
            out.extend(name.get(..len).map(str::to_owned));
        }
        rest = after.trim_start_matches('<');
    }
    out
}

/// The words of an instruction; blanks in quotes and behind a backslash do not part.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut quote, mut escaped): (Option<usize>, Option<char>, bool) = (None, None, false);
    for (at, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match quote {
            Some(q) if c == q => quote = None,
            None if c.is_whitespace() => out.extend(start.take().map(|from| from..at)),
            _ => {
                start.get_or_insert(at);
                escaped = c == '\\';
                if quote.is_none() && matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
            }
        }
    }
    out.extend(start.map(|from| from..text.len()));
    out
}
