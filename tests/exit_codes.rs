//! The exit code is the same whatever the format, and every format can be written to a file.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use std::path::Path;

use clap::ValueEnum;
use facelint::report::Format;
use support::{facelint, fixture, project};

fn formats() -> Vec<String> {
    let named = |f: &Format| f.to_possible_value().unwrap().get_name().to_owned();
    Format::value_variants().iter().map(named).collect()
}

fn code(dir: &Path, args: &[&str]) -> i32 {
    facelint(args).args(["--as-of", "2026-01-15"]).current_dir(dir).output().unwrap().status.code().unwrap()
}

#[test]
fn the_format_does_not_change_the_exit_code() {
    let broken = project(&[("x.yaml", b"image: compreface\n---\na: [\n")]);
    let empty = tempfile::tempdir().unwrap();
    let gate = fixture("office-gate");
    for format in formats() {
        let with = |dir: &Path, more: &[&str]| code(dir, &[&["--format", &format], more].concat());
        assert_eq!(with(&gate, &[]), 1, "{format}");
        assert_eq!(with(&gate, &["--fail-on", "note"]), 1, "{format}");
        assert_eq!(with(&gate, &["--fail-on", "never"]), 0, "{format}");
        assert_eq!(with(&fixture("office-gate-corrected"), &["--fail-on", "note"]), 0, "{format}");
        assert_eq!(with(&fixture("web-shop"), &[]), 0, "{format}");
        assert_eq!(with(broken.path(), &["--fail-on", "never"]), 3, "{format}");
        assert_eq!(with(empty.path(), &["."]), 3, "{format}");
        assert_eq!(with(&gate, &["no-such-path"]), 2, "{format}");
        assert_eq!(with(&gate, &["--pack", "no-such-pack"]), 2, "{format}");
    }
}

#[test]
fn reports_go_to_files_too() {
    let dir = tempfile::tempdir().unwrap();
    let gate = fixture("office-gate");
    for format in formats() {
        let file = dir.path().join(&format);
        let to = format!("{format}={}", file.display());
        assert_eq!(code(&gate, &["-q", "--output", &to]), 1);
        let written = std::fs::read_to_string(&file).unwrap();
        assert!(written.contains("sole-verification"), "{format}");
    }
    let report = std::fs::read_to_string(dir.path().join("json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let schema: serde_json::Value =
        serde_json::from_slice(&facelint(&["schema", "report"]).output().unwrap().stdout).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        schema.iter_errors(&report).map(|e| format!("{e} at {}", e.instance_path)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn schemas_and_completions_are_printed() {
    for name in ["report", "config", "rule", "catalogue", "vocabulary"] {
        let out = facelint(&["schema", name]).output().unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap().is_object(), "{name}");
    }
    let out = facelint(&["completions", "bash"]).output().unwrap();
    assert!(out.stdout.starts_with(b"_facelint() {"));
}
