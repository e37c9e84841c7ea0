//! Azure Resource Manager templates: one resource an entry of `resources`, nested ones and deployments included.

use super::cloud::{Val, Writer, kind_of};
use super::flatten::MAX_DEPTH;
use super::model::{Link, ResourceKind, Role};
use super::{Description, Dialect, Document, Project, value_of_node};
use crate::syntax::{Format, Node, ScalarKind};

/// ARM templates.
pub(super) const DIALECT: Dialect = Dialect { id: "arm", claims, read };

/// Variables that lead to variables.
const MAX_STEPS: usize = 8;

fn claims(doc: &Document<'_>) -> bool {
    let root = doc.root();
    let schema = root.str_at(&["$schema"]).unwrap_or_default().to_ascii_lowercase();
    let template = schema.contains("deploymenttemplate.json") || root.get("contentVersion").is_some();
    doc.format == Format::Json && template && root.get("resources").is_some()
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    template(doc, root, out, 0);
    let mut rest = Writer::new(doc);
    for parameter in root.get("parameters").map(|p| p.entries()).unwrap_or_default() {
        let Some(name) = parameter.key.as_str() else { continue };
        if let Some(default) = parameter.value.get("defaultValue") {
            rest.write(&[name], parameter.key.span, &value(doc, root, default, 0));
        }
        if let Some(text) = parameter.value.at(&["metadata", "description"]) {
            rest.push(&[name, "description"], parameter.key.span, value_of_node(text), Role::Prose);
        }
    }
    for key in ["variables", "outputs"] {
        if let Some(entry) = root.entry(key) {
            rest.write(&[key], entry.key.span, &value(doc, root, &entry.value, 0));
        }
    }
    let settings = rest.finish();
    if !settings.is_empty() {
        let mut resource = doc.resource(ResourceKind::AppConfig, "template", root);
        resource.settings = settings;
        resource.links.push(Link::Unit(doc.file.path.to_string()));
        out.resources.push(resource);
    }
}

/// The resources of a template, by list or by symbolic name.
fn template(doc: &Document<'_>, root: &Node, out: &mut Description, depth: usize) {
    let Some(resources) = root.get("resources") else { return };
    let named = resources.entries().iter().map(|e| &*e.value);
    for node in resources.items().iter().map(|i| &**i).chain(named) {
        resource(doc, root, node, out, depth);
    }
}

fn resource(doc: &Document<'_>, root: &Node, node: &Node, out: &mut Description, depth: usize) {
    let Some(kind) = node.entry("type") else { return };
    if depth > MAX_DEPTH || !doc.budget.take() {
        return;
    }
    let type_name = kind.value.as_str().unwrap_or_default();
    let mut writer = Writer::new(doc);
    writer.resource_type(kind.key.span, value_of_node(&kind.value));
    let nested = node.at(&["properties", "template"]);
    for entry in node.entries() {
        match entry.key.as_str() {
            None | Some("type" | "resources") => {}
            Some("properties") if nested.is_some() => {}
            Some(key) => writer.write(&[key], entry.key.span, &value(doc, root, &entry.value, 0)),
        }
    }
    let mut made = doc.resource(kind_of(type_name), type_name, node);
    made.settings = writer.finish();
    let name = made.settings.iter().find(|s| s.key() == "name" && s.path.len() == 1);
    if let Some(name) = name {
        made.name_span = name.value.span;
        made.name = name.value.text.clone();
    }
    made.links.push(Link::Unit(doc.file.path.to_string()));
    out.resources.push(made);
    if let Some(nested) = nested {
        template(doc, nested, out, depth + 1);
    }
    for child in node.get("resources").map(|r| r.items()).unwrap_or_default() {
        resource(doc, root, child, out, depth + 1);
    }
}

/// A value whose expressions (`[parameters('x')]`) are put in where they are known.
fn value(doc: &Document<'_>, root: &Node, node: &Node, steps: usize) -> Val {
    Val::of(node, doc.budget, 0, &mut |node, _| {
        let scalar = node.as_scalar().filter(|s| s.kind == ScalarKind::Text)?;
        let expression = scalar.text.strip_prefix('[')?.strip_suffix(']')?;
        if expression.starts_with('[') {
            return None;
        }
        if steps > MAX_STEPS {
            return Some(Val::unknown(node.span));
        }
        let found = reference(expression).and_then(|(section, name)| {
            let named = root.get(section)?.get(name)?;
            let found = if section == "parameters" { named.get("defaultValue")? } else { named };
            Some(value(doc, root, found, steps + 1))
        });
        Some(found.map_or_else(|| Val::unknown(node.span), |val| val.used_at(node.span)))
    })
}

/// `parameters('x')`, `variables('x')`.
fn reference(expression: &str) -> Option<(&'static str, &str)> {
    let expression = expression.trim();
    let section = ["parameters", "variables"].into_iter().find(|s| expression.starts_with(s))?;
    let inside = expression.strip_prefix(section)?.trim().strip_prefix("('")?.strip_suffix("')")?;
    (!inside.contains('\'')).then_some((section, inside))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::testing::{Files, resources, setting};

    #[test]
    fn a_template() {
        let text = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "contentVersion": "1.0.0.0",
 "parameters": {"kind": {"defaultValue": "Face"}},
 "variables": {"k": "[parameters('kind')]"},
 "resources": [{"type": "Microsoft.CognitiveServices/accounts", "name": "door", "kind": "[variables('k')]",
   "location": "[resourceGroup().location]",
   "resources": [{"type": "Microsoft.Storage/storageAccounts", "name": "s"}]}]}"#;
        let (files, found) = resources("azuredeploy.json", text);
        assert_eq!(
            files.show(setting(&found[0], "kind")),
            "kind | \"kind\" | \"[variables('k')]\" | Face <- \"Face\" <- \"[parameters('kind')]\""
        );
        assert_eq!((&*found[0].name, &*found[1].name), ("door", "s"));
        assert!(setting(&found[0], "location").value.is_unknown());
    }

    #[test]
    fn near_misses_and_circles() {
        let files = Files::new(&[("a.json", r#"{"resources": [{"type": "x"}]}"#)]);
        assert!(files.describe("a.json").resources.iter().all(|r| r.dialect != "arm"));
        let text = r#"{"contentVersion": "1", "variables": {"a": "[variables('a')]"}, "resources": [{"type": "t", "x": "[variables('a')]", "y": "[[no]"}]}"#;
        let (_, found) = resources("b.json", text);
        assert!(setting(&found[0], "x").value.is_unknown());
        assert_eq!(&*setting(&found[0], "y").value.text, "[[no]");
    }
}
