//! Packs: a law and its rules, built in or from a folder, and what must hold of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::error::{PackFile, PolicyError, nearest, place};
use super::expression::Expression;
use super::template::placeholders;
use super::{Duty, Law, RuleFile, Severity};
use crate::embedded;
use crate::facts::Label;

/// A law and the rules that hold systems against it.
#[derive(Debug)]
pub struct Pack {
    /// The law.
    pub law: Law,
    /// Its rules, by name.
    pub rules: Vec<Rule>,
    file: PackFile,
    applies: Lazy,
    builtin: bool,
}

/// A rule of a pack.
#[derive(Debug)]
pub struct Rule {
    /// What its file says.
    pub file: RuleFile,
    source: PackFile,
    compiled: OnceLock<Compiled>,
}

/// The expressions of a rule; those that the rule leaves out are `None`.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) applies: Lazy,
    pub(super) when: Lazy,
    pub(super) if_none: Lazy,
    pub(super) unknown_if: Lazy,
    pub(super) require: Lazy,
}

/// An expression that is compiled when it is first asked. Most systems never come to most expressions.
#[derive(Debug)]
pub(super) struct Lazy {
    key: &'static str,
    text: Option<String>,
    cell: OnceLock<Result<Expression, PolicyError>>,
}

impl Lazy {
    fn new(key: &'static str, text: Option<&str>) -> Self {
        Lazy { key, text: text.map(str::to_owned), cell: OnceLock::new() }
    }

    /// The key in the file.
    pub(super) fn key(&self) -> &'static str {
        self.key
    }

    /// The expression, compiled; `None` when the file has no such key.
    pub(super) fn get(&self, source: &PackFile) -> Option<&Result<Expression, PolicyError>> {
        let text = self.text.as_deref()?;
        Some(self.cell.get_or_init(|| {
            Expression::compile(text).map_err(|broken| {
                let whole = place(&source.text, self.key).unwrap_or(0..0);
                // Only a value written as it is, without escapes or folding, maps byte to byte.
                let same = source.text.get(whole.clone()) == Some(text);
                let span =
                    if same { whole.start + broken.at.start..whole.start + broken.at.end } else { whole };
                source.error_at(span, format!("`{}` is not CEL: {}", self.key, broken.message))
            })
        }))
    }
}

