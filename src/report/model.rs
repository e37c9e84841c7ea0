//! The report: what every output format is made from, and the JSON contract itself.

use serde::Serialize;

use crate::facts::{How, Label, Profile};
use crate::policy::{Law, Outcome, Severity};
use crate::recognition::{Confidence, Function, SightingKind};
use crate::source::{SourceFile, Span};

/// The whole report (`--format json`).
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of this shape.
    pub version: u32,
    /// What made it.
    pub tool: Tool,
    /// The root, as it was given or found.
    pub root: String,
    /// The packs that judged.
    pub packs: Vec<String>,
    /// The date judged by.
    pub as_of: String,
    /// The systems, in order of their ids.
    pub systems: Vec<SystemReport>,
    /// The findings, by system, the most severe first.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Counts.
    pub summary: Summary,
    /// What the findings were compared with; findings that were there before are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Compared>,
    /// The run reports on the whole project.
    #[serde(skip)]
    pub whole: bool,
    /// The laws that judged, with all their rules; not part of the JSON contract.
    #[serde(skip)]
    pub rulebooks: Vec<Rulebook>,
    /// From the top of the git repository to `root`, with a slash at the end; empty where they are the
    /// same. What a code host reads needs paths from the top.
    #[serde(skip)]
    pub prefix: String,
}

impl Report {
    /// A path of the report as a code host knows it: from the top of the repository.
    pub fn from_top(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }
}

/// A comparison with what was there before.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// The baseline's file, or the revision.
    pub with: String,
    /// How many findings were there before and are not shown.
    pub hidden: usize,
    /// What was there before and is not any more, as rule, system and file; only in runs over the whole
    /// project.
    pub gone: Vec<String>,
}

/// A law and the rules that held systems against it.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// The law.
    pub law: Law,
    /// Its rules, by name.
    pub rules: Vec<RuleInfo>,
}

/// What there is to say of a rule, whether it found something or not.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// Its name.
    pub rule: String,
    /// The duty.
    pub duty: String,
    /// How bad a failure is in this run.
    pub severity: Severity,
    /// What is wrong.
    pub title: Label,
    /// What to write, without a system to speak of.
    pub help: Label,
    /// How it is judged.
    pub explain: Option<Label>,
    /// The article as findings cite it.
    pub citation: Label,
    /// It cannot be waived.
    pub absolute: bool,
}

/// The tool.
#[derive(Debug, Clone, Serialize)]
pub struct Tool {
    /// `facelint`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A place in a file, as people count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Relative to the root, forward slashes.
    pub file: String,
    /// First line, from 1.
    pub line: u32,
    /// First column, from 1, in characters.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
    /// The same as bytes of the decoded text; not part of the JSON contract.
    #[serde(skip)]
    pub bytes: (u32, u32),
}

impl Place {
    /// The place of a span of a file.
    pub fn new(file: &SourceFile, span: Span) -> Self {
        let at = file.position(span);
        Place {
            file: file.path.to_string(),
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
            bytes: (span.start, span.end),
        }
    }
}

/// One system.
#[derive(Debug, Clone, Serialize)]
pub struct SystemReport {
    /// Stable id.
    pub id: String,
    /// The name people see.
    pub name: String,
    /// `handler`, `entrusted`, `provider` or `product`.
    pub role: String,
    /// What it does.
    pub modes: Vec<String>,
    /// The system at a glance.
    pub profile: Profile,
    /// Where it was seen.
    pub sightings: Vec<SightingReport>,
    /// Its facts.
    pub facts: serde_json::Value,
    /// What each rule says.
    pub duties: Vec<DutyReport>,
    /// Where its impact assessment is named; not part of the JSON contract.
    #[serde(skip)]
    pub assessment: Option<Place>,
}

/// One sighting.
#[derive(Debug, Clone, Serialize)]
pub struct SightingReport {
    /// The product.
    pub product: String,
    /// What it is.
    pub kind: SightingKind,
    /// What it does.
    pub function: Function,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The text there.
    pub text: String,
}

/// What a rule says of a system.
#[derive(Debug, Clone, Serialize)]
pub struct DutyReport {
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// The duty.
    pub duty: String,
    /// The outcome.
    pub outcome: Outcome,
    /// What it rests on.
    pub evidence: Vec<EvidenceReport>,
    /// For an unknown: what to add so that it is known, in the language of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A place that an outcome rests on.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceReport {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// How it is known there.
    pub how: How,
    /// The text there.
    pub text: String,
}

/// An outcome worth showing.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// The duty.
    pub duty: String,
    /// How bad.
    pub severity: Severity,
    /// `fail` or `unknown`.
    pub outcome: Outcome,
    /// Id of the system.
    pub system: String,
    /// What is wrong, in the language of the run.
    pub message: String,
    /// What to write, in the language of the run.
    pub help: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What else tells the story.
    pub related: Vec<Related>,
    /// Stable name of this finding.
    pub fingerprint: String,
    /// The waiver that accepts it.
    pub waived: Option<Waived>,
    /// The law's short name, article and paragraph, for people.
    #[serde(skip)]
    pub citation: Label,
    /// The rule's title.
    #[serde(skip)]
    pub title: Label,
    /// Official address of the law.
    #[serde(skip)]
    pub url: String,
}

/// A related label.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
    /// What the place is.
    pub message: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
}

/// A waiver that accepts a finding.
#[derive(Debug, Clone, Serialize)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Until when.
    pub until: String,
    /// It stands in the descriptor itself, not in `facelint.toml`.
    #[serde(skip)]
    pub in_source: bool,
}

/// Something that could not be read, or a fault in the project's own facelint settings.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// It makes the exit code 3: the file should have been read.
    #[serde(skip)]
    pub relevant: bool,
}

/// Counts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Files that were looked at.
    pub files: usize,
    /// Files that were parsed.
    pub parsed: usize,
    /// Systems found.
    pub systems: usize,
    /// Findings that are errors and not waived.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
    /// Findings that a waiver accepts.
    pub waived: usize,
}
