//! Key patterns of the vocabulary.
//!
//! A pattern is a row of slots; a slot is one or several spellings (`image|photo`), may be left out
//! (`image?`), may name a shared list of spellings (`$image`), may be any one word (`*`) or up to four of
//! them (`..`). `face|facial image? retention` so stands for six key spellings, and each in camel case,
//! snake case and written together. Words are compared without a plural `s`. Chinese slots are looked
//! for as text, in order, since nothing separates Chinese words.

use std::collections::{BTreeMap, HashMap};

use crate::recognition::words::{Word, split_all};

/// How many words `..` may stand for.
const GAP: usize = 4;

/// Shared lists of spellings, by name.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

#[derive(Debug, Clone)]
enum Slot {
    /// One of these rows of words.
    Words { options: Vec<Vec<String>>, optional: bool },
    /// Any one word.
    Any,
    /// Up to [`GAP`] words.
    Gap,
}

/// The words of a key path, made ready for patterns.
#[derive(Debug)]
pub(super) struct KeyWords {
    /// The words with their singular forms in `text`.
    pub(super) words: Vec<Word>,
    /// The segments in lower case, joined by blanks, for Chinese.
    joined: String,
}

impl KeyWords {
    pub(super) fn new<'a>(keys: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        let mut words = split_all(keys.clone());
        for word in &mut words {
            word.text = singular(&word.text);
        }
        let joined = keys.into_iter().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        KeyWords { words, joined }
    }
}

/// A match: the words it takes (none for a Chinese match) and how many words of the pattern it used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) weight: usize,
    pub(super) han: bool,
}

/// One pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    slots: Vec<Slot>,
    han: bool,
}

/// A word without the `s` of a plural.
pub(super) fn singular(word: &str) -> String {
    if word.len() > 3 && word.is_ascii() {
        if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
            return format!("{stem}y");
        }
        if let Some(stem) = word.strip_suffix('s').filter(|s| !s.ends_with(['s', 'u', 'i'])) {
            return stem.to_owned();
        }
    }
    word.to_owned()
}

fn is_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

impl Pattern {
    /// Reads a pattern. One pattern of the file gives one or two: its Latin and its Chinese spellings.
    pub(super) fn read(text: &str, lists: &Lists) -> Result<Vec<Pattern>, String> {
        let mut latin = Vec::new();
        let mut han = Vec::new();
        let mut han_possible = true;
        let mut latin_possible = true;
        for token in text.split_whitespace() {
            match token {
                "*" => {
                    latin.push(Slot::Any);
                    han_possible = false;
                    continue;
                }
                ".." => {
                    latin.push(Slot::Gap);
                    han.push(Slot::Gap);
                    continue;
                }
                _ => {}
            }
            let (token, optional) = match token.strip_suffix('?') {
                Some(rest) => (rest, true),
                None => (token, false),
            };
            let mut options = Vec::new();
            for option in token.split('|') {
                match option.strip_prefix('$') {
                    Some(name) => {
                        let list = lists.get(name).ok_or_else(|| format!("no list of words `{name}`"))?;
                        options.extend(list.iter().map(|o| row(o)));
                    }
                    None => options.push(row(option)),
                }
            }
            let (chinese, other): (Vec<_>, Vec<_>) =
                options.into_iter().partition(|o| o.iter().any(|w| is_han(w)));
            latin_possible &= optional || !other.is_empty();
            han_possible &= optional || !chinese.is_empty();
            if !other.is_empty() {
                latin.push(Slot::Words { options: other, optional });
            }
            if !chinese.is_empty() {
                han.push(Slot::Words { options: chinese, optional });
            }
        }
        let mut out = Vec::new();
        let says_something = |slots: &[Slot]| slots.iter().any(|s| matches!(s, Slot::Words { .. }));
        if latin_possible && says_something(&latin) {
            out.push(Pattern { slots: latin, han: false });
        }
        if han_possible && says_something(&han) {
            out.push(Pattern { slots: han, han: true });
        }
        if out.is_empty() {
            return Err(format!("the pattern `{text}` can match nothing"));
        }
        Ok(out)
    }

