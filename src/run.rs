//! The seams of [`crate::check`]: between what one stage gives and what the next one takes.

use crate::calendar::Calendar;
use crate::config::{self, Config, ConfigError, Declared, LoadError, SystemConfig};
use crate::descriptor::Project as _;
use crate::descriptor::Resource;
use crate::facts::reader::Vocabulary;
use crate::facts::{Reference, Stated};
use crate::policy::{Pack, PolicyError};
use crate::recognition::literals::Literal as Needed;
use crate::recognition::{Catalogue, CatalogueError};
use crate::report::model::{Finding, Place, Problem, Report, Summary, Tool};
use crate::report::{self, Judged};
use crate::source::{
    self, Boundary, Discovery, Given, Literal, Prefilter, ProjectFiles, SourceFile, Sources,
};
use crate::stdin;
use crate::syntax::SyntaxProblem;
use crate::system::System;
use crate::waiver;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::{Failure, Lang, Options};

/// The project's configuration.
pub(crate) fn config(root: &Path, options: &Options, sources: &Sources) -> Result<Config, Failure> {
    config::load(root, options.config.as_deref(), sources).map_err(|error| match error {
        LoadError::File(problem) => {
            let failure = Failure::new(problem.message(options.lang));
            problem.help(options.lang).map_or(failure.clone(), |help| failure.help(help))
        }
        LoadError::Text(errors) => config_failure(&errors, sources, options.lang),
    })
}

/// Every fault of the configuration in one failure: the first with its place, the others listed.
fn config_failure(errors: &[ConfigError], sources: &Sources, lang: Lang) -> Failure {
    let Some(first) = errors.first() else { return Failure::new("the configuration cannot be read") };
    let file = sources.get(first.span.file);
    let mut failure = Failure::new(report::say(&first.message, lang)).at(
        file.path.to_string(),
        file.text.clone(),
        first.span.range(),
    );
    let mut help: Vec<String> = first.help.iter().map(|h| report::say(h, lang).to_owned()).collect();
    for error in errors.iter().skip(1) {
        let at = report::place(sources, error.span);
        let text = report::say(&error.message, lang);
        let way = error.help.as_ref().map_or(String::new(), |h| format!(" ({})", report::say(h, lang)));
        help.push(format!("{}:{}:{}: {text}{way}", at.file, at.line, at.column));
    }
    if !help.is_empty() {
        failure = failure.help(help.join("\n"));
    }
    failure
}

/// The packs that judge: those asked for, else those of the configuration, else the law in force; with
/// the project's own severities.
pub(crate) fn packs(asked: &[String], config: &Config, root: &Path) -> Result<Vec<Pack>, Failure> {
    let from_cli = asked.iter().map(|n| (n.clone(), PathBuf::from(n)));
    let from_config = config.packs.iter().map(|n| (n.text.clone(), root.join(&n.text)));
    let mut names: Vec<(String, PathBuf)> = from_cli.collect();
    if names.is_empty() {
        names.extend(from_config);
    }
    if names.is_empty() {
        names.push(("cn-2025".into(), PathBuf::new()));
    }
    let mut packs = Vec::new();
    for (name, path) in names {
        let pack = if is_folder(&name) { Pack::load(&path) } else { Pack::builtin(&name) };
        packs.push(pack.map_err(|errors| policy_failure(&errors))?);
    }
    let turned_on = |name: &str| config.rules.iter().any(|r| r.rule.text == name && r.enabled == Some(true));
    for pack in &mut packs {
        pack.rules.retain(|r| !r.file.off || turned_on(&r.file.rule));
    }
    for rule in &config.rules {
        for pack in &mut packs {
            if rule.enabled == Some(false) {
                pack.rules.retain(|r| r.file.rule != rule.rule.text || r.file.absolute);
            }
            for known in pack.rules.iter_mut().filter(|r| r.file.rule == rule.rule.text) {
                known.file.severity = rule.severity.unwrap_or(known.file.severity);
            }
        }
    }
    Ok(packs)
}

/// Whether a pack's name is that of a folder.
pub(crate) fn is_folder(name: &str) -> bool {
    name.contains(['/', '\\']) || name.starts_with('.')
}

