//! The vocabulary at work: a setting in, the facts that it states out.
//!
//! A key is compared as words (see [`pattern`](self)), a value is read by the type of the entry, and of
//! several entries for one fact the most exact wins: one that names the product seen here, then the one
//! with the most words. A value with a hole gives [`Observed::Unknown`]: the setting is there and its
//! value is set elsewhere, which is never the same as nothing.

mod methods;
mod pattern;

use std::sync::OnceLock;

use methods::Methods;
pub use methods::{FACE, MethodExpr};
use pattern::{KeyWords, Lists, Match, Pattern, PatternIndex};

use super::value::{
    Endpoint, FOREVER, Unit, bare, is_forever, is_placeholder, parse_bool, parse_count, parse_date,
    parse_duration, parse_endpoint,
};
use super::vocabulary::{AboutWords, Context, ValueType, VocabularyEntry, VocabularyFile};
use crate::descriptor::{Role, Setting};
use crate::recognition::words::split;

/// The file with the lists, methods and subjects that the others share.
const SHARED: &str = "vocabulary/words.yaml";

/// The files of `policies/vocabulary`, compiled in by being there.
fn built_in() -> Vec<(&'static str, &'static str)> {
    crate::embedded::files("vocabulary/").collect()
}

/// What is known about the place of a setting.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadScope<'a> {
    /// A component was sighted in the setting's resource (or block of settings).
    pub component: bool,
    /// Names of the products seen there or in a linked resource.
    pub products: &'a [&'a str],
}

/// A fact that a setting states.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The name of the fact, such as `retention.limit`.
    pub fact: String,
    /// What it is about (`images`, `login`), where the entry or the words of the key tell.
    pub about: Option<String>,
    /// The value.
    pub value: Observed,
    /// The entry that read it, an index into [`Vocabulary::entries`].
    pub entry: usize,
}

/// A value that a setting gives a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Observed {
    /// True or false, already turned round where the key says `disable`.
    Bool(bool),
    /// A length of time.
    Seconds(i64),
    /// No limit.
    Forever,
    /// A whole number.
    Count(i64),
    /// Text.
    Text(String),
    /// Ways to verify a person.
    Methods(MethodExpr),
    /// An address.
    Url(Endpoint),
    /// A path in the repository, a URL or a document number.
    Reference(String),
    /// A date.
    Date(jiff::civil::Date),
    /// The key is there and its value only holds a place (`TODO`, `changeme`): nothing is stated.
    Placeholder(String),
    /// The value, or the part that matters, is only known later.
    Unknown,
}

/// The vocabulary could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {message}")]
pub struct VocabularyError {
    /// The file.
    pub file: String,
    /// What is wrong.
    pub message: String,
}

/// Which settings mean which fact, ready to use.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Every entry, in the order of the files.
    pub entries: Vec<VocabularyEntry>,
    index: PatternIndex,
    /// For each entry: patterns that make it something else.
    not: Vec<Vec<Pattern>>,
    /// Words that tell what a fact is about: family of facts, subject, patterns.
    about: Vec<(String, String, Vec<Pattern>)>,
    methods: Methods,
}

