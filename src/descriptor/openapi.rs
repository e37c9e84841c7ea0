//! Interface descriptions: OpenAPI and Swagger.

use super::flatten::{Visit, visit};
use super::model::{ResourceKind, Role, Segment, Setting};
use super::{Description, Dialect, Document, Project, declare};
use crate::syntax::{Data, ScalarKind, TextMap};

/// OpenAPI and Swagger documents.
pub(crate) const DIALECT: Dialect = Dialect { id: "openapi", claims, read };

/// Keys below which stand the shapes of data, not settings.
const SHAPES: &[&str] = &[
    "components",
    "definitions",
    "parameters",
    "responses",
    "requestBody",
    "requestBodies",
    "schema",
    "schemas",
];

fn claims(doc: &Document<'_>) -> bool {
    let root = doc.root();
    let version = root.str_at(&["openapi"]).or_else(|| root.str_at(&["swagger"]));
    let body = ["paths", "webhooks", "components"].iter().any(|key| root.get(key).is_some());
    version.is_some() && body
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    let mut resource = doc.resource(ResourceKind::Api, "OpenAPI", root);
    if let Some(title) = root.at(&["info", "title"])
        && let Some(name) = title.as_str().filter(|t| !t.is_empty())
    {
        resource.name = name.into();
        resource.name_span = title.span;
    }
    visit(root, &[], root.span, doc.budget, &mut |at| {
        if at.last_key() == declare::EXTENSION {
            return Visit::Skip;
        }
        if let Data::Mapping(entries) = &at.node.data {
            resource.declarations.extend(declare::of(at.node, doc.budget));
            // The paths stand for themselves: one setting each, at the key.
            if matches!(at.path, [Segment::Key(key)] if &**key == "paths") {
                for entry in entries.iter() {
                    let Some(scalar) = entry.key.as_scalar().filter(|s| s.text.starts_with('/')) else {
                        continue;
                    };
                    let mut path = at.path.to_vec();
                    path.push(Segment::Key(scalar.text.clone()));
                    let mut value = super::value_of(scalar, entry.key.span);
                    value.kind = ScalarKind::Text;
                    resource.settings.push(Setting {
                        path,
                        key_span: entry.key.span,
                        value,
                        role: Role::ApiPath,
                    });
                }
            }
        }
        if at.is_leaf() {
            let shape = at.path.iter().any(|s| matches!(s, Segment::Key(key) if SHAPES.contains(&&**key)));
            let prose = matches!(at.last_key(), "description" | "summary" | "title");
            let role = match (prose, shape) {
                (true, _) => Role::Prose,
                (_, true) => Role::Schema,
                _ => Role::Plain,
            };
            let mut setting = at.setting(role);
            if at.node.as_scalar().is_none() {
                setting.value.map = TextMap::whole(at.node.span.range());
            }
            resource.settings.push(setting);
        }
        Visit::Descend
    });
    out.resources.push(resource);
}
