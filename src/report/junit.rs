//! JUnit XML: one suite a system, one test a duty.
//!
//! A finding at or above the gate fails its test; one below the gate passes and says its message in the
//! output, so that a green run is green here too. A waived finding and a duty of which no file says
//! anything are skipped tests. Duties that do not concern a system are left out.

use std::fmt::Write;

use super::escape::xml;
use super::model::{Finding, SystemReport};
use super::{Report, Style, words};
use crate::Lang;
use crate::policy::Outcome;
use crate::source::Sources;

/// Counts of a suite, and its tests as XML.
#[derive(Default)]
struct Suite {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    body: String,
}

/// The whole report.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let mut suites: Vec<(String, Suite)> =
        report.systems.iter().map(|s| (s.name.clone(), suite(report, s, style))).collect();
    // Faults of the project's own waivers belong to no system.
    let own: Vec<&Finding> =
        report.findings.iter().filter(|f| report.systems.iter().all(|s| s.id != f.system)).collect();
    if !own.is_empty() {
        let mut suite = Suite::default();
        own.iter().for_each(|finding| suite.finding(report, finding, "facelint", style));
        suites.push(("facelint".to_owned(), suite));
    }
    let mut unread = Suite::default();
    for problem in report.problems.iter().filter(|p| p.relevant) {
        unread.tests += 1;
        unread.errors += 1;
        let file = report.from_top(&problem.place.file);
        let _ = writeln!(
            unread.body,
            "    <testcase classname=\"facelint\" name=\"{0}\" file=\"{0}\" line=\"{1}\">\n      <error message=\"{2}\" type=\"problem\"/>\n    </testcase>",
            xml(&file, false),
            problem.place.line.max(1),
            xml(&problem.message, false),
        );
    }
    if unread.tests > 0 {
        suites.push((words::pick(style.lang, "not read", "未能读取").to_owned(), unread));
    }
    let sum = |of: fn(&Suite) -> usize| suites.iter().map(|(_, suite)| of(suite)).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"facelint\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        sum(|s| s.tests),
        sum(|s| s.failures),
        sum(|s| s.errors),
    );
    for (name, suite) in &suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            xml(name, false),
            suite.tests,
            suite.failures,
            suite.errors,
            suite.skipped,
        );
        out.push_str(&suite.body);
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

impl Suite {
    /// The test of a finding; `name` is the system's.
    fn finding(&mut self, report: &Report, finding: &Finding, name: &str, style: &Style) {
        self.tests += 1;
        let class = format!("{}.{name}", finding.pack);
        let fails = finding.waived.is_none() && style.gate.is_some_and(|gate| finding.severity >= gate);
        let _ = writeln!(
            self.body,
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">",
            xml(&class, false),
            xml(&finding.rule, false),
            xml(&report.from_top(&finding.place.file), false),
            finding.place.line.max(1),
        );
        let text = xml(&story(report, finding, style.lang), true);
        let message = xml(&finding.message, false);
        if let Some(waived) = &finding.waived {
            self.skipped += 1;
            let why = format!("{} ({}, {})", waived.reason, waived.owner, waived.until);
            let _ = writeln!(self.body, "      <skipped message=\"{}\"/>", xml(&why, false));
        } else if fails {
            self.failures += 1;
            let severity = words::severity_id(finding.severity);
            let _ = writeln!(
                self.body,
                "      <failure message=\"{message}\" type=\"{severity}\">{text}</failure>"
            );
        } else {
            let _ = writeln!(self.body, "      <system-out>{text}</system-out>");
        }
        self.body.push_str("    </testcase>\n");
    }
}

fn suite(report: &Report, system: &SystemReport, style: &Style) -> Suite {
    let mut suite = Suite::default();
    let own = || report.findings.iter().filter(|f| f.system == system.id);
    for finding in own() {
        suite.finding(report, finding, &system.name, style);
    }
    for duty in &system.duties {
        let found = own().any(|f| f.rule == duty.rule && f.pack == duty.pack);
        if found || matches!(duty.outcome, Outcome::NotApplicable | Outcome::Fail) {
            continue;
        }
        suite.tests += 1;
        let class = format!("{}.{}", duty.pack, system.name);
        let (class, name) = (xml(&class, false), xml(&duty.rule, false));
        if duty.outcome == Outcome::Unknown {
            suite.skipped += 1;
            let why = words::pick(style.lang, "no file says either way", "文件中没有依据");
            let _ = writeln!(
                suite.body,
                "    <testcase classname=\"{class}\" name=\"{name}\">\n      <skipped message=\"{why}\"/>\n    </testcase>"
            );
        } else {
            let _ = writeln!(suite.body, "    <testcase classname=\"{class}\" name=\"{name}\"/>");
        }
    }
    suite
}

/// A finding in words.
fn story(report: &Report, finding: &Finding, lang: Lang) -> String {
    let place = |file: &str, line: u32, column: u32| format!("{}:{line}:{column}", report.from_top(file));
    let at = &finding.place;
    let mut out = format!(
        "{} {}[{}] {}\n{}\n",
        place(&at.file, at.line, at.column),
        words::severity_id(finding.severity),
        finding.rule,
        words::label(lang, &finding.citation),
        finding.message.trim_end(),
    );
    for related in &finding.related {
        let at = &related.place;
        let _ = writeln!(out, "{} {}", place(&at.file, at.line, at.column), related.message);
    }
    if !finding.help.is_empty() {
        let _ = writeln!(out, "{}{}", words::help(lang), finding.help.trim_end());
    }
    let _ = write!(out, "{}", finding.url);
    out
}
