//! What a project states about a system: one table of names for every carrier.
//!
//! `policies/declarations.yaml` is the table; [`check`] turns a written value into a typed one or says
//! what is wrong with it, with the nearest right word.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ConfigError, error, nearest};
use crate::descriptor::{Segment, Setting};
use crate::facts::Label;
use crate::source::Span;

/// The table.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declarations {
    /// Its rows.
    pub facts: Vec<FactSpec>,
}

/// One fact that can be stated.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FactSpec {
    /// Its name, dotted.
    pub name: String,
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The allowed values of an enum or of the items of a list; empty means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Other spellings of allowed values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
    /// A value as it would be written.
    pub example: serde_json::Value,
    /// What it says.
    pub doc: Label,
}

/// The type of a stated value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactType {
    /// Any text.
    Text,
    /// True or false.
    Bool,
    /// One of the allowed values.
    Enum,
    /// Several values; a single one, or several with commas between them, in a carrier without lists.
    List,
    /// A date, `2025-06-01`.
    Date,
    /// A length of time, `30d`.
    Duration,
    /// A whole number, not negative.
    Count,
    /// A path in the repository, a URL or a document number.
    Reference,
}

/// A stated value.
#[derive(Debug, Clone, PartialEq)]
pub enum Declared {
    /// A text, or one of the allowed values.
    Text(String),
    /// True or false.
    Bool(bool),
    /// Several values.
    List(Vec<String>),
    /// A date.
    Date(Date),
    /// A length of time in seconds; `None` is for ever.
    Duration(Option<i64>),
    /// A number.
    Count(u64),
    /// Where something is.
    Reference(Reference),
    /// The value is only known later (`{{ .Values.x }}`).
    Unknown,
}

/// Where something is. Nothing is fetched; a path is opened by a later stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A path in the repository, as written.
    Path(String),
    /// An address.
    Url(String),
    /// A document number or title.
    Document(String),
    /// A text that only holds the place (`TODO`); it counts as absent.
    Placeholder(String),
}

/// A fact that the project states.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredFact {
    /// Its name in the table.
    pub name: String,
    /// Its value.
    pub value: Declared,
    /// The bytes of the value.
    pub span: Span,
    /// The bytes of the key.
    pub key_span: Span,
}

impl DeclaredFact {
    /// The value or values as texts in normal form: `true`, `2025-06-01`, `30d`, `forever`. Empty when the
    /// value is not known.
    pub fn texts(&self) -> Vec<String> {
        match &self.value {
            Declared::Text(text) => vec![text.clone()],
            Declared::Bool(b) => vec![b.to_string()],
            Declared::List(items) => items.clone(),
            Declared::Date(date) => vec![date.to_string()],
            Declared::Duration(seconds) => vec![duration_text(*seconds)],
            Declared::Count(n) => vec![n.to_string()],
            Declared::Reference(
                Reference::Path(text)
                | Reference::Url(text)
                | Reference::Document(text)
                | Reference::Placeholder(text),
            ) => vec![text.clone()],
            Declared::Unknown => Vec::new(),
        }
    }
}

impl Declarations {
    /// The built-in table.
    pub fn builtin() -> &'static Declarations {
        static TABLE: OnceLock<Declarations> = OnceLock::new();
        TABLE.get_or_init(|| {
            // A test keeps the file readable.
            crate::embedded::read("declarations.yaml").unwrap_or_default()
        })
    }

    /// The row of a name.
    pub fn get(&self, name: &str) -> Option<&FactSpec> {
        self.facts.iter().find(|f| f.name == name)
    }

    /// Whether names start with this word and a dot (`assessment`).
    pub fn is_group(&self, name: &str) -> bool {
        self.facts.iter().any(|f| f.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }
}

/// A statement as it is written, whatever the carrier.
#[derive(Debug, Clone)]
pub struct Written {
    /// The dotted name.
    pub name: String,
    /// The items; one where it is no list.
    pub items: Vec<(String, Span)>,
    /// It is written as a list.
    pub list: bool,
    /// The bytes of the value.
    pub span: Span,
    /// The bytes of the key.
    pub key_span: Span,
}