impl Pack {
    /// Ids of the packs that are compiled in.
    pub fn builtin_ids() -> impl Iterator<Item = &'static str> {
        embedded::files("").filter_map(|(path, _)| path.strip_suffix("/law.yaml"))
    }

    /// A pack that is compiled in. Its expressions are compiled when they are first needed; the tests of
    /// this crate check them all.
    ///
    /// # Errors
    /// When there is no such pack.
    pub fn builtin(id: &str) -> Result<Pack, Vec<PolicyError>> {
        let files = embedded::files("")
            .filter_map(|(path, text)| {
                let inner = path.strip_prefix(id)?.strip_prefix('/')?;
                Some((inner.to_owned(), format!("policies/{path}"), Arc::from(text)))
            })
            .collect::<Vec<_>>();
        if files.is_empty() {
            let known: Vec<&str> = Pack::builtin_ids().collect();
            let mut error = PolicyError::whole(id, format!("there is no pack `{id}`"));
            error = match nearest(id, known.iter().copied()) {
                Some(name) => error.help(format!("did you mean `{name}`?")),
                None => error.help(format!("choose one of {}, or name a folder", known.join(", "))),
            };
            return Err(vec![error]);
        }
        Pack::read(id, files, true)
    }

    /// A pack from a folder with `law.yaml` and `rules/*.yaml`, checked in full.
    ///
    /// # Errors
    /// All that is wrong with its files.
    pub fn load(dir: &Path) -> Result<Pack, Vec<PolicyError>> {
        let shown = dir.display().to_string().replace('\\', "/");
        let mut paths: Vec<(String, PathBuf)> = vec![("law.yaml".to_owned(), dir.join("law.yaml"))];
        if let Ok(entries) = fs::read_dir(dir.join("rules")) {
            for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
                if yaml && !name.starts_with('.') {
                    paths.push((format!("rules/{name}"), path));
                }
            }
        }
        paths.sort();
        let mut files = Vec::new();
        let mut errors = Vec::new();
        for (inner, path) in paths {
            let file = format!("{shown}/{inner}");
            match fs::read_to_string(&path) {
                Ok(text) => files.push((inner, file, Arc::from(text))),
                Err(error) => errors.push(PolicyError::whole(&file, format!("cannot be read: {error}"))),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let pack = Pack::read(&shown, files, false)?;
        let errors = pack.check();
        if errors.is_empty() { Ok(pack) } else { Err(errors) }
    }

    /// From (path within the pack, path as shown, text).
    fn read(
        name: &str,
        files: Vec<(String, String, Arc<str>)>,
        builtin: bool,
    ) -> Result<Pack, Vec<PolicyError>> {
        let mut law = None;
        let mut rules = Vec::new();
        let mut errors = Vec::new();
        for (inner, path, text) in files {
            let file = PackFile { path, text };
            if inner == "law.yaml" {
                match file.parse::<Law>() {
                    Ok(parsed) => law = Some((parsed, file)),
                    Err(error) => errors.push(error),
                }
            } else if inner.starts_with("rules/") {
                match file.parse::<RuleFile>() {
                    Ok(parsed) => {
                        rules.push(Rule { file: parsed, source: file, compiled: OnceLock::new() });
                    }
                    Err(error) => errors.push(error),
                }
            }
        }
        match law {
            Some((law, file)) if errors.is_empty() => {
                let applies = Lazy::new("applies", law.applies.as_deref());
                Ok(Pack { law, rules, file, applies, builtin })
            }
            None if errors.is_empty() => Err(vec![PolicyError::whole(name, "the pack has no `law.yaml`")]),
            _ => Err(errors),
        }
    }

    /// The pack's id.
    pub fn id(&self) -> &str {
        &self.law.pack
    }

    /// Whether it is compiled in.
    pub fn is_builtin(&self) -> bool {
        self.builtin
    }

    /// The rule of that name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.file.rule == name)
    }

    /// The duty of that name (`10.1`).
    pub fn duty(&self, name: &str) -> Option<&Duty> {
        self.law.duties.iter().find(|duty| duty.duty == name)
    }

    /// A duty as a finding cites it (`Measures Art. 10(1)`, `《办法》第十条第一款`); empty when the law has no
    /// such duty.
    pub fn citation(&self, duty: &str) -> Label {
        self.duty(duty).map(|duty| super::explain::citation(&self.law, duty)).unwrap_or_default()
    }

    /// Whether the law is to be judged by on that day. A text that never was in force (a draft) always
    /// is, if somebody asks for it; nothing in it is above a note.
    pub fn judges(&self, day: Date) -> bool {
        let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
        date(&self.law.in_force).is_none_or(|first| first <= day)
            && date(&self.law.until).is_none_or(|last| day <= last)
    }

    /// Whether the law concerns a system: its own expression.
    pub(super) fn applies(&self) -> (&Lazy, &PackFile) {
        (&self.applies, &self.file)
    }

    /// All that is wrong with the pack: names, duties, expressions, severities, texts, examples.
    pub fn check(&self) -> Vec<PolicyError> {
        let mut errors = Vec::new();
        self.check_law(&mut errors);
        for rule in &self.rules {
            self.check_rule(rule, &mut errors);
        }
        errors
    }

    fn check_law(&self, errors: &mut Vec<PolicyError>) {
        let (law, file) = (&self.law, &self.file);
        for (key, date) in [("in_force", &law.in_force), ("until", &law.until)] {
            if let Some(error) = date.as_deref().and_then(|date| date.parse::<Date>().err()) {
                errors.push(
                    file.error(key, format!("`{key}` is not a date: {error}"))
                        .help("write it as `2025-06-01`"),
                );
            }
        }
        both(file, "title", &law.title, errors);
        both(file, "short", &law.short, errors);
        for (i, duty) in law.duties.iter().enumerate() {
            both(file, &format!("duties.{i}.title"), &duty.title, errors);
            both(file, &format!("duties.{i}.text"), &duty.text, errors);
            if !["V2", "V1", "unverified"].contains(&duty.proof.as_str()) {
                errors.push(
                    file.error(&format!("duties.{i}.proof"), format!("`{}` is no proof mark", duty.proof))
                        .help("write `V2`, `V1` or `unverified`"),
                );
            }
        }
        for (row, rule) in &law.rows {
            if rule != "later" && rule != "none" && self.rule(rule).is_none() {
                let error = file.error(&format!("rows.{row}"), format!("there is no rule `{rule}`"));
                errors.push(suggest(error, rule, self.rules.iter().map(|rule| rule.file.rule.as_str())));
            }
        }
        compiles(&self.applies, file, &["system"], errors);
    }

    fn check_rule(&self, rule: &Rule, errors: &mut Vec<PolicyError>) {
        let (form, file) = (&rule.file, &rule.source);
        let stem = Path::new(&file.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem != form.rule {
            errors.push(
                file.error("rule", format!("the rule is `{}` and its file `{stem}`", form.rule))
                    .help(format!("write `rule: {stem}`")),
            );
        }
        let duty = self.duty(&form.duty);
        if duty.is_none() {
            let error = file.error("duty", format!("`{}` has no duty `{}`", self.file.path, form.duty));
            errors.push(suggest(error, &form.duty, self.law.duties.iter().map(|d| d.duty.as_str())));
        }

        let unverified = form.sources.iter().any(|source| source.contains("unverified"))
            || duty.is_some_and(|duty| duty.proof == "unverified");
        let highest = match (self.law.draft, unverified) {
            (true, _) => Some((Severity::Note, "the law is a draft")),
            (_, true) => Some((Severity::Warning, "its wording is not verified")),
            _ => None,
        };
        if let Some((highest, why)) = highest {
            for (key, severity) in [("severity", Some(form.severity)), ("unknown", form.unknown)] {
                if severity.is_some_and(|severity| severity > highest) {
                    errors.push(file.error(key, format!("`{key}` is too high: {why}")));
                }
            }
        }

        let mut names = vec!["system"];
        if let Some(each) = &form.each {
            match each.iter().next() {
                Some((name, path)) if each.len() == 1 => {
                    names.push(name);
                    if !path.starts_with("system.") || name == "system" {
                        errors.push(
                            file.error("each", "`each` names a list below `system`")
                                .help("write `each: { flow: system.verification.flows }`"),
                        );
                    }
                }
                _ => errors.push(file.error("each", "`each` has exactly one variable")),
            }
        } else if form.if_none.is_some() {
            errors.push(file.error("if_none", "`if_none` needs `each`"));
        }
        let compiled = rule.compiled();
        compiles(&compiled.applies, file, &["system"], errors);
        compiles(&compiled.if_none, file, &["system"], errors);
        for lazy in [&compiled.when, &compiled.unknown_if, &compiled.require] {
            compiles(lazy, file, &names, errors);
        }

        let starts = |path: &str| names.contains(&path.split('.').next().unwrap_or_default());
        let paths = form
            .at
            .iter()
            .map(|at| ("at".to_owned(), at))
            .chain(form.related.iter().enumerate().map(|(i, path)| (format!("related.{i}"), path)));
        for (key, path) in paths {
            if !starts(path) {
                errors.push(file.error(&key, format!("`{path}` does not begin with {}", one_of(&names))));
            }
        }
        let texts = [
            ("title", Some(&form.title)),
            ("message", Some(&form.message)),
            ("help", Some(&form.help)),
            ("unknown_message", form.unknown_message.as_ref()),
            ("none_message", form.none_message.as_ref()),
            ("explain", form.explain.as_ref()),
        ];
        for (key, label) in texts {
            let Some(label) = label else { continue };
            both(file, key, label, errors);
            if key == "explain" {
                continue;
            }
            for (lang, text) in [("en", &label.en), ("zh", &label.zh)] {
                for placeholder in placeholders(text).filter(|p| !starts(p.path)) {
                    errors.push(file.error(
                        &format!("{key}.{lang}"),
                        format!("`{{{}}}` does not begin with {}", placeholder.path, one_of(&names)),
                    ));
                }
            }
        }
        if form.unknown.is_some() && form.unknown_message.is_none() {
            errors.push(
                file.error("unknown", "an unknown outcome that is shown has to say something")
                    .help("add `unknown_message: { en: …, zh: … }`"),
            );
        }
        if form.if_none.is_some() && form.none_message.is_none() {
            errors.push(
                file.error("if_none", "there is no element to speak of when the list is empty")
                    .help("add `none_message: { en: …, zh: … }`"),
            );
        }
        if form.examples.is_empty() {
            errors.push(
                file.error("examples", "the rule has no examples")
                    .help("add one that fails and one that passes: they are its tests"),
            );
        }
        for (i, example) in form.examples.iter().enumerate() {
            if let Some(error) = example.as_of.as_deref().and_then(|day| day.parse::<Date>().err()) {
                errors.push(file.error(&format!("examples.{i}.as_of"), format!("not a date: {error}")));
            }
            if example.files.is_empty() {
                errors.push(file.error(&format!("examples.{i}.files"), "the example has no files"));
            }
        }
    }
}

