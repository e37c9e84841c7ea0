//! Packs, rules and outcomes.
//!
//! A pack is a folder: `law.yaml` (articles, dates, sources) and `rules/*.yaml` (how each duty is held
//! against facts). Shipped packs are compiled in, a user's pack is read from disk, both are the same form.
//! `docs/rules.md` shows how to write a rule.

mod error;
mod examples;
mod explain;
mod expression;
mod judge;
mod pack;
mod rule;
mod template;

pub use error::PolicyError;
pub use examples::{ExampleResult, ExampleRun, RunFiles, Seen, run_examples};
pub use explain::{explain_article, explain_rule, list_rules, plain};
pub use judge::{Judged, judge};
pub use pack::{Pack, Rule};
pub use rule::{Duty, Example, Expect, Law, Outcome, Place, RuleFile, Severity};

use crate::facts::Evidence;
use crate::source::Span;

/// One outcome of one rule for one system (or one element of it).
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Index of the system.
    pub system: usize,
    /// The rule's name.
    pub rule: String,
    /// The pack's id.
    pub pack: String,
    /// The duty (`10.1`).
    pub duty: String,
    /// The outcome.
    pub outcome: Outcome,
    /// How bad, where it is a finding (a failure, or an unknown with a severity).
    pub severity: Option<Severity>,
    /// The narrowest text that is wrong, or the system's first sighting.
    pub primary: Span,
    /// Places that tell the story.
    pub related: Vec<Evidence>,
    /// What the outcome rests on.
    pub evidence: Vec<Evidence>,
    /// Stable name of the element within the system; empty for the system itself.
    pub element: String,
    /// The message, filled in, in both languages.
    pub message: crate::facts::Label,
    /// The help, filled in.
    pub help: crate::facts::Label,
}
