//! Every example of every vocabulary file, and what the files do not show.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::descriptor::{HOLE, Segment, Value};
use crate::facts::value::{normal_duration, parse_duration as duration};
use crate::source::{FileId, Span};
use crate::syntax::{ScalarKind, TextMap};
use proptest::prelude::*;

/// `a.b[0].c=value` as a setting; `${X}` in the value is a hole.
fn setting(text: &str) -> Setting {
    let (path, value) = text.split_once('=').unwrap_or((text, ""));
    let mut segments = Vec::new();
    for part in path.split('.') {
        let (key, item) = match part.split_once('[') {
            Some((key, item)) => (key, Some(item.trim_end_matches(']'))),
            None => (part, None),
        };
        if !key.is_empty() {
            segments.push(Segment::Key(key.into()));
        }
        if let Some(item) = item {
            segments.push(match item.parse() {
                Ok(n) => Segment::Item(n, None),
                Err(_) => Segment::Item(0, Some(item.into())),
            });
        }
    }
    let mut value = value.to_owned();
    while let Some(from) = value.find("${") {
        let to = value.get(from..).and_then(|rest| rest.find('}')).map_or(value.len(), |n| from + n + 1);
        value.replace_range(from..to, &HOLE.to_string());
    }
    let env = path.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let span = Span::new(FileId(0), 0, 0);
    Setting {
        path: segments,
        key_span: span,
        value: Value {
            text: value.into(),
            kind: ScalarKind::Text,
            span,
            map: TextMap::Linear(0),
            origins: Vec::new(),
        },
        role: if env { Role::Env } else { Role::Plain },
    }
}

fn form(value: &Observed) -> String {
    match value {
        Observed::Bool(b) => b.to_string(),
        Observed::Seconds(s) => normal_duration(*s),
        Observed::Forever => "forever".to_owned(),
        Observed::Count(n) => n.to_string(),
        Observed::Text(t) | Observed::Reference(t) => t.clone(),
        Observed::Methods(m) => m.to_string(),
        Observed::Url(e) => e.scope.name().to_owned(),
        Observed::Date(d) => d.to_string(),
        Observed::Placeholder(_) => "placeholder".to_owned(),
        Observed::Unknown => "unknown".to_owned(),
    }
}

/// Whether a wanted form is what was read.
fn same(wanted: &str, got: &str) -> bool {
    wanted == got
        || methods::parse_expression(&wanted.replace(' ', "")).to_string() == got
        || matches!((duration(wanted, None, None), duration(got, None, None)), (Some(a), Some(b)) if a == b)
}

/// The files as they are now, so that the examples can be tried without compiling again.
fn from_disk() -> Vocabulary {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let texts: Vec<(&str, String)> = built_in()
        .into_iter()
        .map(|(name, _)| (name, std::fs::read_to_string(dir.join(name)).unwrap()))
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Vocabulary::load(&files).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_files_can_be_read() {
    assert!(!from_disk().entries.is_empty());
    assert!(!Vocabulary::builtin().entries.is_empty());
}

#[test]
fn every_example_gives_what_it_says() {
    let vocabulary = from_disk();
    let mut wrong = Vec::new();
    for (index, entry) in vocabulary.entries.iter().enumerate() {
        if !entry.examples.iter().any(|e| e.gives == "nothing") {
            wrong.push(format!("{} #{index} {:?}: no example gives nothing", entry.fact, entry.key));
        }
        if entry.examples.iter().all(|e| e.gives == "nothing") {
            wrong.push(format!("{} #{index} {:?}: no example gives anything", entry.fact, entry.key));
        }
        let products: Vec<&str> = entry.product.iter().map(String::as_str).collect();
        let scope = ReadScope { component: entry.context == Context::Component, products: &products };
        for example in &entry.examples {
            let seen = vocabulary.read(&setting(&example.setting), scope);
            let got = seen.iter().find(|o| o.fact == entry.fact);
            let text = got.map_or("nothing".to_owned(), |o| form(&o.value));
            let owner_wrong = got.is_some_and(|o| o.entry != index);
            if !same(&example.gives, &text) || owner_wrong {
                wrong.push(format!(
                    "{} #{index} `{}`: wanted {}, got {text}{}",
                    entry.fact,
                    example.setting,
                    example.gives,
                    if owner_wrong { " by another entry" } else { "" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn methods(text: &str) -> String {
    Vocabulary::builtin().methods_of(&[text]).to_string()
}

#[test]
fn combinations_of_methods() {
    for (value, gives) in [
        ("face", "face"),
        ("faceAndCard", "card&face"),
        ("cardOrFace", "card|face"),
        ("fpOrface", "face|fingerprint"),
        ("faceOrFpOrCardOrPw", "card|face|fingerprint|password"),
        ("faceAndPwAndFp", "face&fingerprint&password"),
        ("face,password", "face|password"),
        ("[face, sms]", "face|sms"),
        ("face+pin", "face&pin"),
        ("FACE_TECENT_CLOUD_H5", "face"),
        ("CODE_SMS", "sms"),
        ("CERT_PHOTO_FACE", "document&face"),
        ("刷脸、短信验证码", "face|sms"),
        ("人脸或刷卡", "card|face"),
        ("shualian", "face"),
        ("TouchID", "os-biometric"),
        ("gps", ""),
    ] {
        assert_eq!(methods(value), gives, "{value}");
    }
    let all = Vocabulary::builtin().methods_of(&["face", "sms"]);
    assert!(all.uses_face() && !all.needs_face());
    assert_eq!(all.without_face().count(), 1);
    assert!(Vocabulary::builtin().methods_of(&["faceAndCard"]).needs_face());
}

#[test]
fn a_hole_is_unknown_and_a_schema_says_nothing() {
    let vocabulary = Vocabulary::builtin();
    let mut s = setting("FACE_IMAGE_RETENTION_DAYS=${DAYS}");
    let seen = vocabulary.read(&s, ReadScope::default());
    assert_eq!(seen.first().map(|o| o.value.clone()), Some(Observed::Unknown));
    s.role = Role::Schema;
    assert!(vocabulary.read(&s, ReadScope::default()).is_empty());
}

#[test]
fn a_file_of_ones_own() {
    let text = "entries:\n  - fact: retention.limit\n    key: [\"$face shelf\"]\n    value: duration\n    unit: d\n    examples: []\n";
    let vocabulary = Vocabulary::parse(text, "mine.yaml").unwrap();
    let seen = vocabulary.read(&setting("face.shelf=3"), ReadScope::default());
    assert_eq!(seen.first().map(|o| o.value.clone()), Some(Observed::Seconds(3 * 86_400)));
    let broken = Vocabulary::parse("entries: [{fact: x, key: [\"$nope\"], examples: []}]", "mine.yaml");
    assert!(broken.unwrap_err().to_string().starts_with("mine.yaml: "));
}

proptest! {
    #[test]
    fn reading_never_panics(key in "\\PC{0,40}", value in "\\PC{0,40}") {
        let _ = Vocabulary::builtin().read(&setting(&format!("{key}={value}")), ReadScope { component: true, products: &[] });
    }
}
