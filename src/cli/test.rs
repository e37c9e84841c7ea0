//! `facelint test`: the examples of rules are run as the small projects they are.

use std::fmt::Write;

use clap::Args;
use facelint::policy::{Pack, run_examples};
use facelint::report::{escape, escape_lines};
use facelint::{Failure, Lang};

use super::{Common, Exit, Outcome, load, output};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Packs by name or folder [default: the built-in packs and those of facelint.toml]
    #[arg(value_name = "PACK")]
    packs: Vec<String>,
}

pub(super) fn run(args: &TestArgs, common: &Common) -> Outcome {
    let lang = common.lang();
    let names = names(args, common)?;
    let (mut passed, mut failed) = (0, 0);
    let mut out = String::new();
    for (name, pack) in names.iter().zip(load(&names)?) {
        for result in run_examples(&pack, &|files, as_of| facelint::run_example(name, files, as_of)) {
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

/// The packs to test, each by its id or its folder, and none twice.
fn names(args: &TestArgs, common: &Common) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = match (args.packs.as_slice(), common.pack.as_slice()) {
        ([], []) => {
            let built_in = Pack::builtin_ids().map(str::to_owned);
            built_in.chain(facelint::configured_packs(&common.options())?).collect()
        }
        ([], asked) | (asked, _) => asked.to_vec(),
    };
    for name in &mut names {
        if std::path::Path::new(name).is_dir()
            && let Ok(full) = std::path::absolute(&*name)
        {
            // A run looks for relative folders from the project, which is not where we stand.
            *name = full.to_string_lossy().into_owned();
        }
    }
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}
