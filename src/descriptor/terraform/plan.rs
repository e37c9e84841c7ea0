//! What Terraform itself writes as JSON: plans (`terraform show -json`) and state.

use super::super::cloud::{Val, Writer, kind_of};
use super::super::flatten::MAX_DEPTH;
use super::super::model::{Link, Role};
use super::super::{Description, Document, value_of_node};
use crate::syntax::Node;

/// Whether a JSON document is a plan or a state.
pub(super) fn is_plan(root: &Node) -> bool {
    root.get("terraform_version").is_some()
        && ["planned_values", "values", "resources"].iter().any(|key| root.get(key).is_some())
}

pub(super) fn read(doc: &Document<'_>, out: &mut Description) {
    let root = doc.root();
    for values in ["planned_values", "values"] {
        if let Some(module) = root.at(&[values, "root_module"]) {
            read_module(doc, module, 0, out);
        }
    }
    for resource in root.get("resources").map(|r| r.items()).unwrap_or_default() {
        for instance in resource.get("instances").map(|i| i.items()).unwrap_or_default() {
            if let Some(attributes) = instance.get("attributes") {
                add(doc, resource, attributes, out);
            }
        }
    }
}

fn read_module(doc: &Document<'_>, module: &Node, depth: usize, out: &mut Description) {
    if depth > MAX_DEPTH {
        return;
    }
    for resource in module.get("resources").map(|r| r.items()).unwrap_or_default() {
        if let Some(values) = resource.get("values") {
            add(doc, resource, values, out);
        }
    }
    for child in module.get("child_modules").map(|c| c.items()).unwrap_or_default() {
        read_module(doc, child, depth + 1, out);
    }
}

fn add(doc: &Document<'_>, node: &Node, values: &Node, out: &mut Description) {
    let (Some(kind), Some(name)) = (node.entry("type"), node.entry("name")) else { return };
    let (Some(type_name), Some(own)) = (kind.value.as_str(), name.value.as_str()) else { return };
    if !doc.budget.take() {
        return;
    }
    let mut writer = Writer::new(doc);
    writer.resource_type(kind.key.span, value_of_node(&kind.value));
    writer.push(&["name"], name.key.span, value_of_node(&name.value), Role::Name);
    if let Val::Object(_, pairs) = Val::of(values, doc.budget, 0, &mut |_, _| None) {
        writer.write_pairs(&pairs);
    }
    let mut resource = doc.resource(kind_of(type_name), type_name, node);
    resource.name = own.into();
    resource.name_span = name.value.span;
    resource.settings = writer.finish();
    resource.links.push(Link::Unit(doc.dir().to_owned()));
    out.resources.push(resource);
}
