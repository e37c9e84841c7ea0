//! The identity of findings, and what is new: baseline and comparison with a revision.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;
use std::process::Command;

use facelint::{Options, check};
use proptest::prelude::*;
use support::{facelint, options, project, write};

/// How the same project may be written.
#[derive(Debug, Clone)]
struct Form {
    indent: usize,
    quote: &'static str,
    comments: Vec<bool>,
    env_first: bool,
    other_first: bool,
    other: String,
    line_end: &'static str,
    methods_as_block: bool,
}

fn form() -> impl Strategy<Value = Form> {
    (
        2usize..6,
        prop_oneof![Just("\""), Just("'")],
        proptest::collection::vec(any::<bool>(), 12),
        any::<(bool, bool, bool)>(),
        "[a-f]{4}",
        prop_oneof![Just("\n"), Just("\r\n")],
    )
        .prop_map(
            |(indent, quote, comments, (env_first, other_first, methods_as_block), other, line_end)| Form {
                indent,
                quote,
                comments,
                env_first,
                other_first,
                other: format!("x{other}"),
                line_end,
                methods_as_block,
            },
        )
}

const PLAIN: Form = Form {
    indent: 2,
    quote: "\"",
    comments: Vec::new(),
    env_first: false,
    other_first: false,
    other: String::new(),
    line_end: "\n",
    methods_as_block: false,
};

/// The files of the project; `days` and `methods` are what findings are about.
fn files(form: &Form, days: &str, methods: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let i = " ".repeat(form.indent);
    let q = form.quote;
    let image = vec![format!("{i}{i}image: exadel/compreface-core:1.2.0")];
    let env =
        vec![format!("{i}{i}environment:"), format!("{i}{i}{i}FACE_IMAGE_RETENTION_DAYS: {q}{days}{q}")];
    let mut gate = vec![format!("{i}gate:")];
    gate.extend(if form.env_first { [env, image].concat() } else { [image, env].concat() });
    let name = if form.other.is_empty() { "web" } else { &form.other };
    let other = vec![format!("{i}{name}:"), format!("{i}{i}image: nginx:1.27")];
    let mut lines = vec!["services:".to_owned()];
    lines.extend(if form.other_first { [other, gate].concat() } else { [gate, other].concat() });
    let mut compose = String::new();
    for (n, line) in lines.iter().enumerate() {
        if form.comments.get(n).copied().unwrap_or(false) {
            compose.push_str(&format!("# {name} comment {n}{}{}", form.line_end, form.line_end));
        }
        compose.push_str(line);
        compose.push_str(form.line_end);
    }
    let mut app = format!("auth:\n{i}login:\n");
    if form.methods_as_block {
        app.push_str(&format!("{i}{i}methods:\n"));
        methods.iter().for_each(|m| app.push_str(&format!("{i}{i}- {m}\n")));
    } else {
        app.push_str(&format!("{i}{i}methods: [{}]\n", methods.join(", ")));
    }
    vec![("compose.yaml", compose.into_bytes()), ("application.yml", app.into_bytes())]
}

fn fingerprints(files: &[(&str, Vec<u8>)]) -> Vec<(String, String)> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_slice())).collect();
    let run = support::judged(&files);
    let mut all: Vec<(String, String)> =
        run.report.findings.iter().map(|f| (f.rule.clone(), f.fingerprint.clone())).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Indentation, quotes, line ends, comments, order and the names of other things do not enter.
    #[test]
    fn how_it_is_written_does_not_matter(form in form()) {
        let plain = fingerprints(&files(&PLAIN, "0", &["face"]));
        prop_assert!(plain.len() >= 3, "{plain:?}");
        prop_assert_eq!(fingerprints(&files(&form, "0", &["face"])), plain);
    }
}

#[test]
fn another_value_is_another_finding() {
    let of = |days: &str| {
        let all = fingerprints(&files(&PLAIN, days, &["face"]));
        all.into_iter().find(|(rule, _)| rule == "retention-limit").unwrap().1
    };
    assert_ne!(of("0"), of("-1"));
}

fn git(dir: &Path, args: &[&str]) {
    let status = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
        .args(args)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
}

