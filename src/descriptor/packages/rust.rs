//! Rust: `Cargo.toml`.

use super::list::bare;
use super::{Document, List, Project};
use crate::syntax::Node;

/// `Cargo.toml`: the tables of the package, of each target and of the workspace.
pub(super) fn cargo(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    if let Some(package) = root.get("package") {
        list.name(package, "name");
        list.prose(package, "description");
        list.words(package, "keywords");
    }
    tables(list, root);
    for target in root.get("target").map(|n| n.entries()).unwrap_or_default() {
        tables(list, &target.value);
    }
    if let Some(workspace) = root.get("workspace") {
        tables(list, workspace);
    }
}

fn tables(list: &mut List<'_>, node: &Node) {
    for table in
        ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"]
    {
        for entry in node.get(table).map(|n| n.entries()).unwrap_or_default() {
            match entry.value.get("package").and_then(|n| bare(n)) {
                // The key is only what the code calls it.
                Some(name) => list.add(table, "cargo", name),
                None => list.add_node(table, "cargo", &entry.key),
            }
        }
    }
}
