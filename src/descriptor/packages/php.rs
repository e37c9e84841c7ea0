//! PHP: `composer.json`.

use super::{Document, List, Project};

/// `composer.json`.
pub(super) fn composer(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    list.name(root, "name");
    list.prose(root, "description");
    list.words(root, "keywords");
    for field in ["require", "require-dev", "replace"] {
        for entry in root.get(field).map(|n| n.entries()).unwrap_or_default() {
            // `php` and `ext-gd` are the platform.
            if entry.key.as_str().is_some_and(|name| name.contains('/')) {
                list.add_node(field, "composer", &entry.key);
            }
        }
    }
}
