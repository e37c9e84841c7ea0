//! Coverage: article by article, what each rule says of each system, and on what it rests.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::{DutyReport, EvidenceReport, Finding, RuleInfo, Rulebook, SystemReport};
use super::text::{escape, escape_lines, hang, shorten, table, wrap};
use super::{Report, Style, words};
use crate::Lang;
use crate::facts::How;
use crate::policy::Outcome;
use crate::source::Sources;

/// Places named for one outcome.
const MOST_PLACES: usize = 3;

/// What one rule says of one system, its elements together: the gravest outcome.
struct Row<'a> {
    rule: &'a RuleInfo,
    title: &'a str,
    outcome: Outcome,
    evidence: Vec<&'a EvidenceReport>,
    help: &'a str,
}

/// How often each outcome was reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    passed: usize,
    declared: usize,
    failed: usize,
    unknown: usize,
    not_applicable: usize,
}

/// The tables of all systems.
pub fn render(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    let mut out = String::new();
    if report.systems.is_empty() {
        return words::nothing_found(lang, report.summary.files) + "\n";
    }
    let bar = if style.unicode { "━━━" } else { "===" };
    for system in &report.systems {
        let _ = writeln!(out, "{bar} {} {}", words::system(lang), escape(&system.name));
        for book in &report.rulebooks {
            law(&mut out, system, book, style);
        }
        let _ = writeln!(out, "{}\n", tally_text(lang, tally(system)));
    }
    let _ = writeln!(out, "{}", hang("", words::disclaimer(lang), style.width));
    out
}

fn law(out: &mut String, system: &SystemReport, book: &Rulebook, style: &Style) {
    let lang = style.lang;
    let rows = rows(system, book, lang);
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}\n", hang("", &escape(words::label(lang, &book.law.title)), style.width));
    let heading =
        [("article", "条款"), ("duty and rule", "义务与规则"), ("outcome", "结果"), ("rests on", "依据")];
    let mut cells = vec![heading.map(|(en, zh)| words::pick(lang, en, zh).to_owned()).to_vec()];
    for row in &rows {
        let short = words::label(lang, &book.law.short);
        let article = words::label(lang, &row.rule.citation);
        let article = article.strip_prefix(short).unwrap_or(article).trim();
        cells.push(vec![
            escape(article).into_owned(),
            format!("{}\n{}", escape(row.title), escape(&row.rule.rule)),
            outcome(lang, row),
            rests_on(lang, row),
        ]);
    }
    let rule = if style.unicode { '─' } else { '-' };
    for line in table(&cells, style.width, rule) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');

    let unknown: Vec<&Row<'_>> =
        rows.iter().filter(|row| row.outcome == Outcome::Unknown && !row.help.is_empty()).collect();
    if !unknown.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            words::pick(lang, "What would make the unknown known:", "补充以下内容即可作出判断：")
        );
        for row in unknown {
            let _ = writeln!(out, "  {}", escape(&row.rule.rule));
            for line in wrap(&escape_lines(row.help), style.width.saturating_sub(4)) {
                let _ = writeln!(out, "{}", format!("    {line}").trim_end());
            }
        }
        out.push('\n');
    }
    let silent = without_rule(book);
    if !silent.is_empty() {
        let text = match lang {
            Lang::En => format!("No rule of this pack judges Articles {}.", silent.join(", ")),
            Lang::Zh => format!("本规则包没有规则判断第 {} 条。", silent.join("、")),
        };
        let _ = writeln!(out, "{}\n", hang("", &text, style.width));
    }
}

/// One finding: the finding itself, then every place that its outcome rests on and how it is known there.
/// `None` when no finding has a fingerprint that begins so; several are all shown.
pub fn render_finding(
    report: &Report,
    sources: &Sources,
    fingerprint: &str,
    style: &Style,
) -> Option<String> {
    let lang = style.lang;
    let wanted = fingerprint.to_ascii_lowercase();
    let findings: Vec<Finding> =
        report.findings.iter().filter(|f| f.fingerprint.starts_with(&wanted)).cloned().collect();
    let first = findings.first()?;
    let (rule, pack, system) = (first.rule.clone(), first.pack.clone(), first.system.clone());
    let only = Report { findings, problems: Vec::new(), ..report.clone() };
    let whole = Style { quiet: true, notes: true, verbose: true, ..style.clone() };
    let mut out = super::render(super::Format::Pretty, &only, sources, &whole);
    let said = report.systems.iter().filter(|s| s.id == system).flat_map(|s| &s.duties);
    let said = said.filter(|duty| duty.rule == rule && duty.pack == pack);
    let mut lines: Vec<String> = Vec::new();
    for duty in said {
        for e in &duty.evidence {
            let place = format!("{}:{}:{}", escape(&e.place.file), e.place.line, e.place.column);
            let line = format!("  {} {place} `{}`", how(lang, e.how), escape(e.text.trim()));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    let _ = writeln!(out, "{}", words::pick(lang, "What was looked at", "检查了哪些内容"));
    if lines.is_empty() {
        lines.push(
            words::pick(lang, "  nothing in the files speaks of it", "  文件中未见相关内容").to_owned(),
        );
    }
    for line in lines {
        let _ = writeln!(out, "{}", shorten(&line, style.width, "…"));
    }
    Some(out)
}

/// The rules of a law for a system, in the order of its articles.
fn rows<'a>(system: &'a SystemReport, book: &'a Rulebook, lang: Lang) -> Vec<Row<'a>> {
    let mut by_rule: BTreeMap<&str, Vec<&DutyReport>> = BTreeMap::new();
    for duty in system.duties.iter().filter(|duty| duty.pack == book.law.pack) {
        by_rule.entry(&duty.rule).or_default().push(duty);
    }
    let mut rows = Vec::new();
    for duty in &book.law.duties {
        for rule in book.rules.iter().filter(|rule| rule.duty == duty.duty) {
            let Some(said) = by_rule.get(rule.rule.as_str()) else { continue };
            let Some(outcome) = said.iter().map(|duty| duty.outcome).max_by_key(|o| gravity(*o)) else {
                continue;
            };
            let of_it = || said.iter().filter(move |duty| duty.outcome == outcome);
            let help = of_it().find_map(|duty| duty.help.as_deref());
            rows.push(Row {
                rule,
                title: words::label(lang, &duty.title),
                outcome,
                evidence: of_it().flat_map(|duty| &duty.evidence).collect(),
                help: help.unwrap_or(words::label(lang, &rule.help)),
            });
        }
    }
    rows
}

fn gravity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotApplicable => 0,
        Outcome::Pass => 1,
        Outcome::Unknown => 2,
        Outcome::Fail => 3,
    }
}

