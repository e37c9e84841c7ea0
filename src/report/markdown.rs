//! Markdown: for the summary of a job, a comment, a document.

use std::fmt::Write;

use super::escape::{code, code_block, markdown};
use super::model::{Finding, Place, SystemReport};
use super::{Report, Style, most_severe_first, words};
use crate::Lang;
use crate::policy::Severity;
use crate::source::Sources;

/// Findings with their help; beyond, they are counted. GitHub cuts a summary at 1 MiB.
const MOST: usize = 300;
/// Places that could not be read.
const MOST_PROBLEMS: usize = 50;

/// The whole report.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let lang = style.lang;
    let s = &report.summary;
    let mut out = String::new();
    let hidden = if style.notes { 0 } else { s.note };
    let _ = writeln!(
        out,
        "## facelint{}{}\n",
        words::pick(lang, ": ", "："),
        words::tally(lang, s.error, s.warning, s.note - hidden)
    );
    let mut line = markdown(&words::summary(lang, s));
    let comma = words::pick(lang, "; ", "；");
    if s.waived > 0 {
        let _ = write!(line, "{comma}{} {}", s.waived, words::pick(lang, "waived", "个已豁免"));
    }
    if hidden > 0 {
        let _ = write!(line, "{comma}{}", words::count(lang, hidden, "note", "notes", "个提示"));
    }
    let _ = writeln!(out, "{line}{}\n", words::pick(lang, ".", "。"));

    for text in report.compared.iter().flat_map(|c| words::compared(lang, c)) {
        let _ = writeln!(out, "{}\n", markdown(&text));
    }
    let findings = most_severe_first(report, style);
    let mut shown = 0;
    for system in &report.systems {
        let own: Vec<&Finding> = findings.iter().copied().filter(|f| f.system == system.id).collect();
        shown += section(&mut out, report, Some(system), &own, MOST.saturating_sub(shown), lang);
    }
    let known = |f: &&Finding| report.systems.iter().all(|s| s.id != f.system);
    let others: Vec<&Finding> = findings.iter().copied().filter(known).collect();
    shown += section(&mut out, report, None, &others, MOST.saturating_sub(shown), lang);
    if findings.len() > shown {
        let n = findings.len() - shown;
        let text = match lang {
            Lang::En => format!("{n} more findings are not listed here."),
            Lang::Zh => format!("另有 {n} 个发现项未在此列出。"),
        };
        let _ = writeln!(out, "{text}\n");
    }
    waived(&mut out, report, lang);
    problems(&mut out, report, lang);
    let _ = writeln!(out, "*{}*", words::disclaimer(lang));
    out
}

/// A system and its findings; how many were written.
fn section(
    out: &mut String,
    report: &Report,
    system: Option<&SystemReport>,
    findings: &[&Finding],
    most: usize,
    lang: Lang,
) -> usize {
    if findings.is_empty() && system.is_none() {
        return 0;
    }
    if let Some(system) = system {
        let _ = writeln!(out, "### {} {}\n", words::pick(lang, "System", "系统"), code(&system.name));
        let mut products = super::inventory::products(system);
        products.push(words::mode(lang, &system.profile));
        let _ = writeln!(out, "{}\n", markdown(&products.join(words::pick(lang, ", ", "、"))));
    }
    let count = findings.len().min(most);
    if count == 0 {
        if findings.is_empty() {
            let _ = writeln!(out, "{}\n", words::pick(lang, "No findings.", "无发现项。"));
        }
        return 0;
    }
    out.push_str(words::pick(
        lang,
        "| | rule | finding | place |\n|---|---|---|---|\n",
        "| | 规则 | 问题 | 位置 |\n|---|---|---|---|\n",
    ));
    for finding in findings.iter().take(count) {
        let mark = match (finding.waived.is_some(), finding.severity) {
            (true, _) => "⚪",
            (_, Severity::Error) => "🔴",
            (_, Severity::Warning) => "🟠",
            (_, Severity::Note) => "🔵",
        };
        let waived = if finding.waived.is_some() { words::waived(lang) } else { "" };
        let _ = writeln!(
            out,
            "| {mark} {}{waived} | {} {} | {} | {} |",
            words::severity(lang, finding.severity),
            code(&finding.rule),
            citation(finding, lang),
            markdown(finding.message.trim_end()),
            at(report, &finding.place),
        );
    }
    out.push('\n');
    let help: Vec<&&Finding> = findings.iter().take(count).filter(|f| !f.help.is_empty()).collect();
    if !help.is_empty() {
        let title = words::pick(lang, "What to write", "怎样修改");
        let _ = writeln!(out, "<details><summary>{title}</summary>\n");
        for finding in help {
            let _ = writeln!(out, "- {} {}\n", code(&finding.rule), at(report, &finding.place));
            let _ = writeln!(out, "{}", code_block(finding.help.trim_end(), "  "));
        }
        out.push_str("</details>\n\n");
    }
    count
}

/// The article, with the address of the law.
fn citation(finding: &Finding, lang: Lang) -> String {
    let text = markdown(words::label(lang, &finding.citation));
    let safe = finding.url.starts_with("https://")
        && finding.url.chars().all(|c| c.is_ascii_graphic() && !"()<>\\|`\"".contains(c));
    if safe { format!("[{text}]({})", finding.url) } else { text }
}

fn at(report: &Report, place: &Place) -> String {
    code(&format!("{}:{}:{}", report.from_top(&place.file), place.line, place.column))
}

/// Every waiver that is used: what is accepted is part of the news.
fn waived(out: &mut String, report: &Report, lang: Lang) {
    let waived: Vec<&Finding> = report.findings.iter().filter(|f| f.waived.is_some()).collect();
    if waived.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {}\n", words::pick(lang, "Waived", "已豁免"));
    out.push_str(words::pick(
        lang,
        "| rule | place | reason | owner | until |\n|---|---|---|---|---|\n",
        "| 规则 | 位置 | 理由 | 责任人 | 截止日期 |\n|---|---|---|---|---|\n",
    ));
    for finding in waived.iter().take(MOST) {
        let Some(waiver) = &finding.waived else { continue };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            code(&finding.rule),
            at(report, &finding.place),
            markdown(&waiver.reason),
            markdown(&waiver.owner),
            markdown(&waiver.until),
        );
    }
    out.push('\n');
}

fn problems(out: &mut String, report: &Report, lang: Lang) {
    if report.problems.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {}\n", words::pick(lang, "Problems", "问题"));
    for problem in report.problems.iter().take(MOST_PROBLEMS) {
        let _ = writeln!(out, "- {} {}", at(report, &problem.place), markdown(&problem.message));
    }
    if let Some(more) = report.problems.len().checked_sub(MOST_PROBLEMS).filter(|n| *n > 0) {
        let _ = writeln!(out, "- … {more}");
    }
    out.push('\n');
}
