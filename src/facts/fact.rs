//! Facts: statements about one system with their places and how they are known.

use std::collections::BTreeMap;

use crate::source::Span;

/// How a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Read in the configuration.
    Observed,
    /// Stated by the project; never more than its word.
    Declared,
    /// A known default of a product, with no setting that changes it.
    Default,
}

/// A place that shows a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The bytes.
    pub span: Span,
    /// How it is known there.
    pub how: How,
    /// What the place is, for a related label, in English and Chinese. Empty: the rule's own words.
    pub label: Option<Label>,
}

/// A short text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A value with the places that show it.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    /// The value.
    pub value: FactValue,
    /// Its places, the one to underline first. A fact without places speaks of something absent.
    pub evidence: Vec<Evidence>,
    /// A name of this fact that does not depend on lines or order: part of a finding's fingerprint.
    pub key: String,
}

/// A value that rules can look at.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum FactValue {
    /// Nothing in the files says either way.
    #[default]
    Unknown,
    /// True or false.
    Bool(bool),
    /// A whole number; a length of time is in seconds.
    Int(i64),
    /// A fraction.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Fact>),
    /// Named parts.
    Map(BTreeMap<String, Fact>),
}

impl PartialEq for Fact {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Fact {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Fact { value: FactValue::Text(text.into()), ..Fact::default() }
    }

    /// A truth value.
    pub fn bool(value: bool) -> Self {
        Fact { value: FactValue::Bool(value), ..Fact::default() }
    }

    /// A number.
    pub fn int(value: i64) -> Self {
        Fact { value: FactValue::Int(value), ..Fact::default() }
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Fact>) -> Self {
        Fact { value: FactValue::List(items.into_iter().collect()), ..Fact::default() }
    }

    /// Named parts.
    pub fn map<K: Into<String>>(parts: impl IntoIterator<Item = (K, Fact)>) -> Self {
        Fact {
            value: FactValue::Map(parts.into_iter().map(|(k, v)| (k.into(), v)).collect()),
            ..Fact::default()
        }
    }

    /// The same fact with these places.
    #[must_use]
    pub fn shown(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// The same fact with a stable name.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// The part at a dotted path (`verification.flows`).
    pub fn at(&self, path: &str) -> Option<&Fact> {
        path.split('.').try_fold(self, |fact, name| match &fact.value {
            FactValue::Map(parts) => parts.get(name),
            _ => None,
        })
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            FactValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn items(&self) -> &[Fact] {
        match &self.value {
            FactValue::List(items) => items,
            _ => &[],
        }
    }

    /// As JSON for the report; unknown is the string `unknown`.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            FactValue::Unknown => "unknown".into(),
            FactValue::Bool(b) => (*b).into(),
            FactValue::Int(n) => (*n).into(),
            FactValue::Float(f) => (*f).into(),
            FactValue::Text(text) => text.as_str().into(),
            FactValue::List(items) => items.iter().map(Fact::to_json).collect(),
            FactValue::Map(parts) => parts.iter().map(|(k, v)| (k.clone(), v.to_json())).collect(),
        }
    }
}
