//! `facelint inventory`: every system at a glance.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use facelint::report::{Format, Style, render_inventory};

use super::{Common, Exit, Outcome, output};

#[derive(Debug, Args)]
pub(super) struct InventoryArgs {
    /// Files and folders [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: InventoryFormat,
    /// Name failing notes too
    #[arg(long)]
    notes: bool,
    /// Take in signs that are too weak to make a system of their own
    #[arg(long)]
    hints: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum InventoryFormat {
    /// A table
    #[default]
    Pretty,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &InventoryArgs, common: &Common) -> Outcome {
    let mut options = common.options();
    options.paths.clone_from(&args.paths);
    options.hints = args.hints;
    let run = facelint::check(&options)?;
    let style = Style { notes: args.notes, ..common.style() };
    let format = match args.format {
        InventoryFormat::Pretty => Format::Pretty,
        InventoryFormat::Json => Format::Json,
    };
    output::print(&render_inventory(format, &run.report, &style))?;
    // An inventory passes no judgement; only what is missing from it matters.
    let unread = run.report.summary.files == 0 || run.report.problems.iter().any(|problem| problem.relevant);
    Ok(if unread { Exit::Unread } else { Exit::Clean })
}
