//! Words of keys and names.
//!
//! `faceLogin`, `face-login`, `FACE_LOGIN` and `face.login` are the same two words; `NetworkInterfaceId`
//! holds no word `face`. Everything that looks at keys looks at words, never at substrings.

use std::collections::HashMap;
use std::ops::Range;

/// One word, lower case, and where it is in the text it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word in lower case.
    pub text: String,
    /// Which of several texts it came from (the segment of a key path).
    pub part: usize,
    /// Its bytes in that text.
    pub range: Range<usize>,
}

/// Splits a text into words: at anything that is not a letter or digit, where lower case turns to upper
/// case (`faceId`), before the last capital of a run that goes on in lower case (`HTTPServer`), between
/// letters and digits, and between Latin and other scripts.
pub fn split(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    split_into(text, 0, &mut out);
    out
}

/// The words of several texts in a row: the segments of a key path.
pub fn split_all<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<Word> {
    let mut out = Vec::new();
    for (part, text) in parts.into_iter().enumerate() {
        split_into(text, part, &mut out);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Other,
}

fn class(c: char) -> Option<Class> {
    if c.is_ascii_lowercase() {
        Some(Class::Lower)
    } else if c.is_ascii_uppercase() {
        Some(Class::Upper)
    } else if c.is_ascii_digit() {
        Some(Class::Digit)
    } else if c.is_alphanumeric() {
        Some(Class::Other)
    } else {
        None
    }
}

/// Whether [`split`] parts a text between the characters `before` and `at`; `next` is the one after `at`.
/// Where one of the two is missing, or is no letter or digit, words end by themselves.
pub fn parts(before: Option<char>, at: Option<char>, next: Option<char>) -> bool {
    match (before.and_then(class), at.and_then(class)) {
        (None, _) | (_, None) => true,
        (Some(Class::Upper), Some(Class::Upper)) => next.and_then(class) == Some(Class::Lower),
        (Some(Class::Upper), Some(Class::Lower)) => false,
        (Some(a), Some(b)) => a != b,
    }
}

fn split_into(text: &str, part: usize, out: &mut Vec<Word>) {
    let mut start: Option<usize> = None;
    let mut last: Option<(usize, Class)> = None;
    let mut push = |from: usize, to: usize| {
        if let Some(word) = text.get(from..to).filter(|w| !w.is_empty()) {
            out.push(Word { text: word.to_lowercase(), part, range: from..to });
        }
    };
    for (at, c) in text.char_indices() {
        let now = class(c);
        match (last, now, start) {
            (_, None, Some(from)) => {
                push(from, at);
                start = None;
            }
            (_, None, None) => {}
            (_, Some(_), None) => start = Some(at),
            (Some((before_at, before)), Some(now), Some(from)) => match (before, now) {
                // `HTTPServer`: the capital belongs to the word that goes on.
                (Class::Upper, Class::Lower) if before_at > from => {
                    push(from, before_at);
                    start = Some(before_at);
                }
                (Class::Upper, Class::Lower) => {}
                (a, b) if a == b => {}
                _ => {
                    push(from, at);
                    start = Some(at);
                }
            },
            (None, Some(_), Some(_)) => {}
        }
        last = now.map(|class| (at, class));
    }
    if let Some(from) = start {
        push(from, text.len());
    }
}

/// Words in a row; `*` is any one word, and a last word with a `*` in it is any longer word of that shape
/// (`face*`, `*face*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    words: Vec<Option<String>>,
}

impl Pattern {
    /// From words with spaces between them.
    pub fn new(text: &str) -> Self {
        let words =
            text.split_whitespace().map(|w| if w == "*" { None } else { Some(w.to_lowercase()) }).collect();
        Pattern { words }
    }

    /// The words of the pattern, `None` for `*`.
    pub fn words(&self) -> &[Option<String>] {
        &self.words
    }

