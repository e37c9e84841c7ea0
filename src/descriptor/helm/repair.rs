//! Makes a hole that stands alone on a line part of the YAML around it.
//!
//! `{{ toYaml . }}` of an unknown value among other keys would break the document. It becomes an entry of which
//! key and value are unknown, or an unknown item: the reader sees that more may stand there.

use std::ops::Range;

use super::eval::Out;
use super::text::HOLE_TEXT;
use crate::descriptor::HOLE;

/// Repairs an output.
pub(super) fn repair(out: Out) -> Out {
    if !out.text.has_hole() {
        return out;
    }
    let inserts = inserts(out.text.as_str());
    if inserts.is_empty() { out } else { insert(out, &inserts) }
}

struct Line<'a> {
    start: usize,
    indent: usize,
    text: &'a str,
}

fn inserts(text: &str) -> Vec<(usize, &'static str)> {
    let mut lines = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let body = raw.trim_end();
        let bare = body.trim_start();
        if !bare.is_empty() && !bare.starts_with('#') {
            let indent = body.len() - bare.len();
            lines.push(Line { start: at + indent, indent, text: bare });
        }
        at += raw.len();
    }
    let mut out = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let alone = line.text.chars().all(|c| c == HOLE || c == ' ');
        if !alone {
            continue;
        }
        let before = lines.get(..n).unwrap_or_default();
        let holder = before.iter().rev().find(|l| l.indent <= line.indent && !is_alone(l.text));
        let after = lines.get(n + 1..).unwrap_or_default().iter().find(|l| !is_alone(l.text));
        let sibling = holder
            .filter(|l| l.indent == line.indent)
            .or_else(|| after.filter(|l| l.indent == line.indent))
            .map(|l| l.text);
        let in_item = holder
            .filter(|l| l.indent < line.indent && l.text.starts_with("- ") && !opens(l.text))
            .is_some_and(|l| l.indent + 2 == line.indent);
        let end = line.start + line.text.len();
        match sibling {
            _ if before
                .iter()
                .rev()
                .find(|l| l.indent < line.indent)
                .is_some_and(|l| is_block_scalar(l.text)) => {}
            Some("---") | None if !in_item => {}
            Some(text) if text.starts_with("- ") || text == "-" => {
                // A list may stand at the indentation of its key; then the key is the sibling.
                out.push((line.start, "- "));
            }
            _ => out.push((end, ": \u{FFFC}")),
        }
    }
    out
}

fn is_alone(text: &str) -> bool {
    text.chars().all(|c| c == HOLE || c == ' ')
}

/// Whether a line ends with a key that has its value below.
fn opens(text: &str) -> bool {
    text.ends_with(':')
}

fn is_block_scalar(text: &str) -> bool {
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    head.ends_with(": |") || head.ends_with(": >") || head.ends_with("- |") || head.ends_with("- >")
}

/// Puts texts in; the bytes before or after them stand for them.
fn insert(out: Out, inserts: &[(usize, &'static str)]) -> Out {
    let mut new = Out::default();
    let (mut at, mut run_start) = (0, 0);
    let mut runs = out.runs.iter().peekable();
    let mut pending: Option<(usize, Range<usize>)> = None;
    for (place, piece) in inserts {
        new.text.push_slice(&out.text, at..*place);
        new.text.push(piece);
        at = *place;
        // Runs up to the place, the one across it cut in two.
        while let Some((length, range)) = pending.take().or_else(|| runs.next().cloned()) {
            let end = run_start + length;
            if end <= *place {
                new.runs.push((length, range));
                run_start = end;
                if end == *place {
                    break;
                }
                continue;
            }
            let head = place - run_start;
            let copied = length == range.len();
            let middle = range.start + head;
            let (first, second) =
                if copied { (range.start..middle, middle..range.end) } else { (range.clone(), range) };
            if head > 0 {
                new.runs.push((head, first));
            }
            pending = Some((length - head, second));
            run_start = *place;
            break;
        }
        let near = new.runs.last().map_or(0..0, |(_, range)| range.end..range.end);
        new.runs.push((piece.len(), near));
    }
    new.text.push_slice(&out.text, at..out.text.len());
    new.runs.extend(pending);
    new.runs.extend(runs.cloned());
    let moved = |offset: usize| {
        offset + inserts.iter().filter(|(place, _)| *place < offset).map(|(_, p)| p.len()).sum::<usize>()
    };
    new.uncertain = out.uncertain.into_iter().map(|(r, c)| (moved(r.start)..moved(r.end), c)).collect();
    debug_assert!(new.text.as_str().contains(HOLE_TEXT));
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::helm::text::Text;

    fn repaired(text: &str) -> String {
        let text = text.replace('?', HOLE_TEXT);
        let runs = vec![(text.len(), 0..text.len())];
        let mut out = Out::default();
        (out.text, out.runs) = (Text::plain(text), runs);
        let out = repair(out);
        let total: usize = out.runs.iter().map(|(n, _)| n).sum();
        assert_eq!(total, out.text.len());
        out.text.as_str().replace(HOLE, "?")
    }

    #[test]
    fn holes_become_entries() {
        assert_eq!(repaired("a: 1\n?\nb: 2"), "a: 1\n?: ?\nb: 2");
        assert_eq!(repaired("a:\n  ?\n"), "a:\n  ?\n");
        assert_eq!(repaired("a:\n  x: 1\n  ?\n"), "a:\n  x: 1\n  ?: ?\n");
        assert_eq!(repaired("a:\n- 1\n?\n"), "a:\n- 1\n- ?\n");
        assert_eq!(repaired("a:\n  - n: 1\n    ?\n"), "a:\n  - n: 1\n    ?: ?\n");
        assert_eq!(repaired("a: |\n  x\n  ?\nb: 1"), "a: |\n  x\n  ?\nb: 1");
    }
}
