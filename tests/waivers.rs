//! Waivers: where they may stand, what they cover, and what is said of those that are wrong.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use facelint::report::model::{Finding, Report};
use facelint::{Options, Run, check};

const COMPOSE: &str = "services:
  gate:
    image: exadel/compreface-core:1.2.0
    environment:
      FACE_IMAGE_RETENTION_DAYS: \"0\"
";

fn run(files: &[(&str, &str)], change: impl FnOnce(&mut Options)) -> Run {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    for (path, text) in files {
        let full = dir.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }
    let mut options = Options {
        paths: vec![dir.path().to_path_buf()],
        as_of: Some("2026-06-01".parse().unwrap()),
        ..Options::default()
    };
    change(&mut options);
    if options.paths.iter().all(|p| p.is_relative()) {
        options.paths = options.paths.iter().map(|p| dir.path().join(p)).collect();
    }
    check(&options).unwrap()
}

fn of<'r>(report: &'r Report, rule: &str) -> Vec<&'r Finding> {
    report.findings.iter().filter(|f| f.rule == rule).collect()
}

/// The findings about waivers: rule and underlined text.
fn faults(run: &Run) -> Vec<(String, String)> {
    let sources = run.sources.all();
    let own = run.report.findings.iter().filter(|f| f.pack == "facelint");
    own.map(|f| {
        let file = sources.iter().find(|s| *s.path == *f.place.file).unwrap();
        let (start, end) = f.place.bytes;
        (f.rule.clone(), file.text.get(start as usize..end as usize).unwrap().to_owned())
    })
    .collect()
}

fn compose(comment: &str) -> String {
    COMPOSE.replace("\"0\"", &format!("\"0\"  # {comment}"))
}

#[test]
fn a_comment_waives_and_is_listed() {
    let text = compose("facelint-ignore retention-limit: 试点；owner=安全组；until=2026-12-31");
    let run = run(&[("compose.yaml", &text)], |_| {});
    let found = of(&run.report, "retention-limit");
    let waived = found[0].waived.as_ref().unwrap();
    assert_eq!((waived.reason.as_str(), waived.owner.as_str()), ("试点", "安全组"));
    assert_eq!(run.report.summary.waived, 1);
    assert_eq!(faults(&run), []);
}

#[test]
fn a_comment_above_the_component_covers_it() {
    let text = COMPOSE.replace(
        "  gate:",
        "  # facelint-ignore retention-limit, impact-assessment: pilot; owner=a; until=2026-12-31\n  gate:",
    );
    let run = run(&[("compose.yaml", &text)], |_| {});
    assert!(of(&run.report, "retention-limit").iter().all(|f| f.waived.is_some()));
    assert!(of(&run.report, "impact-assessment").iter().all(|f| f.waived.is_some()));
}

#[test]
fn no_waivers_counts_all() {
    let text = compose("facelint-ignore retention-limit: pilot; owner=a; until=2026-12-31");
    let run = run(&[("compose.yaml", &text)], |options| options.no_waivers = true);
    assert_eq!(run.report.summary.waived, 0);
    assert!(of(&run.report, "retention-limit")[0].waived.is_none());
}

#[test]
fn an_expired_waiver_accepts_nothing() {
    let text = compose("facelint-ignore retention-limit: pilot; owner=a; until=2026-05-31");
    let run = run(&[("compose.yaml", &text)], |_| {});
    assert!(of(&run.report, "retention-limit")[0].waived.is_none());
    assert_eq!(faults(&run), [("waiver-expired".into(), "2026-05-31".into())]);
}

#[test]
fn incomplete_unknown_and_unused_waivers_are_findings() {
    let text = compose("facelint-ignore retention-limit");
    let one = run(&[("compose.yaml", &text)], |_| {});
    assert_eq!(faults(&one), [("waiver-invalid".into(), "retention-limit".into())]);
    assert!(of(&one.report, "retention-limit")[0].waived.is_none());

    let text = compose("facelint-ignore retention-limt: pilot; owner=a; until=2026-12-31");
    let one = run(&[("compose.yaml", &text)], |_| {});
    assert_eq!(faults(&one), [("waiver-unknown-rule".into(), "retention-limt".into())]);
    assert_eq!(of(&one.report, "waiver-unknown-rule")[0].help, "write `retention-limit`");

    let text = compose("facelint-ignore sole-verification: pilot; owner=a; until=2026-12-31");
    let one = run(&[("compose.yaml", &text)], |_| {});
    assert_eq!(faults(&one), [("waiver-unused".into(), "sole-verification".into())]);
}

