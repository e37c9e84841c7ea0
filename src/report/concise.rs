//! Concise: one line a finding, for editors and `grep`.

use std::fmt::Write;

use super::text::escape;
use super::{Report, Style, words};
use crate::source::Sources;

/// `path:line:column: severity[rule] message`, problems after the findings.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|f| style.shows(f)) {
        let place = &finding.place;
        let waived = if finding.waived.is_some() { words::waived(style.lang) } else { "" };
        let _ = writeln!(
            out,
            "{}:{}:{}: {}[{}]{waived} {}",
            escape(&place.file),
            place.line,
            place.column,
            words::severity_id(finding.severity),
            escape(&finding.rule),
            escape(finding.message.trim_end()),
        );
    }
    for problem in &report.problems {
        let place = &problem.place;
        let _ = writeln!(
            out,
            "{}:{}:{}: problem {}",
            escape(&place.file),
            place.line,
            place.column,
            escape(problem.message.trim_end()),
        );
    }
    out
}
