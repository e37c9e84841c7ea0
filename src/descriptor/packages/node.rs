//! JavaScript: `package.json`.

use super::list::bare;
use super::{Document, List, Project};
use crate::descriptor::{Role, part_of};
use crate::syntax::Node;

/// The fields whose keys are packages.
const FIELDS: &[&str] = &[
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
    "resolutions",
    "overrides",
];

/// `package.json` with all its lists.
pub(super) fn package_json(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    list.name(root, "name");
    list.prose(root, "description");
    list.words(root, "keywords");
    for field in FIELDS {
        packages(list, field, root.get(field).map(|n| &**n));
    }
    for field in ["bundledDependencies", "bundleDependencies"] {
        for item in root.get(field).map(|n| n.items()).unwrap_or_default() {
            list.add_node(field, "npm", item);
        }
    }
    packages(list, "overrides", root.at(&["pnpm", "overrides"]));
    for script in root.get("scripts").map(|n| n.entries()).unwrap_or_default() {
        if let (Some(name), Some(value)) = (script.key.as_str(), bare(&script.value)) {
            list.setting(&format!("scripts.[{name}]"), script.key.span, value, Role::Command);
        }
    }
}

fn packages(list: &mut List<'_>, field: &str, node: Option<&Node>) {
    for entry in node.map(Node::entries).unwrap_or_default() {
        let Some(key) = bare(&entry.key) else { continue };
        // `**/a/@scope/name`, `name@^1`, `parent>name`: the package that is meant stands last.
        let from = key.text.rfind('>').map_or(0, |n| n + 1);
        let rest = key.text.get(from..).unwrap_or_default();
        let last = rest.rfind('/').map_or(0, |n| {
            let before = rest.get(..n).unwrap_or_default();
            let scope = before.rfind('/').map_or(0, |n| n + 1);
            if before.get(scope..).is_some_and(|s| s.starts_with('@')) { scope } else { n + 1 }
        });
        let name = rest.get(last..).unwrap_or_default();
        let len = name.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(name.len(), |(n, _)| n);
        let start = from + last;
        list.add(field, "npm", part_of(&key, start..start + len));
        // `"face": "npm:face-api.js@1"`: another package under this name.
        if let Some(value) = bare(&entry.value)
            && let Some(other) = value.text.strip_prefix("npm:")
        {
            let len = other.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(other.len(), |(n, _)| n);
            list.add(field, "npm", part_of(&value, 4..4 + len));
        }
        if !entry.value.entries().is_empty() && field == "overrides" {
            packages_once(list, field, &entry.value);
        }
    }
}

/// The overrides inside the override of one package.
fn packages_once(list: &mut List<'_>, field: &str, node: &Node) {
    for entry in node.entries() {
        list.add_node(field, "npm", &entry.key);
    }
}
