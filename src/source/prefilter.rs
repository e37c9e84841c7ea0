//! Which files are worth parsing.
//!
//! One pass over a file's bytes looks for the literals that every signature of the catalogue needs. It
//! may say yes too often, and never no where the parsed file would hold a match: a word is accepted
//! wherever [`words::split`] could see one, in any letter case, behind an escape, and characters
//! outside ASCII also in the ways that JSON, YAML, properties and XML write them.
//!
//! What it does not see: a literal whose ASCII letters are themselves escaped (`\u0066ace`), and one
//! that a quoted scalar breaks over two lines. Nobody writes either by hand.

use std::io::Read;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::recognition::words;

/// A text that a file must hold for a signature to match in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Literal {
    /// The text; ASCII letters in any case.
    pub text: String,
    /// Where it must stand.
    pub boundary: Boundary,
}

/// Where a literal must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Boundary {
    /// Anywhere.
    Anywhere,
    /// From the start of a word to the end of one.
    Word,
    /// From the start of a word, which may go on (`facelogin` for `face`).
    WordStart,
}

/// All literals, ready to search.
#[derive(Debug)]
pub struct Prefilter {
    automaton: Option<AhoCorasick>,
    checks: Vec<Check>,
    longest: usize,
    /// Every file may match: a literal is empty.
    always: bool,
}

/// What confirms a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    Boundary(Boundary),
    /// The value of `kind`: what a Kubernetes Secret holds is Base64, in which no literal can be seen.
    Kind,
}

/// Bytes of context that a check looks at on either side of a hit.
const CONTEXT: usize = 64;

/// Files that are searched in less time than a faster automaton takes to build.
const FEW_FILES: usize = 200;

/// Bytes read at a time from a stream.
const CHUNK: usize = 1 << 20;

impl Prefilter {
    /// From the literals of the catalogue, and `kind: Secret`.
    pub fn new(literals: impl IntoIterator<Item = Literal>) -> Self {
        Self::for_files(literals, usize::MAX)
    }