    /// The best match in a key: the one with the most words.
    pub(super) fn find(&self, key: &KeyWords) -> Option<Match> {
        if self.han {
            return self.find_han(&key.joined);
        }
        (0..key.words.len()).filter_map(|at| self.at(key, at)).max_by_key(|m| (m.weight, m.end))
    }

    fn at(&self, key: &KeyWords, at: usize) -> Option<Match> {
        let (end, weight) = latin(&self.slots, &[], &key.words, at, 0, 0, &mut 2_000)?;
        (end > at).then_some(Match { start: at, end, weight, han: false })
    }

    fn find_han(&self, text: &str) -> Option<Match> {
        let mut from = 0;
        let mut weight = 0;
        for slot in &self.slots {
            let Slot::Words { options, optional } = slot else { continue };
            let rest = text.get(from..)?;
            let hit = options
                .iter()
                .map(|o| o.concat())
                .filter_map(|o| rest.find(&o).map(|at| (at, o.chars().count(), at + o.len())))
                // The earliest, and of those the longest.
                .min_by_key(|(at, count, _)| (*at, std::cmp::Reverse(*count)));
            match hit {
                Some((_, count, end)) => {
                    from += end;
                    // Two characters make about a word.
                    weight += count.div_ceil(2);
                }
                None if *optional => {}
                None => return None,
            }
        }
        (weight > 0).then_some(Match { start: 0, end: 0, weight, han: true })
    }

    /// First two bytes with which a match can begin; `None` when any word may come first.
    fn openings(&self) -> Option<Vec<[u8; 2]>> {
        let mut out = Vec::new();
        for slot in &self.slots {
            match slot {
                Slot::Any | Slot::Gap => return None,
                Slot::Words { options, optional } => {
                    for option in options {
                        out.push(opening(option.first()?)?);
                    }
                    if !optional {
                        return Some(out);
                    }
                }
            }
        }
        None
    }
}

fn opening(word: &str) -> Option<[u8; 2]> {
    match word.as_bytes() {
        [a, b, ..] => Some([*a, *b]),
        [a] => Some([*a, 0]),
        [] => None,
    }
}

/// A spelling as words: singular, lower case.
fn row(text: &str) -> Vec<String> {
    if is_han(text) {
        return vec![text.to_lowercase()];
    }
    text.split([' ', '_', '-']).filter(|w| !w.is_empty()).map(|w| singular(&w.to_lowercase())).collect()
}

/// Matches `option` (the rest of a chosen spelling) and then `slots`, from byte `off` of word `at`.
/// Gives the end and the weight. `fuel` bounds the tries.
fn latin(
    slots: &[Slot],
    option: &[String],
    words: &[Word],
    at: usize,
    off: usize,
    weight: usize,
    fuel: &mut u32,
) -> Option<(usize, usize)> {
    *fuel = fuel.checked_sub(1)?;
    if let Some((first, rest)) = option.split_first() {
        let word = words.get(at)?;
        let left = word.text.get(off..)?.strip_prefix(first.as_str())?;
        // Written together with what comes next, or a whole word.
        return if left.is_empty() {
            latin(slots, rest, words, at + 1, 0, weight + 1, fuel)
        } else {
            latin(slots, rest, words, at, word.text.len() - left.len(), weight + 1, fuel)
        };
    }
    let Some((slot, rest)) = slots.split_first() else {
        return (off == 0).then_some((at, weight));
    };
    match slot {
        Slot::Any => {
            words.get(at).filter(|_| off == 0)?;
            latin(rest, &[], words, at + 1, 0, weight, fuel)
        }
        Slot::Gap => {
            if off != 0 {
                return latin(rest, &[], words, at, off, weight, fuel);
            }
            (0..=GAP).find_map(|skip| latin(rest, &[], words, at + skip, 0, weight, fuel))
        }
        Slot::Words { options, optional } => {
            let mut best: Option<(usize, usize)> = None;
            for chosen in options {
                let found = latin(rest, chosen, words, at, off, weight, fuel);
                if found.is_some_and(|f| best.is_none_or(|b| f.1 > b.1)) {
                    best = found;
                }
            }
            if best.is_none() && *optional {
                best = latin(rest, &[], words, at, off, weight, fuel);
            }
            best
        }
    }
}

