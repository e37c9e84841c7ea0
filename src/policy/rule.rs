//! The form of a rule file and of `law.yaml`.

use serde::{Deserialize, Serialize};

use crate::facts::Label;

/// One rule: checks one duty against the facts of a system. See `docs/rules.md` for a walk through.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its name, kebab-case, the same as the file's.
    pub rule: String,
    /// The duty in `law.yaml`, `article.paragraph` (`"10.1"`).
    pub duty: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// What is wrong, no full stop.
    pub title: Label,
    /// CEL over `system`: whether the duty concerns this system at all. Left out: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<String>,
    /// One outcome for each element of a list of facts: variable name → path (`flow:
    /// system.verification.flows`). Left out: one outcome for the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<std::collections::BTreeMap<String, String>>,
    /// CEL over `system` and the element: elements for which it is false are passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// CEL over `system`, with `each`: what is said when the list has no element. True is a pass, false a
    /// failure. Left out: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_none: Option<String>,
    /// CEL: true means that nothing in the files says either way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_if: Option<String>,
    /// CEL: true is a pass, false a failure.
    pub require: String,
    /// Severity of the unknown outcome; left out: counted, not shown as a finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Severity>,
    /// Path of the fact whose first place is underlined, or several: the first that has a place. Left out,
    /// or when none has: the element, or the system's first sighting.
    #[serde(default, deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<String>,
    /// Paths of further facts whose places are shown as related labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// It cannot be waived.
    #[serde(default)]
    pub absolute: bool,
    /// Judged only where the project turns it on (`[rules.<name>] enabled = true`).
    #[serde(default)]
    pub off: bool,
    /// Asked of a `role = "product"` too: the descriptors themselves can breach it.
    #[serde(default)]
    pub product: bool,
    /// What is said on failure. `{flow.name}` and `{system.name}` are filled in.
    pub message: Label,
    /// What is said when the outcome is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_message: Option<Label>,
    /// With `each`: what is said on either when the list has no element; needed with `if_none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none_message: Option<Label>,
    /// What to write; starts with a verb.
    pub help: Label,
    /// Why the duty exists and how it is judged, for `facelint explain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Label>,
    /// Where the law or product facts were read; `unverified` in it keeps the rule at most a warning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Tests and documentation in one.
    pub examples: Vec<Example>,
}

/// A text, or a list of them.
fn one_or_many<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// How bad, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Encouragement, or a draft.
    Note,
    /// Binding, but the evidence is missing or the reading is open.
    Warning,
    /// A binding rule is contradicted, or leaves no trace although it must.
    Error,
}

/// A small project and what the rule says of it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Path → content.
    pub files: std::collections::BTreeMap<String, String>,
    /// `pass`, `unknown`, `not-applicable`, or a list of failures.
    pub expect: Expect,
    /// The date to judge by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

/// What an example expects.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Expect {
    /// One outcome for all.
    Outcome(Outcome),
    /// Each place that must be found, and no other.
    Places(Vec<Place>),
}

/// A place that must be found.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The text that must be underlined by a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<String>,
    /// The text that must be underlined by an unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The file, where the example has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What a rule says of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The files show that the duty is met, or declare it.
    Pass,
    /// The files contradict it.
    Fail,
    /// Nothing in the files says either way.
    Unknown,
    /// The duty does not concern this system.
    NotApplicable,
}

/// `law.yaml`: one law.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Pack id: `cn-2025`.
    pub pack: String,
    /// Its name.
    pub title: Label,
    /// Short name for messages: `Measures`, `办法`.
    pub short: Label,
    /// Official address.
    pub url: String,
    /// First day in force (`2025-06-01`); left out for a text that never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<String>,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// No finding of this pack is ever above a note.
    #[serde(default)]
    pub draft: bool,
    /// CEL over `system`: whether the law concerns it at all. Left out: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<String>,
    /// How messages say a value: `{store.kind|word}` looks here, value → words.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub words: std::collections::BTreeMap<String, Label>,
    /// Its duties.
    pub duties: Vec<Duty>,
    /// The rows of the requirements table that rules answer to: row id → what answers it.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub rows: std::collections::BTreeMap<String, String>,
}

/// One obligation of a law.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// `article.paragraph`, or the article alone.
    pub duty: String,
    /// Article number.
    pub article: u16,
    /// Paragraph number, if the article has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u16>,
    /// Heading.
    pub title: Label,
    /// The duty in own words.
    pub text: Label,
    /// How well the wording is known: `V2` two sources, `V1` one, `unverified` from memory.
    pub proof: String,
    /// Laws behind it (`PIPL 29`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backing: Vec<String>,
}