/// The typed value of one setting of a carrier.
///
/// # Errors
/// The name is not in the table, or the value is not of its type.
pub fn check(setting: &Setting) -> Result<DeclaredFact, ConfigError> {
    judge(&written(setting))
}

/// The same for all settings of a carrier; the items of a list (`fallback[0]`, `fallback[1]`) become one
/// statement.
pub fn check_all(settings: &[Setting]) -> (Vec<DeclaredFact>, Vec<ConfigError>) {
    let mut all: Vec<Written> = Vec::new();
    for setting in settings {
        let one = written(setting);
        match all.last_mut() {
            Some(last) if one.list && last.list && last.name == one.name => {
                last.span = last.span.to(one.span);
                last.items.extend(one.items);
            }
            _ => all.push(one),
        }
    }
    let (mut facts, mut errors) = (Vec::new(), Vec::new());
    for one in &all {
        match judge(one) {
            Ok(fact) => facts.push(fact),
            Err(error) => errors.push(error),
        }
    }
    (facts, errors)
}

fn written(setting: &Setting) -> Written {
    let name = setting.keys().collect::<Vec<_>>().join(".");
    let text = setting.value.text.to_string();
    let list = matches!(setting.path.last(), Some(Segment::Item(..)));
    let span = setting.value.span;
    Written { name, items: vec![(text, span)], list, span, key_span: setting.key_span }
}

/// The typed value of a statement.
///
/// # Errors
/// As [`check`].
pub fn judge(written: &Written) -> Result<DeclaredFact, ConfigError> {
    let table = Declarations::builtin();
    let name = written.name.as_str();
    let Some(spec) = table.get(name) else {
        let known = table.facts.iter().map(|f| f.name.as_str());
        return Err(super::unknown_name(written.key_span, name, known));
    };
    let done = |value| DeclaredFact {
        name: spec.name.clone(),
        value,
        span: written.span,
        key_span: written.key_span,
    };
    if written.items.iter().any(|(text, _)| text.contains(crate::descriptor::HOLE)) {
        return Ok(done(Declared::Unknown));
    }
    if spec.kind == FactType::List {
        return list(spec, written).map(|items| done(Declared::List(items)));
    }
    let [(text, span)] = written.items.as_slice() else {
        return Err(wrong(spec, written.span, "a single value", "单个值"));
    };
    if written.list {
        return Err(wrong(spec, written.span, "a single value", "单个值"));
    }
    let (text, span) = (text.trim(), *span);
    Ok(done(match spec.kind {
        FactType::Text | FactType::List => Declared::Text(text.to_owned()),
        FactType::Enum => Declared::Text(allowed(spec, text, span)?),
        FactType::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "是" => Declared::Bool(true),
            "false" | "no" | "off" | "0" | "否" => Declared::Bool(false),
            _ => return Err(wrong(spec, span, "`true` or `false`", "`true` 或 `false`")),
        },
        FactType::Date => Declared::Date(
            date(text)
                .ok_or_else(|| wrong(spec, span, "a date such as `2025-06-01`", "日期，例如 `2025-06-01`"))?,
        ),
        FactType::Duration => Declared::Duration(duration(text).ok_or_else(|| {
            wrong(
                spec,
                span,
                "a number and a unit such as `30d`, or `forever`",
                "数字加单位，例如 `30d`，或 `forever`",
            )
        })?),
        FactType::Count => Declared::Count(
            text.replace(['_', ','], "").parse().map_err(|_| wrong(spec, span, "a whole number", "整数"))?,
        ),
        FactType::Reference => Declared::Reference(Reference::of(text)),
    }))
}

fn list(spec: &FactSpec, written: &Written) -> Result<Vec<String>, ConfigError> {
    let mut out = Vec::new();
    for (text, span) in &written.items {
        // An annotation holds one text: its list is written with commas.
        let parts: Vec<&str> =
            if written.list { vec![text] } else { text.split([',', '，', '、']).collect() };
        for part in parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()) {
            out.push(allowed(spec, part, *span)?);
        }
    }
    Ok(out)
}

