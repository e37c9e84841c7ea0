//! `facelint schema`: the JSON Schemas, compiled in.

use clap::{Args, ValueEnum};

use super::{Exit, Outcome, output};

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// The file format
    #[arg(value_enum, value_name = "NAME")]
    name: Name,
}

/// A file format; each has a schema in `schemas/`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// Report (--format json)
    Report,
    /// Configuration (facelint.toml)
    Config,
    /// Rule of a pack
    Rule,
    /// Catalogue of products
    Catalogue,
    /// Vocabulary of settings
    Vocabulary,
}

pub(super) fn run(args: &SchemaArgs) -> Outcome {
    output::print(match args.name {
        Name::Report => include_str!("../../schemas/report.schema.json"),
        Name::Config => include_str!("../../schemas/config.schema.json"),
        Name::Rule => include_str!("../../schemas/rule.schema.json"),
        Name::Catalogue => include_str!("../../schemas/catalogue.schema.json"),
        Name::Vocabulary => include_str!("../../schemas/vocabulary.schema.json"),
    })?;
    Ok(Exit::Clean)
}
