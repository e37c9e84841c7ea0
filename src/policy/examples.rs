//! The examples of rules: tests and documentation in one. They back `facelint test`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Example, Expect, Outcome, Pack, Place};

/// What a run over an example's files says.
#[derive(Debug, Clone, Default)]
pub struct ExampleRun {
    /// Every judgement, of whatever rule.
    pub seen: Vec<Seen>,
    /// Files that could not be read, expressions that failed.
    pub problems: Vec<String>,
}

/// A judgement as an example sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: String,
    /// The outcome.
    pub outcome: Outcome,
    /// Whether it is shown as a finding: a failure, or an unknown with a severity.
    pub shown: bool,
    /// The file that is underlined.
    pub file: String,
    /// The text that is underlined.
    pub text: String,
}

/// How an example went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: String,
    /// The rule's file.
    pub path: String,
    /// The example's name.
    pub example: String,
    /// Why it failed, for people to read; `None`: it passed.
    pub failure: Option<String>,
}

/// Runs a small project: its files by path, and the date to judge by (`None`: today).
pub type RunFiles<'a> = dyn Fn(&BTreeMap<String, String>, Option<&str>) -> Result<ExampleRun, String> + 'a;

/// Runs all examples of a pack's rules, in order.
pub fn run_examples(pack: &Pack, run: &RunFiles<'_>) -> Vec<ExampleResult> {
    let mut results = Vec::new();
    for rule in &pack.rules {
        for example in &rule.file.examples {
            let failure = match run(&example.files, example.as_of.as_deref()) {
                Err(error) => Some(format!("it could not be run: {error}")),
                Ok(done) => compare(pack.id(), &rule.file.rule, example, &done),
            };
            results.push(ExampleResult {
                pack: pack.id().to_owned(),
                rule: rule.file.rule.clone(),
                path: rule.path().to_owned(),
                example: example.name.clone(),
                failure,
            });
        }
    }
    results
}

/// What is different from what was expected.
fn compare(pack: &str, rule: &str, example: &Example, run: &ExampleRun) -> Option<String> {
    let seen: Vec<&Seen> = run.seen.iter().filter(|seen| seen.rule == rule && seen.pack == pack).collect();
    let mut wrong = match &example.expect {
        Expect::Outcome(expected) if outcome_holds(*expected, &seen) => String::new(),
        Expect::Outcome(expected) => {
            format!("expected {}\n{}", word(*expected), shown_list("got", &seen))
        }
        Expect::Places(places) => compare_places(places, &seen),
    };
    for problem in &run.problems {
        let _ = writeln!(wrong, "problem: {problem}");
    }
    let wrong = wrong.trim_end();
    (!wrong.is_empty()).then(|| wrong.to_owned())
}

/// One outcome for all: nothing worse may be among them. No system at all is as good as
/// `not-applicable`: nothing is said.
fn outcome_holds(expected: Outcome, seen: &[&Seen]) -> bool {
    let only = |allowed: &[Outcome]| seen.iter().all(|seen| allowed.contains(&seen.outcome));
    let some = || seen.iter().any(|seen| seen.outcome == expected);
    match expected {
        Outcome::NotApplicable => only(&[Outcome::NotApplicable]),
        Outcome::Pass => some() && only(&[Outcome::Pass, Outcome::NotApplicable]),
        Outcome::Unknown => some() && only(&[Outcome::Unknown, Outcome::Pass, Outcome::NotApplicable]),
        Outcome::Fail => some(),
    }
}

