//! GitLab: the code quality report, a JSON array.

use serde_json::json;

use super::text::escape_lines;
use super::{Report, Style, most_severe_first, occurrences};
use crate::policy::Severity;
use crate::source::Sources;

/// The findings as GitLab's merge requests show them. Waived findings are left out: GitLab has no word for
/// them.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let mut findings = most_severe_first(report, style);
    findings.retain(|f| f.waived.is_none());
    let numbers = occurrences(&findings);
    let items: Vec<serde_json::Value> = findings
        .iter()
        .zip(numbers)
        .map(|(finding, n)| {
            let place = &finding.place;
            let fingerprint = match n {
                1 => finding.fingerprint.clone(),
                n => format!("{}:{n}", finding.fingerprint),
            };
            json!({
                "description": escape_lines(finding.message.trim_end()),
                "check_name": format!("{}/{}", finding.pack, finding.rule),
                "fingerprint": fingerprint,
                "severity": match finding.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "major",
                    Severity::Note => "info",
                },
                "location": {
                    "path": report.from_top(&place.file),
                    "lines": { "begin": place.line.max(1), "end": place.end_line.max(place.line).max(1) },
                },
            })
        })
        .collect();
    let mut out = serde_json::to_string_pretty(&items).unwrap_or_else(|_| "[]".to_owned());
    out.push('\n');
    out
}