/// Whether nothing but the project's word stands behind a pass.
fn only_declared(evidence: &[&EvidenceReport]) -> bool {
    !evidence.is_empty() && evidence.iter().all(|e| e.how == How::Declared)
}

fn outcome(lang: Lang, row: &Row<'_>) -> String {
    match row.outcome {
        Outcome::Pass if only_declared(&row.evidence) => {
            words::pick(lang, "passed, as declared", "通过（据声明）")
        }
        Outcome::Pass => words::pick(lang, "passed", "通过"),
        Outcome::Fail => words::pick(lang, "FAILED", "不通过"),
        Outcome::Unknown => words::pick(lang, "unknown", "未知"),
        Outcome::NotApplicable => words::pick(lang, "not applicable", "不适用"),
    }
    .to_owned()
}

/// The places behind an outcome, each with how it is known there.
fn rests_on(lang: Lang, row: &Row<'_>) -> String {
    if row.outcome == Outcome::NotApplicable {
        return "-".to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    let mut more = 0;
    for e in &row.evidence {
        let line = format!("{} {}:{}", how(lang, e.how), escape(&e.place.file), e.place.line);
        if lines.contains(&line) {
            continue;
        }
        if lines.len() < MOST_PLACES {
            lines.push(line);
        } else {
            more += 1;
        }
    }
    if more > 0 {
        lines.push(match lang {
            Lang::En => format!("and {more} more"),
            Lang::Zh => format!("另有 {more} 处"),
        });
    }
    if lines.is_empty() {
        return words::pick(lang, "nothing in the files", "文件中未见").to_owned();
    }
    lines.join("\n")
}

/// How a fact is known, for people.
pub(super) fn how(lang: Lang, how: How) -> &'static str {
    match how {
        How::Observed => words::pick(lang, "observed", "实见"),
        How::Declared => words::pick(lang, "declared", "声明"),
        How::Default => words::pick(lang, "default of the product, seen at", "产品默认"),
    }
}

/// The articles that no rule of the pack judges.
fn without_rule(book: &Rulebook) -> Vec<String> {
    let judged = |article: u16| {
        book.law
            .duties
            .iter()
            .filter(|duty| duty.article == article)
            .any(|duty| book.rules.iter().any(|rule| rule.duty == duty.duty))
    };
    let mut articles: Vec<u16> = book.law.duties.iter().map(|duty| duty.article).collect();
    articles.sort_unstable();
    articles.dedup();
    articles.into_iter().filter(|article| !judged(*article)).map(|article| article.to_string()).collect()
}

/// The outcomes of a system's rules.
pub(super) fn tally(system: &SystemReport) -> Tally {
    let mut by_rule: BTreeMap<(&str, &str), Vec<&DutyReport>> = BTreeMap::new();
    for duty in &system.duties {
        by_rule.entry((&duty.pack, &duty.rule)).or_default().push(duty);
    }
    let mut tally = Tally::default();
    for said in by_rule.values() {
        match said.iter().map(|duty| duty.outcome).max_by_key(|o| gravity(*o)) {
            Some(Outcome::Pass) => {
                tally.passed += 1;
                let of_it = said.iter().filter(|duty| duty.outcome == Outcome::Pass);
                let evidence: Vec<&EvidenceReport> = of_it.flat_map(|duty| &duty.evidence).collect();
                tally.declared += usize::from(only_declared(&evidence));
            }
            Some(Outcome::Fail) => tally.failed += 1,
            Some(Outcome::Unknown) => tally.unknown += 1,
            Some(Outcome::NotApplicable) | None => tally.not_applicable += 1,
        }
    }
    tally
}

/// `3 rules passed (1 as declared), 2 failed, 1 unknown, 4 not applicable`.
pub(super) fn tally_text(lang: Lang, tally: Tally) -> String {
    let Tally { passed, declared, failed, unknown, not_applicable } = tally;
    match lang {
        Lang::En => {
            let declared = if declared > 0 { format!(" ({declared} as declared)") } else { String::new() };
            format!(
                "{passed} passed{declared}, {failed} failed, {unknown} unknown, {not_applicable} not applicable"
            )
        }
        Lang::Zh => {
            let declared =
                if declared > 0 { format!("（其中 {declared} 项据声明）") } else { String::new() };
            format!(
                "通过 {passed} 项{declared}，不通过 {failed} 项，未知 {unknown} 项，不适用 {not_applicable} 项"
            )
        }
    }
}
