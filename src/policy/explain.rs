//! Rules and articles in plain text, for `facelint explain` and `facelint rules`.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::template::placeholders;
use super::{Duty, Example, Expect, Law, Outcome, Pack, Rule, Severity};
use crate::Lang;
use crate::facts::Label;

/// A rule: the duty, how it is judged, an example before and after, where it stands. Lines are at most
/// `width` columns wide (wide characters count two), texts of examples excepted.
pub fn explain_rule(rule: &Rule, law: &Law, lang: Lang, width: usize) -> String {
    let form = &rule.file;
    let mut page = Page::new(lang, width);
    page.line(&match lang {
        Lang::En => format!("{} ({})", form.rule, severity(form.severity, lang)),
        Lang::Zh => format!("{}（{}）", form.rule, severity(form.severity, lang)),
    });
    page.text(pick(&form.title, lang));
    if let Some(duty) = law.duties.iter().find(|duty| duty.duty == form.duty) {
        page.blank();
        duty_text(&mut page, law, duty);
    }
    if let Some(explain) = &form.explain {
        page.head("How it is judged", "怎样判断");
        page.text(pick(explain, lang));
    }
    page.head("In the rule", "规则表达式");
    let expressions = [
        ("applies", form.applies.as_deref()),
        ("when", form.when.as_deref()),
        ("if_none", form.if_none.as_deref()),
        ("unknown_if", form.unknown_if.as_deref()),
        ("require", Some(form.require.as_str())),
    ];
    for (name, path) in form.each.iter().flatten() {
        page.code(&format!("each: {{ {name}: {path} }}"));
    }
    for (key, text) in expressions {
        if let Some(text) = text {
            page.expression(key, text);
        }
    }
    page.head("What to write", "怎样修改");
    page.text(&plain(pick(&form.help, lang)));

    let before = form.examples.iter().find(|example| matches!(example.expect, Expect::Places(_)));
    let after = form.examples.iter().find(|example| matches!(example.expect, Expect::Outcome(Outcome::Pass)));
    if let Some(before) = before {
        page.head("Fails", "不通过的例子");
        example(&mut page, before);
    }
    if let Some(after) = after {
        page.head("Passes", "通过的例子");
        example(&mut page, after);
    }
    if !form.sources.is_empty() {
        page.head("Sources", "依据");
        for source in &form.sources {
            page.text(source);
        }
    }
    page.head("Law", "法规原文");
    page.code(&law.url);
    page.done()
}

/// An article: its duties and the rules that judge them. `article` is a number (`10`) or a duty
/// (`10.1`); `None` when the law has none of that name.
pub fn explain_article(law: &Law, rules: &[Rule], article: &str, lang: Lang, width: usize) -> Option<String> {
    let duties: Vec<&Duty> = law
        .duties
        .iter()
        .filter(|duty| duty.duty == article || duty.article.to_string() == article)
        .collect();
    let first = duties.first()?;
    let mut page = Page::new(lang, width);
    page.text(&match lang {
        Lang::En => format!("{}, Article {}", law.title.en, first.article),
        Lang::Zh => format!("{}第{}条", law.title.zh, chinese(first.article)),
    });
    for duty in duties {
        page.blank();
        duty_text(&mut page, law, duty);
        for rule in rules.iter().filter(|rule| rule.file.duty == duty.duty) {
            let form = &rule.file;
            page.code(&format!(
                "{}  {}  {}",
                form.rule,
                severity(form.severity, lang),
                pick(&form.title, lang)
            ));
        }
    }
    page.head("Law", "法规原文");
    page.code(&law.url);
    Some(page.done())
}

/// A table of all rules of some packs.
pub fn list_rules(packs: &[Pack], lang: Lang, width: usize) -> String {
    let mut page = Page::new(lang, width);
    for (i, pack) in packs.iter().enumerate() {
        if i > 0 {
            page.blank();
        }
        page.text(&format!("{}  {}", pack.id(), pick(&pack.law.title, lang)));
        let mut rows: Vec<[String; 4]> = pack
            .rules
            .iter()
            .map(|rule| {
                let form = &rule.file;
                [
                    form.rule.clone(),
                    form.duty.clone(),
                    severity(form.severity, lang).to_owned(),
                    pick(&form.title, lang).to_owned(),
                ]
            })
            .collect();
        rows.sort_by_key(|[_, duty, ..]| {
            let (article, paragraph) = duty.split_once('.').unwrap_or((duty, "0"));
            (article.parse::<u16>().unwrap_or(u16::MAX), paragraph.parse::<u16>().unwrap_or(0))
        });
        let columns: Vec<usize> = (0..3)
            .map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.width()).max().unwrap_or(0))
            .collect();
        for row in &rows {
            let mut line = String::from("  ");
            for (cell, wide) in row.iter().zip(&columns) {
                let _ = write!(line, "{cell}{}  ", " ".repeat(wide.saturating_sub(cell.width())));
            }
            let indent = line.width();
            let title = row.last().map(String::as_str).unwrap_or_default();
            page.hanging(&line, title, indent);
        }
    }
    page.done()
}

