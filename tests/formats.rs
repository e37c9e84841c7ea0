//! The formats over whole runs: the shipped fixtures against the SARIF schema, and exit codes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use facelint::report::{Format, Style, render};
use support::{facelint, fixture, project, run};

const FORMATS: [&str; 9] =
    ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "checkstyle"];

#[test]
fn sarif_of_every_fixture_is_valid() {
    let schema = serde_json::from_str(include_str!("schemas/sarif-2.1.0.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(fixture("")).unwrap() {
        let dir = entry.unwrap().path();
        if !dir.is_dir() {
            continue;
        }
        let run = run(&dir);
        let style = Style { notes: true, verbose: true, ..Style::default() };
        let log = render(Format::Sarif, &run.report, &run.sources, &style);
        let log: serde_json::Value = serde_json::from_str(&log).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", dir.display());
        for result in log["runs"][0]["results"].as_array().unwrap() {
            // Every link in a message leads to a related place.
            let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
            let text = result["message"]["text"].as_str().unwrap();
            assert_eq!(text.matches("](").count(), related, "{text}");
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn exit_codes_do_not_depend_on_the_format() {
    let bad = "services:\n  gate:\n    image: exadel/compreface-core:1.2.0\n";
    let clean = project(&[("a.yml", b"a: 1\n")]);
    let findings = project(&[("compose.yaml", bad.as_bytes())]);
    let unread = project(&[("compose.yaml", b"image: exadel/compreface-core:1.2.0\n\tb: {\n")]);
    let broken = project(&[("facelint.toml", b"exlude = []\n"), ("compose.yaml", bad.as_bytes())]);
    let cases = [
        ("clean", &clean, "error", 0),
        ("findings", &findings, "error", 1),
        ("findings below the gate", &findings, "never", 0),
        ("not read", &unread, "never", 3),
        ("broken configuration", &broken, "error", 2),
    ];
    for (name, dir, gate, code) in cases {
        for format in FORMATS {
            let path = dir.path().to_str().unwrap();
            let args = ["--as-of", "2026-01-15", "check", path, "--format", format, "--fail-on", gate];
            let out = facelint(&args).env_remove("GITHUB_STEP_SUMMARY").output().unwrap();
            assert_eq!(out.status.code(), Some(code), "{name}, {format}");
            assert!(code != 2 || out.stdout.is_empty(), "{name}, {format}");
        }
    }
}
