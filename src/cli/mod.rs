//! Arguments, one file a subcommand, and what every subcommand shares.
//!
//! Exit codes, whatever the format: 0 nothing at or above the gate, 1 findings at or above it (also when
//! something could not be read), 2 a fault in usage, configuration or policy, 3 something that should have
//! been read could not be, or nothing was examined, 101 a bug in facelint.

mod check;
mod completions;
mod deadline;
mod explain;
mod init;
mod inventory;
mod output;
mod rules;
mod schema;
mod terminal;
mod test;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use facelint::policy::{Pack, PolicyError};
use facelint::{Failure, Lang, Options};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Clean = 0,
    Findings = 1,
    Unread = 3,
}

/// Why a command did not end.
#[derive(Debug)]
enum Stop {
    /// Usage, configuration or policy: exit code 2.
    Failures(Vec<Failure>),
    /// The reader of our output went away (`| head`): not worth a word.
    Closed,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failures(vec![failure])
    }
}

type Outcome = Result<Exit, Stop>;

/// Finds the face recognition systems that a repository describes and holds them against China's face
/// recognition Measures.
///
/// It reads Kubernetes manifests, Helm charts, Compose files, application configuration, Terraform and
/// package manifests, and never uses the network. `facelint PATH…` is short for `facelint check PATH…`.
#[derive(Debug, Parser)]
#[command(name = "facelint", version, max_term_width = 80, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  no finding at or above --fail-on
  1  findings at or above --fail-on
  2  fault in the usage, the configuration or a policy
  3  a file that should have been read could not be, or nothing was examined";

/// What every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// Language of the output [default: from the locale]
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    lang: Option<LangArg>,
    /// Colours
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        hide_possible_values = false
    )]
    color: Color,
    /// Configuration file, instead of the nearest facelint.toml upward
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Pack of rules by name or folder, instead of those of the configuration; repeatable
    #[arg(long, global = true, value_name = "PACK")]
    pack: Vec<String>,
    /// Judge by the law in force on this date (YYYY-MM-DD) [default: today]
    #[arg(long, global = true, value_name = "DATE")]
    as_of: Option<jiff::civil::Date>,
    /// Print findings only, no headings and no summary
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print everything: waived findings, fingerprints, every duty that was not judged
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge the face recognition systems of a project (the default)
    Check(check::CheckArgs),
    /// List every face recognition system with its data flows and failing duties
    Inventory(inventory::InventoryArgs),
    /// List the rules
    Rules,
    /// Tell what a rule or an article asks, and what passes
    Explain(explain::ExplainArgs),
    /// Write a first facelint.toml and a template of the impact assessment
    Init(init::InitArgs),
    /// Count the working days of a filing deadline
    Deadline(deadline::DeadlineArgs),
    /// Run the examples of rules, the shipped ones or those of your own packs
    Test(test::TestArgs),
    /// Print the JSON Schema of a file format
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// A language as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LangArg {
    /// Chinese
    Zh,
    /// English
    En,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Parses the arguments, runs the command, says what went wrong.
pub(crate) fn run(args: Vec<OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(with_check(args)) {
        Ok(cli) => cli,
        // clap prints help and usage errors itself and knows their exit codes (0 and 2).
        Err(error) => error.exit(),
    };
    let common = &cli.common;
    let outcome = match cli.command {
        None => check::run(&check::CheckArgs::default(), common),
        Some(Command::Check(args)) => check::run(&args, common),
        Some(Command::Inventory(args)) => inventory::run(&args, common),
        Some(Command::Rules) => rules::run(common),
        Some(Command::Explain(args)) => explain::run(&args, common),
        Some(Command::Init(args)) => init::run(&args, common),
        Some(Command::Deadline(args)) => deadline::run(&args, common),
        Some(Command::Test(args)) => test::run(&args, common),
        Some(Command::Schema(args)) => schema::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
    };
    match outcome {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(Stop::Closed) => ExitCode::SUCCESS,
        Err(Stop::Failures(failures)) => {
            let style = common.style_of_errors();
            for failure in failures {
                output::error(&facelint::report::render_failure(&failure, &style));
            }
            ExitCode::from(2)
        }
    }
}

