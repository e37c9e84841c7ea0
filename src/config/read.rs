//! From spanned TOML tables to a [`Config`], collecting every fault on the way.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declarations::{Written, judge};
use super::{Config, ConfigError, FailOn, RuleConfig, SystemConfig, Text, WaiverConfig, error, unknown_name};
use crate::Lang;
use crate::policy::Severity;
use crate::source::{SourceFile, Span};

/// Keys of the outermost table.
pub(super) const TOP: [&str; 11] = [
    "system",
    "exclude",
    "packs",
    "fail-on",
    "lang",
    "max-file-size",
    "rules",
    "catalogue",
    "vocabulary",
    "calendar",
    "waiver",
];

/// Keys of a `[[system]]` that are no facts.
pub(super) const SYSTEM: [&str; 2] = ["name", "paths"];

/// Keys of a `[[waiver]]`.
pub(super) const WAIVER: [&str; 6] = ["rule", "system", "path", "reason", "owner", "until"];

/// Keys of a `[rules.<name>]`.
pub(super) const RULE: [&str; 2] = ["enabled", "severity"];

type Value<'i> = Spanned<DeValue<'i>>;

struct Reader<'f> {
    file: &'f SourceFile,
    errors: Vec<ConfigError>,
}

/// The configuration that a file holds, and its faults.
pub(super) fn config(file: &SourceFile) -> (Config, Vec<ConfigError>) {
    let mut reader = Reader { file, errors: Vec::new() };
    let (table, syntax) = DeTable::parse_recoverable(&file.text);
    for fault in syntax {
        let range = fault.span().unwrap_or(0..0);
        let why = fault.message().trim_end_matches('.').to_owned();
        let zh = format!("TOML 语法错误：{why}");
        reader.fault(range, (why, zh), None);
    }
    // What follows from a broken line would only repeat it.
    if !reader.errors.is_empty() {
        return (Config::default(), reader.errors);
    }
    let config = reader.top(table.get_ref());
    (config, reader.errors)
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file.id, range.start, range.end)
    }

    fn fault(&mut self, range: Range<usize>, message: (String, String), help: Option<(String, String)>) {
        let span = self.span(range);
        self.errors.push(error(span, message, help));
    }

    fn needs(&mut self, value: &Value<'_>, key: &str, en: &str, zh: &str) {
        self.fault(value.span(), (format!("`{key}` needs {en}"), format!("`{key}` 需要{zh}")), None);
    }

    fn unknown(&mut self, range: Range<usize>, name: &str, known: &[&str]) {
        let span = self.span(range);
        self.errors.push(unknown_name(span, name, known.iter().copied()));
    }

    fn top(&mut self, table: &DeTable<'_>) -> Config {
        let mut config = Config::default();
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            match name {
                "system" => {
                    let tables = self.tables(value, name);
                    config.systems = tables.into_iter().map(|(t, range)| self.system(t, range)).collect();
                }
                "waiver" => {
                    let tables = self.tables(value, name);
                    config.waivers =
                        tables.into_iter().filter_map(|(t, range)| self.waiver(t, range)).collect();
                }
                "rules" => config.rules = self.rules(value),
                "exclude" => config.exclude = self.texts(value, name),
                "packs" => config.packs = self.texts(value, name),
                "catalogue" => config.catalogue = self.texts(value, name),
                "vocabulary" => config.vocabulary = self.texts(value, name),
                "calendar" => config.calendar = self.texts(value, name),
                "fail-on" => {
                    config.fail_on =
                        self.choice(value, name, &["error", "warning", "note", "never"]).map(|at| match at {
                            0 => FailOn::At(Severity::Error),
                            1 => FailOn::At(Severity::Warning),
                            2 => FailOn::At(Severity::Note),
                            _ => FailOn::Never,
                        });
                }
                "lang" => {
                    let lang = self.choice(value, name, &["en", "zh"]);
                    config.lang = lang.map(|at| if at == 0 { Lang::En } else { Lang::Zh });
                }
                "max-file-size" => config.max_file_size = self.size(value, name),
                _ => self.unknown(key.span(), name, &TOP),
            }
        }
        config
    }

    fn system(&mut self, table: &DeTable<'_>, head: Range<usize>) -> SystemConfig {
        let (mut name, mut paths, mut facts) = (None, Vec::new(), Vec::new());
        for (key, value) in table.iter() {
            match key.get_ref().as_ref() {
                "name" => name = self.text(value, "name"),
                "paths" => paths = self.texts(value, "paths"),
                first => self.statement(first.to_owned(), key.span(), value, &mut facts),
            }
        }
        if table.get("name").is_none() && table.get("paths").is_none() {
            self.fault(
                head.clone(),
                ("a system needs a `name` or `paths`".into(), "`system` 需要 `name` 或 `paths`".into()),
                Some((
                    "write the name that the report shows, or globs of the files that describe it".into(),
                    "请填写报告中显示的系统名称，或描述该系统的文件路径模式".into(),
                )),
            );
        }
        let span = self.span(head);
        SystemConfig { name, paths, facts: self.judged(facts), span }
    }

    /// Collects the statements below a key; tables add to the name.
    fn statement(&mut self, name: String, key: Range<usize>, value: &Value<'_>, out: &mut Vec<Written>) {
        if let DeValue::Table(table) = value.get_ref() {
            for (inner, value) in table.iter() {
                // `assessment.ref` on one line is one key; below a table's head, only `ref` is.
                let between = self.file.text.get(key.end..inner.span().start).unwrap_or_default();
                let start = if between.trim() == "." { key.start } else { inner.span().start };
                let full = format!("{name}.{}", inner.get_ref());
                self.statement(full, start..inner.span().end, value, out);
            }
            return;
        }
        let (items, list): (Vec<&Value<'_>>, bool) = match value.get_ref() {
            DeValue::Array(items) => (items.iter().collect(), true),
            _ => (vec![value], false),
        };
        let mut texts = Vec::new();
        for item in items {
            match scalar(item) {
                Some(text) => texts.push((text, self.span(item.span()))),
                None => self.needs(item, &name, "a single value", "单个值"),
            }
        }
        let (span, key_span) = (self.span(value.span()), self.span(key));
        out.push(Written { name, items: texts, list, span, key_span });
    }

    fn judged(&mut self, all: Vec<Written>) -> Vec<super::DeclaredFact> {
        let mut facts = Vec::new();
        for one in &all {
            match judge(one) {
                Ok(fact) => facts.push(fact),
                Err(fault) => {
                    // `nmae` is more like `name` than like any fact.
                    let near = super::nearest(&one.name, SYSTEM.into_iter());
                    let known = super::Declarations::builtin().get(&one.name).is_some();
                    self.errors.push(match near.filter(|_| !known) {
                        Some(near) => unknown_name(one.key_span, &one.name, [near].into_iter()),
                        None => fault,
                    });
                }
            }
        }
        facts.sort_by_key(|f: &super::DeclaredFact| f.key_span);
        facts
    }

    fn rules(&mut self, value: &Value<'_>) -> Vec<RuleConfig> {
        let Some(table) = value.get_ref().as_table() else {
            self.needs(
                value,
                "rules",
                "a table for each rule, `[rules.<name>]`",
                "逐条规则的表，即 `[rules.<规则名>]`",
            );
            return Vec::new();
        };
        let mut out = Vec::new();
        for (rule, value) in table.iter() {
            let Some(settings) = value.get_ref().as_table() else {
                self.needs(
                    value,
                    rule.get_ref(),
                    "a table with `severity` or `enabled`",
                    "含 `severity` 或 `enabled` 的表",
                );
                continue;
            };
            let text = Text { text: rule.get_ref().to_string(), span: self.span(rule.span()) };
            let mut one = RuleConfig { rule: text, enabled: None, severity: None };
            for (key, value) in settings.iter() {
                match key.get_ref().as_ref() {
                    "enabled" => match value.get_ref().as_bool() {
                        Some(enabled) => one.enabled = Some(enabled),
                        None => self.needs(value, "enabled", "`true` or `false`", "`true` 或 `false`"),
                    },
                    "severity" => {
                        let choice = self.choice(value, "severity", &["error", "warning", "note"]);
                        one.severity = choice.map(|at| match at {
                            0 => Severity::Error,
                            1 => Severity::Warning,
                            _ => Severity::Note,
                        });
                    }
                    other => self.unknown(key.span(), other, &RULE),
                }
            }
            out.push(one);
        }
        out
    }

    fn waiver(&mut self, table: &DeTable<'_>, head: Range<usize>) -> Option<WaiverConfig> {
        for (key, _) in table.iter() {
            if !WAIVER.contains(&key.get_ref().as_ref()) {
                self.unknown(key.span(), key.get_ref(), &WAIVER);
            }
        }
        let rule = self.required(table, "rule", &head);
        let reason = self.required(table, "reason", &head);
        let owner = self.required(table, "owner", &head);
        let until = self.required(table, "until", &head);
        let system = table.get("system").and_then(|v| self.text(v, "system"));
        let path = table.get("path").and_then(|v| self.text(v, "path"));
        let day = until.and_then(|until| {
            let day = super::declarations::date(&until.text);
            if day.is_none() {
                let message =
                    ("`until` needs a date such as `2026-06-30`", "`until` 需要日期，例如 `2026-06-30`");
                self.errors.push(error(until.span, (message.0.into(), message.1.into()), None));
            }
            day.map(|day| (day, until.span))
        });
        let span = self.span(head);
        let (until, until_span) = day?;
        Some(WaiverConfig {
            rule: rule?,
            system,
            path,
            reason: reason?,
            owner: owner?,
            until,
            until_span,
            span,
        })
    }

    fn required(&mut self, table: &DeTable<'_>, key: &str, head: &Range<usize>) -> Option<Text> {
        if let Some(value) = table.get(key) {
            let text = match scalar(value) {
                Some(text) => Text { text, span: self.span(value.span()) },
                None => return self.text(value, key),
            };
            if text.text.trim().is_empty() {
                self.needs(value, key, "a text", "文本");
                return None;
            }
            return Some(text);
        }
        self.fault(
            head.clone(),
            (format!("a waiver needs `{key}`"), format!("`waiver` 缺少 `{key}`")),
            Some((
                "say which rule, why, who answers for it and until when".into(),
                "请写明规则、理由、责任人和截止日期".into(),
            )),
        );
        None
    }

    /// The tables of `[[name]]`, each with its head; one `[name]` is a list of one.
    fn tables<'v, 'i>(&mut self, value: &'v Value<'i>, name: &str) -> Vec<(&'v DeTable<'i>, Range<usize>)> {
        match value.get_ref() {
            DeValue::Table(table) => vec![(table, self.head(value.span()))],
            DeValue::Array(items) => {
                let mut out = Vec::new();
                for item in items.iter() {
                    match item.get_ref().as_table() {
                        Some(table) => out.push((table, self.head(item.span()))),
                        None => self.needs(item, name, "tables", "表"),
                    }
                }
                out
            }
            _ => {
                self.needs(value, name, "tables, `[[…]]`", "表，即 `[[…]]`");
                Vec::new()
            }
        }
    }

    /// The first line of a table.
    fn head(&self, range: Range<usize>) -> Range<usize> {
        let text = self.file.text.get(range.clone()).unwrap_or_default();
        let len = text.find(['\n', '\r']).unwrap_or(text.len());
        range.start..range.start + len
    }

    fn text(&mut self, value: &Value<'_>, key: &str) -> Option<Text> {
        match value.get_ref().as_str() {
            Some(text) => Some(Text { text: text.to_owned(), span: self.span(value.span()) }),
            None => {
                self.needs(value, key, "a text", "文本");
                None
            }
        }
    }

    fn texts(&mut self, value: &Value<'_>, key: &str) -> Vec<Text> {
        let Some(items) = value.get_ref().as_array() else {
            self.needs(value, key, "a list of texts", "文本列表");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item, key)).collect()
    }

    /// Which of the choices a text is.
    fn choice(&mut self, value: &Value<'_>, key: &str, choices: &[&str]) -> Option<usize> {
        let text = value.get_ref().as_str().unwrap_or_default();
        let found = choices.iter().position(|c| *c == text);
        if found.is_none() {
            let all: Vec<String> = choices.iter().map(|c| format!("`{c}`")).collect();
            let help = match super::nearest(text, choices.iter().copied()) {
                Some(near) => (format!("write `{near}`"), format!("请改为 `{near}`")),
                None => (
                    format!("write one of {}", all.join(", ")),
                    format!("请从以下取值中选择：{}", all.join("、")),
                ),
            };
            let message =
                (format!("`{text}` is no value of `{key}`"), format!("`{text}` 不是 `{key}` 的有效取值"));
            self.fault(value.span(), message, Some(help));
        }
        found
    }

    /// A number of bytes, or a text with a unit.
    fn size(&mut self, value: &Value<'_>, key: &str) -> Option<u64> {
        let size = scalar(value).and_then(|text| size(&text)).filter(|n| *n > 0);
        if size.is_none() {
            self.needs(value, key, "a size such as `\"20 MiB\"`", "文件大小，例如 `\"20 MiB\"`");
        }
        size
    }
}

/// A single value as text.
fn scalar(value: &Value<'_>) -> Option<String> {
    Some(match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(n) => n.as_str().replace('_', ""),
        DeValue::Float(n) => n.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(at) => at.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}

fn size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit: u64 = match unit.trim() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}
