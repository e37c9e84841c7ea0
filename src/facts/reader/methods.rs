//! Ways to verify a person, and expressions of them: `face | sms` (either will do), `face & card` (both
//! are needed).

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{KeyWords, Lists, Pattern, PatternIndex, singular};
use crate::facts::value::{bare, list_parts, parse_bool};

/// The method that is the face itself.
pub const FACE: &str = "face";

/// Ways to verify a person: alternatives, each of which needs all of its methods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MethodExpr {
    /// The alternatives; sorted, without duplicates.
    pub alternatives: Vec<BTreeSet<String>>,
}

/// More alternatives than any real door or login has; an expression stops growing here.
const MAX_ALTERNATIVES: usize = 256;

impl MethodExpr {
    /// One method.
    pub fn single(method: &str) -> Self {
        MethodExpr { alternatives: vec![BTreeSet::from([method.to_owned()])] }
    }

    /// Either of two.
    #[must_use]
    pub fn or(mut self, other: MethodExpr) -> Self {
        self.alternatives.extend(other.alternatives);
        self.tidy()
    }

    /// Both of two.
    #[must_use]
    pub fn and(self, other: &MethodExpr) -> Self {
        if self.alternatives.is_empty() {
            return other.clone();
        }
        if other.alternatives.is_empty() {
            return self;
        }
        let alternatives = self
            .alternatives
            .iter()
            .flat_map(|a| other.alternatives.iter().map(move |b| a.union(b).cloned().collect()))
            .take(MAX_ALTERNATIVES)
            .collect();
        MethodExpr { alternatives }.tidy()
    }

    fn tidy(mut self) -> Self {
        self.alternatives.sort();
        self.alternatives.dedup();
        self.alternatives.truncate(MAX_ALTERNATIVES);
        self
    }

    /// Whether it names no method at all.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// Whether a face is part of any alternative.
    pub fn uses_face(&self) -> bool {
        self.alternatives.iter().any(|a| a.contains(FACE))
    }

    /// Whether no alternative does without the face. False for an empty expression.
    pub fn needs_face(&self) -> bool {
        !self.is_empty() && self.alternatives.iter().all(|a| a.contains(FACE))
    }

    /// Alternatives that need no face.
    pub fn without_face(&self) -> impl Iterator<Item = &BTreeSet<String>> {
        self.alternatives.iter().filter(|a| !a.contains(FACE))
    }
}

impl std::fmt::Display for MethodExpr {
    /// The normal form: `card & face | password`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, alternative) in self.alternatives.iter().enumerate() {
            if n > 0 {
                f.write_str("|")?;
            }
            for (m, method) in alternative.iter().enumerate() {
                if m > 0 {
                    f.write_str("&")?;
                }
                f.write_str(method)?;
            }
        }
        Ok(())
    }
}

/// Knows the words of methods.
#[derive(Debug, Default)]
pub(super) struct Methods {
    names: Vec<String>,
    index: PatternIndex,
    combinations: BTreeMap<String, MethodExpr>,
}

/// A text with nothing but its letters and digits, in lower case: how combinations are compared.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `face & card | sms` as an expression.
pub(super) fn parse_expression(text: &str) -> MethodExpr {
    text.split('|')
        .map(|side| {
            side.split('&')
                .map(str::trim)
                .filter(|m| !m.is_empty())
                .fold(MethodExpr::default(), |a, m| a.and(&MethodExpr::single(m)))
        })
        .fold(MethodExpr::default(), MethodExpr::or)
}

impl Methods {
    pub(super) fn add(&mut self, method: &str, words: &[String], lists: &Lists) -> Result<(), String> {
        let owner = self.names.len();
        self.names.push(method.to_owned());
        for word in words {
            for pattern in Pattern::read(word, lists)? {
                self.index.add(owner, pattern);
            }
        }
        Ok(())
    }

    pub(super) fn add_combination(&mut self, value: &str, expression: &str) {
        self.combinations.insert(squeezed(value), parse_expression(expression));
    }

