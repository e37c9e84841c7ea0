//! The files of a chart and of the charts inside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::archive;
use crate::descriptor::{Project, place};
use crate::source::SourceFile;
use crate::syntax::{self, Format, Input, Node, Parsed};

/// Charts in charts in charts.
const MAX_CHART_DEPTH: usize = 6;

/// Charts in one chart, all levels.
const MAX_CHARTS: usize = 64;

/// A file of a chart: one of the project, or one out of an archive.
#[derive(Debug, Clone)]
pub(super) enum File {
    Path(String),
    Text(Arc<SourceFile>),
}

impl File {
    pub(super) fn read(&self, project: &dyn Project) -> Option<Arc<SourceFile>> {
        match self {
            File::Path(path) => project.read(path),
            File::Text(file) => Some(file.clone()),
        }
    }

    pub(super) fn parse(&self, project: &dyn Project) -> Option<Arc<Parsed>> {
        match self {
            File::Path(path) => project.parse(path),
            File::Text(file) => {
                Some(Arc::new(syntax::parse(Format::Yaml, &Input::file(file.id, &file.text))))
            }
        }
    }
}

/// Files by their path in the chart.
pub(super) type Files = BTreeMap<String, File>;

/// A chart.
#[derive(Debug)]
pub(super) struct Chart {
    /// Its name; the alias under which a parent takes it in.
    pub(super) name: String,
    /// Its path as Helm names it: `parent/charts/child`.
    pub(super) path: String,
    pub(super) meta: Arc<Parsed>,
    pub(super) meta_file: Arc<SourceFile>,
    pub(super) values: Option<Arc<Parsed>>,
    pub(super) files: Files,
    /// A chart of helpers renders nothing itself.
    pub(super) library: bool,
    pub(super) children: Vec<Child>,
}

/// A chart that a chart takes in.
#[derive(Debug)]
pub(super) struct Child {
    /// Its number.
    pub(super) chart: usize,
    /// Paths of values of which the first that is set switches it.
    pub(super) conditions: Vec<String>,
    /// Tags that switch it.
    pub(super) tags: Vec<String>,
}

impl Chart {
    /// The outermost value of `Chart.yaml`.
    pub(super) fn meta(&self) -> Option<&Node> {
        self.meta.documents.first().map(|d| &*d.root)
    }
}

/// A chart and those in it; the first is the outermost.
pub(super) fn load(dir: &str, project: &dyn Project) -> Option<Vec<Chart>> {
    let mut out = Vec::new();
    let files = directory(dir, project);
    add(files, None, "", 0, dir, project, &mut out)?;
    Some(out)
}

/// The files of a directory, by their path in it.
fn directory(dir: &str, project: &dyn Project) -> Files {
    let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
    let inside = |path: String| Some((path.strip_prefix(&prefix)?.to_owned(), File::Path(path)));
    project.below(dir).into_iter().filter_map(inside).collect()
}

