//! Everything else with keys and values, so that no format is a blind spot.

use super::flatten::{At, Visit, dotted_path, visit};
use super::interpolate::{self, Style};
use super::model::{HOLE, ResourceKind, Role, Segment, Setting};
use super::{Description, Dialect, Document, Project, declare, place};
use crate::source::Span;
use crate::syntax::{Format, Node, ScalarKind};

/// The dialect that takes what no other takes.
pub(crate) const DIALECT: Dialect = Dialect { id: "plain", claims: |_| true, read };

/// YAML tags whose value is only known when the document is used.
const LATE_TAGS: &[&str] = &[
    "!secret",
    "!env_var",
    "!env",
    "!ENV",
    "!Ref",
    "!GetAtt",
    "!ImportValue",
    "!Sub",
    "!vault",
    "!reference",
];

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    let config = is_config_name(doc.file_name());
    let kind = if config { ResourceKind::AppConfig } else { ResourceKind::Plain };
    let type_name = if config { "config" } else { "document" };
    let mut resource = doc.resource(kind, type_name, root);
    if let Some((name, span)) = own_name(root) {
        resource.name = name.into();
        resource.name_span = span;
    }
    let schema = schema_places(root);
    visit(root, &[], root.span, doc.budget, &mut |at| {
        if at.last_key() == declare::EXTENSION {
            return Visit::Skip;
        }
        if at.is_leaf() && (!at.path.is_empty() || at.node.as_str().is_some()) {
            let role = match at.path {
                [Segment::Key(key)] if &**key == "name" => Role::Name,
                path if schema.covers(path) => Role::Schema,
                _ => Role::Plain,
            };
            resource.settings.push(leaf(&at, doc.format, role));
        }
        Visit::Descend
    });
    resource.declarations = declare::of(root, doc.budget);
    if !resource.settings.is_empty() || !resource.declarations.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

/// The name that a document gives itself, with its place.
fn own_name(root: &Node) -> Option<(&str, Span)> {
    let node = root.get("name")?;
    node.as_str().filter(|n| !n.is_empty()).map(|name| (name, node.span))
}

/// A leaf of a document as a setting: dotted keys taken apart where the format has them, variables resolved as
/// far as their defaults go.
pub(crate) fn leaf(at: &At<'_>, format: Format, role: Role) -> Setting {
    let mut setting = at.setting(role);
    if matches!(format, Format::Properties | Format::Ini) {
        setting.path = split_dots(at.path);
    }
    if at.node.tag.as_deref().is_some_and(|tag| LATE_TAGS.contains(&tag)) {
        setting.value.text = HOLE.encode_utf8(&mut [0; 4]).into();
        setting.value.map = crate::syntax::TextMap::whole(at.node.span.range());
        setting.value.kind = ScalarKind::Text;
    } else {
        interpolate::apply(&mut setting.value, Style::Any, &mut |_| None);
    }
    setting
}

/// A path whose dotted keys are taken apart.
pub(crate) fn split_dots(path: &[Segment]) -> Vec<Segment> {
    let mut out = Vec::with_capacity(path.len());
    for segment in path {
        match segment {
            Segment::Key(key) if key.contains(['.', '[']) => out.extend(dotted_path(key)),
            other => out.push(other.clone()),
        }
    }
    out
}

/// Whether a file of this name is an application's configuration.
fn is_config_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or_default();
    let words = || stem.split(['-', '_']);
    let telling = |word: &str| {
        matches!(
            word,
            "config" | "configs" | "conf" | "configuration" | "settings" | "setting" | "values" | "options"
        )
    };
    words().any(telling)
        || stem == "appsettings"
        || stem == "app"
        || place::file_name(&name).split('.').skip(1).any(|part| part == "config")
}

/// Parts of a document that describe settings and set none.
struct SchemaPlaces {
    all: bool,
    /// Top-level keys below which everything is a description.
    below: Vec<&'static str>,
}

impl SchemaPlaces {
    fn covers(&self, path: &[Segment]) -> bool {
        let top = match path.first() {
            Some(Segment::Key(key)) => &**key,
            _ => "",
        };
        self.all || self.below.contains(&top)
    }
}

fn schema_places(root: &Node) -> SchemaPlaces {
    let dialect = root.str_at(&["$schema"]).is_some_and(|s| s.contains("json-schema.org"));
    let properties = root.get("properties").is_some_and(|p| !p.entries().is_empty());
    let definitions = root.get("$defs").or_else(|| root.get("definitions")).is_some();
    let object = root.str_at(&["type"]) == Some("object");
    let all = dialect || (properties && (object || definitions));
    // An add-on's `options` are set; the `schema` beside them says what may be set.
    let below = if root.get("options").is_some() && root.get("schema").is_some() {
        vec!["schema"]
    } else {
        Vec::new()
    };
    SchemaPlaces { all, below }
}