/// The project's own vocabulary after the built-in one; `None` when it has none.
pub(crate) fn vocabulary(config: &Config, root: &Path) -> Result<Option<Vocabulary>, Failure> {
    if config.vocabulary.is_empty() {
        return Ok(None);
    }
    let mut own = Vec::new();
    for file in &config.vocabulary {
        let text = std::fs::read_to_string(root.join(&file.text))
            .map_err(|e| Failure::new(format!("`{}` cannot be read: {e}", file.text)))?;
        own.push((file.text.clone(), text));
    }
    let read = Vocabulary::with_files(&own);
    Ok(Some(read.map_err(|e| Failure::new(e.to_string()).help("compare the file with docs/vocabulary.md"))?))
}

/// The catalogue: compiled when the first file is worth parsing, or at once where the project has files of
/// its own, so that a fault in them is found in every run.
pub(crate) struct Signatures {
    compiled: OnceLock<Catalogue>,
    nothing: Catalogue,
    needed: Vec<Needed>,
}

impl Signatures {
    /// The catalogue with the project's own files.
    pub(crate) fn new(config: &Config, root: &Path) -> Result<Self, Failure> {
        let mut own = Vec::new();
        for file in &config.catalogue {
            let text = std::fs::read_to_string(root.join(&file.text))
                .map_err(|e| Failure::new(format!("`{}` cannot be read: {e}", file.text)))?;
            own.push((file.text.clone(), text));
        }
        let compiled = OnceLock::new();
        let mut needed = Catalogue::builtin_literals();
        if !own.is_empty() {
            let texts = own.iter().map(|(file, text)| (file.as_str(), text.as_str()));
            needed.extend(Catalogue::load(texts).map_err(catalogue_failure)?.literals());
            let _ = compiled.set(Catalogue::with_user_files(&own).map_err(catalogue_failure)?);
        }
        Ok(Signatures { compiled, nothing: Catalogue::new([]), needed })
    }

    /// The catalogue, compiled.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        // A test keeps the built-in files readable.
        self.compiled.get_or_init(|| Catalogue::builtin().unwrap_or_else(|_| Catalogue::new([])))
    }

    /// The catalogue where anything was read; nobody needs it where nothing was.
    pub(crate) fn catalogue_for(&self, resources: &[Resource]) -> &Catalogue {
        if resources.is_empty() { &self.nothing } else { self.catalogue() }
    }

    /// What a file must hold to be parsed, for a search of this many files.
    pub(crate) fn prefilter(&self, files: usize) -> Prefilter {
        let literals = self.needed.iter().map(|Needed { text, word_start }| Literal {
            text: text.clone(),
            boundary: if *word_start { Boundary::WordStart } else { Boundary::Anywhere },
        });
        Prefilter::for_files(literals, files)
    }
}

/// The working-day calendar with the project's own files.
pub(crate) fn calendar(config: &Config, root: &Path, lang: Lang) -> Result<Calendar, Failure> {
    let mut own = Vec::new();
    for file in &config.calendar {
        let text = std::fs::read_to_string(root.join(&file.text)).map_err(|e| {
            Failure::new(match lang {
                Lang::En => format!("the calendar `{}` cannot be read: {e}", file.text),
                Lang::Zh => format!("无法读取日历文件 `{}`：{e}", file.text),
            })
        })?;
        own.push((file.text.clone(), text));
    }
    Calendar::with_files(&own).map_err(|faults| {
        let Some(first) = faults.first() else { return Failure::new("a calendar file cannot be read") };
        let failure = Failure::new(report::say(&first.message, lang)).at(
            first.file.clone(),
            first.text.clone(),
            first.bytes.clone(),
        );
        failure.help(match lang {
            Lang::En => "compare the file with \"Working-day calendars\" in docs/configuration.md",
            Lang::Zh => "请对照 docs/configuration.md 中“Working-day calendars”一节修改",
        })
    })
}

