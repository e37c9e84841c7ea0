//! GitHub Actions: one workflow command a finding.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word. So
//! the most severe come first, and what is over the limit is counted on a line of its own; the job summary
//! (`--format markdown`) has them all.

use std::fmt::Write;

use super::escape::{command_data, command_property};
use super::model::Place;
use super::text::escape;
use super::{Report, Style, most_severe_first, words};
use crate::Lang;
use crate::policy::Severity;
use crate::source::Sources;

/// What GitHub shows of each kind.
const LIMIT: usize = 10;

/// The annotations, the most severe first, then what could not be read.
pub(super) fn render(report: &Report, _sources: &Sources, style: &Style) -> String {
    let mut page = Page { report, out: String::new(), used: [0; 3], dropped: 0 };
    for finding in most_severe_first(report, style).into_iter().filter(|f| f.waived.is_none()) {
        let label = words::label(style.lang, &finding.title);
        let citation = words::label(style.lang, &finding.citation);
        let mut title = format!("{}: {label}", finding.rule);
        if !citation.is_empty() {
            let _ = write!(title, " ({citation})");
        }
        let mut text = finding.message.trim_end().to_owned();
        if !finding.help.is_empty() {
            let _ = write!(text, "\n\n{}{}", words::help(style.lang), finding.help.trim_end());
        }
        page.annotation(finding.severity, &finding.place, &title, &text);
    }
    for problem in report.problems.iter().filter(|p| p.relevant) {
        let mut text = problem.message.trim_end().to_owned();
        if let Some(help) = &problem.help {
            let _ = write!(text, "\n\n{}{help}", words::help(style.lang));
        }
        let title = words::pick(style.lang, "facelint: not read", "facelint：未能读取");
        page.annotation(Severity::Warning, &problem.place, title, &text);
    }
    if page.dropped > 0 {
        let n = page.dropped;
        let text = match style.lang {
            Lang::En => format!("facelint: {n} more than GitHub shows as annotations; see the job summary"),
            Lang::Zh => format!("facelint：另有 {n} 条超出 GitHub 注解数量上限，见作业摘要"),
        };
        page.out.push_str(&text);
        page.out.push('\n');
    }
    page.out
}

fn kind(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

struct Page<'r> {
    report: &'r Report,
    out: String,
    used: [usize; 3],
    dropped: usize,
}

impl Page<'_> {
    fn annotation(&mut self, severity: Severity, place: &Place, title: &str, text: &str) {
        let Some(used) = self.used.get_mut(kind(severity)) else { return };
        if *used >= LIMIT {
            self.dropped += 1;
            return;
        }
        *used += 1;
        let command = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let file = command_property(&self.report.from_top(&place.file));
        let _ = write!(self.out, "::{command} file={file}");
        if place.line > 0 {
            let _ = write!(self.out, ",line={},endLine={}", place.line, place.end_line);
            // With columns, a place of several lines is refused.
            if place.line == place.end_line && place.end_column > place.column {
                let _ = write!(self.out, ",col={},endColumn={}", place.column, place.end_column);
            }
        }
        let title = escape(title);
        let _ = writeln!(self.out, ",title={}::{}", command_property(&title), command_data(text));
    }
}