fn allowed(spec: &FactSpec, text: &str, span: Span) -> Result<String, ConfigError> {
    if spec.values.is_empty() {
        return Ok(text.to_owned());
    }
    let plain = text.to_ascii_lowercase().replace('_', "-");
    let plain = spec.aliases.get(&plain).cloned().unwrap_or(plain);
    if let Some(value) = spec.values.iter().find(|v| **v == plain) {
        return Ok(value.clone());
    }
    let known = || spec.values.iter().map(String::as_str);
    let all = known().map(|v| format!("`{v}`")).collect::<Vec<_>>();
    let (en, zh) = match nearest(&plain, known()) {
        Some(near) => (format!("write `{near}`"), format!("请改为 `{near}`")),
        None => {
            (format!("write one of {}", all.join(", ")), format!("请从以下取值中选择：{}", all.join("、")))
        }
    };
    Err(error(
        span,
        (
            format!("`{text}` is no value of `{}`", spec.name),
            format!("`{text}` 不是 `{}` 的有效取值", spec.name),
        ),
        Some((en, zh)),
    ))
}

fn wrong(spec: &FactSpec, span: Span, en: &str, zh: &str) -> ConfigError {
    let example = spec.example.as_str().map_or_else(|| spec.example.to_string(), |s| format!("\"{s}\""));
    error(
        span,
        (format!("`{}` needs {en}", spec.name), format!("`{}` 需要{zh}", spec.name)),
        Some((
            format!("write for example `{} = {example}`", spec.name),
            format!("例如写成 `{} = {example}`", spec.name),
        )),
    )
}

/// A date as `2025-06-01`.
pub fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// A number with a unit: `30d`, `72 hours`, `30天`, `P30D`; the inner `None` is `forever`.
pub fn duration(text: &str) -> Option<Option<i64>> {
    let lower = text.trim().to_lowercase();
    if matches!(lower.as_str(), "forever" | "permanent" | "unlimited" | "永久") {
        return Some(None);
    }
    let plain = lower.strip_prefix('p').unwrap_or(&lower);
    let (plain, in_time) = plain.strip_prefix('t').map_or((plain, false), |rest| (rest, true));
    let end = plain.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (number, unit) = plain.split_at_checked(end)?;
    let number: i64 = number.parse().ok()?;
    let seconds = match unit.trim() {
        "s" | "sec" | "secs" | "second" | "seconds" | "秒" => 1,
        "m" if in_time || !lower.starts_with('p') => 60,
        "min" | "mins" | "minute" | "minutes" | "分钟" => 60,
        "h" | "hour" | "hours" | "小时" => 3_600,
        "d" | "day" | "days" | "天" | "日" => 86_400,
        "w" | "week" | "weeks" | "周" => 604_800,
        "m" | "mo" | "month" | "months" | "个月" | "月" => 30 * 86_400,
        "y" | "year" | "years" | "年" => 365 * 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Some)
}

fn duration_text(seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return "forever".into() };
    match [(86_400, "d"), (3_600, "h"), (60, "m")]
        .iter()
        .find(|(unit, _)| seconds != 0 && seconds % unit == 0)
    {
        Some((unit, name)) => format!("{}{name}", seconds / unit),
        None => format!("{seconds}s"),
    }
}

