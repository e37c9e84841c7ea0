//! `deadline`, `init`, `explain` and `check --coverage` as people type them, in both languages.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use unicode_width::UnicodeWidthStr;

/// Exit code, standard output, standard error.
fn facelint(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_facelint"))
        .args(args)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LANG")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn narrow(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} cells: {line}", line.width());
    }
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    for (path, text) in files {
        std::fs::write(dir.path().join(path), text).unwrap();
    }
    dir
}

#[test]
fn deadlines() {
    let dir = project(&[]);
    let asked = [
        ("make_up_day", vec!["deadline", "2025-08-18", "--as-of", "2025-09-10"]),
        ("over_the_holidays_zh", vec!["deadline", "2025-09-01", "--as-of", "2025-10-20", "--lang", "zh"]),
        ("stock", vec!["deadline", "2025-03-01", "--as-of", "2025-07-14"]),
        ("stock_zh", vec!["deadline", "2025-03-01", "--as-of", "2025-07-14", "--lang", "zh"]),
        ("json", vec!["deadline", "2025-06-03", "--days", "3", "--as-of", "2025-06-04", "--format", "json"]),
    ];
    for (name, args) in asked {
        let (code, out, err) = facelint(dir.path(), &args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        narrow(&out);
        insta::assert_snapshot!(format!("deadline_{name}"), out);
    }
}

#[test]
fn a_year_that_is_missing_is_said_and_can_be_added() {
    let dir = project(&[]);
    let ask = ["deadline", "2026-11-20", "--as-of", "2026-11-20"];
    let (code, out, err) = facelint(dir.path(), &ask);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("calendar of 2027 is") && err.contains("calendar-2027.yaml"), "{err}");
    let year = "years: [{ year: 2027, notice: x, holidays: [{ name: 元旦, off: [2027-01-01] }] }]\n";
    std::fs::write(dir.path().join("calendar-2027.yaml"), year).unwrap();
    std::fs::write(dir.path().join("facelint.toml"), "calendar = [\"calendar-2027.yaml\"]\n").unwrap();
    let (code, out, _) = facelint(dir.path(), &ask);
    assert_eq!(code, 0);
    assert!(out.starts_with("Deadline: Monday 2027-01-04\n"), "{out}");
    std::fs::write(dir.path().join("calendar-2027.yaml"), year.replace("01-01", "01-99")).unwrap();
    let (code, _, err) = facelint(dir.path(), &ask);
    assert_eq!(code, 2);
    assert!(err.contains("calendar-2027.yaml:1:") && err.contains("2027-01-99"), "{err}");
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

#[test]
fn coverage_tells_four_outcomes() {
    for (lang, said) in [
        (
            "en",
            [
                "FAILED",
                "not applicable",
                "observed",
                "declared",
                "passed, as declared",
                "make the unknown known",
            ],
        ),
        ("zh", ["不通过", "不适用", "实见", "声明", "通过（据声明）", "补充以下内容"]),
    ] {
        let mut all = String::new();
        for name in ["office-gate", "office-gate-corrected"] {
            let args = ["--coverage", "--as-of", "2026-03-01", "--lang", lang];
            let (_, out, err) = facelint(&fixture(name), &args);
            assert_eq!(err, "");
            narrow(&out.lines().filter(|line| !line.starts_with("    ")).collect::<Vec<_>>().join("\n"));
            all.push_str(&out);
        }
        for word in said {
            assert!(all.contains(word), "{word}: {all}");
        }
    }
}

#[test]
fn a_finding_is_explained_by_its_fingerprint() {
    let gate = fixture("office-gate");
    let (_, json, _) = facelint(&gate, &["--format", "json", "--as-of", "2026-03-01"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for finding in json["findings"].as_array().unwrap() {
        let digits = &finding["fingerprint"].as_str().unwrap()[..6];
        for (lang, looked) in [("en", "What was looked at"), ("zh", "检查了哪些内容")] {
            let (code, out, err) =
                facelint(&gate, &["explain", digits, "--as-of", "2026-03-01", "--lang", lang]);
            assert_eq!((code, err.as_str()), (0, ""));
            assert!(out.contains(looked) && out.contains(finding["rule"].as_str().unwrap()), "{out}");
        }
    }
    let (code, _, err) = facelint(&gate, &["explain", "0000000"]);
    assert_eq!(code, 2);
    assert!(err.contains("begins with `0000000`"), "{err}");
    assert_eq!(facelint(&gate, &["explain", "10"]).0, 0);
}

#[test]
fn init_writes_once() {
    for lang in ["en", "zh"] {
        let compose = "services:\n  gate:\n    image: exadel/compreface-api:1.2.0\n";
        let dir = project(&[("compose.yaml", compose)]);
        let with = |args: &[&str]| {
            let args: Vec<&str> =
                args.iter().copied().chain(["--lang", lang, "--as-of", "2026-03-01"]).collect();
            facelint(dir.path(), &args)
        };
        let (code, out, _) = with(&["init"]);
        assert_eq!(code, 0);
        narrow(&out);
        assert!(out.contains("facelint.toml") && out.contains("docs/face-impact-assessment.md"), "{out}");
        let toml = dir.path().join("facelint.toml");
        let mine = std::fs::read_to_string(&toml).unwrap().replace("# role = ", "role = ");
        std::fs::write(&toml, &mine).unwrap();
        let (code, _, err) = with(&["init"]);
        assert_eq!(code, 2);
        assert!(err.contains("--force"), "{err}");
        assert_eq!(std::fs::read_to_string(&toml).unwrap(), mine);

        // Nothing is assessed while the template is one.
        let (code, out, _) = with(&["init", "--digest"]);
        assert_eq!((code, std::fs::read_to_string(&toml).unwrap()), (0, mine.clone()), "{out}");
        let report = dir.path().join("docs/face-impact-assessment.md");
        let text = std::fs::read_to_string(&report).unwrap();
        let text = text.replace("date: TODO", "date: 2025-06-20").replace("TODO", "已评估。");
        std::fs::write(&report, text).unwrap();
        assert_eq!(with(&["init", "--digest"]).0, 0);
        let renewed = std::fs::read_to_string(&toml).unwrap();
        let lines: Vec<&str> = renewed.lines().filter(|line| !mine.lines().any(|l| l == *line)).collect();
        assert_eq!(lines.len(), 1, "{renewed}");
        assert!(lines[0].starts_with("assessment.digest = \""), "{renewed}");
        let again = with(&["init", "--digest"]);
        assert_eq!((again.0, std::fs::read_to_string(&toml).unwrap()), (0, renewed));

        assert_eq!(with(&["init", "--force"]).0, 0);
        assert_ne!(std::fs::read_to_string(&toml).unwrap(), mine);
    }
    let dir = project(&[("compose.yaml", "services: {}\n")]);
    assert_eq!(facelint(dir.path(), &["init"]).0, 0);
    assert!(!dir.path().join("facelint.toml").exists());
}

/// The `filing` facts of a system whose project declares these lines, on a day.
fn filing(lines: &str, as_of: &str) -> serde_json::Value {
    let toml = format!("[[system]]\nname = \"gate\"\n{lines}");
    let compose = "services:\n  gate:\n    image: exadel/compreface-api:1.2.0\n";
    let dir = project(&[("compose.yaml", compose), ("facelint.toml", &toml)]);
    let (_, out, err) = facelint(dir.path(), &["--format", "json", "--as-of", as_of]);
    assert_eq!(err, "");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    report["systems"][0]["facts"]["filing"].clone()
}

#[test]
fn filing_facts_name_the_last_day_and_the_days_left() {
    let reached = "persons.stored = 100_000\npersons.threshold-reached-on = 2025-08-18\n";
    let facts = filing(reached, "2025-09-10");
    assert_eq!(facts["deadline"], "2025-09-28");
    assert_eq!((&facts["state"], &facts["working_days_left"]), (&"open".into(), &13.into()));
    let facts = filing(reached, "2025-10-10");
    assert_eq!((&facts["state"], &facts["working_days_late"]), (&"overdue".into(), &4.into()));
    // Late in a year whose calendar nobody knows is late all the same.
    assert_eq!(filing(reached, "2027-03-01")["state"], "overdue");
    let filed = format!("{reached}filing.number = \"2025-0001\"\nfiling.date = 2025-09-20\n");
    assert_eq!(filing(&filed, "2025-10-10")["state"], "filed");
    let held = format!("{reached}filing.number = \"TODO\"\n");
    assert_eq!(filing(&held, "2025-10-10")["state"], "overdue");
    assert_eq!(filing("persons.stored = 99_999\n", "2025-10-10")["state"], "not-reached");
    assert_eq!(filing("persons.stored = 100_000\n", "2025-10-10")["state"], "no-date");
    assert_eq!(filing("", "2025-10-10")["state"], "unknown");
    let late = filing("persons.threshold-reached-on = 2026-11-20\n", "2026-11-22");
    assert_eq!((&late["state"], &late["missing_year"]), (&"no-calendar".into(), &2027.into()));
    let stock = filing("persons.threshold-reached-on = 2024-03-01\n", "2025-07-14");
    assert_eq!((&stock["deadline"], &stock["working_days_left"]), (&"2025-07-14".into(), &0.into()));
}
