//! Messages with places to fill in: `{flow.name}`, `{store.limit_days}`, `{store.kind|word}`.
//!
//! Only a dotted path of plain names in braces is a placeholder, so that a TOML table in a help text
//! (`{ name = "x" }`) stays as it is written.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::Lang;
use crate::facts::{Fact, FactValue, Label};

/// A place to fill in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placeholder<'a> {
    /// Bytes in the template, braces included.
    pub(super) range: Range<usize>,
    /// `flow.name`.
    pub(super) path: &'a str,
    /// The value is looked up in the law's words.
    word: bool,
}

/// The placeholders of a template.
pub(super) fn placeholders(template: &str) -> impl Iterator<Item = Placeholder<'_>> {
    template.match_indices('{').filter_map(|(start, _)| {
        let inner = template.get(start + 1..)?.split('}').next()?;
        let end = start + 1 + inner.len() + 1;
        let (path, word) = match inner.split_once('|') {
            Some((path, "word")) => (path, true),
            Some(_) => return None,
            None => (inner, false),
        };
        let plain = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        (end <= template.len() && path.split('.').all(plain)).then_some(Placeholder {
            range: start..end,
            path,
            word,
        })
    })
}

/// Fills in both languages. `find` gives the fact at a path.
pub(super) fn fill<'f>(
    template: &Label,
    words: &BTreeMap<String, Label>,
    find: impl Fn(&str) -> Option<&'f Fact>,
) -> Label {
    let one = |text: &str, lang: Lang| {
        let mut filled = String::with_capacity(text.len());
        let mut rest = 0;
        for placeholder in placeholders(text) {
            filled.push_str(text.get(rest..placeholder.range.start).unwrap_or_default());
            let words = if placeholder.word { Some(words) } else { None };
            match find(placeholder.path) {
                // A list without elements is judged as a whole: there is nothing to name.
                None if placeholder.path.split('.').next() != Some("system") => filled.push('…'),
                fact => filled.push_str(&say(fact, words, lang)),
            }
            rest = placeholder.range.end;
        }
        filled.push_str(text.get(rest..).unwrap_or_default());
        filled
    };
    Label { en: one(&template.en, Lang::En), zh: one(&template.zh, Lang::Zh) }
}

/// A fact in words.
fn say(fact: Option<&Fact>, words: Option<&BTreeMap<String, Label>>, lang: Lang) -> String {
    let unknown = || pick(lang, "unknown", "未知").to_owned();
    let Some(fact) = fact else { return unknown() };
    match &fact.value {
        FactValue::Unknown => unknown(),
        FactValue::Bool(true) => pick(lang, "yes", "是").to_owned(),
        FactValue::Bool(false) => pick(lang, "no", "否").to_owned(),
        FactValue::Int(n) => n.to_string(),
        FactValue::Float(f) => f.to_string(),
        FactValue::Text(text) => match words.and_then(|words| words.get(text)) {
            Some(label) => pick(lang, &label.en, &label.zh).to_owned(),
            None => tame(text),
        },
        FactValue::List(items) => {
            let items: Vec<String> = items.iter().map(|item| say(Some(item), words, lang)).collect();
            items.join(pick(lang, ", ", "、"))
        }
        FactValue::Map(parts) => say(parts.get("name"), words, lang),
    }
}

/// Longest text of a file that is put into a message, in characters.
const MAX_TEXT: usize = 200;

/// A text of a file on one line. Help is set on lines of its own, where a build system would take `::error` or
/// `##[error]` at the start of a line for a command: that is broken up unless it stands inside a word.
fn tame(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for (at, c) in text.char_indices().take(MAX_TEXT) {
        let rest = text.get(at..).unwrap_or_default();
        let command = rest.starts_with("::") || rest.starts_with("##[");
        if matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            out.extend(c.escape_default());
        } else if command && !before.is_alphanumeric() {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        before = c;
    }
    if text.chars().nth(MAX_TEXT).is_some() {
        out.push('…');
    }
    out
}

fn pick<'a>(lang: Lang, en: &'a str, zh: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_files_gives_no_orders() {
        assert_eq!(tame("AWS::S3::Bucket"), "AWS::S3::Bucket");
        assert_eq!(tame("::error::x\n ##[a]"), "\\u{3a}:error::x\\n \\u{23}#[a]");
        assert_eq!(tame(&"长".repeat(300)).chars().count(), MAX_TEXT + 1);
    }

    #[test]
    fn facts_are_filled_in_and_tables_are_left_alone() {
        let system = Fact::map([
            ("name", Fact::text("door")),
            ("kind", Fact::text("images")),
            ("days", Fact::int(90)),
            ("methods", Fact::list([Fact::text("face"), Fact::text("sms")])),
            ("gone", Fact::default()),
        ]);
        let words = BTreeMap::from([(
            "images".to_owned(),
            Label { en: "face images".into(), zh: "人脸图片".into() },
        )]);
        let text = "`{system.name}`: {system.kind|word} {system.kind} {system.days} {system.methods} {system.gone} {system.x} { name = \"x\" } {a b} {";
        let template = Label { en: text.into(), zh: text.into() };
        let filled = fill(&template, &words, |path| match path.split_once('.') {
            Some(("system", rest)) => system.at(rest),
            _ => None,
        });
        assert_eq!(
            filled.en,
            "`door`: face images images 90 face, sms unknown unknown { name = \"x\" } {a b} {"
        );
        assert_eq!(filled.zh, "`door`: 人脸图片 images 90 face、sms 未知 未知 { name = \"x\" } {a b} {");
    }

    #[test]
    fn placeholders_are_plain_paths() {
        let paths: Vec<_> =
            placeholders("{a} {a.b_c} {a|word} {a|x} {} {A} {a.} { a}").map(|p| p.path).collect();
        assert_eq!(paths, ["a", "a.b_c", "a"]);
    }
}
