//! The form of `policies/vocabulary/*.yaml`: which settings mean which fact.
//!
//! ```yaml
//! entries:
//!   - fact: retention.limit
//!     key: ["face image retention", "biometric retention"]
//!     context: any
//!     not: [log, audit, token]
//!     value: duration
//!     unit: d
//!     store: images
//!     examples:
//!       - { setting: "FACE_IMAGE_RETENTION_DAYS=30", gives: "30d" }
//!       - { setting: "face.image.retention=0", gives: forever }
//!       - { setting: "AUDIT_LOG_RETENTION_DAYS=30", gives: nothing }
//! ```
//!
//! Words are matched as in the catalogue: in a row, across the segments of the key path, `*` for one
//! word, and a joined spelling (`facelogin`) counts as the words in a row. In addition `a|b` is either
//! spelling, `a?` may be left out, `..` is up to four words, and `$name` is a list under `words:`.

use serde::{Deserialize, Serialize};

/// A vocabulary file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyFile {
    /// Its entries.
    #[serde(default)]
    pub entries: Vec<VocabularyEntry>,
    /// Words that name a way to verify a person, by method (`sms: [sms, otp, 短信, yanzhengma]`).
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub methods: std::collections::BTreeMap<String, Vec<String>>,
    /// Values that mean several methods at once (`faceAndCard`), in the form `face & card` (both are
    /// needed) or `face | card` (either will do).
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub combinations: std::collections::BTreeMap<String, String>,
    /// Spellings that key patterns share, by name: `$face` in a key stands for any of `face: […]`.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub words: std::collections::BTreeMap<String, Vec<String>>,
    /// Key words that tell what a fact is about where its entry does not say; the first match holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abouts: Vec<AboutWords>,
}

/// Key words that tell what a fact is about.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AboutWords {
    /// The family of facts: the part of the fact's name before the first dot.
    pub facts: String,
    /// What they are then about.
    pub about: String,
    /// Patterns, as in `key` of an entry.
    pub words: Vec<String>,
}

/// One meaning of some keys.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyEntry {
    /// The fact that the setting states; the names are listed in `docs/vocabulary.md`.
    pub fact: String,
    /// Word sequences, any of which makes the entry apply.
    pub key: Vec<String>,
    /// The words must end the key path (no further words after them, units aside).
    #[serde(default)]
    pub last: bool,
    /// Where the entry holds.
    #[serde(default)]
    pub context: Context,
    /// Only where one of these products is seen in the same resource or in one linked to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product: Vec<String>,
    /// Words anywhere in the path that make it something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// How the value is read.
    #[serde(default)]
    pub value: ValueType,
    /// Unit of a bare number: `s`, `m`, `h`, `d`, `w`, `mo`, `y`, `ms`. A unit word in the key
    /// (`…_DAYS`, `…Hours`) or in the value (`30d`) wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Values that mean "for ever" for these keys; `0`, `-1`, `never`, `forever`, `unlimited`,
    /// `infinite` and `permanent` when left out. An empty list: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forever: Option<Vec<String>>,
    /// The truth value is turned round (`disable …`).
    #[serde(default)]
    pub invert: bool,
    /// What it is about: for stores `images`, `templates`, `unknown-faces`, `sessions`, `video`, `logs`;
    /// for flows `login`, `payment`, `entry`, `registration`, `attendance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The value that the fact takes when the key matches and its own value does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// Where this was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Settings and what they give: the value in its normal form (`30d`, `true`, `face|sms`), `forever`,
    /// `unknown` or `nothing`.
    pub examples: Vec<VocabularyExample>,
}

/// A setting and what it must give.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyExample {
    /// `dotted.path=value`.
    pub setting: String,
    /// The normal form of the fact's value.
    pub gives: String,
}

/// Where a vocabulary entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Anywhere in a system: the words themselves speak of faces or biometrics.
    #[default]
    Any,
    /// Only in the resource (or the block of settings) in which a component was sighted.
    Component,
}

/// How a value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// As it stands.
    #[default]
    Text,
    /// True or false in any common spelling.
    Bool,
    /// A length of time.
    Duration,
    /// A whole number.
    Count,
    /// One or several ways to verify a person.
    Methods,
    /// A URL or a host.
    Url,
    /// A path in the repository, a URL or a document number.
    Reference,
    /// A date.
    Date,
    /// A truth value that switches on the way to verify that is named in the key (`sms.login.enabled`).
    Switch,
    /// The key's own segment in which the match ends (`cameras *` in `cameras.bathroom.url`).
    Segment,
}
