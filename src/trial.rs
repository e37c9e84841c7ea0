//! The examples of rules, each run as the small project that it is.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::policy::{ExampleRun, Outcome, Seen};
use crate::source::CONFIG_NAME;
use crate::{Options, Run, check};

/// Writes the files of an example to a folder of their own, judges them by a pack (an id or a folder) and
/// says what came out, as [`crate::policy::run_examples`] wants it. `as_of` is the date to judge by; today
/// when left out.
///
/// # Errors
/// Why the example cannot be run.
pub fn run_example(
    pack: &str,
    files: &BTreeMap<String, String>,
    as_of: Option<&str>,
) -> Result<ExampleRun, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    if !files.contains_key(CONFIG_NAME) {
        // The folder is the root, whatever lies above it.
        std::fs::write(folder.path().join(CONFIG_NAME), "").map_err(|error| error.to_string())?;
    }
    for (name, text) in files {
        let path = Path::new(name);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(format!("`{name}` does not stay inside the example"));
        }
        let path = folder.path().join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        made.and_then(|()| std::fs::write(&path, text)).map_err(|error| format!("`{name}`: {error}"))?;
    }
    let as_of = as_of.map(str::parse).transpose().map_err(|error| format!("`as_of`: {error}"))?;
    let options = Options {
        paths: vec![folder.path().to_owned()],
        packs: vec![pack.to_owned()],
        as_of,
        ..Options::default()
    };
    let run = check(&options).map_err(|failure| failure.message)?;
    Ok(seen(&run))
}

/// The judgements of a run as examples see them: findings where they are underlined, other outcomes by
/// their name.
fn seen(run: &Run) -> ExampleRun {
    let texts: BTreeMap<_, _> = run.sources.all().into_iter().map(|file| (file.path.clone(), file)).collect();
    let findings = run.report.findings.iter().map(|finding| {
        let place = &finding.place;
        let bytes = place.bytes.0 as usize..place.bytes.1 as usize;
        let text = texts.get(place.file.as_str()).and_then(|file| file.text.get(bytes)).unwrap_or_default();
        Seen {
            pack: finding.pack.clone(),
            rule: finding.rule.clone(),
            outcome: finding.outcome,
            shown: true,
            file: place.file.clone(),
            text: text.to_owned(),
        }
    });
    let found = |system: &str, rule: &str| {
        run.report.findings.iter().any(|finding| finding.system == system && finding.rule == rule)
    };
    let others = run.report.systems.iter().flat_map(|system| {
        let quiet = system.duties.iter().filter(|duty| match duty.outcome {
            Outcome::Pass | Outcome::NotApplicable => true,
            Outcome::Fail | Outcome::Unknown => !found(&system.id, &duty.rule),
        });
        quiet.map(|duty| Seen {
            pack: duty.pack.clone(),
            rule: duty.rule.clone(),
            outcome: duty.outcome,
            shown: false,
            file: String::new(),
            text: String::new(),
        })
    });
    let problems = run.report.problems.iter().filter(|problem| problem.relevant);
    ExampleRun {
        seen: findings.chain(others).collect(),
        problems: problems.map(|problem| format!("{}: {}", problem.place.file, problem.message)).collect(),
    }
}
