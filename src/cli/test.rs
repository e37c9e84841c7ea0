//! `facelint test`: the examples of rules are run as the small projects they are.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Component, Path};

use clap::Args;
use facelint::policy::{ExampleRun, Outcome as Judged, Pack, Seen, run_examples};
use facelint::report::{escape, escape_lines};
use facelint::{Lang, Options, Run};

use super::{Common, Exit, Outcome, load, output};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Packs by name or folder [default: every built-in pack]
    #[arg(value_name = "PACK")]
    packs: Vec<String>,
}

pub(super) fn run(args: &TestArgs, common: &Common) -> Outcome {
    let lang = common.lang();
    let packs = if args.packs.is_empty() { common.packs()? } else { load(&args.packs)? };
    let (mut passed, mut failed) = (0, 0);
    let mut out = String::new();
    for pack in &packs {
        let name = pack_name(pack, args);
        for result in run_examples(pack, &|files, as_of| run_project(&name, files, as_of)) {
            let Some(failure) = &result.failure else {
                passed += 1;
                if common.verbose {
                    let _ = writeln!(out, "ok    {}: {}", escape(&result.rule), escape(&result.example));
                }
                continue;
            };
            failed += 1;
            let _ = writeln!(out, "FAIL  {}: {}", escape(&result.rule), escape(&result.example));
            for line in std::iter::once(result.path.as_str()).chain(failure.lines()) {
                let _ = writeln!(out, "      {}", escape_lines(line));
            }
        }
    }
    if !common.quiet {
        let _ = match lang {
            Lang::En => writeln!(out, "{passed} examples passed, {failed} failed"),
            Lang::Zh => writeln!(out, "{passed} 个示例通过，{failed} 个失败"),
        };
    }
    output::print(&out)?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Clean })
}

/// What names the pack to a run: the folder it came from, or its id.
fn pack_name(pack: &Pack, args: &TestArgs) -> String {
    let folder = args.packs.iter().find(|name| {
        let path = Path::new(name);
        path.is_dir() && Pack::load(path).is_ok_and(|loaded| loaded.id() == pack.id())
    });
    match folder {
        // A run looks for relative folders from the project, which is not where we stand.
        Some(folder) => std::path::absolute(folder)
            .map_or_else(|_| folder.clone(), |path| path.to_string_lossy().into_owned()),
        None => pack.id().to_owned(),
    }
}

/// Writes the files of an example to a folder of their own and judges it.
fn run_project(
    pack: &str,
    files: &BTreeMap<String, String>,
    as_of: Option<&str>,
) -> Result<ExampleRun, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
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
    let run = facelint::check(&options).map_err(|failure| failure.message)?;
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
            Judged::Pass | Judged::NotApplicable => true,
            Judged::Fail | Judged::Unknown => !found(&system.id, &duty.rule),
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