    /// The same for a search of so many files: for a few of them, the automaton that is built fastest;
    /// for many, the one that searches fastest.
    pub fn for_files(literals: impl IntoIterator<Item = Literal>, files: usize) -> Self {
        let mut patterns: Vec<(String, Check)> = vec![("secret".into(), Check::Kind)];
        let mut always = false;
        for literal in literals {
            always |= literal.text.is_empty();
            patterns.extend(spellings(&literal));
        }
        patterns.retain(|(text, _)| !text.is_empty());
        let kind = if files > FEW_FILES { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(patterns.iter().map(|(text, _)| text));
        let longest = patterns.iter().map(|(text, _)| text.len()).max().unwrap_or(0);
        let checks = patterns.into_iter().map(|(_, check)| check).collect();
        // More literals than an automaton can number: parse every file rather than lose one.
        always |= automaton.is_err();
        Prefilter { automaton: automaton.ok(), checks, longest, always }
    }

    /// Whether a file with these bytes (UTF-8, or anything in which ASCII is ASCII) must be parsed.
    pub fn may_match(&self, bytes: &[u8]) -> bool {
        self.always || self.find(bytes, 0, bytes.len())
    }

    /// The same for a file that is too large to read whole. UTF-16 is seen through its zero bytes, so
    /// that ASCII literals are found in it too.
    ///
    /// # Errors
    /// Those of `from`.
    pub fn may_match_stream(&self, from: &mut dyn Read) -> std::io::Result<bool> {
        if self.always {
            return Ok(true);
        }
        // Every hit lies whole, with its context, in at least one window.
        let keep = self.longest + 2 * CONTEXT;
        let mut window: Vec<u8> = Vec::with_capacity(CHUNK + keep);
        let mut first = true;
        loop {
            let before = window.len();
            let read = from.take(CHUNK as u64).read_to_end(&mut window)?;
            if read == 0 {
                return Ok(self.find(&window, if first { 0 } else { CONTEXT }, window.len()));
            }
            if window.get(before..).is_some_and(|new| new.contains(&0)) {
                window.retain(|b| *b != 0);
            }
            let until = window.len().saturating_sub(CONTEXT);
            if self.find(&window, if first { 0 } else { CONTEXT }, until) {
                return Ok(true);
            }
            if window.len() > keep {
                window.drain(..window.len() - keep);
                first = false;
            }
        }
    }

    /// A confirmed hit that starts at `from` or later and ends at `until` or earlier.
    fn find(&self, bytes: &[u8], from: usize, until: usize) -> bool {
        let Some(automaton) = &self.automaton else { return false };
        automaton.find_overlapping_iter(bytes).any(|hit| {
            hit.start() >= from
                && hit.end() <= until
                && match self.checks.get(hit.pattern().as_usize()) {
                    Some(Check::Boundary(Boundary::Anywhere)) | None => true,
                    Some(Check::Boundary(Boundary::WordStart)) => word_starts(bytes, hit.start()),
                    Some(Check::Boundary(Boundary::Word)) => {
                        word_starts(bytes, hit.start()) && word_ends(bytes, hit.end())
                    }
                    Some(Check::Kind) => follows_kind(bytes, hit.start()),
                }
        })
    }
}

/// The ways in which a file can write a literal.
fn spellings(literal: &Literal) -> Vec<(String, Check)> {
    let text = literal.text.as_str();
    let check = Check::Boundary(literal.boundary);
    if text.is_ascii() {
        return vec![(text.to_owned(), check)];
    }
    let mut out = vec![(text.to_owned(), check)];
    // The automaton folds the case of ASCII only.
    for folded in [text.to_lowercase(), text.to_uppercase()] {
        if folded != text {
            out.push((folded, check));
        }
    }
    let escape = |code: &dyn Fn(char) -> String| -> String {
        text.chars().map(|c| if c.is_ascii() { c.to_string() } else { code(c) }).collect()
    };
    let json = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let anywhere = Check::Boundary(Boundary::Anywhere);
    out.push((escape(&json), anywhere));
    out.push((escape(&|c| format!("&#x{:x};", u32::from(c))), anywhere));
    out.push((escape(&|c| format!("&#{};", u32::from(c))), anywhere));
    out
}

fn word_starts(bytes: &[u8], at: usize) -> bool {
    let (first, second) = chars_at(bytes, at);
    words::parts(char_before(bytes, at), first, second) || after_escape(bytes, at)
}

fn word_ends(bytes: &[u8], at: usize) -> bool {
    let (first, second) = chars_at(bytes, at);
    words::parts(char_before(bytes, at), first, second)
}

/// The character that ends at `at`; `None` at the edge and where the bytes are not UTF-8.
fn char_before(bytes: &[u8], at: usize) -> Option<char> {
    (1..=4).find_map(|len| {
        let bytes = bytes.get(at.checked_sub(len)?..at)?;
        std::str::from_utf8(bytes).ok()?.chars().next()
    })
}

/// The characters that start at `at`.
fn chars_at(bytes: &[u8], at: usize) -> (Option<char>, Option<char>) {
    let one = |at: usize| {
        (1..=4).find_map(|len| std::str::from_utf8(bytes.get(at..at + len)?).ok()?.chars().next())
    };
    let first = one(at);
    (first, first.and_then(|c| one(at + c.len_utf8())))
}

/// Whether an escape ends at `at` (`\n`, `\x0a`, `\u000a`, `\U0000000a`, `%2F`): its letters are no part of
/// the value's words.
fn after_escape(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    matches!(before, [.., b'\\', c] if c.is_ascii_alphanumeric())
        || matches!(before, [.., b'\\', b'x' | b'X', a, b] if hex(&[*a, *b]))
        || matches!(before, [.., b'\\', b'u', a, b, c, d] if hex(&[*a, *b, *c, *d]))
        || matches!(before.last_chunk::<10>(), Some([b'\\', b'U', digits @ ..]) if hex(digits))
        || matches!(before, [.., b'%', a, b] if hex(&[*a, *b]))
}

/// Whether the word at `at` is the value of a key `kind`.
fn follows_kind(bytes: &[u8], at: usize) -> bool {
    let start = at.saturating_sub(CONTEXT);
    let mut before = bytes.get(start..at).unwrap_or_default();
    while let [rest @ .., b' ' | b'\t' | b'"' | b'\'' | b':' | b'=' | b'\\'] = before {
        before = rest;
    }
    before.len() < at - start && before.len() >= 4 && before.to_ascii_lowercase().ends_with(b"kind")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str, boundary: Boundary) -> Prefilter {
        Prefilter::new([Literal { text: text.into(), boundary }])
    }

    fn word(literal: &str, text: &str) -> bool {
        one(literal, Boundary::Word).may_match(text.as_bytes())
    }

    #[test]
    fn words_as_the_splitter_sees_them() {
        for text in
            ["face", "faceLogin", "MY_FACE_ID", "myFace", "FACELogin", "face2", "3face", "百度face配置"]
        {
            assert!(word("face", text), "{text}");
        }
        for text in ["interface", "faces", "facebook", "surface", "FACES", "Interfaces", "iface"] {
            assert!(!word("face", text), "{text}");
        }
        let start = one("face", Boundary::WordStart);
        assert!(start.may_match(b"facelogin"));
        assert!(!start.may_match(b"interface"));
        assert!(one("face", Boundary::Anywhere).may_match(b"INTERFACE"));
    }

