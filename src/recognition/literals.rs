//! The literals without which no signature can match: what the prefilter looks for.
//!
//! For every signature at least one of its literals is in every text that it matches. That is what
//! makes it safe to leave a file unparsed (a test builds such texts for every signature).

use super::catalogue::{Confidence, Signature};
use super::words::{Pattern, split};

/// A text to look for, and what must be around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Literal {
    /// The text; ASCII case does not count.
    pub text: String,
    /// It must start a word (`face` in `faceLogin`, not in `interface`); else it may stand anywhere.
    pub word_start: bool,
}

impl Literal {
    fn anywhere(text: impl Into<String>) -> Self {
        Literal { text: text.into().to_lowercase(), word_start: false }
    }
}

/// Words too frequent in descriptors to look for on their own.
const COMMON: &[&str] = &[
    "account",
    "action",
    "address",
    "algorithm",
    "api",
    "app",
    "attendance",
    "auth",
    "base",
    "camera",
    "card",
    "client",
    "check",
    "cloud",
    "code",
    "collection",
    "compare",
    "confidence",
    "config",
    "configuration",
    "consent",
    "data",
    "database",
    "db",
    "detect",
    "detection",
    "detector",
    "device",
    "door",
    "double",
    "enabled",
    "endpoint",
    "engine",
    "entry",
    "event",
    "extract",
    "feature",
    "features",
    "file",
    "form",
    "gate",
    "group",
    "hard",
    "health",
    "host",
    "id",
    "image",
    "images",
    "info",
    "interface",
    "item",
    "key",
    "kind",
    "learning",
    "library",
    "link",
    "list",
    "liveness",
    "load",
    "local",
    "login",
    "look",
    "machine",
    "main",
    "match",
    "matcher",
    "method",
    "mode",
    "model",
    "models",
    "module",
    "name",
    "note",
    "open",
    "pack",
    "page",
    "part",
    "password",
    "path",
    "payment",
    "persona",
    "personal",
    "port",
    "process",
    "processing",
    "processor",
    "read",
    "recognition",
    "recognize",
    "register",
    "remote",
    "resource",
    "retention",
    "role",
    "rule",
    "save",
    "sdk",
    "search",
    "secret",
    "server",
    "service",
    "services",
    "session",
    "side",
    "similarity",
    "size",
    "soft",
    "storage",
    "system",
    "template",
    "test",
    "text",
    "threshold",
    "time",
    "token",
    "training",
    "type",
    "url",
    "user",
    "value",
    "verification",
    "verify",
    "version",
    "video",
    "view",
    "vision",
    "worker",
];

/// Whether a signature only counts beside another sign in the same resource, and so needs no literal: the
/// other sign brings the file in.
pub fn follows(signature: &Signature) -> bool {
    let words = signature.key.as_ref().or(signature.name.as_ref());
    signature.name.as_ref().is_some_and(|n| n.starts_with('*'))
        // A hint in words that every second file holds: it never makes a system, and what does make one
        // has a literal of its own.
        || (signature.confidence <= Confidence::Hint
            && signature.value.is_empty()
            && words.is_some_and(|w| w.is_ascii() && !Pattern::new(w).words().iter().flatten().any(|w| tells(w))))
}

/// Whether a word is rare enough to look for on its own.
fn tells(word: &str) -> bool {
    face(word) || (word.len() > 3 && !COMMON.contains(&word))
}

/// What a text must hold, at least one of them, for any of the signatures to match in it: sorted, and
/// without those that hold another one.
pub fn needed<'a>(signatures: impl IntoIterator<Item = &'a Signature>) -> Vec<Literal> {
    // A look-alike only silences what others match: it is no reason to parse a file.
    let real = signatures.into_iter().filter(|s| s.confidence != Confidence::None);
    let mut all: Vec<Literal> = real.flat_map(of).filter(|l| l.text.len() > 2).collect();
    all.sort();
    all.dedup();
    let implied = |l: &Literal| {
        all.iter().any(|other| {
            other != l
                && match (other.word_start, l.word_start) {
                    (false, _) => l.text.contains(&other.text) && (other.text != l.text || l.word_start),
                    (true, true) => l.text.starts_with(&other.text),
                    (true, false) => false,
                }
        })
    };
    all.iter().filter(|l| !implied(l)).cloned().collect()
}