/// The first fault of a pack; the others are counted, `facelint test` shows them all.
fn policy_failure(errors: &[PolicyError]) -> Failure {
    let Some(first) = errors.first() else { return Failure::new("the pack cannot be read") };
    let mut failure = Failure::new(first.message.clone());
    if !first.text.is_empty() {
        failure = failure.at(first.file.clone(), first.text.clone(), first.span.clone());
    }
    match (&first.help, errors.len()) {
        (Some(help), _) => failure.help(help.clone()),
        (None, 1) => failure,
        (None, n) => failure.help(format!("mend this first; there are {} more faults in the pack", n - 1)),
    }
}

pub(crate) fn catalogue_failure(errors: Vec<CatalogueError>) -> Failure {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::new(texts.join("\n")).help("compare the file with docs/catalogue.md")
}

/// A rule whose expression failed on these facts.
pub(crate) fn policy_problem(error: &PolicyError) -> Problem {
    let (line, column) = error.line_column();
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (line, column) = (at(line), at(column));
    let place =
        Place { file: error.file.clone(), line, column, end_line: line, end_column: column, bytes: (0, 0) };
    Problem { place, message: error.message.clone(), help: error.help.clone(), relevant: true }
}

/// The files of the run, and the one among them whose bytes came from standard input.
pub(crate) fn discover(
    options: &Options,
    root: &Path,
    config: &Config,
) -> Result<(Discovery, Option<Given>), Failure> {
    let excludes = config.excludes().map_err(|e| Failure::new(report::say(&e.message, options.lang)))?;
    let find = |paths: &[PathBuf]| {
        source::discover(root, paths, &excludes, &is_descriptor)
            .map_err(|problems| file_failure(&problems, options.lang))
    };
    let Some(bytes) = &options.stdin else { return Ok((find(&options.paths)?, None)) };
    let name = options.stdin_name.as_deref();
    let around = stdin::directory(name).map(|dir| find(&[dir])).transpose()?;
    let (files, path) = stdin::place(root, name, bytes, around, &excludes);
    Ok((files, Some(Given { path, bytes: bytes.clone() })))
}

/// The root of the project.
pub(crate) fn root(options: &Options) -> Result<PathBuf, Failure> {
    let around: Vec<PathBuf> = match options.stdin {
        Some(_) => stdin::directory(options.stdin_name.as_deref()).into_iter().collect(),
        None => options.paths.clone(),
    };
    source::root_of(&around).map_err(|problems| file_failure(&problems, options.lang))
}

fn file_failure(problems: &[source::FileProblem], lang: Lang) -> Failure {
    let texts: Vec<String> = problems.iter().map(|p| p.message(lang)).collect();
    let failure = Failure::new(texts.join("\n"));
    match problems.iter().find_map(|p| p.help(lang)) {
        Some(help) => failure.help(help),
        None => failure,
    }
}

/// Whether a file's name says that it may be a descriptor.
pub(crate) fn is_descriptor(path: &str) -> bool {
    crate::syntax::format_of(path).is_some() || crate::descriptor::is_text(path)
}

/// A report of nothing yet.
pub(crate) fn empty_report(discovery: &Discovery, packs: &[Pack], as_of: jiff::civil::Date) -> Report {
    Report {
        version: 1,
        tool: Tool { name: "facelint", version: env!("CARGO_PKG_VERSION") },
        root: discovery.root.display().to_string().replace('\\', "/"),
        packs: packs.iter().map(|p| p.id().to_owned()).collect(),
        as_of: as_of.to_string(),
        systems: Vec::new(),
        findings: Vec::new(),
        problems: Vec::new(),
        summary: Summary::default(),
        compared: Vec::new(),
        whole: discovery.reports_on(""),
        rulebooks: packs.iter().map(report::rulebook).collect(),
        prefix: prefix(&discovery.root),
    }
}

/// The way from the top of the git repository to the root, if the root is below it.
fn prefix(root: &Path) -> String {
    let Some(top) = root.ancestors().find(|dir| dir.join(".git").exists()) else { return String::new() };
    let inner = root.strip_prefix(top).unwrap_or(Path::new(""));
    let parts: Vec<String> =
        inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.is_empty() { String::new() } else { format!("{}/", parts.join("/")) }
}

