//! Helm charts, read without Helm.
//!
//! A chart is one descriptor: its templates are run with its values, each further values file beside them in
//! turn, and what they give is read as Kubernetes objects. A finding in one underlines the template's line and
//! names the key of the values file that supplied the text.
//!
//! Evaluation is three-valued. What only a cluster or a release knows (`.Capabilities`, `lookup`, a value that
//! must be supplied) is a hole in the text; a branch on it goes both ways. A template that cannot be run is
//! still read line by line.

mod archive;
mod branches;
mod chart;
mod eval;
mod functions;
mod lexer;
mod merge;
mod parse;
mod render;
mod repair;
mod text;
mod value;
mod values;
mod yaml;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::flatten::{Budget, Visit, visit};
use super::model::{Link, Resource, ResourceKind, Role, Segment, Setting};
use super::{Description, Project, declare, lines, marks, place, value_of_node};
use crate::source::{FileId, Span};
use crate::syntax::{Comment, SyntaxProblem};

/// What is known about a release.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The release's name; unknown when left out.
    pub release: Option<String>,
    /// Its namespace; unknown when left out.
    pub namespace: Option<String>,
}

/// What one template gave.
#[derive(Debug)]
struct Rendered {
    resources: Vec<Resource>,
    problems: Vec<SyntaxProblem>,
    text: Arc<str>,
    /// All of it could be read.
    whole: bool,
}

/// The directory of the outermost chart that a file belongs to, if it does: its `Chart.yaml`, values,
/// templates, or a file of a chart inside it. Other files of a chart's directory are read for themselves.
pub fn chart_of(path: &str, project: &dyn Project) -> Option<String> {
    let mut found = None;
    let mut dir = place::dir_of(path);
    loop {
        let inside = if dir.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(dir).map(|p| p.trim_start_matches('/'))
        };
        if inside.is_some_and(belongs) {
            let meta = if dir.is_empty() { "Chart.yaml".to_owned() } else { format!("{dir}/Chart.yaml") };
            if project.list(dir).contains(&meta) {
                found = Some(dir.to_owned());
            }
        }
        if dir.is_empty() {
            return found;
        }
        dir = place::dir_of(dir);
    }
}

/// Whether a path in a chart is read with the chart.
fn belongs(inside: &str) -> bool {
    matches!(inside, "Chart.yaml" | "Chart.lock" | "values.yaml" | "requirements.yaml" | "requirements.lock")
        || inside.starts_with("templates/")
        || inside.starts_with("charts/")
        || values::is_further(inside)
}

/// Everything that a chart describes, with every set of values it has.
pub fn describe_chart(dir: &str, project: &dyn Project) -> Description {
    let mut out = Description::default();
    let Some(charts) = chart::load(dir, project) else { return out };
    let Some(root) = charts.first() else { return out };
    let templates = render::templates(&charts, project);
    let sets = values::further(root, project);
    out.resources.push(own(root, dir, project));
    for set in &sets {
        out.resources.push(further(root, set, dir, project));
    }
    let mut failed: BTreeSet<FileId> = BTreeSet::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for set in std::iter::once(None).chain(sets.iter().map(Some)) {
        let pass = render::pass(&charts, &templates, set, &Options::default(), project);
        failed.extend(pass.failed);
        let mut resources = Vec::new();
        for rendered in pass.rendered {
            if set.is_none() {
                out.problems.extend(rendered.problems);
            }
            resources.extend(rendered.resources);
        }
        super::resolve(&mut resources);
        for mut resource in resources {
            // What a further set changes nothing about is there already.
            if !seen.insert(identity(&resource)) {
                continue;
            }
            if let Some(set) = set {
                let condition = match &resource.condition {
                    Some(condition) => format!("{}, {condition}", set.name),
                    None => set.name.clone(),
                };
                resource.condition = Some(condition.into());
            }
            settle(&mut resource, dir);
            out.resources.push(resource);
        }
    }
    for template in &templates {
        if let Some(error) = &template.error {
            let span = Span::new(template.file().id, error.range.start, error.range.end);
            out.problems.push(SyntaxProblem { span, message: error.message.clone() });
        }
        let file = template.file();
        if failed.contains(&file.id) && template.renders() {
            let covered: Vec<Span> = out
                .resources
                .iter()
                .flat_map(|r| &r.settings)
                .flat_map(|s| [s.key_span, s.value.span])
                .filter(|s| s.file == file.id)
                .collect();
            let mut resource = lines(file, &covered);
            settle(&mut resource, dir);
            out.resources.push(resource);
        }
    }
    out
}

/// What the outermost chart gives with its own values, as text: for comparison with Helm.
pub fn render_chart(dir: &str, options: &Options, project: &dyn Project) -> Vec<(String, bool)> {
    let Some(charts) = chart::load(dir, project) else { return Vec::new() };
    let templates = render::templates(&charts, project);
    let pass = render::pass(&charts, &templates, None, options, project);
    pass.rendered.into_iter().map(|r| (r.text.to_string(), r.whole)).collect()
}

/// What a resource says, without its places.
fn identity(resource: &Resource) -> String {
    let mut out = format!("{}\u{1}{}\u{1}{}", resource.type_name, resource.scope, resource.name);
    for setting in resource.settings.iter().chain(&resource.declarations) {
        out.push('\u{2}');
        out.push_str(&setting.dotted());
        out.push('\u{3}');
        out.push_str(&setting.value.text);
    }
    out
}