/// The arguments with `check` put in where no subcommand is named, so that `facelint .` works and options
/// of `check` need not be declared twice.
fn with_check(mut args: Vec<OsString>) -> Vec<OsString> {
    let command = Cli::command();
    let takes_value = |flag: &str| {
        command.get_arguments().any(|arg| {
            arg.get_long() == flag.strip_prefix("--") && arg.get_action().takes_values() && flag.len() > 2
        })
    };
    let mut at = 1;
    while let Some(text) = args.get(at).map(|arg| arg.to_string_lossy().into_owned()) {
        if takes_value(&text) {
            at += 2;
            continue;
        }
        let own = matches!(text.as_str(), "help" | "-h" | "--help" | "-V" | "--version")
            || command.find_subcommand(&text).is_some();
        if own {
            return args;
        }
        let common = text.starts_with('-')
            && command.get_arguments().any(|arg| {
                let name = text.split('=').next().unwrap_or_default();
                arg.get_long().is_some() && arg.get_long() == name.strip_prefix("--")
                    || arg.get_short().is_some_and(|c| text == format!("-{c}"))
            });
        if !common {
            break;
        }
        at += 1;
    }
    if at < args.len() {
        args.insert(at, "check".into());
    }
    args
}

impl Common {
    /// What a run is asked to do, as far as these options tell.
    fn options(&self) -> Options {
        Options {
            config: self.config.clone(),
            lang: self.lang(),
            packs: self.pack.clone(),
            as_of: self.as_of,
            ..Options::default()
        }
    }

    /// Whether the command line names a language.
    fn asks_for_lang(&self) -> bool {
        self.lang.is_some()
    }

    /// The language asked for, else that of the locale.
    fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None => terminal::lang(|name| std::env::var(name).ok()),
        }
    }

    /// The packs asked for, or all that are built in.
    fn packs(&self) -> Result<Vec<Pack>, Stop> {
        let names: Vec<String> = if self.pack.is_empty() {
            Pack::builtin_ids().map(str::to_owned).collect()
        } else {
            self.pack.clone()
        };
        load(&names)
    }
}

/// Packs by id or folder.
fn load(names: &[String]) -> Result<Vec<Pack>, Stop> {
    let mut packs = Vec::new();
    let mut failures = Vec::new();
    for name in names {
        let path = std::path::Path::new(name);
        let loaded = if path.is_dir() { Pack::load(path) } else { Pack::builtin(name) };
        match loaded {
            Ok(pack) => packs.push(pack),
            Err(errors) => failures.extend(errors.into_iter().map(policy_failure)),
        }
    }
    if failures.is_empty() { Ok(packs) } else { Err(Stop::Failures(failures)) }
}

/// A pack's error as a failure that points into the pack's file.
fn policy_failure(error: PolicyError) -> Failure {
    let mut failure = Failure::new(error.message);
    if !error.text.is_empty() {
        failure = failure.at(error.file, error.text, error.span);
    }
    match error.help {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// A panic is a bug, and the person who meets it should know where to say so.
pub(crate) fn report_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        default(info);
        output::error(concat!(
            "facelint ",
            env!("CARGO_PKG_VERSION"),
            " has a bug; please report the lines above and the file that was read\n",
            "facelint 出现内部错误；请将以上内容和所读取的文件一并反馈\n",
        ));
    }));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn inserted(args: &[&str]) -> String {
        let args = std::iter::once("facelint").chain(args.iter().copied()).map(OsString::from).collect();
        let args: Vec<String> = with_check(args).iter().map(|a| a.to_string_lossy().into_owned()).collect();
        args.join(" ")
    }

    #[test]
    fn the_arguments_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn check_is_put_in_where_no_command_is_named() {
        assert_eq!(inserted(&[]), "facelint");
        assert_eq!(inserted(&["."]), "facelint check .");
        assert_eq!(inserted(&["-"]), "facelint check -");
        assert_eq!(inserted(&["--lang", "zh", "src"]), "facelint --lang zh check src");
        assert_eq!(inserted(&["--lang=zh", "-q", "src"]), "facelint --lang=zh -q check src");
        assert_eq!(inserted(&["--format", "json"]), "facelint check --format json");
        assert_eq!(inserted(&["--lang", "zh", "rules"]), "facelint --lang zh rules");
        assert_eq!(inserted(&["check", "rules"]), "facelint check rules");
        assert_eq!(inserted(&["--", "rules"]), "facelint check -- rules");
        assert_eq!(inserted(&["--help"]), "facelint --help");
    }
}
