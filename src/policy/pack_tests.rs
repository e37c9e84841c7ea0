//! What must hold of packs, and what is said when it does not.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::policy::{Expect, Outcome};

const LAW: &str = "\
pack: mine
title: { en: House rules, zh: 内部规定 }
short: { en: Rules, zh: 规定 }
url: https://example.com/rules
in_force: 2025-06-01
duties:
  - duty: \"1.1\"
    article: 1
    paragraph: 1
    title: { en: A, zh: 甲 }
    text: { en: A, zh: 甲 }
    proof: V2
";

const RULE: &str = "\
rule: mine
duty: \"1.1\"
severity: error
title: { en: T, zh: 题 }
each: { flow: system.verification.flows }
require: flow.methods.exists(m, m != \"face\")
message: { en: \"`{flow.name}`\", zh: \"`{flow.name}`\" }
help: { en: Write it, zh: 写上 }
examples:
  - name: one
    files: { a.yml: \"a: 1\" }
    expect: not-applicable
";

/// Loads a pack from a folder with these files.
fn load(law: &str, rule: &str) -> Result<Pack, Vec<PolicyError>> {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("rules")).unwrap();
    fs::write(dir.path().join("law.yaml"), law).unwrap();
    fs::write(dir.path().join("rules/mine.yaml"), rule).unwrap();
    Pack::load(dir.path())
}

/// The underlined text, the message and the help of the only error.
fn only_error(law: &str, rule: &str) -> (String, String, String) {
    let errors = load(law, rule).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    let error = errors.into_iter().next().unwrap();
    let text = error.text[error.span.clone()].to_owned();
    (text, error.message, error.help.unwrap_or_default())
}

#[test]
fn shipped_packs_are_whole() {
    assert!(Pack::builtin_ids().count() > 0);
    for id in Pack::builtin_ids() {
        let pack = Pack::builtin(id).unwrap_or_else(|errors| panic!("{errors:#?}"));
        assert_eq!(pack.id(), id);
        let errors = pack.check();
        assert!(errors.is_empty(), "{errors:#?}");
        for rule in &pack.rules {
            let name = &rule.file.rule;
            let outcome = |expect: &Expect| match expect {
                Expect::Outcome(outcome) => *outcome,
                Expect::Places(places) if places.iter().any(|place| place.fail.is_some()) => Outcome::Fail,
                Expect::Places(_) => Outcome::Unknown,
            };
            let seen: Vec<Outcome> =
                rule.file.examples.iter().map(|example| outcome(&example.expect)).collect();
            assert!(seen.contains(&Outcome::Fail), "{name} has no example that fails");
            assert!(seen.contains(&Outcome::Pass), "{name} has no example that passes");
            assert!(rule.file.explain.is_some(), "{name} does not explain itself");
        }
    }
}

#[test]
fn a_folder_is_a_pack() {
    let pack = load(LAW, RULE).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(pack.id(), "mine");
    assert!(!pack.is_builtin());
    assert!(pack.rule("mine").is_some() && pack.duty("1.1").is_some());
    assert!(pack.judges(jiff::civil::date(2025, 6, 1)));
    assert!(!pack.judges(jiff::civil::date(2025, 5, 31)));
}

#[test]
fn a_folder_without_a_law_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Pack::load(dir.path()).unwrap_err()[0].file.ends_with("/law.yaml"));
    let error = &Pack::builtin("cn-2052").unwrap_err()[0];
    assert!(error.message.contains("cn-2052") && error.help.is_some());
}

#[test]
fn errors_point_into_the_rule() {
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        ("m != \"face\")", "m ! \"face\")", "!", "CEL", ""),
        ("flow.methods", "flwo.methods", "flwo", "`flwo`", "`flow`"),
        ("severity: error", "severity: eror", "eror", "eror", "`error`"),
        ("require:", "requires:", "requires", "requires", "`require`"),
        ("duty: \"1.1\"", "duty: \"1.2\"", "1.2", "no duty", "`1.1`"),
        ("rule: mine", "rule: mien", "mien", "its file `mine`", "rule: mine"),
        ("zh: 题", "zh: \"\"", "", "`title.zh` is empty", ""),
        ("zh: \"`{flow.name}`\"", "zh: \"`{flo.name}`\"", "`{flo.name}`", "flo.name", ""),
        ("severity: error", "severity: error\nat: methods", "methods", "begin with", ""),
        ("severity: error", "severity: error\nunknown: note", "note", "unknown", "unknown_message"),
        ("severity: error", "severity: error\nsources: [unverified]", "error", "too high", ""),
        (
            "  - name: one\n    files: { a.yml: \"a: 1\" }\n    expect: not-applicable\n",
            "  []\n",
            "[]",
            "no examples",
            "add one",
        ),
    ];
    for (from, to, text, message, help) in cases {
        let rule = RULE.replacen(from, to, 1);
        assert_ne!(rule, RULE, "{from}");
        let (seen, said, helped) = only_error(LAW, &rule);
        assert_eq!(&seen, text, "{to}: {said}");
        assert!(said.contains(message), "{to}: {said}");
        assert!(helped.contains(help), "{to}: {said}: {helped}");
    }
}

#[test]
fn errors_point_into_the_law() {
    let (text, ..) = only_error(&LAW.replace("2025-06-01", "2025-6-1x"), RULE);
    assert_eq!(text, "2025-6-1x");
    let (text, ..) = only_error(&LAW.replace("proof: V2", "proof: V3"), RULE);
    assert_eq!(text, "V3");
    let (text, _, help) = only_error(&format!("{LAW}rows: {{ M-01: mien }}\n"), RULE);
    assert_eq!((text.as_str(), help.as_str()), ("mien", "did you mean `mine`?"));
    let (text, ..) = only_error(&format!("{LAW}applies: sytem.exempt\n"), RULE);
    assert_eq!(text, "sytem");
}

#[test]
fn a_draft_gives_notes_only() {
    let (text, message, _) = only_error(&format!("{LAW}draft: true\n"), RULE);
    assert_eq!(text, "error");
    assert!(message.contains("draft"));
    let note = RULE.replace("severity: error", "severity: note");
    assert!(load(&format!("{LAW}draft: true\n"), &note).is_ok());
}

#[test]
fn what_is_unverified_is_no_error() {
    let law = LAW.replace("proof: V2", "proof: unverified");
    assert_eq!(only_error(&law, RULE).0, "error");
    assert!(load(&law, &RULE.replace("severity: error", "severity: warning")).is_ok());
}
