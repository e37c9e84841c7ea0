//! Output: one file a format, all from one [`Report`].
//!
//! A format is a function from the report, the files it points into and the [`Style`] to text. To add one:
//! a file here, a variant of [`Format`], and a line in [`render`].

pub mod model;

mod build;
mod concise;
mod inventory;
mod json;
mod pretty;
mod snippet;
mod text;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use crate::Lang;
use crate::policy::Severity;
use crate::source::{SourceFile, Sources};

pub use build::{Judged, count, finding, place, say, sort, system as system_report};
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
        }
    }
}

/// The report in a format. Ends with a line end unless it is empty.
pub fn render(format: Format, report: &Report, sources: &Sources, style: &Style) -> String {
    match format {
        Format::Pretty => pretty::render(report, sources, style),
        Format::Concise => concise::render(report, sources, style),
        Format::Json => json::render(report, sources, style),
    }
}

impl Style {
    /// Whether a finding is printed by the text formats: notes and waived findings only on demand.
    pub fn shows(&self, finding: &model::Finding) -> bool {
        (finding.waived.is_none() || self.verbose) && (finding.severity > Severity::Note || self.notes)
    }
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
