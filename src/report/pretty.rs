//! Pretty: findings grouped by system with the source underlined, for people at a terminal.

use std::fmt::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use owo_colors::Style as Paint;

use super::model::{Finding, Problem, SystemReport};
use super::snippet::{Frame, Mark, Snippet};
use super::text::{escape, escape_lines, hang, number, shorten, width, wrap};
use super::{Files, Report, Style, words};
use crate::failure::Failure;
use crate::policy::{Outcome, Severity};
use crate::source::Sources;

/// Problems printed in full; the rest is counted.
const MOST_PROBLEMS: usize = 10;
/// Rules named in a list before `…`.
const MOST_NAMES: usize = 6;

/// The whole report.
pub(super) fn render(report: &Report, sources: &Sources, style: &Style) -> String {
    let page = Page { files: Files::new(sources), style, out: String::new() };
    page.report(report)
}

/// A usage, configuration or policy error, underlined where it has a place.
pub fn render_failure(failure: &Failure, style: &Style) -> String {
    let sources = Sources::new();
    let place = failure.place.as_ref().map(|place| {
        let file = sources.add(&place.path, place.text.clone(), "UTF-8");
        let span = crate::source::Span::new(file.id, place.bytes.start, place.bytes.end);
        super::model::Place::new(&file, span)
    });
    let mut page = Page { files: Files::new(&sources), style, out: String::new() };
    let marks: Vec<Mark<'_>> =
        place.iter().map(|place| Mark { place, text: failure.label.clone().unwrap_or_default() }).collect();
    page.diagnostic(Severity::Error, &failure.message, None, &marks);
    if let Some(help) = &failure.help {
        page.help(help);
    }
    page.finish()
}

/// One problem, underlined where its file could be read as text.
pub fn render_problem(problem: &Problem, sources: &Sources, style: &Style) -> String {
    let mut page = Page { files: Files::new(sources), style, out: String::new() };
    page.problem(problem);
    page.finish()
}

/// A page being written.
struct Page<'a> {
    files: Files,
    style: &'a Style,
    out: String,
}

/// Code and address of a finding.
struct Code {
    text: String,
    url: Option<String>,
}