/// Everything that could not be read or understood.
pub(crate) fn problems(
    files: &ProjectFiles<'_>,
    syntax: &[SyntaxProblem],
    sources: &Sources,
    lang: Lang,
) -> Vec<Problem> {
    let mut out: Vec<Problem> = files
        .problems()
        .iter()
        .map(|p| Problem {
            place: Place {
                file: p.path.to_string(),
                line: 1,
                column: 1,
                end_line: 1,
                end_column: 1,
                bytes: (0, 0),
            },
            message: p.message(lang),
            help: p.help(lang).map(str::to_owned),
            relevant: p.relevant(),
        })
        .collect();
    out.extend(syntax.iter().map(|p| Problem {
        place: report::place(sources, p.span),
        message: p.message.clone(),
        help: None,
        relevant: true,
    }));
    out.retain(|p| files.reports_on(&p.place.file));
    out.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.message.cmp(&b.message)));
    out
}

/// Whether any descriptor of a system is among the paths that are reported on.
pub(crate) fn is_reported(
    system: &System,
    resources: &[Resource],
    files: &ProjectFiles<'_>,
    sources: &Sources,
) -> bool {
    system
        .resources
        .iter()
        .filter_map(|n| resources.get(*n))
        .any(|r| files.reports_on(&sources.get(r.file).path))
}

/// What a reference in a setting or a declaration leads to.
pub(crate) fn reference(files: &ProjectFiles<'_>, text: &str) -> Reference {
    match config::Reference::of(text) {
        config::Reference::Placeholder(_) => Reference::Placeholder,
        config::Reference::Url(_) | config::Reference::Document(_) => Reference::Given,
        config::Reference::Path(path) => {
            let name = path.split('#').next().unwrap_or(&path);
            if files.exists(name) {
                Reference::Given
            } else if name.starts_with('/') || name.split('/').any(|part| part == "..") {
                Reference::Outside
            } else {
                Reference::Missing
            }
        }
    }
}

/// The text of a document that a reference leads to; only forms that people write as text.
pub(crate) fn document(files: &ProjectFiles<'_>, text: &str) -> Option<Arc<SourceFile>> {
    let config::Reference::Path(path) = config::Reference::of(text) else { return None };
    let name = path.split('#').next().unwrap_or(&path);
    let (_, ending) = name.rsplit_once('.')?;
    let readable = ["md", "markdown", "mdx", "txt", "adoc", "asciidoc", "rst", "org"];
    readable.contains(&ending.to_ascii_lowercase().as_str()).then(|| files.read(name)).flatten()
}