/// The literals of one signature; none for one that only [`follows`] others.
pub fn of(signature: &Signature) -> Vec<Literal> {
    let s = signature;
    if follows(s) {
        return Vec::new();
    }
    if let Some(image) = &s.image {
        // The registry and the owner may come from a variable; the last segment is always written.
        let name = longest(image.rsplit('/').next().unwrap_or(image), &['*']);
        let name = if name.len() > 2 { name } else { longest(image, &['*', '/']) };
        // `face` stands in `interface`, too; in an image it starts a segment.
        return vec![Literal { text: name.to_lowercase(), word_start: face(name) }];
    }
    if let Some(chart) = &s.chart {
        return vec![Literal::anywhere(chart.clone())];
    }
    if let Some(host) = &s.host {
        return vec![Literal::anywhere(longest(host.trim_start_matches("*."), &['*']))];
    }
    if let Some(package) = &s.package {
        // Group and artifact of a Maven dependency stand in two elements.
        let parts = package
            .split(['*', ':', '/'])
            .filter(|p| !matches!(*p, "github.com" | "org" | "com" | "services" | "tencentcloud"));
        let part = parts.max_by_key(|p| p.len()).unwrap_or(package);
        let mut out: Vec<Literal> =
            [part.to_owned(), part.replace('_', "-"), part.replace('-', "_")].map(Literal::anywhere).into();
        out.sort();
        out.dedup();
        return out;
    }
    if let Some(model) = &s.model {
        return vec![Literal::anywhere(longest(model, &['*']))];
    }
    if let Some(resource) = &s.resource {
        return vec![Literal::anywhere(longest(resource, &['*']))];
    }
    if let Some(action) = &s.action {
        return vec![Literal::anywhere(action.clone())];
    }
    if let Some(text) = s.text.as_ref().filter(|t| !t.is_ascii()) {
        return vec![Literal::anywhere(text.clone())];
    }
    if let Some(key) = s.key.as_ref().filter(|_| !s.value.is_empty()) {
        // `action` or `platform` is in every file; the values asked for are not.
        let values: Vec<Literal> = s.value.iter().map(|v| value(v)).collect();
        let telling = |l: &Literal| l.word_start || l.text.len() > 3;
        if !split(key).iter().any(|w| face(&w.text)) && values.iter().all(telling) {
            return values;
        }
    }
    if let Some(text) = &s.key {
        return words(&Pattern::new(text));
    }
    if let Some(text) = s.name.as_ref().or(s.text.as_ref()) {
        let pattern = Pattern::new(text);
        return together(&pattern).unwrap_or_else(|| words(&pattern));
    }
    s.path.iter().map(|p| Literal::anywhere(longest(p, &['*']).trim_end_matches('/'))).collect()
}

/// The literal of a value glob: a word `face` in it where the whole value is given, else its longest piece.
fn value(glob: &str) -> Literal {
    if !glob.contains('*') && split(glob).iter().any(|w| w.text == "face") {
        return Literal { text: "face".to_owned(), word_start: true };
    }
    Literal::anywhere(longest(glob, &['*']))
}

/// Words that most descriptors hold.
fn everywhere(word: &str) -> bool {
    matches!(
        word,
        "service" | "services" | "check" | "config" | "image" | "name" | "key" | "version" | "server"
    )
}

/// Whether a word speaks of faces.
fn face(word: &str) -> bool {
    matches!(word, "face" | "faces" | "facial")
}

/// The longest piece of a text between separators.
fn longest<'a>(text: &'a str, separators: &[char]) -> &'a str {
    text.split(separators).max_by_key(|p| p.len()).unwrap_or(text)
}

/// The words of a name stand in one text: where none of them is rare, two of them side by side are, in
/// every way in which people write them.
fn together(pattern: &Pattern) -> Option<Vec<Literal>> {
    let words: Vec<&str> = pattern.words().iter().map(|w| w.as_deref().unwrap_or("*")).collect();
    if words.iter().any(|w| w.contains('*') || tells(w) && w.len() > 5) {
        return None;
    }
    let (first, second) = (words.first()?, words.get(1)?);
    let separators = ["", "-", "_", " ", ".", "/", ":"];
    Some(separators.iter().map(|s| Literal::anywhere(format!("{first}{s}{second}"))).collect())
}

/// Literals for words in a row. The words may stand in different segments of a path, so only one word can
/// be counted on, alone or written together with those before it.
fn words(pattern: &Pattern) -> Vec<Literal> {
    let words: Vec<Option<&str>> =
        pattern.words().iter().map(|w| w.as_deref().map(|w| w.trim_matches('*'))).collect();
    let rare = |w: &str| w.len() > 3 && !COMMON.contains(&w);
    let telling = words.iter().copied().enumerate().filter_map(|(n, w)| w.map(|w| (n, w)));
    let Some((at, word)) = telling.max_by_key(|(_, w)| (face(w), rare(w), !everywhere(w), w.len())) else {
        return Vec::new();
    };
    let free = |w: &str| w.len() > 5 && !COMMON.contains(&w) && !face(w);
    if free(word) || !word.is_ascii() {
        return vec![Literal::anywhere(word)];
    }
    let mut out = vec![Literal { text: word.to_owned(), word_start: true }];
    let mut joined = word.to_owned();
    for before in words.get(..at).unwrap_or_default().iter().rev() {
        let Some(before) = before else { break };
        joined.insert_str(0, before);
        out.push(Literal::anywhere(joined.clone()));
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_face_word_comes_before_a_longer_one() {
        let of =
            |t: &str| words(&Pattern::new(t)).into_iter().map(|l| (l.text, l.word_start)).collect::<Vec<_>>();
        assert_eq!(of("require face"), [("face".to_owned(), true), ("requireface".to_owned(), false)]);
    }

    #[test]
    fn values_tell_where_the_key_does_not() {
        let of = |value: &str| {
            let key = Some("platform".to_owned());
            of(&Signature { key, value: vec![value.to_owned()], ..Signature::default() })
        };
        assert_eq!(
            of("*aws rekognition create-collection*"),
            [Literal::anywhere("aws rekognition create-collection")]
        );
        assert_eq!(of("cardOrFace"), [Literal { text: "face".to_owned(), word_start: true }]);
        assert_eq!(of("ID"), [Literal::anywhere("platform")]);
    }

    #[test]
    fn words_give_the_rarest_or_a_word_start() {
        let of =
            |t: &str| words(&Pattern::new(t)).into_iter().map(|l| (l.text, l.word_start)).collect::<Vec<_>>();
        assert_eq!(of("config arcface sdk"), [("arcface".to_owned(), false)]);
        assert_eq!(of("face login"), [("face".to_owned(), true)]);
        assert_eq!(of("vision face"), [("face".to_owned(), true), ("visionface".to_owned(), false)]);
    }
}
