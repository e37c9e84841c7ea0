//! Pulumi programs in YAML or JSON: one resource a resource, configuration defaults put in.

use super::cloud::{Val, Writer, kind_of};
use super::interpolate::{self, Found, Style};
use super::model::{Link, ResourceKind, Role};
use super::{Description, Dialect, Document, Project, value_of_node};
use crate::syntax::{Data, Format, Node};

/// Pulumi programs.
pub(super) const DIALECT: Dialect = Dialect { id: "pulumi", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    let name = doc.file_name().to_ascii_lowercase();
    let resources = doc.root().get("resources").map(|r| r.entries()).unwrap_or_default();
    matches!(doc.format, Format::Yaml | Format::Json)
        && (doc.root().get("runtime").is_some() || name.starts_with("pulumi.") || name.starts_with("main."))
        // A type of a provider: `aws:s3:Bucket`.
        && resources.iter().any(|e| {
            e.value.str_at(&["type"]).is_some_and(|t| t.contains(':') && !t.contains(char::is_whitespace))
        })
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    let find = |name: &str| {
        let node = root.get("variables").and_then(|v| v.get(name)).or_else(|| {
            let config = root.get("config").or_else(|| root.get("configuration"))?.get(name)?;
            config.get("default").or_else(|| config.get("value")).or(Some(config))
        })?;
        let text = node.as_str()?.to_owned();
        Some(Found { text, origins: vec![node.span] })
    };
    let value = |node: &Node| {
        Val::of(node, doc.budget, 0, &mut |node, _| {
            node.as_str().filter(|t| t.contains("${"))?;
            let mut value = value_of_node(node);
            interpolate::apply(&mut value, Style::Spring, &mut |name| find(name));
            Some(Val::text(value))
        })
    };
    for entry in root.get("resources").map(|r| r.entries()).unwrap_or_default() {
        let (Some(name), Some(kind)) = (entry.key.as_str(), entry.value.entry("type")) else { continue };
        if !doc.budget.take() {
            return;
        }
        let type_name = kind.value.as_str().unwrap_or_default();
        let mut writer = Writer::new(doc);
        writer.resource_type(kind.key.span, value_of_node(&kind.value));
        writer.push(&["name"], entry.key.span, value_of_node(&entry.key), Role::Name);
        if let Some(properties) = entry.value.get("properties")
            && let Val::Object(_, pairs) = value(properties)
        {
            writer.write_pairs(&pairs);
        }
        let mut resource = doc.resource(kind_of(type_name), type_name, &entry.value);
        resource.name = name.into();
        resource.name_span = entry.key.span;
        resource.span = entry.key.span.to(entry.value.span);
        resource.settings = writer.finish();
        resource.links.push(Link::Unit(doc.dir().to_owned()));
        out.resources.push(resource);
    }
    let mut rest = Writer::new(doc);
    for entry in root.entries().iter().filter(|e| e.key.as_str() != Some("resources")) {
        let Some(key) = entry.key.as_str() else { continue };
        let name = matches!(entry.value.data, Data::Scalar(_)) && key == "name";
        if name {
            rest.push(&[key], entry.key.span, value_of_node(&entry.value), Role::Name);
        } else {
            rest.write(&[key], entry.key.span, &value(&entry.value));
        }
    }
    let mut resource = doc.resource(ResourceKind::AppConfig, "Pulumi program", root);
    resource.settings = rest.finish();
    resource.links.push(Link::Unit(doc.dir().to_owned()));
    out.resources.push(resource);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::testing::{Files, resources, setting};

    #[test]
    fn a_program() {
        let text = "name: door\nruntime: yaml\nconfiguration:\n  id: {default: visitors}\nresources:\n  faces:\n    type: aws:rekognition:Collection\n    properties:\n      collectionId: ${id}\n      owner: ${faces.arn}\n";
        let (files, found) = resources("Pulumi.yaml", text);
        assert_eq!(&*found[0].type_name, "aws:rekognition:Collection");
        assert_eq!(
            files.show(setting(&found[0], "collectionId")),
            "collectionId | collectionId | ${id} | visitors <- visitors"
        );
        assert!(setting(&found[0], "owner").value.is_unknown());
    }

    #[test]
    fn near_misses() {
        for text in ["name: x\nresources: {a: {type: b}}\n", "runtime: yaml\nresources: {limits: {cpu: 1}}\n"]
        {
            let files = Files::new(&[("a.yaml", text)]);
            assert!(files.describe("a.yaml").resources.iter().all(|r| r.dialect != "pulumi"), "{text}");
        }
    }
}
