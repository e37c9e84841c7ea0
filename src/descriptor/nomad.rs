//! Nomad jobs: one workload a task.

use super::cloud::{Val, Writer};
use super::model::{HOLE, Link, ResourceKind, Role};
use super::{Description, Dialect, Document, Project, embedded, place, value_of_node};
use crate::syntax::hcl::{Kind, Part, Step, template};
use crate::syntax::{Data, Entry, Format, Input, Node};

/// Nomad jobs.
pub(super) const DIALECT: Dialect = Dialect { id: "nomad", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    doc.format == Format::Hcl
        && doc.root().get("job").is_some_and(|job| {
            job.entries().iter().any(|e| e.value.get("group").or_else(|| e.value.get("task")).is_some())
        })
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    for job in doc.root().entries().iter().filter(|e| e.key.as_str() == Some("job")) {
        for named in job.value.entries() {
            let name = named.key.as_str().unwrap_or_default();
            for entry in named.value.entries() {
                match entry.key.as_str() {
                    Some("task") => tasks(doc, name, entry, out),
                    Some("group") => {
                        let inner = entry.value.entries().iter().flat_map(|group| group.value.entries());
                        for entry in inner.filter(|e| e.key.as_str() == Some("task")) {
                            tasks(doc, name, entry, out);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    // What is said of jobs and groups outside of their tasks.
    let mut rest = Writer::new(doc);
    for entry in doc.root().entries() {
        if let Some(key) = entry.key.as_str() {
            rest.write(&[key], entry.key.span, &without_tasks(value(doc, &entry.value)));
        }
    }
    let mut resource = doc.resource(ResourceKind::AppConfig, "job", doc.root());
    resource.settings = rest.finish();
    resource.links.push(Link::Unit(doc.file.path.to_string()));
    out.resources.push(resource);
}

/// A value without the tasks in it, which are resources of their own.
fn without_tasks(val: Val) -> Val {
    match val {
        Val::Object(span, pairs) => {
            let rest = pairs.into_iter().filter(|p| &*p.key != "task");
            Val::Object(
                span,
                rest.map(|p| super::cloud::Pair { value: without_tasks(p.value), ..p }).collect(),
            )
        }
        other => other,
    }
}

fn tasks(doc: &Document<'_>, job: &str, entry: &Entry, out: &mut Description) {
    for task in entry.value.entries() {
        let Some(name) = task.key.as_str() else { continue };
        if !doc.budget.take() {
            return;
        }
        let mut writer = Writer::new(doc);
        writer.push(&["name"], task.key.span, value_of_node(&task.key), Role::Name);
        if let Val::Object(_, pairs) = value(doc, &task.value) {
            writer.write_pairs(&pairs);
        }
        let mut resource = doc.resource(ResourceKind::Workload, "task", &task.value);
        resource.name = name.into();
        resource.name_span = task.key.span;
        resource.span = entry.key.span.to(task.value.span);
        resource.scope = if job.is_empty() { resource.scope } else { job.into() };
        resource.settings = writer.finish();
        resource.links.push(Link::Unit(doc.file.path.to_string()));
        templates(doc, task, &mut resource, out);
        out.resources.push(resource);
    }
}

/// Files that a task is given: their settings, and environment variables where `env` says so.
fn templates(doc: &Document<'_>, task: &Entry, resource: &mut super::Resource, out: &mut Description) {
    for entry in task.value.entries().iter().filter(|e| e.key.as_str() == Some("template")) {
        let Some(data) = entry.value.get("data") else { continue };
        let name = match entry.value.str_at(&["env"]) {
            Some("true") => "template.env",
            _ => place::file_name(entry.value.str_at(&["destination"]).unwrap_or_default()),
        };
        let read = embedded::read(name, &value_of_node(data), doc.budget);
        if let Some(inside) = read {
            resource.settings.extend(inside.settings);
            resource.comments.extend(inside.comments);
            out.problems.extend(inside.problems);
        }
    }
}

/// A value with the variables of the file put in.
fn value(doc: &Document<'_>, node: &Node) -> Val {
    Val::of(node, doc.budget, 0, &mut |node, _| {
        let text = node.as_str().filter(|t| t.contains("${") || t.contains("%{"))?;
        let mut value = value_of_node(node);
        let input = Input { text, file: value.span.file, map: value.map.clone() };
        let parts = template(&input);
        if let [Part::Value(_, expr)] = parts.as_slice() {
            let found = expr.as_ref().and_then(|expr| match &expr.kind {
                Kind::Path(steps) => default(doc, steps),
                _ => None,
            });
            return Some(match found {
                Some(node) => Val::text(value_of_node(node)).used_at(value.span),
                None => Val::unknown(value.span),
            });
        }
        let (mut out, mut runs) = (String::new(), Vec::new());
        for part in parts {
            match part {
                Part::Text(range) => {
                    out.push_str(text.get(range.clone()).unwrap_or_default());
                    runs.push((range.len(), range));
                }
                Part::Directive(range) => {
                    out.push(HOLE);
                    runs.push((HOLE.len_utf8(), range));
                }
                Part::Value(range, expr) => {
                    let found = expr.as_ref().and_then(|expr| match &expr.kind {
                        Kind::Path(steps) => default(doc, steps),
                        _ => None,
                    });
                    let piece = found.and_then(Node::as_str).unwrap_or("\u{FFFC}");
                    value.origins.extend(found.map(|node| node.span));
                    out.push_str(piece);
                    // Two runs, so that equal lengths are not taken for a copy.
                    let half = piece.len().saturating_sub(1);
                    runs.extend([(half, range.clone()), (piece.len() - half, range)]);
                }
            }
        }
        let runs = runs.into_iter().filter(|(length, _)| *length > 0);
        value.map = crate::syntax::TextMap::from_runs(runs).through(&value.map, out.len());
        value.text = out.into();
        Some(Val::text(value))
    })
}

/// The default of a variable, or a local, that is a text.
fn default<'a>(doc: &Document<'a>, steps: &[Step]) -> Option<&'a Node> {
    let [Step::Name(root), Step::Name(name)] = steps else { return None };
    let entries = doc.tree.root.entries().iter().rev();
    let found = match root.as_str() {
        "var" => entries
            .filter(|e| e.key.as_str() == Some("variable"))
            .find_map(|e| e.value.get(name)?.get("default")),
        "local" => entries.filter(|e| e.key.as_str() == Some("locals")).find_map(|e| e.value.get(name)),
        _ => None,
    };
    let plain = |node: &&Node| {
        matches!(node.data, Data::Scalar(_)) && node.as_str().is_some_and(|t| !t.contains("${"))
    };
    found.map(|node| &**node).filter(plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::model::{ResourceKind, Role};
    use super::super::testing::{resources, setting, with_role};

    #[test]
    fn a_job() {
        let text = "variable \"tag\" {\n  default = \"1.2\"\n}\njob \"door\" {\n  group \"g\" {\n    task \"match\" {\n      driver = \"docker\"\n      config {\n        image = \"exadel/compreface-core:${var.tag}\"\n      }\n      env {\n        FACE_DB = \"x\"\n        HOST = \"${NOMAD_IP_http}\"\n      }\n      template {\n        data = <<EOF\nFACE_DAYS=30\nEOF\n        destination = \"local/a.env\"\n        env = true\n      }\n    }\n  }\n}\n";
        let (files, found) = resources("door.nomad", text);
        let task = &found[0];
        assert_eq!((task.kind, task.dialect, &*task.name), (ResourceKind::Workload, "nomad", "match"));
        assert_eq!(
            files.show(setting(task, "config.image")),
            "config.image | image | \"exadel/compreface-core:${var.tag}\" | exadel/compreface-core:1.2 <- \"1.2\""
        );
        assert_eq!(with_role(task, &Role::Image), ["config.image"]);
        assert_eq!(with_role(task, &Role::Env), ["env.FACE_DB", "env.HOST", "template.env.FACE_DAYS"]);
        assert!(setting(task, "env.HOST").value.is_unknown());
        assert!(found[1].settings.iter().all(|s| s.key() != "image"));
    }

    #[test]
    fn other_hcl_is_no_job() {
        for text in ["job = 1\n", "resource \"a\" \"b\" {}\n", "job \"x\" {\n  type = \"batch\"\n}\n"] {
            let (_, found) = resources("x.hcl", text);
            assert!(found.iter().all(|r| r.dialect == "terraform"), "{text}");
        }
    }
}
