//! Output: one file a format, all from one [`Report`].
//!
//! A format is a function from the report, the files it points into and the [`Style`] to text. To add one:
//! a file here, a variant of [`Format`], and a line in [`render`].

pub mod model;

mod build;
mod checkstyle;
mod concise;
mod coverage;
mod deadline;
mod escape;
mod github;
mod gitlab;
mod inventory;
mod json;
mod junit;
mod markdown;
mod pretty;
mod sarif;
mod snippet;
mod text;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use crate::Lang;
use crate::policy::Severity;
use crate::source::{SourceFile, Sources};

pub(crate) use build::hash;
pub use build::{Judged, count, finding, place, rulebook, say, sort, system as system_report};
pub use coverage::{render as render_coverage, render_finding};
pub use deadline::{Question, missing_year, render as render_deadline};
pub use inventory::render as render_inventory;
pub use model::Report;
pub use pretty::{render_failure, render_problem};
pub use text::{escape, escape_lines, hang, number, pad, shorten, table, width, wrap};

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, clap::ValueEnum)]
pub enum Format {
    /// Underlined source, grouped by system
    #[default]
    Pretty,
    /// One line a finding
    Concise,
    /// The whole report as one JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// JUnit XML, one test for each system and duty
    Junit,
    /// Markdown, for job summaries and comments
    Markdown,
    /// Checkstyle XML
    Checkstyle,
}

/// How text is to look.
#[derive(Debug, Clone)]
pub struct Style {
    /// The language of everything that the tool itself says.
    pub lang: Lang,
    /// Colours are used.
    pub color: bool,
    /// Lines are drawn with box characters, not ASCII.
    pub unicode: bool,
    /// Rule names are links to the law (terminals that know them).
    pub links: bool,
    /// Width in cells.
    pub width: usize,
    /// Notes are shown, not only counted.
    pub notes: bool,
    /// Only findings and problems are printed.
    pub quiet: bool,
    /// Everything that is known is printed: waived findings, fingerprints, every unknown duty.
    pub verbose: bool,
    /// The least severity that fails the run; `None`: nothing does.
    pub gate: Option<Severity>,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            lang: Lang::En,
            color: false,
            unicode: true,
            links: false,
            width: 80,
            notes: false,
            quiet: false,
            verbose: false,
            gate: Some(Severity::Error),
        }
    }
}

/// The report in a format. Ends with a line end unless it is empty.
pub fn render(format: Format, report: &Report, sources: &Sources, style: &Style) -> String {
    match format {
        Format::Pretty => pretty::render(report, sources, style),
        Format::Concise => concise::render(report, sources, style),
        Format::Json => json::render(report, sources, style),
        Format::Sarif => sarif::render(report, sources, style),
        Format::Github => github::render(report, sources, style),
        Format::Gitlab => gitlab::render(report, sources, style),
        Format::Junit => junit::render(report, sources, style),
        Format::Markdown => markdown::render(report, sources, style),
        Format::Checkstyle => checkstyle::render(report, sources, style),
    }
}

impl Style {
    /// Whether a finding is printed by every format but JSON, which has all: notes and waived findings only
    /// on demand.
    pub fn shows(&self, finding: &model::Finding) -> bool {
        (finding.waived.is_none() || self.verbose) && (finding.severity > Severity::Note || self.notes)
    }
}

/// The findings that are shown, the most severe first; the order is else that of the report.
fn most_severe_first<'r>(report: &'r Report, style: &Style) -> Vec<&'r model::Finding> {
    let mut shown: Vec<&model::Finding> = report.findings.iter().filter(|f| style.shows(f)).collect();
    shown.sort_by_key(|f| (f.waived.is_some(), std::cmp::Reverse(f.severity)));
    shown
}

/// How many findings before each one, and it included, have its fingerprint: readers drop the second of
/// two with the same name.
fn occurrences(findings: &[&model::Finding]) -> Vec<usize> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut out = Vec::with_capacity(findings.len());
    for finding in findings {
        let n = seen.entry(finding.fingerprint.as_str()).or_default();
        *n += 1;
        out.push(*n);
    }
    out
}

/// The files of a run by path.
struct Files(HashMap<Arc<str>, Arc<SourceFile>>);

impl Files {
    fn new(sources: &Sources) -> Self {
        Files(sources.all().into_iter().map(|file| (file.path.clone(), file)).collect())
    }

    fn get(&self, path: &str) -> Option<&Arc<SourceFile>> {
        self.0.get(path)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod format_tests;
