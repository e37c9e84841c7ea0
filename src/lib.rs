//! facelint finds the face-recognition systems that a repository describes and holds each against the
//! law.
//!
//! The way through, one direction, each stage knowing only those before it:
//!
//! ```text
//! paths ─ source ─ syntax ─ descriptor ─ recognition ─ system ─ facts ─ policy ─ waiver ─ report
//!         files    trees    resources    sightings    systems  facts   outcomes findings  text, JSON
//! ```
//!
//! [`check`] is that way in one function. A file is read whole only if it holds a literal without which
//! no signature of the catalogue can match ([`source::Prefilter`]); so a repository without face
//! recognition costs about what a search for these literals costs. Every value knows the bytes it came
//! from, through any nesting ([`syntax::TextMap`]), so that a finding underlines the text that causes it
//! and nothing else. What a rule sees of a system are [`facts::Fact`]s, each with its places and how it is
//! known: observed, declared, or a product's default.

pub mod calendar;
pub mod config;
pub mod descriptor;
pub mod embedded;
pub mod facts;
mod failure;
mod fnv;
mod gather;
pub mod init;
pub mod policy;
pub mod recognition;
pub mod report;
mod run;
pub mod source;
mod stdin;
pub mod syntax;
pub mod system;
mod trial;
mod waiver;

use std::path::PathBuf;

pub use failure::{Failure, FailurePlace};
pub use report::Report;
pub use trial::run_example;
pub use waiver::{Baseline, Entry};

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// What a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to report on; empty means the current directory.
    pub paths: Vec<PathBuf>,
    /// The bytes of standard input, judged instead of `paths`; in any encoding that files may have.
    pub stdin: Option<Vec<u8>>,
    /// The name that standard input goes by; its ending tells the format. With a directory that exists, the
    /// text stands for that file of the project there; otherwise it is a project of its own.
    pub stdin_name: Option<String>,
    /// The configuration file, instead of the nearest `facelint.toml` upward.
    pub config: Option<PathBuf>,
    /// The language of messages in the report.
    pub lang: Lang,
    /// Pack ids or folders, instead of those of the configuration.
    pub packs: Vec<String>,
    /// The date to judge by; today when left out.
    pub as_of: Option<jiff::civil::Date>,
    /// Sightings with `hint` confidence are reported too.
    pub hints: bool,
    /// A file of known findings, which are not reported.
    pub baseline: Option<PathBuf>,
    /// A git revision; findings that it has are not reported.
    pub since: Option<String>,
    /// Waivers accept nothing: every finding counts.
    pub no_waivers: bool,
    /// Every file is parsed, whether it holds a literal of the catalogue or not (for tests).
    pub no_prefilter: bool,
}

/// What a run found.
#[derive(Debug)]
pub struct Run {
    /// The report.
    pub report: Report,
    /// The files it points into.
    pub sources: source::Sources,
}

/// The packs that the project's configuration names, as [`Options::packs`] takes them: ids, and folders
/// with their whole path.
///
/// # Errors
/// Faults of the configuration.
pub fn configured_packs(options: &Options) -> Result<Vec<String>, Failure> {
    let root = run::root(options)?;
    let config = run::config(&root, options, &source::Sources::new())?;
    let whole = |name: &str| std::path::absolute(root.join(name)).map(|p| p.to_string_lossy().into_owned());
    let names = config.packs.iter().map(|pack| match run::is_folder(&pack.text) {
        true => whole(&pack.text).unwrap_or_else(|_| pack.text.clone()),
        false => pack.text.clone(),
    });
    Ok(names.collect())
}

/// The project's own gate and language, from its `facelint.toml`.
///
/// # Errors
/// A path that does not exist, or a configuration with faults.
pub fn configured_gate(options: &Options) -> Result<(Option<config::FailOn>, Option<Lang>), Failure> {
    let root = run::root(options)?;
    let config = run::config(&root, options, &source::Sources::new())?;
    Ok((config.fail_on, config.lang))
}