    /// The methods of list items, any of which will do. Items that name no known method are left out.
    pub(super) fn of(&self, items: &[&str]) -> MethodExpr {
        items.iter().fold(MethodExpr::default(), |all, item| all.or(self.of_value(item)))
    }

    /// The methods of one value, which may itself be a list or a combination.
    pub(super) fn of_value(&self, text: &str) -> MethodExpr {
        let text = bare(text);
        if let Some(known) = self.combinations.get(&squeezed(text)) {
            return known.clone();
        }
        let parts = list_parts(text);
        if parts.len() > 1 || parts.first().is_some_and(|p| p.1 != text) {
            return parts.iter().fold(MethodExpr::default(), |all, (_, part)| all.or(self.of_item(part)));
        }
        self.of_item(text)
    }

    fn of_item(&self, text: &str) -> MethodExpr {
        let text = bare(text);
        if text.is_empty() || parse_bool(text).is_some() {
            return MethodExpr::default();
        }
        if let Some(known) = self.combinations.get(&squeezed(text)) {
            return known.clone();
        }
        if let Some(at) = text.find(['+', '&']) {
            let (left, right) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            return self.of_item(left).and(&self.of_item(right));
        }
        if let Some((left, right)) = text.split_once(['/', '或']) {
            return self.of_item(left).or(self.of_item(right));
        }
        self.of_words(text)
    }

    /// Methods in the words of one item: `cardOrFace`, `FACE_AND_PIN`, `CODE_SMS`. Between two methods
    /// with nothing said, both are needed: `CERT_PHOTO_FACE` compares a document and a face.
    pub(super) fn of_words(&self, text: &str) -> MethodExpr {
        let mut key = KeyWords::new([text]);
        // `fpOrface` is split as `fp`, `orface`.
        let joined = |word: &str| {
            ["or", "and"].into_iter().find(|c| word.strip_prefix(c).is_some_and(|rest| self.knows(rest)))
        };
        let mut at = 0;
        while at < key.words.len() {
            if let Some(word) = key.words.get_mut(at)
                && let Some(connective) = joined(&word.text)
            {
                let mut rest = word.clone();
                rest.text = singular(word.text.get(connective.len()..).unwrap_or_default());
                word.text = connective.to_owned();
                key.words.insert(at + 1, rest);
                at += 1;
            }
            at += 1;
        }
        let mut hits = Vec::new();
        let mut han = Vec::new();
        self.index.find_all(&key, &mut |owner, hit| {
            if hit.han { han.push(owner) } else { hits.push((hit, owner)) }
        });
        // The longest first; what overlaps a longer one is part of it (`face id` in `apple face id`).
        hits.sort_by_key(|(hit, owner)| (std::cmp::Reverse(hit.weight), hit.start, *owner));
        let mut kept: Vec<(usize, usize, usize)> = Vec::new();
        for (hit, owner) in hits {
            if kept.iter().all(|(start, end, _)| hit.end <= *start || hit.start >= *end) {
                kept.push((hit.start, hit.end, owner));
            }
        }
        kept.sort_unstable();
        let name = |owner: usize| self.names.get(owner).map(String::as_str).unwrap_or_default();
        let mut out = MethodExpr::default();
        let mut term = MethodExpr::default();
        let mut last = 0;
        for (start, end, owner) in kept {
            let between = key.words.get(last..start).unwrap_or_default();
            if between.iter().any(|w| w.text == "or") {
                out = out.or(std::mem::take(&mut term));
            }
            term = term.and(&MethodExpr::single(name(owner)));
            last = end;
        }
        han.sort_unstable();
        han.dedup();
        for owner in han {
            term = term.and(&MethodExpr::single(name(owner)));
        }
        out.or(term)
    }

    fn knows(&self, word: &str) -> bool {
        let mut known = false;
        self.index.find_all(&KeyWords::new([word]), &mut |_, _| known = true);
        known
    }
}
