//! The seams of [`crate::check`]: between what one stage gives and what the next one takes.

use crate::descriptor::{Project, Resource};
use crate::facts::{Reference, Stated};
use crate::policy::{Pack, PolicyError};
use crate::recognition::literals::Literal as Needed;
use crate::recognition::{Catalogue, CatalogueError};
use crate::report::model::{Finding, Place, Problem, Report, Summary, Tool};
use crate::report::{self, Judged};
use crate::source::{self, Boundary, Discovery, Literal, Prefilter, ProjectFiles, Sources};
use crate::syntax::SyntaxProblem;
use crate::system::System;
use crate::{Failure, Lang, Options};

/// The packs that judge: those asked for, else the law in force.
pub(crate) fn packs(asked: &[String]) -> Result<Vec<Pack>, Failure> {
    let default = ["cn-2025".to_owned()];
    let names = if asked.is_empty() { &default[..] } else { asked };
    names
        .iter()
        .map(|name| {
            let folder = name.contains(['/', '\\']) || name.starts_with('.');
            let pack = if folder { Pack::load(std::path::Path::new(name)) } else { Pack::builtin(name) };
            pack.map_err(|errors| policy_failure(&errors))
        })
        .collect()
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

/// The files of the run.
pub(crate) fn discover(options: &Options) -> Result<Discovery, Failure> {
    let failure = |problems: Vec<source::FileProblem>| {
        let texts: Vec<String> = problems.iter().map(|p| p.message(options.lang)).collect();
        let help = problems.iter().find_map(|p| p.help(options.lang));
        let failure = Failure::new(texts.join("\n"));
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    };
    let root = source::root_of(&options.paths).map_err(failure)?;
    let excludes = source::Excludes::default();
    source::discover(&root, &options.paths, &excludes, &is_descriptor).map_err(failure)
}

/// Whether a file's name says that it may be a descriptor.
pub(crate) fn is_descriptor(path: &str) -> bool {
    crate::syntax::format_of(path).is_some() || crate::descriptor::is_text(path)
}

/// What a file must hold to be parsed.
pub(crate) fn prefilter(catalogue: &Catalogue) -> Prefilter {
    Prefilter::new(catalogue.literals().into_iter().map(|Needed { text, word_start }| Literal {
        text,
        boundary: if word_start { Boundary::WordStart } else { Boundary::Anywhere },
    }))
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
    }
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
    let text = text.trim();
    if text.is_empty() || crate::facts::value::is_placeholder(text) {
        return Reference::Placeholder;
    }
    if text.contains("://") {
        return Reference::Given;
    }
    let name = text.split('#').next().unwrap_or(text);
    let looks_like_path = name.contains('/') || name.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && !end.is_empty() && end.len() <= 5 && end.chars().all(char::is_alphabetic)
    });
    if !looks_like_path {
        return Reference::Given;
    }
    if files.exists(name) {
        Reference::Given
    } else if name.starts_with('/') || name.split('/').any(|part| part == "..") {
        Reference::Outside
    } else {
        Reference::Missing
    }
}

/// What the descriptors of a system declare themselves (annotations, `x-facelint`).
pub(crate) fn stated(system: &System, resources: &[Resource], files: &ProjectFiles<'_>) -> Vec<Stated> {
    let _ = files.root();
    system
        .resources
        .iter()
        .filter_map(|n| resources.get(*n))
        .flat_map(|r| &r.declarations)
        .map(|setting| {
            let text = setting.value.text.to_string();
            Stated {
                name: setting.keys().collect::<Vec<_>>().join("."),
                reference: Some(reference(files, &text)),
                values: vec![text],
                span: setting.value.span,
                key_span: setting.key_span,
            }
        })
        .collect()
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
            report::finding(judgement, judged.system, &citation, &rule.file.title, &pack.law.url, sources, lang)
        })
        .collect()
}

/// Sorts and counts.
pub(crate) fn finish(report: &mut Report, files: usize, parsed: usize) {
    report::sort(&mut report.findings);
    report.systems.sort_by(|a, b| a.id.cmp(&b.id));
    report.summary = Summary { files, parsed, systems: report.systems.len(), ..Summary::default() };
    report::count(&report.findings, &mut report.summary);
}