/// A duty as a finding cites it: `Measures Art. 10(1)`, `《办法》第十条第一款`.
pub(super) fn citation(law: &Law, duty: &Duty) -> Label {
    let (article, short) = (duty.article, &law.short);
    match duty.paragraph {
        Some(n) => Label {
            en: format!("{} Art. {article}({n})", short.en),
            zh: format!("{}第{}条第{}款", short.zh, chinese(article), chinese(n)),
        },
        None => Label {
            en: format!("{} Art. {article}", short.en),
            zh: format!("{}第{}条", short.zh, chinese(article)),
        },
    }
}

fn duty_text(page: &mut Page, law: &Law, duty: &Duty) {
    let lang = page.lang;
    let place = match (lang, duty.paragraph) {
        (Lang::En, Some(n)) => format!("{}, Article {}, paragraph {n}", law.short.en, duty.article),
        (Lang::En, None) => format!("{}, Article {}", law.short.en, duty.article),
        (Lang::Zh, _) => citation(law, duty).zh,
    };
    page.text(&match lang {
        Lang::En => format!("{place}: {}", duty.title.en),
        Lang::Zh => format!("{place}：{}", duty.title.zh),
    });
    page.text(pick(&duty.text, lang));
    let proof = match (duty.proof.as_str(), lang) {
        ("V2", Lang::En) => "Wording compared in two sources; the summary is not the legal text",
        ("V2", Lang::Zh) => "内容经两个来源核对；此处为概述，并非法条原文",
        ("V1", Lang::En) => "Wording seen in one source; the summary is not the legal text",
        ("V1", Lang::Zh) => "内容仅见于一个来源；此处为概述，并非法条原文",
        (_, Lang::En) => "Wording not verified against a source",
        (_, Lang::Zh) => "内容未经来源核对",
    };
    page.text(&match lang {
        Lang::En => format!("({proof})"),
        Lang::Zh => format!("（{proof}）"),
    });
    if !duty.backing.is_empty() {
        let (title, comma) = match lang {
            Lang::En => ("See also: ", "; "),
            Lang::Zh => ("另见：", "；"),
        };
        let backing: Vec<String> = duty.backing.iter().map(|text| backing(law, text, lang)).collect();
        page.text(&format!("{title}{}", backing.join(comma)));
    }
}

/// A backing law: `PIPL 16` is the article of a law that the pack's words name.
fn backing(law: &Law, text: &str, lang: Lang) -> String {
    let article = text.rsplit_once(' ').and_then(|(name, n)| Some((name, n.parse::<u16>().ok()?)));
    match article {
        Some((name, n)) => {
            let name = law.words.get(name).map_or(name, |label| pick(label, lang));
            match lang {
                Lang::En => format!("{name} {n}"),
                Lang::Zh => format!("{name}第{}条", chinese(n)),
            }
        }
        None => law.words.get(text).map_or(text, |label| pick(label, lang)).to_owned(),
    }
}

/// A help text without a system to speak of: an example name stands for it.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = 0;
    for placeholder in placeholders(text) {
        plain.push_str(text.get(rest..placeholder.range.start).unwrap_or_default());
        plain.push_str(if placeholder.path == "system.name" { "my-system" } else { "…" });
        rest = placeholder.range.end;
    }
    plain.push_str(text.get(rest..).unwrap_or_default());
    plain
}

/// A number as articles are numbered in Chinese; digits from 100 on.
fn chinese(n: u16) -> String {
    let digit =
        |n: u16| "零一二三四五六七八九".chars().nth(usize::from(n)).map(String::from).unwrap_or_default();
    match (n / 10, n % 10) {
        (0, ones) => digit(ones),
        (10.., _) => n.to_string(),
        (tens, ones) => {
            let tens = if tens == 1 { String::new() } else { digit(tens) };
            let ones = if ones == 0 { String::new() } else { digit(ones) };
            format!("{tens}十{ones}")
        }
    }
}

fn example(page: &mut Page, example: &Example) {
    page.text(&example.name);
    for (path, text) in &example.files {
        page.line(&format!("  {path}"));
        for line in text.lines() {
            page.line(&format!("  | {line}"));
        }
    }
    if let Expect::Places(places) = &example.expect {
        for text in places.iter().filter_map(|place| place.fail.as_ref().or(place.unknown.as_ref())) {
            page.line(&match page.lang {
                Lang::En => format!("  underlined: `{text}`"),
                Lang::Zh => format!("  标出：`{text}`"),
            });
        }
    }
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Note, Lang::En) => "note",
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Note, Lang::Zh) => "提示",
    }
}

fn pick(label: &Label, lang: Lang) -> &str {
    match lang {
        Lang::En => &label.en,
        Lang::Zh => &label.zh,
    }
}

