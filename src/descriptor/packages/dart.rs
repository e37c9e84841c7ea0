//! Dart and Flutter: `pubspec.yaml`.

use super::{Document, List, Project};

/// `pubspec.yaml`.
pub(super) fn pubspec(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    list.name(root, "name");
    list.prose(root, "description");
    list.words(root, "topics");
    for field in ["dependencies", "dev_dependencies", "dependency_overrides"] {
        for entry in root.get(field).map(|n| n.entries()).unwrap_or_default() {
            // `flutter: { sdk: flutter }` is the platform.
            if entry.value.get("sdk").is_none() {
                list.add_node(field, "pub", &entry.key);
            }
        }
    }
}