impl Vocabulary {
    /// The vocabulary that comes with facelint. Parsed once.
    pub fn builtin() -> &'static Vocabulary {
        static BUILT: OnceLock<Vocabulary> = OnceLock::new();
        BUILT.get_or_init(|| {
            // Tests keep every file readable.
            let read = built_in().into_iter().filter_map(|(name, _)| {
                crate::embedded::read::<VocabularyFile>(name).ok().map(|file| (name, file))
            });
            Self::assemble(read.collect()).unwrap_or_default()
        })
    }

    /// A vocabulary from one file's text; the shared word lists and method names of the built-in one are
    /// at hand in it.
    ///
    /// # Errors
    /// When the text is not a vocabulary file, or a pattern in it can match nothing.
    pub fn parse(text: &str, file_name: &str) -> Result<Vocabulary, VocabularyError> {
        let words: Vec<_> =
            built_in().into_iter().filter(|(name, _)| *name == SHARED).chain([(file_name, text)]).collect();
        Self::load(&words)
    }

    /// The built-in vocabulary with a project's own files after it, given as name and text.
    ///
    /// # Errors
    /// The first file that is no vocabulary.
    pub fn with_files(own: &[(String, String)]) -> Result<Vocabulary, VocabularyError> {
        let mut files: Vec<(&str, &str)> = built_in();
        files.extend(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        Self::load(&files)
    }

    fn load(files: &[(&str, &str)]) -> Result<Vocabulary, VocabularyError> {
        let error = |file: &str, message: String| VocabularyError { file: file.to_owned(), message };
        let parsed = files.iter().map(|(name, text)| {
            let file =
                serde_yaml::from_str::<VocabularyFile>(text).map_err(|e| error(name, e.to_string()))?;
            Ok((*name, file))
        });
        Self::assemble(parsed.collect::<Result<_, _>>()?)
    }

    fn assemble(files: Vec<(&str, VocabularyFile)>) -> Result<Vocabulary, VocabularyError> {
        let mut lists = Lists::new();
        for (_, file) in &files {
            for (list, words) in &file.words {
                lists.entry(list.clone()).or_default().extend(words.iter().cloned());
            }
        }
        let mut out = Vocabulary::default();
        for (name, file) in files {
            out.add(file, &lists).map_err(|message| VocabularyError { file: name.to_owned(), message })?;
        }
        Ok(out)
    }

    fn add(&mut self, file: VocabularyFile, lists: &Lists) -> Result<(), String> {
        let read_all = |patterns: &[String]| -> Result<Vec<Pattern>, String> {
            let read = patterns.iter().map(|p| Pattern::read(p, lists));
            Ok(read.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        };
        for (method, words) in &file.methods {
            self.methods.add(method, words, lists)?;
        }
        for (value, expression) in &file.combinations {
            self.methods.add_combination(value, expression);
        }
        for AboutWords { facts, about, words } in &file.abouts {
            self.about.push((facts.clone(), about.clone(), read_all(words)?));
        }
        for entry in file.entries {
            let index = self.entries.len();
            for pattern in read_all(&entry.key)? {
                self.index.add(index, pattern);
            }
            self.not.push(read_all(&entry.not)?);
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The methods of list items, any of which will do; items that name no known method are left out.
    pub fn methods_of(&self, items: &[&str]) -> MethodExpr {
        self.methods.of(items)
    }

    /// What a text that is no key (the name of a camera, a purpose) speaks of, by the words under `abouts`
    /// for a family: the first that matches.
    pub fn about_text(&self, family: &str, text: &str) -> Option<&str> {
        let words = KeyWords::new([text]);
        self.about
            .iter()
            .filter(|(facts, ..)| facts == family)
            .find(|(.., patterns)| patterns.iter().any(|p| p.find(&words).is_some()))
            .map(|(_, about, _)| about.as_str())
    }

    /// The facts that a setting states.
    pub fn read(&self, setting: &Setting, scope: ReadScope<'_>) -> Vec<Observation> {
        let readable = match setting.role {
            Role::Plain | Role::Env | Role::Label | Role::ApiPath | Role::Port => true,
            Role::Image
            | Role::Package { .. }
            | Role::ResourceType
            | Role::Action { .. }
            | Role::Name
            | Role::Prose
            | Role::Command
            | Role::Schema => false,
        };
        if !readable {
            return Vec::new();
        }
        // The path to an environment variable is the workload's, and says nothing about the variable.
        let keys: Vec<&str> = match setting.role {
            Role::Env => vec![setting.key()],
            _ => setting.keys().collect(),
        };
        let key = KeyWords::new(keys.iter().copied());
        let mut best: Vec<(usize, (bool, usize), Match)> = Vec::new();
        self.index.find_all(&key, &mut |index, hit| {
            let Some(entry) = self.entries.get(index) else { return };
            if !self.holds(index, entry, &key, hit, scope) {
                return;
            }
            let rank = (!entry.product.is_empty(), hit.weight);
            let same = best
                .iter_mut()
                .find(|(other, ..)| self.entries.get(*other).is_some_and(|other| other.fact == entry.fact));
            match same {
                Some(held) if (rank, std::cmp::Reverse(index)) > (held.1, std::cmp::Reverse(held.0)) => {
                    *held = (index, rank, hit);
                }
                Some(_) => {}
                None => best.push((index, rank, hit)),
            }
        });
        best.sort_by_key(|b| b.0);
        let observe = |(index, _, hit): &(usize, (bool, usize), Match)| {
            let entry = self.entries.get(*index)?;
            let value = self.value(entry, setting, &keys, &key, *hit)?;
            let about = entry.about.clone().or_else(|| self.about(&entry.fact, &key));
            Some(Observation { fact: entry.fact.clone(), about, value, entry: *index })
        };
        best.iter().filter_map(observe).collect()
    }

    fn holds(
        &self,
        index: usize,
        entry: &VocabularyEntry,
        key: &KeyWords,
        hit: Match,
        scope: ReadScope<'_>,
    ) -> bool {
        if entry.context == Context::Component && !scope.component {
            return false;
        }
        if !entry.product.is_empty() && !entry.product.iter().any(|p| scope.has(p)) {
            return false;
        }
        let trailing = key.words.get(hit.end..).unwrap_or_default();
        if entry.last && !hit.han && !trailing.iter().all(|w| is_unit_word(&w.text)) {
            return false;
        }
        !self.not.get(index).is_some_and(|not| not.iter().any(|p| p.find(key).is_some()))
    }

    /// What the words of the key say that the fact is about.
    fn about(&self, fact: &str, key: &KeyWords) -> Option<String> {
        let family = fact.split('.').next().unwrap_or(fact);
        self.about
            .iter()
            .filter(|(facts, ..)| facts == family)
            .find(|(.., patterns)| patterns.iter().any(|p| p.find(key).is_some()))
            .map(|(_, about, _)| about.clone())
    }

    fn value(
        &self,
        entry: &VocabularyEntry,
        setting: &Setting,
        keys: &[&str],
        key: &KeyWords,
        hit: Match,
    ) -> Option<Observed> {
        let value = &setting.value;
        let text = bare(&value.text);
        if entry.value == ValueType::Segment {
            // The name is in the key: of a block, or of an address (`cameras.hall: rtsp://…`). Words
            // of one segment (`camera_index`) name no camera.
            let first = key.words.get(hit.start)?.part;
            let part = key.words.get(hit.end.checked_sub(1)?)?.part;
            let names = part > first && (part + 1 < keys.len() || text.contains("://"));
            return keys.get(part).filter(|_| names).map(|name| Observed::Text((*name).to_owned()));
        }
        if let (Some(means), ValueType::Text) = (&entry.means, entry.value) {
            let off = parse_bool(text) == Some(false);
            let nothing = value.is_empty() && setting.role != Role::ApiPath;
            return (!off && !nothing).then(|| Observed::Text(means.clone()));
        }
        if value.is_empty() {
            return None;
        }
        if value.has_hole() && entry.value != ValueType::Url {
            return Some(Observed::Unknown);
        }
        if let Some(read) = self.typed(entry, text, key, hit) {
            return Some(read);
        }
        is_placeholder(text).then(|| Observed::Placeholder(text.to_owned()))
    }

    fn typed(&self, entry: &VocabularyEntry, text: &str, key: &KeyWords, hit: Match) -> Option<Observed> {
        match entry.value {
            ValueType::Bool => {
                let truth = parse_bool(text)? != entry.invert;
                match &entry.means {
                    Some(means) => truth.then(|| Observed::Text(means.clone())),
                    None => Some(Observed::Bool(truth)),
                }
            }
            ValueType::Duration => {
                let forever = match &entry.forever {
                    Some(list) => is_forever(text, list),
                    None => is_forever(text, FOREVER),
                };
                if forever {
                    return Some(Observed::Forever);
                }
                let default = entry.unit.as_deref().and_then(Unit::parse);
                parse_duration(text, unit_of_key(key, hit), default).map(Observed::Seconds)
            }
            ValueType::Count => parse_count(text).map(Observed::Count),
            ValueType::Methods => match parse_bool(text) {
                Some(truth) => Some(Observed::Bool(truth != entry.invert)),
                None => {
                    let methods = self.methods.of_value(text);
                    (!methods.is_empty()).then_some(Observed::Methods(methods))
                }
            },
            ValueType::Switch => {
                let truth = parse_bool(text)? != entry.invert;
                // Only the words that matched: in `face.login.sms.enabled` the face is not meant.
                let matched = key.words.get(hit.start..hit.end)?;
                let words = matched.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
                let methods = self.methods.of_words(&words);
                (truth && !methods.is_empty()).then_some(Observed::Methods(methods))
            }
            ValueType::Url => match parse_endpoint(text) {
                Some(endpoint) => Some(Observed::Url(endpoint)),
                None if text.contains(crate::descriptor::HOLE) => Some(Observed::Unknown),
                None => None,
            },
            ValueType::Reference => {
                let states = !is_placeholder(text) && parse_bool(text).is_none();
                states.then(|| Observed::Reference(text.to_owned()))
            }
            ValueType::Date => parse_date(text).map(Observed::Date),
            ValueType::Text => (!is_placeholder(text)).then(|| Observed::Text(text.to_owned())),
            // Read from the key, before any value is looked at.
            ValueType::Segment => None,
        }
    }
}

impl ReadScope<'_> {
    /// Whether a product is seen here: its name holds all the words asked for.
    fn has(&self, name: &str) -> bool {
        let wanted = split(name);
        self.products.iter().any(|product| {
            let words = split(product);
            let joined: String = words.iter().map(|w| w.text.as_str()).collect();
            wanted.iter().all(|w| words.iter().any(|p| p.text == w.text))
                || joined == wanted.iter().map(|w| w.text.as_str()).collect::<String>()
        })
    }
}

fn is_unit_word(word: &str) -> bool {
    Unit::parse(word).is_some()
        || matches!(word, "in" | "value" | "default" | "num" | "number" | "count" | "period")
}

/// The unit that a key names: the last word of the path, or the word right after the match or in it.
fn unit_of_key(key: &KeyWords, hit: Match) -> Option<Unit> {
    let words = &key.words;
    let unit = |word: &str| match word {
        // One letter is a unit only at the end, and `m` is never sure.
        w if w.len() == 1 => None,
        w => Unit::parse(w),
    };
    if let Some(last) = words.last() {
        let found = unit(&last.text).or_else(|| {
            matches!(last.text.as_str(), "d" | "h" | "s").then(|| Unit::parse(&last.text)).flatten()
        });
        if found.is_some() {
            return found;
        }
        // `保存天数`, `过期小时数`
        let han = last.text.trim_end_matches('数');
        for (suffix, unit) in [
            ("小时", Unit::Hour),
            ("分钟", Unit::Minute),
            ("天", Unit::Day),
            ("秒", Unit::Second),
            ("个月", Unit::Month),
            ("月", Unit::Month),
            ("年", Unit::Year),
        ] {
            if han.ends_with(suffix) {
                return Some(unit);
            }
        }
    }
    words.get(hit.start..(hit.end + 1).min(words.len()))?.iter().rev().find_map(|w| unit(&w.text))
}

#[cfg(test)]
mod tests;
