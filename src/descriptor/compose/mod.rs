//! Compose files: one workload a service, one store a volume, one ConfigMap or Secret a `configs` or `secrets`
//! entry.
//!
//! Paths run from the service (`environment.NAME`, `image`). Variables come from the `.env` of the project's
//! directory; the caller's own environment is not known, so a variable that is neither there nor has a default
//! is a hole.

mod pairs;
mod service;

use std::collections::HashMap;

use super::flatten::{Visit, visit};
use super::interpolate::{self, Found, Style};
use super::model::{Link, Resource, ResourceKind, Role, Segment, Setting, Value};
use super::{Description, Dialect, Document, Project, declare, embedded, env, place};
use crate::syntax::{Data, Entry, Format, Node, ScalarKind};

/// Compose files.
pub(super) const DIALECT: Dialect = Dialect { id: "compose", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    if !matches!(doc.format, Format::Yaml | Format::Json) {
        return false;
    }
    let root = doc.root();
    let services = root.get("services").map(|s| s.entries()).unwrap_or_default();
    let named = is_compose_name(doc.file_name()) && doc.format == Format::Yaml;
    if named {
        return ["services", "volumes", "configs", "secrets", "include"]
            .iter()
            .any(|key| root.get(key).is_some());
    }
    root.get("apiVersion").is_none()
        && services.iter().any(|s| s.value.entry("image").is_some() || s.value.entry("build").is_some())
}

fn is_compose_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else { return false };
    ["docker-compose", "compose", "podman-compose", "container-compose"].iter().any(|base| {
        stem.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    })
}

/// What all services of a file share.
struct Context<'a> {
    doc: &'a Document<'a>,
    project: &'a dyn Project,
    variables: HashMap<String, Found>,
}

impl Context<'_> {
    fn variable(&self, name: &str) -> Option<Found> {
        self.variables.get(name).cloned()
    }

    /// Resolves the variables of a value.
    fn resolve(&self, value: &mut Value) {
        if value.kind != ScalarKind::Null {
            interpolate::apply(value, Style::Shell, &mut |name| self.variable(name));
        }
    }

    /// The text of a scalar with its variables resolved.
    fn text(&self, node: &Node) -> Option<String> {
        node.as_str()?;
        let mut value = super::value_of_node(node);
        self.resolve(&mut value);
        Some(value.text.to_string())
    }

    /// Every leaf below a node, variables resolved.
    fn leaves(
        &self,
        path: &[Segment],
        key: crate::source::Span,
        node: &Node,
        role: &dyn Fn(&[Segment]) -> Role,
        out: &mut Vec<Setting>,
    ) {
        visit(node, path, key, self.doc.budget, &mut |at| {
            if at.last_key() == declare::EXTENSION {
                return Visit::Skip;
            }
            if at.is_leaf() {
                let mut setting = at.setting(role(at.path));
                self.resolve(&mut setting.value);
                out.push(setting);
            }
            Visit::Descend
        });
    }
}

fn read(doc: &Document<'_>, project: &dyn Project, out: &mut Description) {
    let root = doc.root();
    let variables = place::join(doc.dir(), ".env")
        .and_then(|path| env::load(&path, project, &|_| None, doc.budget))
        .unwrap_or_default()
        .iter()
        .map(|setting| (setting.key().to_owned(), env::found(setting)))
        .collect();
    let context = Context { doc, project, variables };
    let scope =
        root.get("name").and_then(|n| context.text(n)).filter(|n| !n.is_empty() && !n.contains(super::HOLE));
    let shared = declare::of(root, doc.budget);
    let includes = includes(&context, root);
    let mut add = |mut resource: Resource| {
        if let Some(scope) = &scope {
            resource.scope = scope.as_str().into();
        }
        out.resources.push(resource);
    };
    for entry in root.get("services").map(|s| s.entries()).unwrap_or_default() {
        if !doc.budget.take() || !matches!(entry.value.data, Data::Mapping(_)) {
            continue;
        }
        let mut resource = service::read(&context, root, entry);
        resource.links.extend(includes.iter().cloned());
        for declaration in &shared {
            if !resource.declarations.iter().any(|d| d.path == declaration.path) {
                resource.declarations.push(declaration.clone());
            }
        }
        add(resource);
    }
    let mut problems = Vec::new();
    for (key, kind, type_name) in [
        ("volumes", ResourceKind::Store, "volume"),
        ("configs", ResourceKind::ConfigMap, "config"),
        ("secrets", ResourceKind::Secret, "secret"),
    ] {
        for entry in root.get(key).map(|s| s.entries()).unwrap_or_default() {
            let Some(mut resource) = named(doc, kind, type_name, entry) else { continue };
            let content = |path: &[Segment]| matches!(path, [Segment::Key(key)] if &**key == "content");
            context.leaves(&[], entry.key.span, &entry.value, &|_| Role::Plain, &mut resource.settings);
            resource.settings.retain(|s| !s.path.is_empty());
            if kind != ResourceKind::Store {
                if let Some(file) = resource.settings.iter().find(|s| s.key() == "file" && s.path.len() == 1)
                {
                    resource.links.extend(place::join(doc.dir(), &file.value.text).map(Link::File));
                }
                if let Some(n) = resource.settings.iter().position(|s| content(&s.path)) {
                    let value = resource.settings.get(n).map(|s| s.value.clone());
                    let name =
                        target_of(root, key, &resource.name).unwrap_or_else(|| resource.name.to_string());
                    let inside = value.and_then(|v| embedded::read(&name, &v, doc.budget));
                    if let Some(inside) = inside {
                        problems.extend(inside.problems);
                        resource.comments.extend(inside.comments);
                        if !inside.settings.is_empty() {
                            resource.settings.remove(n);
                            resource.settings.extend(inside.settings);
                        }
                    }
                }
            }
            resource.declarations = declare::of(&entry.value, doc.budget);
            add(resource);
        }
    }
    out.problems.extend(problems);
}

/// A resource that stands under a name.
fn named(doc: &Document<'_>, kind: ResourceKind, type_name: &str, entry: &Entry) -> Option<Resource> {
    let name = entry.key.as_scalar()?;
    if !doc.budget.take() {
        return None;
    }
    let mut resource = doc.resource(kind, type_name, &entry.value);
    resource.name = name.text.clone();
    resource.name_span = entry.key.span;
    resource.span = if entry.key.span.start <= entry.value.span.start {
        entry.key.span.to(entry.value.span)
    } else {
        entry.value.span
    };
    Some(resource)
}

/// The file name under which some service sees a config or a secret.
fn target_of(root: &Node, key: &str, name: &str) -> Option<String> {
    let services = root.get("services").map(|s| s.entries()).unwrap_or_default();
    let uses = services.iter().filter_map(|s| s.value.get(key)).flat_map(|list| list.items());
    uses.take(1000)
        .find(|item| item.str_at(&["source"]) == Some(name))
        .and_then(|item| item.str_at(&["target"]))
        .map(|target| place::file_name(target).to_owned())
}

/// The Compose files that a file takes in.
fn includes(context: &Context<'_>, root: &Node) -> Vec<Link> {
    let mut out = Vec::new();
    for item in root.get("include").map(|n| n.items()).unwrap_or_default() {
        let path = item.get("path").unwrap_or(item);
        for path in std::iter::once(path).chain(path.items()) {
            let file = context.text(path).and_then(|p| place::join(context.doc.dir(), &p));
            out.extend(file.map(Link::File));
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
