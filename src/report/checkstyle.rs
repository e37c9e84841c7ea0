//! Checkstyle XML, which many editors and build servers read.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::escape::xml;
use super::model::Place;
use super::{Report, Style, most_severe_first};
use crate::policy::Severity;
use crate::source::Sources;

/// One line of a file.
struct Row<'r> {
    place: &'r Place,
    severity: &'static str,
    message: &'r str,
    source: String,
}

/// Findings and problems by file. Waived findings are left out.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let mut files: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for finding in most_severe_first(report, style).into_iter().filter(|f| f.waived.is_none()) {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        };
        let (place, message) = (&finding.place, finding.message.trim_end());
        let source = format!("facelint.{}.{}", finding.pack, finding.rule);
        files.entry(&place.file).or_default().push(Row { place, severity, message, source });
    }
    for problem in &report.problems {
        let row = Row {
            place: &problem.place,
            severity: if problem.relevant { "warning" } else { "info" },
            message: problem.message.trim_end(),
            source: "facelint.problem".to_owned(),
        };
        files.entry(&problem.place.file).or_default().push(row);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"8.0\">\n");
    for (file, mut rows) in files {
        rows.sort_by_key(|row| (row.place.line, row.place.column));
        let _ = writeln!(out, "  <file name=\"{}\">", xml(&report.from_top(file), false));
        for row in rows {
            let _ = writeln!(
                out,
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"{}\"/>",
                row.place.line.max(1),
                row.place.column.max(1),
                row.severity,
                xml(row.message, false),
                xml(&row.source, false),
            );
        }
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
    out
}
