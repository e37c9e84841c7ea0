//! What a run reads: the files that hold a literal of the catalogue, and what their systems refer to.
//!
//! The second part is why the cost of a run follows the part of a tree that concerns faces: a ConfigMap
//! without any such literal is read when a face workload takes it in, and not otherwise.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::descriptor::{self, Link, Project, Resource, ResourceKind};
use crate::recognition::{Confidence, Sighting};
use crate::run::Signatures;
use crate::source::{Boundary, Literal, Prefilter, ProjectFiles, SourceFile};
use crate::syntax::{self, SyntaxProblem};
use crate::system::Homes;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The resources, in the order in which their files were read.
    pub resources: Vec<Resource>,
    /// What was sighted in them.
    pub sightings: Vec<Sighting>,
    /// What could not be understood.
    pub problems: Vec<SyntaxProblem>,
    /// How many files were parsed.
    pub parsed: usize,
    /// Directories that were read as one descriptor (charts).
    units: BTreeSet<String>,
    overlays: Option<descriptor::kustomize::Index>,
}

/// What is read in one go.
enum Job<'a> {
    File(&'a SourceFile),
    /// A chart: its templates mean nothing without its values.
    Chart(String),
    /// An overlay, and whether another one takes in the same files.
    Overlay(String, bool),
}

/// How often references are followed: a workload names a ConfigMap, whose text names a service.
const ROUNDS: usize = 3;

/// Reads the project.
pub(crate) fn gather(
    files: &ProjectFiles<'_>,
    signatures: &Signatures,
    prefilter: Option<&Prefilter>,
    homes: &Homes,
) -> Gathered {
    let mut out = Gathered::default();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let selected = files.select(prefilter, &|_| true);
    done.extend(selected.iter().map(|f| f.path.to_string()));
    read(files, signatures, &selected, &mut out);
    if prefilter.is_none() {
        descriptor::resolve(&mut out.resources);
        return out;
    }
    for _ in 0..ROUNDS {
        let wanted = wanted(&out, files, homes);
        let mut next: Vec<std::sync::Arc<SourceFile>> = Vec::new();
        for path in wanted.files {
            if done.insert(path.clone())
                && let Some(file) = files.read(&path)
            {
                next.push(file);
            }
        }
        if !wanted.names.is_empty() {
            let names =
                wanted.names.iter().map(|n| Literal { text: n.clone(), boundary: Boundary::Anywhere });
            let by_name = Prefilter::new(names);
            let inside = |path: &str| {
                !done.contains(path)
                    && is_manifest(path)
                    && wanted.dirs.iter().any(|d| d.is_empty() || path.starts_with(&format!("{d}/")))
            };
            for file in files.select(Some(&by_name), &inside) {
                next.push(file);
            }
            done.extend(next.iter().map(|f| f.path.to_string()));
        }
        if next.is_empty() {
            break;
        }
        read(files, signatures, &next, &mut out);
    }
    descriptor::resolve(&mut out.resources);
    out
}

/// Parses, describes and matches files, in parallel; the order of the result is that of the files.
fn read(
    files: &ProjectFiles<'_>,
    signatures: &Signatures,
    selected: &[std::sync::Arc<SourceFile>],
    out: &mut Gathered,
) {
    if selected.is_empty() {
        return;
    }
    // Only a repository with something to read pays for this.
    let overlays =
        out.overlays.get_or_insert_with(|| descriptor::kustomize::Index::new(files.paths(), files));
    let catalogue = signatures.catalogue();
    let mut jobs = Vec::with_capacity(selected.len());
    for file in selected {
        if let Some(dir) = descriptor::helm::chart_of(&file.path, files) {
            if out.units.insert(dir.clone()) {
                jobs.push(Job::Chart(dir));
            }
            continue;
        }
        let taken = overlays.of(&file.path);
        if taken.is_empty() {
            jobs.push(Job::File(file));
        }
        for dir in &taken {
            // A chart may stand in the same directory.
            if out.units.insert(format!("{dir}/kustomization.yaml")) {
                jobs.push(Job::Overlay((*dir).to_owned(), overlays.is_shared(dir)));
            }
        }
    }
    out.parsed += selected.len();
    let described: Vec<(Vec<(Resource, Vec<Sighting>)>, Vec<SyntaxProblem>)> = jobs
        .par_iter()
        .map(|job| {
            let (resources, problems) = match job {
                Job::File(file) => describe(files, file),
                Job::Chart(dir) => {
                    let description = descriptor::helm::describe_chart(dir, files);
                    (description.resources, description.problems)
                }
                Job::Overlay(dir, several) => {
                    let description = descriptor::kustomize::describe_overlay(dir, *several, files);
                    (description.resources, description.problems)
                }
            };
            let sighted = resources
                .into_iter()
                .map(|resource| {
                    let sightings = catalogue.sight(0, &resource);
                    (resource, sightings)
                })
                .collect();
            (sighted, problems)
        })
        .collect();
    for (resources, problems) in described {
        out.problems.extend(problems);
        for (resource, mut sightings) in resources {
            let number = out.resources.len();
            for sighting in &mut sightings {
                sighting.resource = number;
            }
            out.sightings.append(&mut sightings);
            out.resources.push(resource);
        }
    }
}