    #[test]
    fn escapes_are_no_part_of_words() {
        for text in
            [r#""a=b\nface.enabled=1""#, r"\tface", r"\u000aface", r"\U0000000aface", r"\x0aface", "%2Fface"]
        {
            assert!(word("face", text), "{text}");
        }
        assert!(!word("face", r"\interface"));
    }

    #[test]
    fn characters_outside_ascii_in_every_spelling() {
        for text in ["百度人脸识别", r"\u4eba\u8138", r"\u4EBA\u8138", "&#x4eba;&#x8138;", "&#20154;&#33080;"]
        {
            assert!(one("人脸", Boundary::Anywhere).may_match(text.as_bytes()), "{text}");
        }
        assert!(!word("人脸", "百度人脸识别"));
        assert!(word("人脸", "baidu人脸_x"));
        assert!(!one("人脸", Boundary::Anywhere).may_match("人类".as_bytes()));
    }

    #[test]
    fn secrets_are_always_parsed() {
        let none = Prefilter::new([]);
        for text in
            ["kind: Secret", "\"kind\":\"Secret\"", "{\\\"kind\\\": \\\"Secret\\\"", "kind:  'Secret'"]
        {
            assert!(none.may_match(text.as_bytes()), "{text}");
        }
        for text in ["clientSecret: x", "kind: ConfigMap\nname: secret", "secret: kind", "kindSecret"] {
            assert!(!none.may_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_hit_inside_another_does_not_hide_it() {
        let both = Prefilter::new([
            Literal { text: "facel".into(), boundary: Boundary::Word },
            Literal { text: "acelogin".into(), boundary: Boundary::Anywhere },
        ]);
        assert!(both.may_match(b"facelogin"));
        assert!(one("", Boundary::Anywhere).may_match(b""));
    }

    #[test]
    fn streams_are_searched_across_their_pieces() {
        let filter = one("compreface", Boundary::Word);
        for shift in [0, 1, 5, 9, 10, 11, CONTEXT, CONTEXT + 9, 2 * CONTEXT + 10, 2 * CONTEXT + 15] {
            let mut bytes = vec![b' '; CHUNK - shift];
            bytes.extend(b"compreface");
            assert!(filter.may_match_stream(&mut bytes.as_slice()).unwrap(), "{shift}");
            bytes.extend(vec![b' '; CHUNK]);
            assert!(filter.may_match_stream(&mut bytes.as_slice()).unwrap(), "{shift}");
            let wide: Vec<u8> = bytes.iter().flat_map(|b| [*b, 0]).collect();
            assert!(filter.may_match_stream(&mut wide.as_slice()).unwrap(), "{shift}");
            let mut other = vec![b' '; CHUNK - shift];
            other.extend(b"xcomprefaces");
            other.extend(vec![b' '; CHUNK]);
            assert!(!filter.may_match_stream(&mut other.as_slice()).unwrap(), "{shift}");
        }
        assert!(!filter.may_match_stream(&mut b"".as_slice()).unwrap());
    }

    /// The same by splitting the whole text into words.
    fn slow(literal: &Literal, text: &str) -> bool {
        let words = words::split(text);
        let size = literal.text.len();
        let alnum = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        (0..text.len()).any(|start| {
            let Some(part) = text.get(start..start + size) else { return false };
            let starts = !alnum(part.chars().next()) || words.iter().any(|w| w.range.start == start);
            let ends = !alnum(part.chars().next_back()) || words.iter().any(|w| w.range.end == start + size);
            part.eq_ignore_ascii_case(&literal.text)
                && match literal.boundary {
                    Boundary::Anywhere => true,
                    Boundary::WordStart => starts,
                    Boundary::Word => starts && ends,
                }
        })
    }

    fn literal() -> impl Strategy<Value = Literal> {
        let text = prop::sample::select(vec!["face", "a", "arcface", "face-id", "人脸", "v3", "人脸id", "é"]);
        let boundary = prop::sample::select(vec![Boundary::Anywhere, Boundary::Word, Boundary::WordStart]);
        (text, boundary).prop_map(|(text, boundary)| Literal { text: text.into(), boundary })
    }

    proptest! {
        #[test]
        fn agrees_with_the_splitter(
            literal in literal(),
            before in "[a-cA-C1_ .人é]{0,4}",
            flips in prop::collection::vec(any::<bool>(), 8),
            after in "[a-cA-C1_ .人é]{0,4}",
            twice in any::<bool>(),
        ) {
            let middle: String = literal.text.chars().zip(flips.iter().cycle())
                .map(|(c, up)| if *up { c.to_ascii_uppercase() } else { c })
                .collect();
            let text = if twice { format!("{before}{middle}{middle}{after}") } else { format!("{before}{middle}{after}") };
            let fast = Prefilter::new([literal.clone()]).may_match(text.as_bytes());
            prop_assert_eq!(fast, slow(&literal, &text), "{:?} in {:?}", literal, text);
        }

        #[test]
        fn never_loses_a_pattern_of_words(text in "[fF][aA]?[cC]?[eE]?[-_. ]?[a-cLl]{0,3}[0-9]?[a-cF]{0,3}face[a-cL]{0,3}") {
            let pattern = words::Pattern::new("face login");
            let single = words::Pattern::new("face");
            let split = words::split(&text);
            if single.find(&split).is_some() {
                prop_assert!(word("face", &text));
            }
            if pattern.find(&split).is_some() {
                prop_assert!(one("face", Boundary::WordStart).may_match(text.as_bytes()));
            }
        }
    }
}
