//! `facelint init`: a first `facelint.toml` and a template of the assessment; `--digest` renews digests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use facelint::init::{ASSESSMENT, renew, starter, template};
use facelint::report::model::SystemReport;
use facelint::{Failure, Lang, Options, Run};

use super::{Common, Exit, Outcome, Stop, output};

const CONFIG: &str = "facelint.toml";

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The project [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Overwrite files that are there already
    #[arg(long)]
    force: bool,
    /// Write the digest of what was assessed beside each assessment in facelint.toml, and nothing else
    #[arg(long, conflicts_with = "force")]
    digest: bool,
}

pub(super) fn run(args: &InitArgs, common: &Common) -> Outcome {
    let options = Options { paths: args.path.iter().cloned().collect(), ..common.options() };
    let run = facelint::check(&options)?;
    let lang = options.lang;
    if run.report.systems.is_empty() {
        output::print(match lang {
            Lang::En => "no face recognition was found; nothing is written\n",
            Lang::Zh => "未发现人脸识别系统，未写入任何文件\n",
        })?;
        return Ok(Exit::Clean);
    }
    if args.digest { digests(&run, common, lang) } else { first(&run, args.force, lang) }
}

/// Writes both files, or none.
fn first(run: &Run, force: bool, lang: Lang) -> Outcome {
    let root = Path::new(&run.report.root);
    let systems = &run.report.systems;
    let files = [(CONFIG, starter(systems, lang)), (ASSESSMENT, template(systems, lang))];
    if !force && let Some((there, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        let (message, help) = match lang {
            Lang::En => (
                format!("`{there}` is there already; nothing was written"),
                "add `--force` to overwrite it, or `--digest` to renew the digests in it",
            ),
            Lang::Zh => (
                format!("`{there}` 已存在，未写入任何文件"),
                "加 `--force` 覆盖，或用 `--digest` 只更新其中的摘要",
            ),
        };
        return Err(Failure::new(message).help(help).into());
    }
    let mut said = String::new();
    for (path, text) in &files {
        let full = root.join(path);
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| Failure::new(format!("`{}` could not be made: {e}", folder.display())))?;
        }
        output::write_file(&full, text)?;
        said.push_str(&match lang {
            Lang::En => format!("wrote {path}\n"),
            Lang::Zh => format!("已写入 {path}\n"),
        });
    }
    said.push_str(&match lang {
        Lang::En => format!(
            "{} in it; nothing is claimed yet: take the `#` away from what is true,\nwrite the assessment, then run `facelint init --digest`\n",
            if systems.len() == 1 { "1 system".to_owned() } else { format!("{} systems", systems.len()) }
        ),
        Lang::Zh => format!(
            "共 {} 个系统。文件中尚未作出任何声明：属实的项请去掉行首的 `#`，\n完成评估报告后运行 `facelint init --digest`\n",
            systems.len()
        ),
    });
    output::print(&said)?;
    Ok(Exit::Clean)
}

/// Renews the digest of every system whose assessment stands in the configuration.
fn digests(run: &Run, common: &Common, lang: Lang) -> Outcome {
    let root = Path::new(&run.report.root);
    let mut said = String::new();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut undone = 0;
    // From the end of the file, so that places before it stay right.
    let mut systems: Vec<&SystemReport> = run.report.systems.iter().collect();
    systems.sort_by_key(|s| std::cmp::Reverse(s.assessment.as_ref().map(|place| place.bytes)));
    let mut done: Vec<(&str, (u32, u32), &str)> = Vec::new();
    for system in systems {
        let digest = system.facts.pointer("/digest").and_then(serde_json::Value::as_str).unwrap_or_default();
        let state = system.facts.pointer("/assessment/state").and_then(serde_json::Value::as_str);
        let name = facelint::report::escape(&system.name);
        let place = system.assessment.as_ref().filter(|_| state == Some("present"));
        let Some(place) = place else {
            said.push_str(&match lang {
                Lang::En => format!("{name}: no assessment yet, no digest\n"),
                Lang::Zh => format!("{name}：尚无影响评估，不写摘要\n"),
            });
            continue;
        };
        // One table may speak of several systems; one digest cannot.
        if let Some((.., other)) = done.iter().find(|(f, at, _)| *f == place.file && *at == place.bytes) {
            undone += 1;
            said.push_str(&match lang {
                Lang::En => format!(
                    "{name}: shares its table with `{other}`; give it a [[system]] table of its own with\n  assessment.digest = \"{digest}\"\n"
                ),
                Lang::Zh => format!(
                    "{name}：与 `{other}` 共用一个 [[system]] 表，请为其单独建表并写入\n  assessment.digest = \"{digest}\"\n"
                ),
            });
            continue;
        }
        let file = run.sources.all().into_iter().find(|file| *file.path == *place.file);
        let ours = place.file == CONFIG || common.config.is_some() && place.file.ends_with(".toml");
        let text = file.filter(|file| ours && file.encoding == "UTF-8").map(|file| file.text.to_string());
        let text = texts.get(&place.file).cloned().or(text);
        match text.map(|text| renew(&text, place.bytes.0 as usize, digest)) {
            Some(Ok((text, renewed))) => {
                texts.insert(place.file.clone(), text);
                done.push((&place.file, place.bytes, &system.name));
                said.push_str(&match (renewed.before, lang) {
                    (Some(before), _) if before == digest => match lang {
                        Lang::En => format!("{name}: unchanged, {digest}\n"),
                        Lang::Zh => format!("{name}：未变化，{digest}\n"),
                    },
                    (Some(before), Lang::En) => format!("{name}: {digest} (was {before})\n"),
                    (Some(before), Lang::Zh) => format!("{name}：{digest}（原为 {before}）\n"),
                    (None, Lang::En) => format!("{name}: {digest}\n"),
                    (None, Lang::Zh) => format!("{name}：{digest}\n"),
                });
            }
            _ => {
                undone += 1;
                let at = format!("{}:{}", facelint::report::escape(&place.file), place.line);
                said.push_str(&match lang {
                    Lang::En => format!(
                        "{name}: its assessment is declared in {at}; write beside it\n  assessment.digest: {digest}\n"
                    ),
                    Lang::Zh => {
                        format!("{name}：影响评估在 {at} 声明，请在其旁写入\n  assessment.digest: {digest}\n")
                    }
                });
            }
        }
    }
    for (path, text) in &texts {
        let written: Result<(), Stop> = output::write_file(&root.join(path), text);
        written?;
    }
    output::print(&said)?;
    Ok(if undone > 0 { Exit::Findings } else { Exit::Clean })
}
