//! An assessment as a document: front matter and headings of a text file in the repository.
//!
//! What is looked for is form, not quality: a date, the systems it speaks of, a section with words in it
//! for each of the four contents that Art. 9 names, and texts that only hold a place (`TODO`).

use std::ops::Range;

use jiff::civil::Date;

/// The contents that Art. 9 names, as declarations call them, and the words of a heading that tell them.
pub(super) const PARTS: [(&str, &[&str]); 4] = [
    ("purpose", &["purpose", "lawful", "legality", "legitima", "necess", "目的", "合法", "必要"]),
    (
        "rights-impact",
        &["rights", "impact on", "effect on", "affected persons", "权益", "影响及", "个人影响"],
    ),
    ("breach-risk", &["risk", "breach", "leak", "风险", "泄露", "泄漏"]),
    ("measures", &["measure", "safeguard", "protection of", "control", "措施", "安全保护", "防护"]),
];

/// Words that only hold a place, whatever is around them.
const HOLDERS: &[&str] = &["TODO", "TBD", "TBC", "FIXME", "待填写", "待补充", "待定", "待完善", "（填写"];

/// What the text says. Ranges are bytes of it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Document {
    /// The day in the front matter.
    pub(super) date: Option<(Date, Range<usize>)>,
    /// The systems in the front matter.
    pub(super) scope: Vec<(String, Range<usize>)>,
    /// Sections that speak of a part, with the place of their heading.
    pub(super) parts: Vec<(&'static str, Range<usize>)>,
    /// Texts that hold a place, with the part in whose section they stand.
    pub(super) holders: Vec<(Option<&'static str>, Range<usize>)>,
}

/// A line without its end, and where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end())
    })
}