/// A resource of a chart belongs to the chart; without a namespace of its own its names are the chart's.
fn settle(resource: &mut Resource, dir: &str) {
    if resource.scope.chars().all(|c| c == super::HOLE) || resource.dialect == "text" {
        resource.scope = dir.into();
    }
    resource.dir = dir.into();
    resource.links.push(Link::Unit(dir.to_owned()));
    if resource.dialect == "kubernetes" {
        resource.dialect = "helm";
    }
}

/// The chart itself: its name, what it needs, its values.
fn own(chart: &chart::Chart, dir: &str, project: &dyn Project) -> Resource {
    let file = &chart.meta_file;
    let mut resource = blank(chart, dir, file.id, Span::new(file.id, 0, file.text.len()));
    let budget = Budget::default();
    if let Some(meta) = chart.meta() {
        resource.name_span = meta.get("name").map_or(meta.span, |n| n.span);
        visit(meta, &[], meta.span, &budget, &mut |at| {
            let keys: Vec<&str> = at
                .path
                .iter()
                .filter_map(|s| if let Segment::Key(k) = s { Some(&**k) } else { None })
                .collect();
            if let ["annotations"] = keys.as_slice() {
                resource.declarations.extend(at.node.entries().iter().filter_map(declare::annotation));
            }
            if at.is_leaf() {
                let role = match keys.as_slice() {
                    ["name"] => Role::Name,
                    ["dependencies", "name"] => Role::Package { ecosystem: "helm" },
                    ["description" | "home" | "icon"]
                    | ["sources" | "keywords", ..]
                    | ["maintainers", ..] => Role::Prose,
                    ["annotations", ..] => Role::Label,
                    _ => Role::Plain,
                };
                resource.settings.push(at.setting(role));
            }
            Visit::Descend
        });
    }
    resource.comments = comments(&chart.meta);
    if let Some(values) = &chart.values {
        resource.comments.extend(comments(values));
        leaves(values, &budget, &mut resource);
    }
    for name in ["values.yaml", "Chart.yaml"] {
        if let Some(file) = chart.files.get(name).and_then(|f| f.read(project)) {
            resource.links.push(Link::File(file.path.to_string()));
        }
    }
    marks::mark(&mut resource);
    resource
}

/// A further values file of a chart.
fn further(chart: &chart::Chart, set: &values::Set, dir: &str, project: &dyn Project) -> Resource {
    let file = chart.files.get(&set.name).and_then(|f| f.read(project));
    let id = file.as_ref().map_or(chart.meta_file.id, |f| f.id);
    let mut resource = blank(chart, dir, id, Span::new(id, 0, file.map_or(0, |f| f.text.len())));
    resource.type_name = "values".into();
    resource.condition = Some(set.name.as_str().into());
    resource.comments = comments(&set.parsed);
    leaves(&set.parsed, &Budget::default(), &mut resource);
    resource.name_span = resource.settings.first().map_or(resource.span, |s| s.key_span);
    marks::mark(&mut resource);
    resource
}

fn comments(parsed: &crate::syntax::Parsed) -> Vec<Comment> {
    parsed.documents.iter().flat_map(|d| d.comments.iter().cloned()).collect()
}

fn leaves(parsed: &crate::syntax::Parsed, budget: &Budget, resource: &mut Resource) {
    let Some(tree) = parsed.documents.first() else { return };
    let mut left = super::MAX_SETTINGS;
    super::collect_sections(&tree.root, &mut resource.sections, &mut left, 0);
    visit(&tree.root, &[], tree.root.span, budget, &mut |at| {
        if is_env(at.last_key()) && at.node.items().iter().any(|item| item.get("name").is_some()) {
            // The list that a container has.
            for item in at.node.items() {
                let (Some(name), Some(value)) = (item.get("name"), item.get("value")) else { continue };
                let Some(key) = name.as_scalar().map(|s| s.text.clone()) else { continue };
                let path = at.path.iter().cloned().chain([Segment::Key(key)]).collect();
                let value = value_of_node(value);
                resource.settings.push(Setting { path, key_span: name.span, value, role: Role::Env });
            }
            return Visit::Skip;
        }
        if at.is_leaf() && !at.path.is_empty() {
            let above = at.path.len().checked_sub(2).and_then(|n| at.path.get(n));
            let env = matches!(above, Some(Segment::Key(key)) if is_env(key));
            resource.settings.push(at.setting(if env { Role::Env } else { Role::Plain }));
        }
        Visit::Descend
    });
}

/// Whether a key of values holds environment variables: the names that charts agree on.
fn is_env(key: &str) -> bool {
    matches!(
        key,
        "env" | "envs" | "envVars" | "environment" | "extraEnv" | "extraEnvs" | "extraEnvVars" | "envConfig"
    )
}

fn blank(chart: &chart::Chart, dir: &str, file: FileId, span: Span) -> Resource {
    Resource {
        kind: ResourceKind::Chart,
        type_name: "chart".into(),
        name: chart.name.as_str().into(),
        scope: dir.into(),
        file,
        dir: dir.into(),
        span,
        name_span: span,
        settings: Vec::new(),
        labels: Vec::new(),
        links: vec![Link::Unit(dir.to_owned())],
        comments: Vec::new(),
        declarations: Vec::new(),
        exposed: Vec::new(),
        dialect: "helm",
        sections: Vec::new(),
        condition: None,
    }
}