/// Every expected place is found once, and nothing else is shown.
fn compare_places(places: &[Place], seen: &[&Seen]) -> String {
    let mut left: Vec<&Seen> = seen
        .iter()
        .copied()
        .filter(|seen| matches!(seen.outcome, Outcome::Fail | Outcome::Unknown))
        .collect();
    let mut missing = Vec::new();
    for place in places {
        let wanted = [(Outcome::Fail, &place.fail), (Outcome::Unknown, &place.unknown)];
        for (outcome, text) in wanted.into_iter().filter_map(|(o, text)| Some((o, text.as_ref()?))) {
            let fits = |seen: &&Seen| {
                seen.outcome == outcome
                    && seen.text == *text
                    && place.file.as_ref().is_none_or(|file| *file == seen.file)
            };
            match left.iter().position(fits) {
                Some(at) => {
                    left.remove(at);
                }
                None => missing.push((outcome, text, place.file.as_deref())),
            }
        }
    }
    left.retain(|seen| seen.shown);
    if missing.is_empty() && left.is_empty() {
        return String::new();
    }
    let mut said = String::new();
    for (outcome, text, file) in missing {
        let file = file.map(|file| format!(" in {file}")).unwrap_or_default();
        let _ = writeln!(said, "expected {} at {}{file}", word(outcome), quote(text));
    }
    if left.is_empty() {
        said.push_str(&shown_list("got", seen));
    } else {
        said.push_str(&shown_list("not expected", &left));
    }
    said
}

fn shown_list(title: &str, seen: &[&Seen]) -> String {
    if seen.is_empty() {
        return format!("{title} nothing: no system was found in the files\n");
    }
    let mut said = String::new();
    for seen in seen {
        let _ = writeln!(said, "{title} {} at {} in {}", word(seen.outcome), quote(&seen.text), seen.file);
    }
    said
}

/// On one line, not too long.
fn quote(text: &str) -> String {
    let line: String = text.chars().take(80).collect::<String>().escape_debug().collect();
    if line.len() < text.len() && text.chars().count() > 80 {
        format!("`{line}…`")
    } else {
        format!("`{line}`")
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Unknown => "unknown",
        Outcome::NotApplicable => "not-applicable",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn seen(outcome: Outcome, text: &str) -> Seen {
        Seen {
            pack: "p".into(),
            rule: "r".into(),
            outcome,
            shown: outcome == Outcome::Fail,
            file: "app.yml".into(),
            text: text.into(),
        }
    }

    fn compared(expect: &str, seen: &[Seen]) -> Option<String> {
        let example = Example {
            name: "x".into(),
            files: BTreeMap::new(),
            expect: serde_yaml::from_str(expect).unwrap(),
            as_of: None,
        };
        compare("p", "r", &example, &ExampleRun { seen: seen.to_vec(), problems: Vec::new() })
    }

    #[test]
    fn one_outcome_for_all() {
        let (pass, fail) = (seen(Outcome::Pass, "a"), seen(Outcome::Fail, "b"));
        let (unknown, off) = (seen(Outcome::Unknown, "c"), seen(Outcome::NotApplicable, "d"));
        assert_eq!(compared("pass", &[pass.clone(), off.clone()]), None);
        assert!(compared("pass", &[pass.clone(), fail.clone()]).is_some());
        assert!(compared("pass", &[]).is_some());
        assert!(compared("pass", std::slice::from_ref(&off)).is_some());
        assert_eq!(compared("unknown", &[unknown.clone(), pass]), None);
        assert!(compared("unknown", &[unknown, fail]).is_some());
        assert_eq!(compared("not-applicable", &[]), None);
        assert_eq!(compared("not-applicable", &[off]), None);
    }

    #[test]
    fn each_place_and_no_other() {
        let two = [seen(Outcome::Fail, "[face]"), seen(Outcome::Fail, "0")];
        assert_eq!(compared("[{ fail: '0' }, { fail: '[face]', file: app.yml }]", &two), None);
        assert_eq!(
            compared("[{ fail: '[face]' }]", &two).as_deref(),
            Some("not expected fail at `0` in app.yml")
        );
        assert_eq!(
            compared("[{ fail: '[face]' }, { fail: '1' }]", &two).as_deref(),
            Some("expected fail at `1`\nnot expected fail at `0` in app.yml")
        );
        assert_eq!(
            compared("[{ fail: x }]", &[]).as_deref(),
            Some("expected fail at `x`\ngot nothing: no system was found in the files")
        );
        // An unknown that is not shown may be named, and need not be.
        let unknown = [seen(Outcome::Unknown, "u"), seen(Outcome::Fail, "f")];
        assert_eq!(compared("[{ fail: f }]", &unknown), None);
        assert_eq!(compared("[{ fail: f }, { unknown: u }]", &unknown), None);
    }
}
