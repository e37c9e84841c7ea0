//! The rows of the requirements tables, the traps, and what must not cross from one law to another.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::path::Path;

use facelint::policy::{Pack, Severity};

fn packs() -> Vec<Pack> {
    Pack::builtin_ids().map(|id| Pack::builtin(id).unwrap()).collect()
}

fn pack(id: &str) -> Pack {
    Pack::builtin(id).unwrap()
}

fn doc(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The cells of the rows of a Markdown table.
fn table(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.contains("---"));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The texts in backquotes.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Rows of the requirements table: of the law in force, and of the draft.
const ROWS: [&str; 59] = [
    "M-02", "M-03", "M-04a", "M-04b", "M-04c", "M-05a", "M-05b", "M-05c", "M-06a", "M-06b", "M-07a", "M-07b",
    "M-08a", "M-08b", "M-08c", "M-09a", "M-09b", "M-09c", "M-09d", "M-10a", "M-10b", "M-10c", "M-11", "M-12",
    "M-13a", "M-13b", "M-14a", "M-14b", "M-14c", "M-14d", "M-14e", "M-15a", "M-15b", "M-15c", "M-15d",
    "M-16", "M-17", "M-18", "M-19", "M-20", "D-02", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10",
    "D-11", "D-12", "D-13", "D-14", "D-15", "D-16", "D-17a", "D-17b", "D-18", "D-19", "D-20",
];

#[test]
fn every_row_has_a_rule_or_a_reason() {
    let coverage = table(&doc("docs/coverage.md"));
    let packs = packs();
    for row in ROWS {
        let pack =
            packs.iter().find(|p| p.law.rows.contains_key(row)).unwrap_or_else(|| panic!("{row}: no pack"));
        let line = coverage.iter().find(|line| line[0] == row).unwrap_or_else(|| panic!("{row}: no line"));
        match pack.law.rows[row].as_str() {
            "later" => panic!("{row} is still to be done"),
            "none" => assert!(line[1] == "–" && line[2].len() > 20, "{row}: no reason"),
            rule => {
                let named = names(&line[1]);
                assert!(named.contains(&rule), "{row}: {rule} is not in the table");
                for name in named {
                    assert!(pack.rule(name).is_some(), "{row}: there is no rule {name}");
                }
            }
        }
    }
    // Every rule answers to a row.
    for pack in &packs {
        for rule in &pack.rules {
            let name = rule.file.rule.as_str();
            assert!(coverage.iter().any(|line| names(&line[1]).contains(&name)), "{name} answers to no row");
        }
    }
}

#[test]
fn every_trap_is_held_by_something() {
    let traps = table(&doc("docs/traps.md"));
    let traps: Vec<_> = traps.iter().filter(|row| row[0].parse::<u32>().is_ok()).collect();
    assert_eq!(traps.len(), 54);
    let packs = packs();
    for (n, row) in traps.iter().enumerate() {
        assert_eq!(row[0], (n + 1).to_string());
        let held = names(&row[2]);
        assert!(held.len() >= 2 && held.len().is_multiple_of(2), "{n}: {held:?}");
        for pair in held.chunks(2) {
            let [whose, what] = pair else { panic!("{pair:?}") };
            if whose.contains('/') {
                assert!(doc(whose).contains(what), "{}: no `{what}` in {whose}", row[0]);
                continue;
            }
            let rule = packs.iter().find_map(|p| p.rule(whose)).unwrap_or_else(|| panic!("no rule {whose}"));
            let found = rule.file.examples.iter().any(|example| example.name == *what);
            assert!(found, "{}: `{whose}` has no example `{what}`", row[0]);
        }
    }
}

/// What the draft alone says: its numbers, its level, its authority.
#[test]
fn numbers_of_the_draft_stay_in_the_draft() {
    let own = [
        "10,000",
        "10 000",
        "10000",
        "1万人",
        "1 万人",
        "一万",
        "地市级",
        "prefecture",
        "等保三级",
        "第三级",
        "level 3",
        "原始图像",
        "original image",
    ];
    for (path, text) in facelint::embedded::files("cn-2025/") {
        // A threshold of the law in force holds the draft's digits; take it out first.
        let text =
            text.replace("100,000", "").replace("100 000", "").replace("100000", "").replace("10 万", "");
        let shown = text.split("\nexamples:").next().unwrap_or(&text);
        for word in own {
            assert!(!shown.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn the_draft_binds_nobody() {
    let draft = pack("cn-2023-draft");
    assert!(draft.law.draft && draft.law.in_force.is_none());
    assert!(draft.rules.iter().all(|rule| rule.file.severity == Severity::Note));
    assert!(!pack("cn-2025").law.draft);
}

#[test]
fn private_spaces_cannot_be_waived() {
    let measures = pack("cn-2025");
    let absolute: Vec<&str> =
        measures.rules.iter().filter(|rule| rule.file.absolute).map(|rule| rule.file.rule.as_str()).collect();
    assert_eq!(absolute, ["private-space"]);
}
