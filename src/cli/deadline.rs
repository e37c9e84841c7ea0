//! `facelint deadline`: the last day of a filing, in working days.

use clap::{Args, ValueEnum};
use facelint::report::{Question, missing_year, render_deadline};
use jiff::civil::Date;

use super::{Common, Exit, Outcome, output};

#[derive(Debug, Args)]
pub(super) struct DeadlineArgs {
    /// The day on which 100,000 persons were reached (YYYY-MM-DD); it is not counted itself
    #[arg(value_name = "DATE")]
    trigger: Date,
    /// Count so many working days [default: the 30 of Article 15]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=999))]
    days: Option<u32>,
    /// Format of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: DeadlineFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DeadlineFormat {
    /// The weeks with their days
    #[default]
    Pretty,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &DeadlineArgs, common: &Common) -> Outcome {
    let options = common.options();
    let calendar = facelint::calendar(&options)?;
    let style = common.style();
    let deadline = match args.days {
        None => calendar.filing_deadline(args.trigger),
        Some(days) => calendar.deadline(args.trigger, days),
    };
    let deadline = deadline.map_err(|missing| missing_year(missing, style.lang))?;
    let question = Question {
        working_days: args.days.unwrap_or(facelint::calendar::FILING_DAYS),
        as_of: common.as_of.unwrap_or_else(|| jiff::Zoned::now().date()),
    };
    let json = args.format == DeadlineFormat::Json;
    output::print(&render_deadline(&deadline, &calendar, question, json, &style))?;
    Ok(Exit::Clean)
}