/// Adds a chart and its children; gives its number. `None` for what is no chart.
fn add(
    files: Files,
    alias: Option<&str>,
    parent: &str,
    depth: usize,
    dir: &str,
    project: &dyn Project,
    out: &mut Vec<Chart>,
) -> Option<usize> {
    if depth > MAX_CHART_DEPTH || out.len() >= MAX_CHARTS {
        return None;
    }
    let meta_name = ["Chart.yaml", "Chart.yml"].into_iter().find(|n| files.contains_key(*n))?;
    let meta_file = files.get(meta_name)?.read(project)?;
    let meta = files.get(meta_name)?.parse(project)?;
    let root = meta.documents.first().map(|d| d.root.clone());
    let field = |key: &str| root.as_ref().and_then(|r| r.str_at(&[key]).map(str::to_owned));
    let own = field("name").unwrap_or_else(|| place::file_name(dir).to_owned());
    let name = alias.map_or(own, str::to_owned);
    let path = if parent.is_empty() { name.clone() } else { format!("{parent}/charts/{name}") };
    let number = out.len();
    let values = files.get("values.yaml").and_then(|f| f.parse(project));
    // Version 1 keeps its dependencies in a file of their own.
    let requirements = files.get("requirements.yaml").and_then(|f| f.parse(project));
    let (inside, files) = split(files);
    out.push(Chart {
        name,
        path: path.clone(),
        library: field("type").as_deref() == Some("library"),
        meta,
        meta_file,
        values,
        files,
        children: Vec::new(),
    });
    let declared: Vec<Dependency> =
        [root, requirements.and_then(|r| Some(r.documents.first()?.root.clone()))]
            .into_iter()
            .flatten()
            .flat_map(|node| dependencies(&node))
            .collect();
    let mut vendored = vendored(inside, &path, dir, project);
    for dependency in &declared {
        if let Some(local) = dependency.repository.strip_prefix("file://")
            && !vendored.iter().any(|v| v.name == dependency.name)
            && let Some(local) = place::join(dir, local)
            && local != dir
        {
            let files = directory(&local, project);
            vendored.push(Vendored { name: dependency.name.clone(), files, dir: local });
        }
    }
    let mut children = Vec::new();
    for found in vendored {
        let uses: Vec<&Dependency> = declared.iter().filter(|d| d.name == found.name).collect();
        let mut child = |alias: Option<&str>, uses: Option<&Dependency>| {
            let chart = add(found.files.clone(), alias, &path, depth + 1, &found.dir, project, out);
            if let Some(chart) = chart {
                children.push(Child {
                    chart,
                    conditions: uses.map(|d| d.conditions.clone()).unwrap_or_default(),
                    tags: uses.map(|d| d.tags.clone()).unwrap_or_default(),
                });
            }
        };
        if uses.is_empty() {
            child(None, None);
        }
        for dependency in uses {
            child(dependency.alias.as_deref(), Some(dependency));
        }
    }
    if let Some(chart) = out.get_mut(number) {
        chart.children = children;
    }
    Some(number)
}

/// What `Chart.yaml` says about a chart it needs.
#[derive(Debug, Clone)]
struct Dependency {
    name: String,
    alias: Option<String>,
    repository: String,
    conditions: Vec<String>,
    tags: Vec<String>,
}

fn dependencies(meta: &Node) -> Vec<Dependency> {
    let list = meta.get("dependencies").map(|n| n.items()).unwrap_or_default();
    let one = |node: &Arc<Node>| {
        Some(Dependency {
            name: node.str_at(&["name"])?.to_owned(),
            alias: node.str_at(&["alias"]).filter(|a| !a.is_empty()).map(str::to_owned),
            repository: node.str_at(&["repository"]).unwrap_or_default().to_owned(),
            conditions: node
                .str_at(&["condition"])
                .map(|c| c.split(',').map(|c| c.trim().to_owned()).collect())
                .unwrap_or_default(),
            tags: node
                .get("tags")
                .map(|t| t.items().iter().filter_map(|t| t.as_str().map(str::to_owned)).collect())
                .unwrap_or_default(),
        })
    };
    list.iter().filter_map(one).collect()
}

/// A chart that lies in a chart's `charts` folder.
struct Vendored {
    name: String,
    files: Files,
    dir: String,
}

/// Takes what lies under `charts/` apart from the chart's own files.
fn split(files: Files) -> (Files, Files) {
    files.into_iter().partition(|(path, _)| path.starts_with("charts/"))
}

fn vendored(inside: Files, path: &str, dir: &str, project: &dyn Project) -> Vec<Vendored> {
    let mut folders: BTreeMap<String, Files> = BTreeMap::new();
    let mut out = Vec::new();
    for (name, file) in inside {
        let rest = name.strip_prefix("charts/").unwrap_or(&name).to_owned();
        match rest.split_once('/') {
            Some((folder, rest)) if !folder.starts_with(['_', '.']) => {
                folders.entry(folder.to_owned()).or_default().insert(rest.to_owned(), file);
            }
            None if rest.ends_with(".tgz") => {
                if let File::Path(archive) = &file {
                    let files = archive::unpack(archive, project);
                    out.push((format!("{dir}/charts/{rest}"), files));
                }
            }
            _ => {}
        }
    }
    out.extend(folders.into_iter().map(|(folder, files)| (format!("{dir}/charts/{folder}"), files)));
    let _ = path;
    out.into_iter()
        .filter_map(|(dir, files)| {
            let meta = files.get("Chart.yaml")?.parse(project)?;
            let name = meta.documents.first()?.root.str_at(&["name"])?.to_owned();
            Some(Vendored { name, files, dir })
        })
        .collect()
}
