//! Where waivers stand: comments, annotations, `facelint.toml`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::grammar::{self, FORM};
use super::{Fault, Scope, Waiver};
use crate::config::WaiverConfig;
use crate::descriptor::Resource;
use crate::facts::Label;
use crate::source::{SourceFile, Sources, Span};

/// What a comment begins with.
const WORD: &str = "facelint-ignore";
/// Marks of comments, the longest first where one begins with another.
const MARKS: [&str; 9] = ["{{/*", "{{- /*", "<!--", "/*", "//", "--", "#", ";", "!"];

/// Waivers and those that are none.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Complete waivers.
    pub waivers: Vec<Waiver>,
    /// Faulty ones.
    pub faults: Vec<Fault>,
}

impl Found {
    /// Reads a waiver; `span` gives the place of a range of `text`.
    fn take(&mut self, text: &str, scope: &Scope, span: impl Fn(Range<usize>) -> Span) {
        match grammar::read(text) {
            Ok(written) => {
                for (rule, at) in written.rules {
                    self.waivers.push(Waiver {
                        rule,
                        rule_span: span(at),
                        scope: scope.clone(),
                        reason: written.reason.clone(),
                        owner: written.owner.clone(),
                        until: written.until,
                        until_span: span(written.until_at.clone()),
                    });
                }
            }
            Err(wrong) => self.faults.push(Fault {
                span: span(wrong.at),
                message: wrong.message,
                help: Label { en: format!("write `{FORM}`"), zh: format!("请写成 `{FORM}`") },
            }),
        }
    }
}

/// The waivers in the comments of a file, whatever its format: the word after the mark of a comment.
pub(crate) fn comments(file: &SourceFile, found: &mut Found) {
    // Most files have none.
    if !file.text.contains(WORD) {
        return;
    }
    let lines: Vec<(usize, &str)> = numbered(&file.text);
    for (index, (start, line)) in lines.iter().enumerate() {
        let Some(at) = line.find(WORD) else { continue };
        let before = line.get(..at).unwrap_or_default().trim_end();
        let Some(mark) = MARKS.iter().find(|mark| before.ends_with(**mark)) else { continue };
        let code = before.strip_suffix(mark).unwrap_or_default();
        // A `#` within a word or right after a quote begins no comment.
        if !code.is_empty() && !code.ends_with([' ', '\t']) {
            continue;
        }
        let from = at + WORD.len();
        let mut text = line.get(from..).unwrap_or_default();
        for end in ["*/}}", "*/ -}}", "*/", "-->"] {
            text = text.split(end).next().unwrap_or_default();
        }
        // `facelint-ignored` is another word.
        if !text.is_empty() && !text.starts_with([' ', '\t', ':', '：']) {
            continue;
        }
        let lines =
            if code.trim().is_empty() { block(&lines, index) } else { (number(index), number(index)) };
        let scope = Scope::Lines { file: file.path.clone(), lines };
        let base = start + from;
        // With nothing after it, the word itself is underlined.
        let place = |range: Range<usize>| match range.is_empty() {
            true => Span::new(file.id, start + at, base),
            false => Span::new(file.id, base + range.start, base + range.end),
        };
        found.take(text, &scope, place);
    }
}