/// Reads a project, finds its face-recognition systems and holds each against the packs.
///
/// # Errors
/// Faults of usage, configuration or policy. What could not be read in the project itself is part of the
/// report.
pub fn check(options: &Options) -> Result<Run, Failure> {
    let sources = source::Sources::new();
    let known = options.baseline.as_deref().map(Baseline::load).transpose()?;
    let mut report = examine(options, &sources)?;
    if let (Some(known), Some(file)) = (&known, &options.baseline) {
        run::hide(&mut report, known, &file.display().to_string());
    }
    if let Some(revision) = &options.since {
        let before = run::before(options, revision, &report)?;
        run::hide(&mut report, &before, revision);
    }
    Ok(Run { report, sources })
}

/// The working-day calendar of a project: the built-in one and the files that its configuration names.
///
/// # Errors
/// Faults of usage, of the configuration or of a calendar file.
pub fn calendar(options: &Options) -> Result<calendar::Calendar, Failure> {
    let root = run::root(options)?;
    let config = run::config(&root, options, &source::Sources::new())?;
    run::calendar(&config, &root, options.lang)
}

/// The way through; `sources` takes the text of every file that is read.
fn examine(options: &Options, sources: &source::Sources) -> Result<Report, Failure> {
    let lang = options.lang;
    let as_of = options.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
    let root = run::root(options)?;
    let config = run::config(&root, options, sources)?;
    let signatures = run::Signatures::new(&config, &root)?;
    let packs = run::packs(&options.packs, &config, &root)?;
    let calendar = run::calendar(&config, &root, lang)?;
    let (discovery, given) = run::discover(options, &root, &config)?;
    let parser: source::Parser<'_> = Box::new(|file| {
        let format = syntax::format_of(&file.path)?;
        Some(syntax::parse(format, &syntax::Input::file(file.id, &file.text)))
    });
    let files = source::ProjectFiles::new(&discovery, sources, config.file_limit(), parser).with(given);
    let prefilter = (!options.no_prefilter).then(|| signatures.prefilter(discovery.files.len()));
    let homes = system::Homes::new(discovery.files.iter().map(|f| &*f.path));

    let gather::Gathered { resources, mut sightings, problems, parsed, .. } =
        gather::gather(&files, &signatures, prefilter.as_ref(), &homes);
    let catalogue = signatures.catalogue_for(&resources);
    let path_of =
        |n: usize| resources.get(n).map(|r| sources.get(r.file).path.to_string()).unwrap_or_default();
    let links = system::Links::resolve(&resources, &path_of);
    system::apply_switches(&mut sightings, &resources, catalogue, &links);
    let home_of: Vec<String> = resources.iter().map(|r| homes.of(&r.dir).to_owned()).collect();
    let systems = system::group(&resources, sightings, catalogue, &home_of, &links);

    let mut report = run::empty_report(&discovery, &packs, as_of);
    report.problems = run::problems(&files, &problems, sources, lang);
    let own_words = run::vocabulary(&config, &root)?;
    let vocabulary = own_words.as_ref().unwrap_or_else(|| facts::reader::Vocabulary::builtin());
    let reference = |text: &str| run::reference(&files, text);
    let open = |text: &str| run::document(&files, text);
    let around = facts::Around { as_of, calendar: &calendar, reference: &reference, open: &open };
    for (number, system) in systems.iter().enumerate() {
        if !run::is_reported(system, &resources, &files, sources) {
            continue;
        }
        let (stated, faults) = run::stated(system, &resources, &config, &files, sources);
        report.problems.extend(run::declaration_problems(&faults, sources, lang));
        let view = facts::View::new(system, &resources, catalogue, vocabulary, &stated, around);
        let (facts, profile) = facts::build(&view);
        let Some(first) = system.sightings.first().map(|s| s.span) else { continue };
        let judged = policy::judge(&packs, number, &facts, first, as_of);
        report.problems.extend(judged.problems.iter().map(run::policy_problem));
        let judged = report::Judged { system, facts: &facts, profile, judgements: judged.judgements };
        report.findings.extend(run::findings(&judged, &packs, sources, lang));
        report.systems.push(report::system_report(&judged, catalogue, sources, options.hints, lang));
    }
    if !options.no_waivers {
        run::waive(&mut report, &resources, &config, &packs, as_of, lang, (&files, sources));
    }
    run::finish(&mut report, discovery.files.len(), parsed);
    Ok(report)
}