/// The resources of one file. What no parser understands is read line by line.
fn describe(files: &ProjectFiles<'_>, file: &SourceFile) -> (Vec<Resource>, Vec<SyntaxProblem>) {
    let Some(format) = syntax::format_of(&file.path) else {
        return (vec![descriptor::lines(file, &[])], Vec::new());
    };
    let Some(parsed) = files.parse(&file.path) else { return (Vec::new(), Vec::new()) };
    let description = descriptor::describe(file, &parsed, format, files);
    let mut resources = description.resources;
    let mut problems = parsed.problems.clone();
    if !problems.is_empty() {
        let covered: Vec<_> = resources
            .iter()
            .flat_map(|r| &r.settings)
            .flat_map(|s| [s.key_span, s.value.span])
            .filter(|s| s.file == file.id)
            .collect();
        resources.push(descriptor::lines(file, &covered));
        if file.text.contains("{{") {
            // A template is no YAML and does not claim to be.
            problems.clear();
        }
    }
    problems.extend(description.problems);
    (resources, problems)
}

fn is_manifest(path: &str) -> bool {
    matches!(syntax::format_of(path), Some(syntax::Format::Yaml | syntax::Format::Json))
}

/// What the components found so far refer to.
#[derive(Debug, Default)]
struct Wanted {
    /// Files by name.
    files: BTreeSet<String>,
    /// Names of other objects.
    names: BTreeSet<String>,
    /// Where to look for these.
    dirs: BTreeSet<String>,
}

fn wanted(so_far: &Gathered, files: &ProjectFiles<'_>, homes: &Homes) -> Wanted {
    let mut out = Wanted::default();
    let components: BTreeSet<usize> =
        so_far.sightings.iter().filter(|s| s.confidence >= Confidence::Likely).map(|s| s.resource).collect();
    for resource in components.iter().filter_map(|n| so_far.resources.get(*n)) {
        let home = homes.of(&resource.dir);
        for dir in BTreeSet::from([home, &*resource.dir]) {
            out.files.extend(files.list(dir).into_iter().filter(|p| is_config_name(p)));
        }
        for link in &resource.links {
            match link {
                Link::File(path) => {
                    out.files.insert(path.clone());
                }
                Link::Config { name, .. } | Link::Store(name) => {
                    out.names.insert(name.clone());
                }
                Link::Directory(dir) => {
                    out.files.extend(files.list(dir).into_iter().filter(|p| is_config_name(p)));
                }
                _ => {}
            }
        }
        if resource.dialect == "kubernetes" {
            if matches!(resource.kind, ResourceKind::Workload | ResourceKind::Service) {
                out.names.insert(resource.name.to_string());
                out.names.extend(resource.labels.iter().map(|(_, v)| v.clone()));
            }
            out.dirs.insert(home.to_owned());
        }
    }
    // Shorter names stand in every file.
    out.names.retain(|n| n.len() > 3);
    if out.dirs.is_empty() {
        out.names.clear();
    }
    out
}

/// Files that configure the directory they stand in.
fn is_config_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let stems = [
        ".env",
        "application",
        "bootstrap",
        "docker-compose",
        "compose",
        "config",
        "settings",
        "values",
        "kustomization",
    ];
    stems.iter().any(|s| name.starts_with(s)) && syntax::format_of(path).is_some()
}