/// What the project states about a system: in its descriptors (annotations, `x-facelint`) and in
/// `facelint.toml`. A descriptor speaks of itself, so its word comes first.
pub(crate) fn stated(
    system: &System,
    resources: &[Resource],
    config: &Config,
    files: &ProjectFiles<'_>,
    sources: &Sources,
) -> (Vec<Stated>, Vec<ConfigError>) {
    let members: Vec<&Resource> = system.resources.iter().filter_map(|n| resources.get(*n)).collect();
    // A waiver states no fact.
    let facts = |r: &&Resource| {
        r.declarations.iter().filter(|s| s.keys().next() != Some("ignore")).cloned().collect::<Vec<_>>()
    };
    let own: Vec<_> = members.iter().flat_map(facts).collect();
    let (mut facts, errors) = config::check_all(&own);
    for table in &config.systems {
        if speaks_of(table, system, &members, sources) {
            facts.extend(table.facts.iter().cloned());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    facts.retain(|f| seen.insert(f.name.clone()));
    let stated = facts.into_iter().map(|fact| Stated {
        reference: match &fact.value {
            Declared::Reference(_) => fact.texts().first().map(|text| reference(files, text)),
            _ => None,
        },
        values: fact.texts(),
        name: fact.name,
        span: fact.span,
        key_span: fact.key_span,
    });
    (stated.collect(), errors)
}

/// Whether a `[[system]]` table is about this system: by name or id, by its paths, or because it names
/// neither.
fn speaks_of(table: &SystemConfig, system: &System, members: &[&Resource], sources: &Sources) -> bool {
    let named = table
        .name
        .as_ref()
        .map(|n| n.text == system.name || n.text == system.id || members.iter().any(|r| *r.name == *n.text));
    let mut builder = globset::GlobSetBuilder::new();
    for glob in table.paths.iter().filter_map(|p| globset::Glob::new(&p.text).ok()) {
        builder.add(glob);
    }
    let Ok(globs) = builder.build() else { return false };
    let by_path = members.iter().any(|r| globs.is_match(&*sources.get(r.file).path));
    match (named, table.paths.is_empty()) {
        (Some(true), _) => true,
        (_, false) => by_path,
        (Some(false), true) => false,
        (None, true) => true,
    }
}

/// The findings of a judged system.
pub(crate) fn findings(judged: &Judged<'_>, packs: &[Pack], sources: &Sources, lang: Lang) -> Vec<Finding> {
    judged
        .judgements
        .iter()
        .filter_map(|judgement| {
            let pack = packs.iter().find(|p| p.id() == judgement.pack)?;
            let rule = pack.rule(&judgement.rule)?;
            let citation = pack.citation(&judgement.duty);
            report::finding(
                judgement,
                judged.system,
                &citation,
                &rule.file.title,
                &pack.law.url,
                sources,
                lang,
            )
        })
        .collect()
}

/// Finds the project's waivers and holds them against the findings.
pub(crate) fn waive(
    report: &mut Report,
    resources: &[Resource],
    config: &Config,
    packs: &[Pack],
    as_of: jiff::civil::Date,
    lang: Lang,
    (files, sources): (&ProjectFiles<'_>, &Sources),
) {
    let mut found = waiver::Found::default();
    let own = config.waivers.first().map(|w| w.span.file);
    for file in sources.all().iter().filter(|f| Some(f.id) != own && !f.path.ends_with(source::CONFIG_NAME)) {
        waiver::comments(file, &mut found);
    }
    waiver::annotations(resources, sources, &mut found);
    waiver::configured(&config.waivers, &mut found);
    let reported = |path: &str| files.reports_on(path);
    waiver::apply(report, &found, &waiver::Judging { packs, as_of, lang, sources, reported: &reported });
}

/// Takes known findings out of a report that is finished.
pub(crate) fn hide(report: &mut Report, known: &waiver::Baseline, name: &str) {
    waiver::hide(report, known, name);
    let Summary { files, parsed, systems, .. } = report.summary;
    report.summary = Summary { files, parsed, systems, ..Summary::default() };
    report::count(&report.findings, &mut report.summary);
}

/// The findings of the project as it was at a revision, by the rules of today.
pub(crate) fn before(options: &Options, revision: &str, now: &Report) -> Result<waiver::Baseline, Failure> {
    let root = root(options)?;
    let limit = config(&root, options, &Sources::new())?.file_limit();
    let tree = waiver::tree(&root, &now.prefix, revision, limit)?;
    let packs =
        if options.packs.is_empty() { crate::configured_packs(options)? } else { options.packs.clone() };
    let old = Options {
        paths: vec![tree.root.clone()],
        packs,
        baseline: None,
        since: None,
        stdin: None,
        ..options.clone()
    };
    let report = crate::examine(&old, &Sources::new()).map_err(|failure| {
        let help = failure.help.clone().unwrap_or_default();
        let text = format!("the project as it was at `{revision}` cannot be judged: {failure}");
        if help.is_empty() { Failure::new(text) } else { Failure::new(text).help(help) }
    })?;
    Ok(waiver::Baseline::of(&report))
}

/// Sorts and counts.
pub(crate) fn finish(report: &mut Report, files: usize, parsed: usize) {
    report::sort(&mut report.findings);
    report.systems.sort_by(|a, b| a.id.cmp(&b.id));
    report.summary = Summary { files, parsed, systems: report.systems.len(), ..Summary::default() };
    report::count(&report.findings, &mut report.summary);
}

/// Faults of declarations in descriptors, as problems with their places.
pub(crate) fn declaration_problems(errors: &[ConfigError], sources: &Sources, lang: Lang) -> Vec<Problem> {
    errors
        .iter()
        .map(|e| Problem {
            place: report::place(sources, e.span),
            message: report::say(&e.message, lang).to_owned(),
            help: e.help.as_ref().map(|h| report::say(h, lang).to_owned()),
            relevant: true,
        })
        .collect()
}