    /// Whether the pattern matches `words` from index `at`, and how many of them it takes. One word of the
    /// text may be several of the pattern written together (`facelogin`).
    pub fn at(&self, words: &[Word], at: usize) -> Option<usize> {
        let mut taken = 0;
        let mut rest: &[Option<String>] = &self.words;
        while let Some((first, tail)) = rest.split_first() {
            let word = words.get(at + taken)?;
            taken += 1;
            match first {
                None => rest = tail,
                Some(first) if first.contains('*') => {
                    let longer = word.text.len() > first.trim_matches('*').len();
                    let fits = longer && super::pattern::glob(first, &word.text);
                    return (fits && tail.is_empty()).then_some(taken);
                }
                Some(first) => {
                    let mut left = word.text.strip_prefix(first.as_str())?;
                    rest = tail;
                    while !left.is_empty() {
                        let (Some(next), tail) = rest.split_first()? else { return None };
                        left = left.strip_prefix(next.as_str())?;
                        rest = tail;
                    }
                }
            }
        }
        (taken > 0).then_some(taken)
    }

    /// The first match in `words`: the indices of its first and one past its last word.
    pub fn find(&self, words: &[Word]) -> Option<Range<usize>> {
        (0..words.len()).find_map(|at| self.at(words, at).map(|n| at..at + n))
    }
}

/// Many patterns, looked up by their first word.
#[derive(Debug, Default)]
pub struct PatternSet {
    patterns: Vec<Pattern>,
    first: HashMap<String, Vec<usize>>,
    any: Vec<usize>,
}

impl PatternSet {
    /// A set; the index of a pattern is its number in matches.
    pub fn new(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        let mut set = PatternSet::default();
        for pattern in patterns {
            let index = set.patterns.len();
            let mut joined = String::new();
            let leading = pattern.words.iter().map_while(Option::as_ref).collect::<Vec<_>>();
            if leading.first().is_none_or(|w| w.contains('*')) {
                set.any.push(index);
            }
            for word in leading {
                joined.push_str(word);
                set.first.entry(joined.clone()).or_default().push(index);
            }
            set.patterns.push(pattern);
        }
        set
    }

    /// Calls `found` with the number of every pattern that matches and the words it takes.
    pub fn find_all(&self, words: &[Word], found: &mut dyn FnMut(usize, Range<usize>)) {
        for (at, word) in words.iter().enumerate() {
            let listed = self.first.get(&word.text).map(Vec::as_slice).unwrap_or_default();
            for index in listed.iter().chain(&self.any) {
                if let Some(taken) = self.patterns.get(*index).and_then(|p| p.at(words, at)) {
                    found(*index, at..at + taken);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn the_same_words_in_every_spelling() {
        for spelling in ["faceLogin", "face-login", "FACE_LOGIN", "face.login", "Face Login"] {
            assert_eq!(texts(spelling), ["face", "login"], "{spelling}");
        }
        assert_eq!(texts("NetworkInterfaceId"), ["network", "interface", "id"]);
        assert_eq!(texts("saveImagesToDB"), ["save", "images", "to", "db"]);
        assert_eq!(texts("HTTPServer2Go"), ["http", "server", "2", "go"]);
        assert_eq!(texts("百度face配置"), ["百度", "face", "配置"]);
    }

    #[test]
    fn patterns_take_joined_words() {
        let find = |pattern: &str, text: &str| Pattern::new(pattern).find(&split(text));
        assert_eq!(find("face login", "spring.faceLogin.url"), Some(1..3));
        assert_eq!(find("face login", "qr.facelogin"), Some(1..2));
        assert_eq!(find("face login", "huggingface_login"), None);
        assert_eq!(find("face * days", "FACE_RETENTION_DAYS"), Some(0..3));
        assert_eq!(find("face", "interface"), None);
        assert_eq!(find("face*", "office/facecv-worker"), Some(1..2));
        assert_eq!(find("face*", "face-worker"), None);
    }

    #[test]
    fn a_set_finds_what_its_patterns_find() {
        let set = PatternSet::new(["face login", "face", "* days"].map(Pattern::new));
        let mut hits = Vec::new();
        set.find_all(&split("facelogin_face_days"), &mut |n, range| hits.push((n, range)));
        assert_eq!(hits, [(0, 0..1), (1, 1..2), (2, 1..3)]);
    }
}
