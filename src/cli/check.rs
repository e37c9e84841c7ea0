//! `facelint check`: judge a project.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use facelint::policy::Severity;
use facelint::report::{Format, Report, Style, render, render_coverage};
use facelint::{Baseline, Failure, Lang};

use super::{Common, Exit, Outcome, Stop, output};

#[derive(Debug, Args, Default)]
pub(super) struct CheckArgs {
    /// Files and folders to report on, or - for standard input [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Also write the report to a file, for example json=report.json; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = to_file)]
    output: Vec<(Format, PathBuf)>,
    /// Least severity that makes the exit code 1 [default: that of facelint.toml, else error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Report only findings that this file does not have
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings of the whole project to a file for --baseline, and end with 0
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "since"])]
    write_baseline: Option<PathBuf>,
    /// Report only findings that this git revision does not have
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Count every finding, also those that a waiver accepts
    #[arg(long)]
    no_waivers: bool,
    /// Show notes, not only their number
    #[arg(long)]
    notes: bool,
    /// Print what each rule says of each system, article by article, instead of the findings
    #[arg(long, conflicts_with_all = ["format", "notes"])]
    coverage: bool,
    /// Report signs that are too weak to make a system of their own
    #[arg(long)]
    hints: bool,
    /// Name of the text from standard input; its ending tells the format
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<String>,
}

impl From<facelint::config::FailOn> for FailOn {
    fn from(gate: facelint::config::FailOn) -> Self {
        match gate {
            facelint::config::FailOn::At(Severity::Error) => FailOn::Error,
            facelint::config::FailOn::At(Severity::Warning) => FailOn::Warning,
            facelint::config::FailOn::At(Severity::Note) => FailOn::Note,
            facelint::config::FailOn::Never => FailOn::Never,
        }
    }
}

/// The gate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// No finding
    Never,
}

impl FailOn {
    /// The least severity that stops.
    fn gate(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }

    /// Whether a severity is at or above the gate.
    fn stops(self, severity: Severity) -> bool {
        self.gate().is_some_and(|gate| severity >= gate)
    }
}

fn to_file(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) =
        text.split_once('=').ok_or("write it as FORMAT=FILE, for example json=report.json")?;
    if file.is_empty() {
        return Err("the file name is missing".to_owned());
    }
    let format = Format::from_str(format, false).map_err(|_| {
        let known: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("there is no format `{format}`; choose one of {}", known.join(", "))
    })?;
    Ok((format, file.into()))
}

pub(super) fn run(args: &CheckArgs, common: &Common) -> Outcome {
    let mut options = common.options();
    options.hints = args.hints;
    options.no_waivers = args.no_waivers;
    options.baseline.clone_from(&args.baseline);
    options.since.clone_from(&args.since);
    if args.paths.iter().any(|path| path == Path::new("-")) {
        if args.paths.len() > 1 {
            return Err(Failure::new("`-` stands alone: standard input or paths, not both").into());
        }
        options.stdin = Some(read_stdin()?);
        options.stdin_name.clone_from(&args.stdin_filename);
    } else {
        options.paths.clone_from(&args.paths);
    }
    let (gate, lang) = facelint::configured_gate(&options)?;
    if let Some(lang) = lang.filter(|_| !common.asks_for_lang()) {
        options.lang = lang;
    }
    let fail_on = args.fail_on.or(gate.map(FailOn::from)).unwrap_or_default();
    let run = facelint::check(&options)?;
    if let Some(file) = &args.write_baseline {
        return write_baseline(file, &run.report, options.lang);
    }
    let style = Style { notes: args.notes, gate: fail_on.gate(), lang: options.lang, ..common.style() };
    for (format, file) in &args.output {
        let plain = Style { color: false, links: false, unicode: true, width: 80, ..style.clone() };
        output::write_file(file, &render(*format, &run.report, &run.sources, &plain))?;
    }
    // "No face recognition" would be too much to say of files that nobody looked at.
    let silent =
        nothing_examined(&run.report) && args.format == Format::Pretty && run.report.problems.is_empty();
    if args.coverage {
        output::print(&render_coverage(&run.report, &style))?;
    } else if !silent {
        output::print(&render(args.format, &run.report, &run.sources, &style))?;
    }
    let annotated = args.format == Format::Github || args.output.iter().any(|(f, _)| *f == Format::Github);
    if let Some(summary) =
        std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| annotated && !path.is_empty())
    {
        output::append(Path::new(&summary), &render(Format::Markdown, &run.report, &run.sources, &style))?;
    }
    if nothing_examined(&run.report) {
        output::error(match options.lang {
            Lang::En => "facelint: no file was examined\n",
            Lang::Zh => "facelint：没有检查任何文件\n",
        });
    }
    Ok(exit(&run.report, fail_on))
}

/// Writes the baseline. What could not be read would be missing from it without a word.
fn write_baseline(file: &Path, report: &Report, lang: Lang) -> Outcome {
    if !report.whole {
        return Err(Failure::new("a baseline is written from the whole project")
            .help("leave the paths out, or name the project's root")
            .into());
    }
    let baseline = Baseline::of(report);
    output::write_file(file, &baseline.to_text())?;
    let n = baseline.findings.len();
    let file = file.display();
    output::error(&match lang {
        Lang::En => format!("facelint: {n} findings written to `{file}`; run with `--baseline {file}`\n"),
        Lang::Zh => format!("facelint：已将 {n} 个发现项写入 `{file}`；请使用 `--baseline {file}` 运行\n"),
    });
    let unread = nothing_examined(report) || report.problems.iter().any(|problem| problem.relevant);
    Ok(if unread { Exit::Unread } else { Exit::Clean })
}

/// Findings win over what could not be read: a gate that fails is the stronger news, and the problems
/// stand in the report all the same.
fn exit(report: &Report, gate: FailOn) -> Exit {
    if report.findings.iter().any(|f| f.waived.is_none() && gate.stops(f.severity)) {
        Exit::Findings
    } else if nothing_examined(report) || report.problems.iter().any(|problem| problem.relevant) {
        Exit::Unread
    } else {
        Exit::Clean
    }
}

fn nothing_examined(report: &Report) -> bool {
    report.summary.files == 0
}

fn read_stdin() -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(format!("standard input could not be read: {error}")))?;
    Ok(bytes)
}
