//! What `facelint.toml` changes: the gate, the language, and the words of a project's own.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::process::Command;

const COMPOSE: &[u8] =
    b"services:\n  door:\n    image: exadel/compreface:1.2.0\n    environment:\n      PICTURE_LIFE: 30d\n";

fn facelint(dir: &std::path::Path) -> (i32, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_facelint"))
        .args(["check", ".", "--format", "concise", "--as-of", "2026-01-15"])
        .env("LC_ALL", "en_US.UTF-8")
        .current_dir(dir)
        .output()
        .unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap())
}

#[test]
fn the_gate_and_the_language_are_the_projects_own() {
    let plain = support::project(&[("compose.yml", COMPOSE)]);
    assert_eq!(facelint(plain.path()).0, 1);
    let config: &[u8] = b"fail-on = \"never\"\nlang = \"zh\"\n";
    let own = support::project(&[("compose.yml", COMPOSE), ("facelint.toml", config)]);
    let (code, text) = facelint(own.path());
    assert_eq!(code, 0);
    assert!(text.contains('人'), "{text}");
}

#[test]
fn a_projects_own_words_state_facts() {
    let entry: &[u8] = b"entries:\n  - fact: retention.limit\n    key: [\"picture life\"]\n    value: duration\n    about: images\n    examples:\n      - { setting: \"PICTURE_LIFE=30d\", gives: 30d }\n";
    let files: &[(&str, &[u8])] = &[
        ("compose.yml", COMPOSE),
        ("words.yaml", entry),
        ("facelint.toml", b"vocabulary = [\"words.yaml\"]\n"),
    ];
    let limits = |files: &[(&str, &[u8])]| {
        let run = support::judged(files);
        run.report.findings.iter().filter(|f| f.rule == "retention-limit").count()
    };
    assert_eq!(limits(files.get(..1).unwrap()), 1);
    assert_eq!(limits(files), 0);
}