/// Lines and the offsets at which they start.
fn numbered(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        out.push((at, line.trim_end_matches(['\n', '\r'])));
        at += line.len();
    }
    out
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// What a comment on a line of its own covers: the next line that says something, and the block below it.
fn block(lines: &[(usize, &str)], comment: usize) -> (u32, u32) {
    let says = |line: &str| {
        let line = line.trim_start();
        !line.is_empty() && !MARKS.iter().any(|mark| *mark != "--" && line.starts_with(mark))
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut after = lines.iter().enumerate().skip(comment + 1).filter(|(_, (_, line))| says(line));
    let Some((first, (_, head))) = after.next() else { return (number(comment), number(comment)) };
    let mut last = first;
    for (index, (_, line)) in after {
        // The items of a list may stand as far left as their key.
        let item = line.trim_start().starts_with("- ") && !head.trim_start().starts_with("- ");
        let listed = item && indent(line) == indent(head) && head.trim_end().ends_with(':');
        let document = matches!(line.trim_end(), "---" | "...");
        if document
            || (indent(line) <= indent(head)
                && !listed
                && !(last > first && item && indent(line) == indent(head)))
        {
            break;
        }
        last = index;
    }
    (number(first), number(last))
}

/// The waivers in the annotations of resources: they cover the resource.
pub(crate) fn annotations(resources: &[Resource], sources: &Sources, found: &mut Found) {
    let mut seen = BTreeSet::new();
    for resource in resources {
        for setting in resource.declarations.iter().filter(|s| s.keys().next() == Some("ignore")) {
            if !seen.insert(setting.value.span) {
                continue;
            }
            let file = sources.get(resource.span.file);
            let scope =
                Scope::Bytes { file: file.path.clone(), bytes: resource.span.start..resource.span.end };
            let mut at = 0;
            for line in setting.value.text.split_inclusive('\n') {
                let from = at;
                at += line.len();
                if line.trim().is_empty() {
                    continue;
                }
                let place =
                    |range: Range<usize>| setting.value.sub_span(from + range.start, from + range.end);
                found.take(line, &scope, place);
            }
        }
    }
}

/// The waivers of `facelint.toml`.
pub(crate) fn configured(waivers: &[WaiverConfig], found: &mut Found) {
    for waiver in waivers {
        let path = match waiver.path.as_ref().map(|path| (path, globset::Glob::new(&path.text))) {
            None => None,
            Some((_, Ok(glob))) => Some(glob.compile_matcher()),
            Some((path, Err(error))) => {
                found.faults.push(Fault {
                    span: path.span,
                    message: Label {
                        en: format!("`path` is no pattern: {error}"),
                        zh: format!("`path` 不是有效的匹配模式：{error}"),
                    },
                    help: Label {
                        en: "write a path or a pattern such as `deploy/**`".into(),
                        zh: "请填写路径或匹配模式，例如 `deploy/**`".into(),
                    },
                });
                continue;
            }
        };
        found.waivers.push(Waiver {
            rule: waiver.rule.text.clone(),
            rule_span: waiver.rule.span,
            scope: Scope::Config { system: waiver.system.as_ref().map(|s| s.text.clone()), path },
            reason: waiver.reason.text.clone(),
            owner: waiver.owner.text.clone(),
            until: waiver.until,
            until_span: waiver.until_span,
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::FileId;

    /// The lines that each waiver covers.
    fn lines(text: &str) -> Vec<(u32, u32)> {
        let file = SourceFile::new(FileId(0), "a.yml", text, "UTF-8");
        let mut found = Found::default();
        comments(&file, &mut found);
        assert!(found.faults.is_empty(), "{:?}", found.faults);
        let lines = found.waivers.iter().map(|w| match &w.scope {
            Scope::Lines { lines, .. } => *lines,
            other => panic!("{other:?}"),
        });
        lines.collect()
    }

    const W: &str = "facelint-ignore r: why; owner=o; until=2027-01-31";

    #[test]
    fn a_comment_beside_covers_its_line() {
        assert_eq!(lines(&format!("a: 1\nb: [face]  # {W}\nc: 2\n")), [(2, 2)]);
        assert_eq!(lines(&format!("{{\n  \"b\": 1 // {W}\n}}\n")), [(2, 2)]);
        assert_eq!(lines(&format!("<a b=\"1\"/> <!-- {W} -->\n")), [(1, 1)]);
    }

    #[test]
    fn a_comment_above_covers_the_block_below() {
        assert_eq!(lines(&format!("# {W}\n\n# more\na:\n  b: 1\n\n  c: 2\nd: 3\n")), [(4, 7)]);
        assert_eq!(
            lines(&format!("x:\n  # {W}\n  env:\n  - a: 1\n    b: 2\n  - c: 3\n  other: 1\n")),
            [(3, 6)]
        );
        assert_eq!(lines(&format!("x:\n# {W}\n- a: 1\n  b: 2\n- c: 3\n")), [(3, 4)]);
        assert_eq!(lines(&format!("# {W}\nA=1\nB=2\n")), [(2, 2)]);
        assert_eq!(lines(&format!("# {W}\na:\n  b: 1\n---\n  c: 1\n")), [(2, 3)]);
        assert_eq!(lines(&format!("a: 1\n# {W}\n")), [(2, 2)]);
    }

    #[test]
    fn a_value_is_no_comment() {
        assert_eq!(lines(&format!("a: \"# {W}\"\nb: x#{W}\nc: {W}\n# facelint-ignored r\n")), []);
    }

    #[test]
    fn a_faulty_waiver_is_underlined() {
        for (text, marked) in [
            ("a: 1 # facelint-ignore r\n", "r"),
            ("a: 1 # facelint-ignore\n", "facelint-ignore"),
            ("a: 1 # facelint-ignore r: 试点; owner=o; until=2027-13-01\n", "2027-13-01"),
        ] {
            let file = SourceFile::new(FileId(0), "a.yml", text, "UTF-8");
            let mut found = Found::default();
            comments(&file, &mut found);
            assert_eq!(file.slice(found.faults.first().unwrap().span), marked);
        }
    }
}