/// Many patterns, found by how their first word begins.
#[derive(Debug, Default)]
pub(super) struct PatternIndex {
    patterns: Vec<(usize, Pattern)>,
    openings: HashMap<[u8; 2], Vec<usize>>,
    /// Patterns that any word may open.
    open: Vec<usize>,
    han: Vec<usize>,
}

impl PatternIndex {
    /// Adds a pattern with the number of its owner.
    pub(super) fn add(&mut self, owner: usize, pattern: Pattern) {
        let index = self.patterns.len();
        if pattern.han {
            self.han.push(index);
        } else if let Some(openings) = pattern.openings() {
            for opening in openings {
                let list = self.openings.entry(opening).or_default();
                if list.last() != Some(&index) {
                    list.push(index);
                }
            }
        } else {
            self.open.push(index);
        }
        self.patterns.push((owner, pattern));
    }

    /// Calls `found` with every owner whose patterns match and its match.
    pub(super) fn find_all(&self, key: &KeyWords, found: &mut dyn FnMut(usize, Match)) {
        let mut call = |index: usize, hit: Option<Match>| {
            if let (Some((owner, _)), Some(hit)) = (self.patterns.get(index), hit) {
                found(*owner, hit);
            }
        };
        for (at, word) in key.words.iter().enumerate() {
            let listed = opening(&word.text).and_then(|o| self.openings.get(&o)).map(Vec::as_slice);
            let single = word.text.as_bytes().first().and_then(|b| self.openings.get(&[*b, 0]));
            let more = single.map(Vec::as_slice).unwrap_or_default();
            for index in listed.unwrap_or_default().iter().chain(more).chain(&self.open) {
                call(*index, self.patterns.get(*index).and_then(|(_, p)| p.at(key, at)));
            }
        }
        if is_han(&key.joined) {
            for index in &self.han {
                call(*index, self.patterns.get(*index).and_then(|(_, p)| p.find(key)));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn finds(pattern: &str, key: &str) -> bool {
        let lists = Lists::from([(
            "face".to_owned(),
            vec!["face".to_owned(), "人脸".to_owned(), "face print".to_owned()],
        )]);
        let key = KeyWords::new([key]);
        Pattern::read(pattern, &lists).unwrap().iter().any(|p| p.find(&key).is_some())
    }

    #[test]
    fn slots() {
        for key in [
            "FACE_IMAGE_RETENTION",
            "faceImagesRetention",
            "face-retention",
            "faceimageretention",
            "人脸图片保存天数",
        ] {
            assert!(finds("$face image|图片? retention|保存", key), "{key}");
        }
        assert!(finds("$face retention", "face_print_retention_days"));
        assert!(!finds("$face image? retention", "interface_image_retention"));
        assert!(!finds("$face retention", "face_log_retention"));
        assert!(finds("$face .. retention", "face.privacy.data.retention"));
        assert!(!finds("$face .. retention", "face.a.b.c.d.e.retention"));
        assert!(finds("camera *", "cameras.bathroom"));
        assert!(!finds("camera *", "cameras"));
        assert!(Pattern::read("$none x", &Lists::new()).is_err());
    }

    #[test]
    fn plurals() {
        assert_eq!(singular("images"), "image");
        assert_eq!(singular("policies"), "policy");
        assert_eq!(singular("access"), "access");
        assert_eq!(singular("days"), "day");
        assert_eq!(singular("ms"), "ms");
    }
}