fn put(dir: &Path, form: &Form, days: &str, methods: &[&str]) {
    for (path, text) in files(form, days, methods) {
        write(dir, path, &text);
    }
}

#[test]
fn a_baseline_hides_what_it_has_and_lists_what_is_gone() {
    let dir = project(&[]);
    put(dir.path(), &PLAIN, "0", &["face"]);
    let file = dir.path().join("baseline.json");
    let arg = file.to_str().unwrap();
    let root = dir.path().to_str().unwrap();
    let run = |args: &[&str]| {
        facelint(&[&["--as-of", "2026-01-15", "check", root], args].concat()).output().unwrap()
    };
    assert_eq!(run(&[]).status.code(), Some(1));
    assert_eq!(run(&["--write-baseline", arg]).status.code(), Some(0));

    // Written in another way, nothing is new.
    put(dir.path(), &Form { indent: 4, env_first: true, ..PLAIN }, "0", &["face"]);
    let old = run(&["--baseline", arg]);
    assert_eq!(old.status.code(), Some(0), "{}", String::from_utf8_lossy(&old.stdout));
    assert!(String::from_utf8_lossy(&old.stdout).contains("has already: not shown"));

    // One is mended, one is new.
    put(dir.path(), &PLAIN, "-1", &["face", "sms"]);
    let out = run(&["--baseline", arg, "--format", "json"]);
    assert_eq!(out.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let rules: Vec<&str> =
        json["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["retention-limit"]);
    let gone: Vec<&str> =
        json["compared"][0]["gone"].as_array().unwrap().iter().map(|g| g.as_str().unwrap()).collect();
    assert!(gone.iter().any(|g| g.starts_with("retention-limit ")), "{gone:?}");

    std::fs::write(&file, "{}").unwrap();
    assert_eq!(run(&["--baseline", arg]).status.code(), Some(2));
    assert_eq!(run(&["--baseline", "no-such.json"]).status.code(), Some(2));
    let part = dir.path().join("compose.yaml");
    let out = facelint(&["check", part.to_str().unwrap(), "--write-baseline", arg]).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
}

#[test]
fn since_a_revision_only_what_is_new() {
    // The project is a folder of the repository, and its name has blanks and quotes.
    let top = tempfile::tempdir().unwrap();
    let inner = top.path().join("a \"b\" 门禁");
    write(&inner, "facelint.toml", b"");
    put(&inner, &PLAIN, "0", &["face"]);
    git(top.path(), &["init", "-q"]);
    git(top.path(), &["add", "."]);
    git(top.path(), &["commit", "-qm", "first"]);
    let rules = |revision: &str| {
        let run = check(&Options { since: Some(revision.into()), ..options(&inner) }).unwrap();
        let rules: Vec<String> = run.report.findings.iter().map(|f| f.rule.clone()).collect();
        (rules, run.report.compared[0].hidden, run.report.compared[0].gone.len())
    };
    let all = check(&options(&inner)).unwrap().report.findings.len();
    assert_eq!(rules("HEAD"), (vec![], all, 0));
    put(&inner, &Form { indent: 4, ..PLAIN }, "-1", &["face"]);
    assert_eq!(rules("HEAD"), (vec!["retention-limit".into()], all - 1, 1));

    // What a file that is gone had said is missed.
    put(&inner, &PLAIN, "30", &["face", "sms"]);
    git(top.path(), &["commit", "-qam", "good"]);
    std::fs::remove_file(inner.join("application.yml")).unwrap();
    git(top.path(), &["status", "--porcelain"]);
    assert!(rules("HEAD").0.iter().all(|r| r != "retention-limit"));

    for wrong in ["nothing", "--help", "HEAD:x", ""] {
        let failure = check(&Options { since: Some(wrong.into()), ..options(&inner) }).unwrap_err();
        assert!(failure.message.starts_with("git knows no revision"), "{failure:?}");
    }
    let plain = project(&[]);
    let failure = check(&Options { since: Some("HEAD".into()), ..options(plain.path()) }).unwrap_err();
    assert!(failure.message.contains("revision") || failure.message.contains("repository"), "{failure:?}");
}
