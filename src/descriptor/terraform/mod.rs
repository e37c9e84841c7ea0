//! Terraform and OpenTofu, in native and in JSON syntax: one resource a block, with locals, variables, `.tfvars`
//! and the inputs of local modules put in where they are known. Other HCL files are read in the same way.

mod eval;
mod function;
mod plan;

use std::sync::Arc;

use self::eval::{Eval, Scope};
use super::cloud::{Val, Writer, kind_of};
use super::model::{Link, Resource, ResourceKind, Role};
use super::{Description, Dialect, Document, Project, place, value_of_node};
use crate::syntax::{Data, Entry, Format, Node};

/// Terraform and OpenTofu.
pub(super) const DIALECT: Dialect = Dialect { id: "terraform", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    match doc.format {
        Format::Hcl => true,
        Format::Json => is_json_syntax(doc.file_name()) || plan::is_plan(doc.root()),
        _ => false,
    }
}

fn is_json_syntax(name: &str) -> bool {
    [".tf.json", ".tofu.json", ".tfvars.json"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a file holds values of variables.
fn is_values(name: &str) -> bool {
    name.contains(".tfvars")
}

fn read(doc: &Document<'_>, project: &dyn Project, out: &mut Description) {
    if doc.format == Format::Json && !is_json_syntax(doc.file_name()) {
        plan::read(doc, out);
        return;
    }
    let eval = Eval::new(project, doc.budget);
    let scope = eval.scope(doc.dir());
    let mut rest = Writer::new(doc);
    for entry in doc.root().entries() {
        let Some(kind) = entry.key.as_str() else { continue };
        if is_values(doc.file_name()) {
            rest.write(&[kind], entry.key.span, &eval.node(&scope, &entry.value, 0));
            continue;
        }
        match kind {
            "resource" | "data" | "ephemeral" => {
                for types in bodies(&entry.value) {
                    for named in types.entries() {
                        for body in bodies(&named.value).flat_map(Node::entries) {
                            out.resources.extend(block(doc, &eval, &scope, entry, Some(named), body));
                        }
                    }
                }
            }
            "module" => {
                for body in bodies(&entry.value).flat_map(Node::entries) {
                    out.resources.extend(block(doc, &eval, &scope, entry, None, body));
                }
            }
            "variable" => variables(&eval, &scope, &entry.value, &mut rest),
            "locals" => {
                for local in bodies(&entry.value).flat_map(Node::entries) {
                    if let Some(name) = local.key.as_str() {
                        rest.write(&[name], local.key.span, &eval.node(&scope, &local.value, 0));
                    }
                }
            }
            _ => rest.write(&[kind], entry.key.span, &eval.node(&scope, &entry.value, 0)),
        }
    }
    let settings = rest.finish();
    let unclaimed = !doc.tree.comments.is_empty() && out.resources.is_empty();
    if !settings.is_empty() || unclaimed {
        let type_name = if is_values(doc.file_name()) { "terraform variables" } else { "terraform" };
        let mut resource = doc.resource(ResourceKind::AppConfig, type_name, doc.root());
        resource.settings = settings;
        resource.links.push(Link::Unit(doc.dir().to_owned()));
        out.resources.push(resource);
    }
}

/// A body, or the bodies in a list: JSON syntax has both.
fn bodies(node: &Node) -> impl Iterator<Item = &Node> {
    let items = node.items().iter().map(|item| &**item);
    std::iter::once(node).filter(|n| matches!(n.data, Data::Mapping(_))).chain(items)
}

/// A resource, a data source or a module call.
fn block(
    doc: &Document<'_>,
    eval: &Eval<'_>,
    scope: &Arc<Scope>,
    keyword: &Entry,
    type_entry: Option<&Entry>,
    body: &Entry,
) -> Option<Resource> {
    if !doc.budget.take() {
        return None;
    }
    let name = body.key.as_str()?;
    let type_name = type_entry.and_then(|t| t.key.as_str()).unwrap_or("module");
    let mut writer = Writer::new(doc);
    if let Some(types) = type_entry {
        writer.resource_type(keyword.key.span, value_of_node(&types.key));
    }
    writer.push(&["name"], body.key.span, value_of_node(&body.key), Role::Name);
    let mut links = vec![Link::Unit(doc.dir().to_owned())];
    let document = type_name == "aws_iam_policy_document";
    for content in bodies(&body.value) {
        let scope = scope.with_own(content);
        if type_entry.is_none() {
            let source = content.str_at(&["source"]).filter(|s| s.starts_with('.'));
            links.extend(source.and_then(|s| place::join(doc.dir(), s)).map(Link::Directory));
        }
        // All at once, so that blocks of one type are told apart.
        if let Val::Object(_, pairs) = eval.node(&scope, content, 0) {
            writer.write_pairs(&unfold(pairs));
        }
    }
    let kind = match (type_entry, keyword.key.as_str().unwrap_or_default()) {
        (None, _) => match kind_of(source_name(&body.value)) {
            ResourceKind::Store => ResourceKind::Store,
            _ => ResourceKind::Cloud,
        },
        (Some(_), "data") => ResourceKind::Cloud,
        (Some(_), _) => kind_of(type_name),
    };
    let mut resource = doc.resource(kind, type_name, &body.value);
    resource.name = name.into();
    resource.name_span = body.key.span;
    resource.span =
        if doc.format == Format::Hcl { keyword.key.span.to(body.value.span) } else { body.value.span };
    resource.settings = writer.finish();
    if document {
        default_effect(&mut resource);
    }
    resource.links = links;
    Some(resource)
}

/// The words of a module's source that say what it makes: `s3-bucket` of `terraform-aws-modules/s3-bucket/aws`.
fn source_name(body: &Node) -> &str {
    body.str_at(&["source"]).unwrap_or_default().split('?').next().unwrap_or_default()
}

/// Blocks that are made by `dynamic "x" { content { … } }`, as the blocks that they make.
fn unfold(pairs: Vec<super::cloud::Pair>) -> Vec<super::cloud::Pair> {
    let mut out = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match pair.value {
            Val::Object(_, made) if &*pair.key == "dynamic" => {
                for inner in made {
                    let content = match inner.value.get("content") {
                        Some(content) => content.clone(),
                        None => inner.value,
                    };
                    out.push(super::cloud::Pair { value: content, ..inner });
                }
            }
            value => out.push(super::cloud::Pair { value, ..pair }),
        }
    }
    out
}

/// The statements of `aws_iam_policy_document` allow unless they say otherwise.
fn default_effect(resource: &mut Resource) {
    use super::model::{Segment, Setting};
    let parent = |setting: &Setting| -> Vec<Segment> {
        let keys = setting.path.iter().take_while(
            |s| !matches!(s, Segment::Key(key) if matches!(&**key, "actions" | "not_actions" | "effect")),
        );
        keys.cloned().collect()
    };
    let denied: Vec<Vec<Segment>> = resource
        .settings
        .iter()
        .filter(|s| s.key() == "effect" && &*s.value.text == "Deny")
        .map(parent)
        .collect();
    for setting in &mut resource.settings {
        let allow = match setting.key() {
            "actions" => true,
            "not_actions" => false,
            _ => continue,
        };
        let denied = denied.contains(&parent(setting));
        setting.role = Role::Action { allow: allow && !denied };
    }
}

/// Each variable with the value that holds for it, and its description.
fn variables(eval: &Eval<'_>, scope: &Arc<Scope>, node: &Node, out: &mut Writer<'_>) {
    for variable in bodies(node).flat_map(Node::entries) {
        let Some(name) = variable.key.as_str() else { continue };
        for body in bodies(&variable.value) {
            if let Some(description) = body.entry("description") {
                let value = value_of_node(&description.value);
                out.push(&[name, "description"], description.key.span, value, Role::Prose);
            }
            let span = body.get("default").map_or(variable.key.span, |d| d.span);
            let val = match eval.variable(scope, name, 0) {
                Some(val) if val.span() != span => val.used_at(span),
                Some(val) => val,
                None => Val::unknown(variable.key.span),
            };
            out.write(&[name], variable.key.span, &val);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