/// Text that grows line by line.
struct Page {
    text: String,
    lang: Lang,
    width: usize,
}

impl Page {
    fn new(lang: Lang, width: usize) -> Self {
        Page { text: String::new(), lang, width: width.max(20) }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn head(&mut self, en: &str, zh: &str) {
        self.blank();
        let title = match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        };
        self.line(title);
    }

    /// Indented and never wrapped: it is to be copied.
    fn code(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("  {line}"));
        }
    }

    /// A key and its expression, broken at spaces.
    fn expression(&mut self, key: &str, text: &str) {
        let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = format!("  {key}: ");
        self.hanging(&first, &one_line, first.width());
    }

    /// Wrapped; lines that begin with a space are left as they are.
    fn text(&mut self, text: &str) {
        for line in text.trim_end().lines() {
            if line.starts_with(' ') {
                self.line(line);
            } else {
                for wrapped in wrap(line, self.width) {
                    self.line(&wrapped);
                }
            }
        }
    }

    /// `first`, then `text` wrapped beside it.
    fn hanging(&mut self, first: &str, text: &str, indent: usize) {
        let room = self.width.saturating_sub(indent).max(16);
        for (i, line) in wrap(text, room).iter().enumerate() {
            if i == 0 {
                self.line(&format!("{first}{line}"));
            } else {
                self.line(&format!("{}{line}", " ".repeat(indent)));
            }
        }
    }

    fn done(self) -> String {
        self.text
    }
}

/// Breaks a text into lines of at most `width` columns: at spaces, and around wide characters, but never
/// before closing punctuation or after an opening one. A longer word has a line of its own.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let room = width.saturating_sub(line.width());
        if piece.trim_end().width() > room && !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            line.push_str(piece.trim_start());
        } else {
            line.push_str(piece);
        }
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The smallest pieces that stay together.
fn pieces(text: &str) -> Vec<&str> {
    const CLOSING: &str = "，。、；：！？）》」』”’…％,.;:!?)]}`";
    const OPENING: &str = "（《「『“‘([{`";
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    // Names in backquotes stay whole: what opens is not to be taken for what closes.
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width().unwrap_or(0) > 1;
        let may = before.is_some_and(|b| {
            if quoted {
                return b == ' ';
            }
            let opens = OPENING.contains(b) && b != '`';
            b == ' ' || ((wide(b) || wide(c)) && !opens && (c == '`' || !CLOSING.contains(c)))
        });
        if may && c != ' ' {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        if c == '`' {
            quoted = !quoted;
        }
        before = Some(c);
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_by_their_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghijkl x", 5), ["abcdefghijkl", "x"]);
        assert_eq!(wrap("", 5), [""]);
        // Two columns each; the comma stays with the character before it.
        assert_eq!(wrap("人脸信息，保存期限", 8), ["人脸信", "息，保存", "期限"]);
        assert_eq!(wrap("配置`a.b`的值", 8), ["配置", "`a.b`的", "值"]);
        for line in wrap("人脸 recognition 信息 `face_retention_days` 的保存期限（天）。", 20) {
            assert!(line.width() <= 21, "{line}");
        }
    }

    #[test]
    fn findings_cite_the_article() {
        let Ok(pack) = Pack::builtin("cn-2025") else { return };
        let cited = pack.citation("10.1");
        assert_eq!((cited.en.as_str(), cited.zh.as_str()), ("Measures Art. 10(1)", "《办法》第十条第一款"));
        assert_eq!(pack.citation("8").zh, "《办法》第八条");
        // The number of the paragraph is not verified.
        assert_eq!(pack.citation("9.1").en, "Measures Art. 9");
        assert_eq!(pack.citation("99"), Label::default());
    }

    #[test]
    fn articles_are_numbered_in_chinese() {
        let numbers: Vec<String> = [1, 9, 10, 15, 20, 73, 100].into_iter().map(chinese).collect();
        assert_eq!(numbers, ["一", "九", "十", "十五", "二十", "七十三", "100"]);
    }

    #[test]
    fn shipped_rules_explain_themselves() {
        let ids: Vec<&str> = Pack::builtin_ids().collect();
        for id in ids {
            let Ok(pack) = Pack::builtin(id) else { continue };
            for lang in [Lang::En, Lang::Zh] {
                for rule in &pack.rules {
                    let text = explain_rule(rule, &pack.law, lang, 80);
                    assert!(text.contains(&pack.law.url));
                    let article = rule.file.duty.split('.').next().unwrap_or_default();
                    let text = explain_article(&pack.law, &pack.rules, article, lang, 80);
                    assert!(text.is_some_and(|text| text.contains(&rule.file.rule)));
                }
                assert!(explain_article(&pack.law, &pack.rules, "99", lang, 80).is_none());
                let table = list_rules(std::slice::from_ref(&pack), lang, 100);
                assert!(table.lines().count() > pack.rules.len());
            }
        }
    }
}