impl Rule {
    /// The pack's own file that holds the rule.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    pub(super) fn source(&self) -> &PackFile {
        &self.source
    }

    pub(super) fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| Compiled {
            applies: Lazy::new("applies", self.file.applies.as_deref()),
            when: Lazy::new("when", self.file.when.as_deref()),
            if_none: Lazy::new("if_none", self.file.if_none.as_deref()),
            unknown_if: Lazy::new("unknown_if", self.file.unknown_if.as_deref()),
            require: Lazy::new("require", Some(&self.file.require)),
        })
    }
}

/// Both languages say something.
fn both(file: &PackFile, key: &str, label: &Label, errors: &mut Vec<PolicyError>) {
    for (lang, text) in [("en", &label.en), ("zh", &label.zh)] {
        if text.trim().is_empty() {
            errors.push(file.error(&format!("{key}.{lang}"), format!("`{key}.{lang}` is empty")));
        }
    }
}

/// The expression compiles and speaks only of `names`.
fn compiles(lazy: &Lazy, file: &PackFile, names: &[&str], errors: &mut Vec<PolicyError>) {
    match lazy.get(file) {
        None => {}
        Some(Err(error)) => errors.push(error.clone()),
        Some(Ok(expression)) => {
            for name in expression.strange_names(names) {
                let whole = place(&file.text, lazy.key()).unwrap_or(0..0);
                let at = file.text.get(whole.clone()).and_then(|text| text.find(&name));
                let span = at.map_or(whole.clone(), |at| whole.start + at..whole.start + at + name.len());
                let error = file.error_at(span, format!("nothing here is called `{name}`"));
                errors.push(match nearest(&name, names.iter().copied()) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help(format!("begin with {}", one_of(names))),
                });
            }
        }
    }
}

fn suggest<'a>(error: PolicyError, wrong: &str, known: impl Iterator<Item = &'a str>) -> PolicyError {
    match nearest(wrong, known) {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None => error,
    }
}

fn one_of(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}

/// Words of a law, for messages.
pub(super) fn words(pack: &Pack) -> &BTreeMap<String, Label> {
    &pack.law.words
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "shipped_tests.rs"]
mod shipped_tests;
