//! The Serverless Framework: one workload a function, the provider's permissions and environment, and the
//! CloudFormation resources beside them.

use super::cloud::{Val, Writer};
use super::interpolate::{self, Found, Style};
use super::model::{HOLE, Link, ResourceKind, Role, Value};
use super::{Description, Dialect, Document, Project, cloudformation, value_of_node};
use crate::syntax::{Entry, Format, Node};

/// `serverless.yml`.
pub(super) const DIALECT: Dialect = Dialect { id: "serverless", claims, read };

/// Variables in values of variables.
const MAX_STEPS: usize = 6;

fn claims(doc: &Document<'_>) -> bool {
    let root = doc.root();
    let named = doc.file_name().to_ascii_lowercase().starts_with("serverless.");
    let shaped = root.at(&["provider", "name"]).is_some() && root.get("service").is_some();
    matches!(doc.format, Format::Yaml | Format::Json)
        && (shaped || (named && root.get("provider").is_some()))
        && ["functions", "resources", "plugins", "custom", "provider"].iter().any(|k| root.get(k).is_some())
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    for entry in root.get("functions").map(|f| f.entries()).unwrap_or_default() {
        let Some(name) = entry.key.as_str() else { continue };
        if !doc.budget.take() {
            return;
        }
        let mut writer = Writer::new(doc);
        writer.push(&["name"], entry.key.span, value_of_node(&entry.key), Role::Name);
        if let Val::Object(_, pairs) = value(doc, &entry.value) {
            writer.write_pairs(&pairs);
        }
        let mut resource = doc.resource(ResourceKind::Workload, "function", &entry.value);
        resource.name = name.into();
        resource.name_span = entry.key.span;
        resource.span = entry.key.span.to(entry.value.span);
        resource.settings = writer.finish();
        resource.links.push(Link::Unit(doc.dir().to_owned()));
        out.resources.push(resource);
    }
    let before = out.resources.len();
    if let Some(template) = root.get("resources") {
        for part in std::iter::once(&**template).chain(template.items().iter().map(|i| &**i)) {
            cloudformation::read_template(doc, part, out);
        }
    }
    for resource in out.resources.get_mut(before..).unwrap_or_default() {
        resource.links = vec![Link::Unit(doc.dir().to_owned())];
    }
    let mut rest = Writer::new(doc);
    let other = |e: &&Entry| !matches!(e.key.as_str(), Some("functions" | "resources") | None);
    for entry in root.entries().iter().filter(other) {
        if let Some(key) = entry.key.as_str() {
            rest.write(&[key], entry.key.span, &value(doc, &entry.value));
        }
    }
    let mut resource = doc.resource(ResourceKind::Cloud, "serverless service", root);
    if let Some(service) = root.get("service").filter(|s| s.as_str().is_some()) {
        resource.name = service.as_str().unwrap_or_default().into();
        resource.name_span = service.span;
    }
    resource.settings = rest.finish();
    resource.links.push(Link::Unit(doc.dir().to_owned()));
    out.resources.push(resource);
}

fn value(doc: &Document<'_>, node: &Node) -> Val {
    Val::of(node, doc.budget, 0, &mut |node, _| {
        if node.tag.as_deref().is_some_and(|tag| matches!(tag, "!Ref" | "!GetAtt" | "!Sub" | "!ImportValue"))
        {
            return Some(Val::unknown(node.span));
        }
        node.as_str().filter(|t| t.contains("${"))?;
        Some(Val::text(resolved(doc, value_of_node(node), 0)))
    })
}

/// A value with `${self:…}` and defaults put in.
fn resolved(doc: &Document<'_>, mut value: Value, steps: usize) -> Value {
    let mut lookup = |name: &str| find(doc, name, steps);
    // The framework's variables have a colon in their names, so they are found by their own rule.
    replace(&mut value, &mut lookup);
    value
}

/// Puts each `${…}` in: what is found, else a hole.
fn replace(value: &mut Value, lookup: &mut dyn FnMut(&str) -> Option<Found>) {
    let whole = value.text.trim();
    let inside = whole.strip_prefix("${").and_then(|t| t.strip_suffix('}'));
    if let Some(inside) = inside.filter(|t| !t.contains("${")) {
        let found = lookup(inside);
        value.map = crate::syntax::TextMap::whole(value.span.range());
        match found {
            Some(found) => {
                value.text = found.text.into();
                value.origins.extend(found.origins);
            }
            None => value.text = HOLE.encode_utf8(&mut [0; 4]).into(),
        }
        return;
    }
    interpolate::apply(value, Style::Spring, &mut |_| None);
}

fn find(doc: &Document<'_>, reference: &str, steps: usize) -> Option<Found> {
    if steps > MAX_STEPS {
        return None;
    }
    for choice in reference.split(',').map(str::trim) {
        if let Some(path) = choice.strip_prefix("self:") {
            let keys: Vec<&str> = path.split('.').collect();
            let Some(node) = doc.root().at(&keys).filter(|n| n.as_str().is_some()) else { continue };
            let value = resolved(doc, value_of_node(node), steps + 1);
            let mut origins = vec![node.span];
            origins.extend(value.origins);
            return Some(Found { text: value.text.to_string(), origins });
        }
        let quoted = choice.strip_prefix(['\'', '"']).and_then(|c| c.strip_suffix(['\'', '"']));
        if let Some(text) = quoted {
            return Some(Found { text: text.to_owned(), origins: Vec::new() });
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::model::Role;
    use super::super::testing::{Files, resources, setting, with_role};

    #[test]
    fn a_service() {
        let text = "service: door\ncustom:\n  collection: visitors\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - Effect: Allow\n          Action:\n            - rekognition:SearchFacesByImage\nfunctions:\n  open:\n    handler: a.b\n    environment:\n      COLLECTION: ${self:custom.collection}\n      DAYS: ${env:DAYS, '30'}\n      KEY: ${ssm:/key}\nresources:\n  Resources:\n    Faces:\n      Type: AWS::Rekognition::Collection\n";
        let (files, found) = resources("serverless.yml", text);
        let open = &found[0];
        assert_eq!(
            files.show(setting(open, "environment.COLLECTION")),
            "environment.COLLECTION | COLLECTION | ${self:custom.collection} | visitors <- visitors"
        );
        assert_eq!(&*setting(open, "environment.DAYS").value.text, "30");
        assert!(setting(open, "environment.KEY").value.is_unknown());
        assert_eq!(with_role(open, &Role::Env).len(), 3);
        assert_eq!(&*found[1].type_name, "AWS::Rekognition::Collection");
        let service = &found[2];
        assert_eq!(
            with_role(service, &Role::Action { allow: true }),
            ["provider.iam.role.statements[0].Action[0]"]
        );
    }

    #[test]
    fn near_misses() {
        for text in ["service: x\nprovider: aws\n", "functions: {a: {handler: b}}\n"] {
            let files = Files::new(&[("app.yml", text)]);
            assert!(files.describe("app.yml").resources.iter().all(|r| r.dialect != "serverless"), "{text}");
        }
    }
}