/// Reads a text.
pub(super) fn read(text: &str) -> Document {
    let mut out = Document::default();
    let mut section: Vec<(&'static str, Range<usize>)> = Vec::new();
    let mut filled = false;
    let mut depth = 0;
    let mut front = false;
    let mut in_scope = false;
    let mut comment = false;
    for (number, (start, line)) in lines(text).enumerate() {
        let line_range = || {
            let lead = line.len() - line.trim_start().len();
            start + lead..start + line.len()
        };
        if number == 0 && line.trim_start_matches('\u{feff}') == "---" {
            front = true;
            continue;
        }
        if front {
            front = line != "---" && line != "...";
            if front {
                in_scope = matter(&mut out, start, line, in_scope);
            }
            continue;
        }
        // Guidance in a comment is neither content nor a text that holds a place.
        if !comment && line.trim_start().starts_with("<!--") {
            comment = true;
        }
        if comment {
            comment = !line.contains("-->");
            continue;
        }
        if let Some((level, heading)) = heading(line) {
            let lower = heading.to_lowercase();
            let told = PARTS.iter().filter(|(_, words)| words.iter().any(|w| lower.contains(w)));
            let told: Vec<_> = told.map(|(part, _)| (*part, line_range())).collect();
            // A heading below the section's own that tells no part goes on with it.
            if told.is_empty() && level > depth {
                continue;
            }
            finish(&mut out, &mut section, filled);
            (filled, depth, section) = (false, level, told);
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        match holder(line) {
            Some(range) => {
                let range = start + range.start..start + range.end;
                out.holders.push((section.first().map(|(part, _)| *part), range));
            }
            None => filled = true,
        }
    }
    finish(&mut out, &mut section, filled);
    out
}

/// A section counts if it has words: one of headings only is empty.
fn finish(out: &mut Document, section: &mut Vec<(&'static str, Range<usize>)>, filled: bool) {
    for (part, place) in section.drain(..) {
        if filled && out.parts.iter().all(|(known, _)| *known != part) {
            out.parts.push((part, place));
        }
    }
}

/// Level and text of a heading: `## …`, `== …`, a line in bold, or a numbered line in a plain text (`一、…`).
fn heading(line: &str) -> Option<(usize, &str)> {
    let marks = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&marks) {
        return line.get(marks..).filter(|r| r.starts_with([' ', '\t'])).map(|r| (marks, r.trim()));
    }
    let marks = line.len() - line.trim_start_matches('=').len();
    if (1..=6).contains(&marks) {
        return line.get(marks..).filter(|r| r.starts_with(' ')).map(|r| (marks, r.trim()));
    }
    let bold = line.trim().strip_prefix("**").and_then(|l| l.strip_suffix("**"));
    let numbered = line.starts_with(|c| "一二三四五六七八九十".contains(c))
        && line.chars().take(4).any(|c| c == '、')
        && line.chars().count() < 40;
    bold.or(numbered.then_some(line)).map(|text| (7, text))
}

/// One line of front matter; whether the lines after it may be items of the scope.
fn matter(out: &mut Document, start: usize, line: &str, in_scope: bool) -> bool {
    let at = |value: &str| {
        let offset = value.as_ptr() as usize - line.as_ptr() as usize;
        start + offset..start + offset + value.len()
    };
    let bare = |text: &str| -> Option<String> {
        let text = text.trim().trim_matches(['"', '\'']).trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    if in_scope && let Some(item) = line.trim_start().strip_prefix("- ") {
        out.scope.extend(bare(item).map(|text| (text, at(item.trim()))));
        return true;
    }
    let Some((key, value)) = line.split_once([':', '：']) else { return false };
    let value = value.split(" #").next().unwrap_or(value).trim();
    match key.trim().to_lowercase().as_str() {
        "date" | "completed" | "completed-on" | "日期" | "完成日期" | "评估日期" => {
            if let Some(date) = bare(value).and_then(|text| text.parse().ok()) {
                out.date = Some((date, at(value)));
            } else if !value.is_empty() {
                out.holders.push((None, at(value)));
            }
            false
        }
        "scope" | "system" | "systems" | "范围" | "适用范围" | "评估范围" | "系统" => {
            for item in value.trim_matches(['[', ']']).split([',', '，', '、']) {
                out.scope.extend(bare(item).map(|text| (text, at(item.trim()))));
            }
            value.is_empty()
        }
        _ => {
            if let Some(range) = holder(value) {
                let whole = at(value);
                out.holders.push((None, whole.start + range.start..whole.start + range.end));
            }
            false
        }
    }
}

/// A text in a line that only holds a place.
fn holder(line: &str) -> Option<Range<usize>> {
    HOLDERS.iter().find_map(|word| {
        let at = line.find(word)?;
        let whole = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        let before = line.get(..at).and_then(|t| t.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|t| t.chars().next());
        (whole(before) && whole(after)).then_some(at..at + word.len())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Vec<&'static str>, Vec<&str>) {
        let document = read(text);
        let holders = document.holders.iter().map(|(_, range)| text.get(range.clone()).unwrap()).collect();
        (document.parts.iter().map(|(part, _)| *part).collect(), holders)
    }

    #[test]
    fn sections_with_words_count() {
        let text = "# Personal information protection impact assessment\n\n## Purpose and necessity\nThe gate.\n\
            ## Impact on rights\nTODO\n## Risk of a leak\n\n## Measures\n### Keys\n- in an HSM\n";
        assert_eq!(told(text), (vec!["purpose", "measures"], vec!["TODO"]));
        let text = "# 个人信息保护影响评估报告\n## 一、处理目的的合法性、必要性\n门禁。\n## 二、对个人权益的影响\n可以刷卡。\n\
            ## 三、泄露等风险\n待填写\n## 四、保护措施\n加密。\n";
        assert_eq!(told(text), (vec!["purpose", "rights-impact", "measures"], vec!["待填写"]));
    }

    #[test]
    fn comments_are_guidance() {
        let text = "## Risk\n<!-- TODO: say\nmore -->\n";
        assert_eq!(told(text), (vec![], vec![]));
    }

    #[test]
    fn front_matter_has_date_and_scope() {
        let text = "---\ntitle: 评估\ndate: 2025-05-20\nscope: [office-gate, 门禁]\n---\n# x\n";
        let document = read(text);
        let (date, range) = document.date.unwrap();
        assert_eq!((date.to_string().as_str(), text.get(range).unwrap()), ("2025-05-20", "2025-05-20"));
        let names: Vec<&str> = document.scope.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["office-gate", "门禁"]);
        assert_eq!(text.get(document.scope[1].1.clone()).unwrap(), "门禁");

        let text = "---\nscope:\n  - a\n  - \"b\"\nauthor: TBD\n日期：TODO\n---\n";
        let document = read(text);
        assert_eq!(document.scope.len(), 2);
        assert_eq!(document.scope[1].0, "b");
        assert_eq!(told(text).1, ["TBD", "TODO"]);
        assert_eq!(document.date, None);
    }

    #[test]
    fn any_text_is_read() {
        for text in ["", "---", "---\n", "\u{feff}---\ndate:\n", "#", "# ", "<!--", "**", "=", ":::\n："] {
            let _ = read(text);
        }
        assert_eq!(told("the METHODOLOGY is TODOLIST\n").1, Vec::<&str>::new());
    }
}