impl Reference {
    /// What a text refers to.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let word = bare.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let holds_place = bare.is_empty()
            || matches!(word, "todo" | "tbd" | "tbc" | "fixme" | "placeholder" | "changeme")
            || matches!(
                bare.as_str(),
                "n/a" | "na" | "none" | "null" | "example" | "pending" | "unknown" | "test"
            )
            || bare.chars().all(|c| c == 'x')
            || ["待定", "待补", "待填", "暂无", "待完善", "占位"].iter().any(|p| bare.starts_with(p))
            || bare == "无";
        if holds_place {
            return Reference::Placeholder(text.to_owned());
        }
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            return Reference::Url(text.to_owned());
        }
        // A document number has slashes too (`IT/2025/031`), but no path ends like a file.
        let last = text.split('#').next().unwrap_or(text).rsplit('/').next().unwrap_or(text);
        let extension = last.rsplit_once('.').map(|(stem, ext)| (!stem.is_empty(), ext));
        let like_file = extension.is_some_and(|(stem, ext)| {
            stem && (1..=8).contains(&ext.len())
                && ext.chars().all(|c| c.is_ascii_alphanumeric())
                && ext.chars().any(|c| c.is_ascii_alphabetic())
        });
        if like_file || text.starts_with("./") || text.starts_with("../") || text.ends_with('/') {
            return Reference::Path(text.to_owned());
        }
        Reference::Document(text.to_owned())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn state(name: &str, items: &[&str], list: bool) -> Result<DeclaredFact, ConfigError> {
        let span = Span::new(FileId(0), 0, 1);
        let items = items.iter().map(|i| ((*i).to_owned(), span)).collect();
        judge(&Written { name: name.into(), items, list, span, key_span: span })
    }

    #[test]
    fn every_example_of_the_table_is_right() {
        let table = Declarations::builtin();
        assert!(table.facts.len() > 40);
        for spec in &table.facts {
            let texts: Vec<String> = match &spec.example {
                serde_json::Value::Array(items) => {
                    items.iter().map(|i| i.as_str().unwrap().to_owned()).collect()
                }
                serde_json::Value::String(text) => vec![text.clone()],
                other => vec![other.to_string()],
            };
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let list = spec.example.is_array();
            assert_eq!(list, spec.kind == FactType::List, "{}", spec.name);
            let fact = state(&spec.name, &texts, list).unwrap_or_else(|e| panic!("{}: {e:?}", spec.name));
            assert!(!fact.texts().is_empty());
            assert!(spec.kind != FactType::Enum || !spec.values.is_empty(), "{}", spec.name);
        }
    }

    #[test]
    fn ways_in_have_the_names_of_the_vocabulary() {
        let words = crate::embedded::file("vocabulary/words.yaml").unwrap();
        let words: serde_json::Value = serde_yaml::from_str(words).unwrap();
        let spec = Declarations::builtin().get("fallback").unwrap();
        for method in words["methods"].as_object().unwrap().keys() {
            // Neither the face nor a word that may mean it is another way in.
            let other = method != "face" && method != "biometric";
            assert_eq!(spec.values.contains(method), other, "{method}");
        }
        assert!(spec.aliases.values().all(|to| spec.values.contains(to)));
    }

    #[test]
    fn values_have_types() {
        let value = |name: &str, text: &str| state(name, &[text], false).unwrap().value;
        assert_eq!(value("retention.max", "30 days"), Declared::Duration(Some(30 * 86_400)));
        assert_eq!(value("retention.max", "P1M"), Declared::Duration(Some(30 * 86_400)));
        assert_eq!(value("retention.max", "forever"), Declared::Duration(None));
        assert_eq!(value("consent.separate", "是"), Declared::Bool(true));
        assert_eq!(
            value("fallback", "card, ID_card"),
            Declared::List(vec!["card".into(), "document".into()])
        );
        assert_eq!(value("persons.stored", "120,000"), Declared::Count(120_000));
        assert_eq!(value("assessment.date", "\u{FFFC}"), Declared::Unknown);
        assert_eq!(state("retention.max", &["720h"], false).unwrap().texts(), ["30d"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_the_nearest_word() {
        let help = |name: &str, text: &str| state(name, &[text], false).unwrap_err().help.unwrap().en;
        assert_eq!(help("storage", "devise"), "write `device`");
        assert_eq!(help("asessment.ref", "x"), "write `assessment.ref`");
        assert_eq!(help("retention.max", "30"), "write for example `retention.max = \"30d\"`");
        assert!(help("role", "zzzzzz").starts_with("write one of `handler`"));
        assert!(state("role", &["handler", "product"], true).is_err());
    }

    #[test]
    fn references_are_told_apart() {
        for text in ["TODO", "tbd", "xxx", "<TODO: link>", "待定", "待补充", "", "-", "N/A"] {
            assert!(matches!(Reference::of(text), Reference::Placeholder(_)), "{text}");
        }
        for text in ["docs/pia.md", "./pia", "pia.pdf", "docs/评估.docx", "docs/pia.md#scope"] {
            assert!(matches!(Reference::of(text), Reference::Path(_)), "{text}");
        }
        for text in ["PIA-2025-031", "沪网信〔2025〕12号", "IT/2025/031", "v1.2"] {
            assert!(matches!(Reference::of(text), Reference::Document(_)), "{text}");
        }
        assert!(matches!(Reference::of("https://wiki.example.cn/pia"), Reference::Url(_)));
    }
}