#[test]
fn the_configuration_waives_by_system_and_path() {
    let waiver = |extra: &str| {
        format!(
            "[[waiver]]\nrule = \"retention-limit\"\nreason = \"pilot\"\nowner = \"a\"\nuntil = 2026-12-31\n{extra}\n"
        )
    };
    let with =
        |extra: &str| run(&[("deploy/compose.yaml", COMPOSE), ("facelint.toml", &waiver(extra))], |_| {});
    for good in ["", "path = \"deploy/**\"", "system = \"gate\"", "system = \"gate\"\npath = \"**/*.yaml\""] {
        let one = with(good);
        assert!(of(&one.report, "retention-limit")[0].waived.is_some(), "{good}");
        assert_eq!(faults(&one), []);
    }
    for bad in ["path = \"other/**\"", "system = \"other\""] {
        let one = with(bad);
        assert!(of(&one.report, "retention-limit")[0].waived.is_none(), "{bad}");
        assert_eq!(faults(&one), [("waiver-unused".into(), "\"retention-limit\"".into())]);
    }
    // A run that reports on one file says nothing of waivers elsewhere.
    let files = [("deploy/compose.yaml", COMPOSE), ("facelint.toml", &*waiver("system = \"other\""))];
    let one = run(&files, |options| options.paths = vec!["deploy/compose.yaml".into()]);
    assert_eq!(faults(&one), []);
}

#[test]
fn an_annotation_waives_within_its_resource() {
    let manifest = |annotation: &str| {
        format!(
            "{{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"metadata\": {{\"name\": \"gate\", \
             \"annotations\": {{\"facelint.dev/ignore\": \"{annotation}\"}}}}, \"spec\": {{\"template\": {{\"spec\": \
             {{\"containers\": [{{\"name\": \"gate\", \"image\": \"exadel/compreface-core:1.2.0\", \"env\": \
             [{{\"name\": \"FACE_IMAGE_RETENTION_DAYS\", \"value\": \"0\"}}]}}]}}}}}}}}\n"
        )
    };
    let text = manifest("retention-limit: pilot; owner=a; until=2026-12-31");
    let one = run(&[("gate.json", &text)], |_| {});
    assert!(of(&one.report, "retention-limit")[0].waived.is_some(), "{:#?}", one.report.findings);
    assert!(one.report.problems.is_empty(), "{:?}", one.report.problems);
    let text = manifest("retention-limit: pilot; owner=a");
    let one = run(&[("gate.json", &text)], |_| {});
    assert_eq!(faults(&one), [("waiver-invalid".into(), "retention-limit: pilot; owner=a".into())]);
}

#[test]
fn an_absolute_rule_cannot_be_waived() {
    let pack = tempfile::tempdir().unwrap();
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/cn-2025");
    std::fs::create_dir(pack.path().join("rules")).unwrap();
    std::fs::copy(from.join("law.yaml"), pack.path().join("law.yaml")).unwrap();
    for entry in std::fs::read_dir(from.join("rules")).unwrap() {
        let path = entry.unwrap().path();
        let mut text = std::fs::read_to_string(&path).unwrap();
        if path.ends_with("retention-limit.yaml") {
            text.insert_str(0, "absolute: true\n");
        }
        std::fs::write(pack.path().join("rules").join(path.file_name().unwrap()), text).unwrap();
    }
    let text = compose("facelint-ignore retention-limit: pilot; owner=a; until=2026-12-31");
    let name = format!("{}/", pack.path().display());
    let run = run(&[("compose.yaml", &text)], |options| options.packs = vec![name]);
    assert!(of(&run.report, "retention-limit")[0].waived.is_none());
    assert_eq!(faults(&run), [("waiver-absolute".into(), "retention-limit".into())]);
}