impl Page<'_> {
    fn report(mut self, report: &Report) -> String {
        let lang = self.style.lang;
        if report.systems.is_empty() && report.findings.is_empty() && report.problems.is_empty() {
            if !self.style.quiet {
                self.line(&words::nothing_found(lang, report.summary.files));
            }
            return self.finish();
        }
        for system in by_severity(report) {
            self.system(report, system);
        }
        // A finding of no system (a fault in the project's own declarations) still has to be seen.
        for finding in &report.findings {
            if report.systems.iter().all(|s| s.id != finding.system) && self.style.shows(finding) {
                self.finding(finding, None);
            }
        }
        self.problems(report);
        if !self.style.quiet {
            self.ending(report);
        }
        self.finish()
    }

    fn system(&mut self, report: &Report, system: &SystemReport) {
        let style = self.style;
        let all = || report.findings.iter().filter(|f| f.system == system.id);
        let mut shown: Vec<&Finding> = all().filter(|f| style.shows(f)).collect();
        shown.sort_by_key(|f| std::cmp::Reverse(f.severity));
        if style.quiet && shown.is_empty() {
            return;
        }
        if !style.quiet {
            self.heading(system, all());
        }
        for finding in shown {
            self.finding(finding, Some(system));
        }
    }

    /// `── name ── 1:N, CompreFace ─────` and where it was seen.
    fn heading<'f>(&mut self, system: &SystemReport, findings: impl Iterator<Item = &'f Finding>) {
        let lang = self.style.lang;
        let bar = if self.style.unicode { '━' } else { '=' };
        let name = shorten(&escape(&system.name), self.style.width / 2, self.ellipsis());
        let (mut error, mut warning, mut note) = (0, 0, 0);
        for finding in findings.filter(|f| f.waived.is_none()) {
            match finding.severity {
                Severity::Error => error += 1,
                Severity::Warning => warning += 1,
                Severity::Note => note += 1,
            }
        }
        let tally = words::tally(lang, error, warning, note);
        let used = width(&name) + width(&tally) + width(words::system(lang)) + 10;
        let fill: String = std::iter::repeat_n(bar, self.style.width.saturating_sub(used).max(2)).collect();
        let painted = self.paint(&name, Paint::new().bold());
        self.line(&format!("{bar}{bar}{bar} {} {painted} {fill} {tally} {bar}", words::system(lang)));
        let mut what = vec![words::mode(lang, &system.profile)];
        if system.role != "handler" && !system.role.is_empty() {
            what.push(format!("role = {}", escape(&system.role)));
        }
        let products = super::inventory::products(system);
        if !products.is_empty() {
            what.insert(0, products.join(words::pick(lang, ", ", "、")));
        }
        self.hang("    ", &what.join(words::pick(lang, "; ", "；")));
        let places = super::inventory::places(system);
        let shown: Vec<&str> = places.iter().take(4).map(String::as_str).collect();
        let mut seen = shown.join(words::pick(lang, ", ", "、"));
        if places.len() > shown.len() {
            let more = places.len() - shown.len();
            let _ = match lang {
                crate::Lang::En => {
                    write!(seen, " and {}", words::count(lang, more, "other file", "other files", ""))
                }
                crate::Lang::Zh => write!(seen, "等 {} 个文件", places.len()),
            };
        }
        if !seen.is_empty() {
            self.hang(words::pick(lang, "    in ", "    位于 "), &seen);
        }
        self.out.push('\n');
    }

    fn finding(&mut self, finding: &Finding, system: Option<&SystemReport>) {
        let lang = self.style.lang;
        let mut code = format!("{}[{}]", words::severity(lang, finding.severity), escape(&finding.rule));
        let citation = words::label(lang, &finding.citation);
        if !citation.is_empty() {
            let _ = write!(code, "{}{}", if citation.starts_with('《') { "" } else { " " }, escape(citation));
        }
        if finding.waived.is_some() {
            code.push_str(words::waived(lang));
        }
        let url = Some(escape(&finding.url).into_owned()).filter(|url| !url.is_empty());
        let mut marks = vec![Mark { place: &finding.place, text: component(finding, system, lang) }];
        for related in &finding.related {
            // What is said of the same bytes twice is said once.
            match marks
                .iter_mut()
                .find(|m| m.place.file == related.place.file && m.place.bytes == related.place.bytes)
            {
                Some(mark) if mark.text.is_empty() => mark.text.clone_from(&related.message),
                Some(_) => {}
                None => marks.push(Mark { place: &related.place, text: related.message.clone() }),
            }
        }
        self.diagnostic(finding.severity, &finding.message, Some(Code { text: code, url }), &marks);
        self.help(&finding.help);
        if let Some(waived) = &finding.waived {
            let text = format!("{} ({}, {})", waived.reason, waived.owner, waived.until);
            self.hang(words::pick(lang, "  waived: ", "  豁免："), &escape(&text));
        }
        if self.style.verbose {
            self.hang(words::pick(lang, "  fingerprint: ", "  指纹："), &escape(&finding.fingerprint));
        }
        self.out.push('\n');
    }

    /// Headline, message and source, drawn by miette.
    fn diagnostic(&mut self, severity: Severity, message: &str, code: Option<Code>, marks: &[Mark<'_>]) {
        let frame = Frame { width: self.style.width, ellipsis: self.ellipsis(), lang: self.style.lang };
        let snippet = Snippet::new(&self.files, marks, frame);
        let mut message = wrap(&escape_lines(message), self.style.width.saturating_sub(5)).join("\n");
        for mark in snippet.missing.iter().filter_map(|i| marks.get(*i)) {
            let place = mark.place;
            let _ = write!(message, "\n{}", escape(&place.file));
            if place.line > 0 {
                let _ = write!(message, ":{}:{}", place.line, place.column);
            }
            if !mark.text.is_empty() {
                let _ = write!(message, " {}", escape(&mark.text));
            }
        }
        let primary = snippet.labels.iter().position(LabeledSpan::primary);
        let handler = GraphicalReportHandler::new_themed(self.theme(severity, primary))
            .with_width(self.style.width)
            .with_wrap_lines(false)
            .with_context_lines(1)
            .with_links(self.style.links)
            .with_urls(self.style.links)
            .with_link_display_text("")
            .without_syntax_highlighting();
        let mut drawn = String::new();
        // Writing into a string does not fail; a window that miette could not read would leave the
        // message without its source.
        let _ = handler.render_report(&mut drawn, &Drawn { severity, message, code, snippet });
        // The blank line between headline and message is left out.
        let drawn = drawn.replacen("\n\n", "\n", 1);
        for line in drawn.trim_matches('\n').lines() {
            self.line(line.trim_end());
        }
    }

    fn help(&mut self, help: &str) {
        if help.trim().is_empty() {
            return;
        }
        let word = words::help(self.style.lang);
        let body = hang(&format!("  {word}"), &escape_lines(help), self.style.width);
        let painted = self.paint(word, Paint::new().cyan());
        self.line(&body.replacen(word, &painted, 1));
    }

    fn problems(&mut self, report: &Report) {
        let lang = self.style.lang;
        if report.problems.is_empty() {
            return;
        }
        if !self.style.quiet {
            let bar = if self.style.unicode { "━━━" } else { "===" };
            let n = report.problems.len();
            let text =
                words::count(lang, n, "place could not be read", "places could not be read", "处未能读取");
            self.line(&format!("{bar} {text}"));
            self.out.push('\n');
        }
        let most = if self.style.verbose { usize::MAX } else { MOST_PROBLEMS };
        // Those that decide the exit code first.
        let mut problems: Vec<&Problem> = report.problems.iter().collect();
        problems.sort_by_key(|p| !p.relevant);
        for problem in problems.iter().take(most) {
            self.problem(problem);
        }
        if let Some(more) = problems.len().checked_sub(most).filter(|n| *n > 0) {
            let text =
                words::count(lang, more, "more with --verbose", "more with --verbose", "处见 --verbose");
            self.line(&format!("  {} {text}", self.ellipsis()));
            self.out.push('\n');
        }
    }

    fn problem(&mut self, problem: &Problem) {
        let marks = [Mark { place: &problem.place, text: String::new() }];
        self.diagnostic(Severity::Warning, &problem.message, None, &marks);
        if let Some(help) = &problem.help {
            self.help(help);
        }
        self.out.push('\n');
    }

    /// What was read, what was found, what was not judged, what to type next.
    fn ending(&mut self, report: &Report) {
        let lang = self.style.lang;
        let s = &report.summary;
        self.line(&words::summary(lang, s));
        let hidden = if self.style.notes { 0 } else { s.note };
        let mut found = words::tally(lang, s.error, s.warning, s.note - hidden);
        let comma = words::pick(lang, ", ", "，");
        if hidden > 0 {
            let notes = words::count(lang, hidden, "note", "notes", "个提示");
            let _ = write!(
                found,
                "{comma}{notes}{}",
                words::pick(lang, " with --notes", "（加 `--notes` 显示）")
            );
        }
        if s.waived > 0 {
            let _ = write!(
                found,
                "{comma}{} {}",
                number(s.waived, lang),
                words::pick(lang, "waived", "个已豁免")
            );
        }
        let paint = match (s.error, s.warning) {
            (0, 0) => Paint::new().bold(),
            (0, _) => Paint::new().yellow().bold(),
            _ => Paint::new().red().bold(),
        };
        let found = self.paint(&found, paint);
        self.line(&found);
        for text in report.compared.iter().flat_map(|c| words::compared(lang, c)) {
            self.hang("", &text);
        }
        self.waivers(report);
        self.not_judged(report);
        if !report.problems.is_empty() {
            let n = number(report.problems.len(), lang);
            let text = match lang {
                crate::Lang::En => format!("not read: {n} (above); what stands there was not judged"),
                crate::Lang::Zh => format!("未能读取：{n} 处（见上），其内容未作判断"),
            };
            self.hang("", &text);
        }
        // A finding about the project's own waivers has no article to explain.
        let shown = report
            .findings
            .iter()
            .filter(|f| self.style.shows(f) && f.waived.is_none() && !f.duty.is_empty());
        if let Some(first) =
            shown.max_by(|a, b| a.severity.cmp(&b.severity).then(std::cmp::Ordering::Greater))
        {
            self.hang(words::pick(lang, "next: ", "下一步："), &escape(&words::explain(lang, first)));
        } else if !report.systems.is_empty() {
            let text = words::pick(
                lang,
                "`facelint inventory` lists every system, its data flows and duties",
                "`facelint inventory` 列出所有系统、数据流向和义务",
            );
            self.hang(words::pick(lang, "next: ", "下一步："), text);
        }
        if !self.style.links {
            let mut urls: Vec<&str> = report.findings.iter().map(|f| f.url.as_str()).collect();
            urls.sort_unstable();
            urls.dedup();
            for url in urls.iter().filter(|url| !url.is_empty()) {
                self.line(&format!("{}{}", words::pick(lang, "law: ", "法规原文："), escape(url)));
            }
        }
        let disclaimer = self.paint(words::disclaimer(lang), Paint::new().dimmed());
        self.line(&disclaimer);
    }

    /// Every waiver that accepts something, once.
    fn waivers(&mut self, report: &Report) {
        let lang = self.style.lang;
        let mut lines: Vec<String> = Vec::new();
        for finding in &report.findings {
            let Some(waived) = &finding.waived else { continue };
            let (rule, system, until) =
                (escape(&finding.rule), escape(&finding.system), escape(&waived.until));
            let (reason, owner) = (escape(&waived.reason), escape(&waived.owner));
            let line = match lang {
                crate::Lang::En => format!("`{rule}` in `{system}` until {until} by {owner}: {reason}"),
                crate::Lang::Zh => {
                    format!("`{system}` 的 `{rule}`，截止 {until}，责任人 {owner}：{reason}")
                }
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        for line in lines {
            self.hang(words::pick(lang, "waived: ", "已豁免："), &line);
        }
    }

    /// Duties of which no file says anything and that are no findings.
    fn not_judged(&mut self, report: &Report) {
        let lang = self.style.lang;
        let mut rules: Vec<&str> = Vec::new();
        let mut n = 0;
        for system in &report.systems {
            for duty in system.duties.iter().filter(|d| d.outcome == Outcome::Unknown) {
                let found = report
                    .findings
                    .iter()
                    .any(|f| f.system == system.id && f.rule == duty.rule && f.pack == duty.pack);
                if !found {
                    n += 1;
                    rules.push(&duty.rule);
                }
            }
        }
        if n == 0 {
            return;
        }
        rules.sort_unstable();
        rules.dedup();
        let most = if self.style.verbose { usize::MAX } else { MOST_NAMES };
        let mut names: Vec<String> = rules.iter().take(most).map(|r| format!("`{}`", escape(r))).collect();
        if rules.len() > names.len() {
            names.push(self.ellipsis().to_owned());
        }
        let names = names.join(words::pick(lang, ", ", "、"));
        let text = match lang {
            crate::Lang::En => format!(
                "not judged: {}, no file says either way: {names}",
                words::count(lang, n, "duty", "duties", "")
            ),
            crate::Lang::Zh => format!("未能判断：{n} 项义务，文件中没有依据：{names}"),
        };
        self.hang("", &text);
    }

    fn ellipsis(&self) -> &'static str {
        if self.style.unicode { "…" } else { "..." }
    }

    fn paint(&self, text: &str, paint: Paint) -> String {
        if self.style.color { paint.style(text).to_string() } else { text.to_owned() }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn hang(&mut self, first: &str, text: &str) {
        let text = hang(first, text, self.style.width);
        self.line(&text);
    }

    fn finish(self) -> String {
        let mut out = self.out.trim_end_matches('\n').to_owned();
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// The primary label in the colour of the severity, the others in blue.
    fn theme(&self, severity: Severity, primary: Option<usize>) -> GraphicalTheme {
        let mut theme = match (self.style.unicode, self.style.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        // Signs that take one cell everywhere.
        theme.characters.error = if self.style.unicode { "×" } else { "x" }.to_owned();
        theme.characters.warning = "!".to_owned();
        theme.characters.advice = "i".to_owned();
        if self.style.color {
            let main = match severity {
                Severity::Error => Paint::new().red().bold(),
                Severity::Warning => Paint::new().yellow().bold(),
                Severity::Note => Paint::new().cyan().bold(),
            };
            theme.styles.error = Paint::new().red().bold();
            theme.styles.warning = Paint::new().yellow().bold();
            theme.styles.advice = Paint::new().cyan().bold();
            theme.styles.link = Paint::new().bold();
            // miette paints the labels in order of their offsets.
            theme.styles.highlights = (0..=primary.unwrap_or(0))
                .map(|_| Paint::new().blue())
                .chain([Paint::new().blue()])
                .collect();
            if let Some(slot) = theme.styles.highlights.get_mut(primary.unwrap_or(0)) {
                *slot = main;
            }
        }
        theme
    }
}

/// Systems, those with the most severe findings first, else in the order of the report.
fn by_severity(report: &Report) -> Vec<&SystemReport> {
    let worst = |system: &SystemReport| {
        let of = report.findings.iter().filter(|f| f.system == system.id && f.waived.is_none());
        std::cmp::Reverse(of.map(|f| f.severity).max())
    };
    let mut systems: Vec<&SystemReport> = report.systems.iter().collect();
    systems.sort_by_key(|system| worst(system));
    systems
}

/// What stands at the underlined place, when it is a component of the system: then the finding is that
/// something is missing, and the label says what was seen.
fn component(finding: &Finding, system: Option<&SystemReport>, lang: crate::Lang) -> String {
    let at = |s: &&super::model::SightingReport| {
        s.place.file == finding.place.file && s.place.bytes == finding.place.bytes
    };
    match system.and_then(|system| system.sightings.iter().find(at)) {
        Some(seen) => match lang {
            crate::Lang::En => format!("{} ({})", seen.product, words::sighting(lang, seen.kind)),
            crate::Lang::Zh => format!("{}（{}）", seen.product, words::sighting(lang, seen.kind)),
        },
        None => String::new(),
    }
}

/// A diagnostic as miette wants it.
struct Drawn {
    severity: Severity,
    message: String,
    code: Option<Code>,
    snippet: Snippet,
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(&code.text) as Box<dyn fmt::Display + 'a>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let url = self.code.as_ref()?.url.as_ref()?;
        Some(Box::new(url))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.snippet.is_empty()).then_some(&self.snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.snippet.labels.iter().cloned()))
    }
}
