//! Manifests of phone apps: `AndroidManifest.xml`, and property lists (`Info.plist`, entitlements).

use super::model::{Resource, ResourceKind, Role, Segment, Setting, Value};
use super::packages::bare;
use super::{Description, Dialect, Document, MAX_DEPTH, Project, dotted_path};
use crate::source::Span;
use crate::syntax::{Format, Node, ScalarKind, TextMap};

/// Android manifests.
pub(crate) const ANDROID: Dialect = Dialect { id: "android", claims: is_android, read: read_android };

/// Property lists of Apple's systems.
pub(crate) const PLIST: Dialect = Dialect { id: "plist", claims: is_plist, read: read_plist };

fn is_android(doc: &Document<'_>) -> bool {
    let named = doc.file_name().to_ascii_lowercase().ends_with("androidmanifest.xml");
    doc.format == Format::Xml && named && doc.root().get("manifest").is_some()
}

fn read_android(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let Some(manifest) = doc.root().get("manifest") else { return };
    let mut resource = doc.resource(ResourceKind::AppManifest, "Android manifest", doc.root());
    if let Some(entry) = manifest.entry("@package")
        && let Some(value) = bare(&entry.value)
    {
        resource.name = value.text.clone();
        resource.name_span = value.span;
    }
    elements(doc, manifest, &mut Vec::new(), &mut resource);
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

/// Elements whose `android:name` is a class or a package.
const CLASSES: &[&str] =
    &["activity", "activity-alias", "service", "receiver", "provider", "application", "package"];

/// The attributes of an element and of those in it: the path is the elements' names and the attribute's,
/// without the name space. `meta-data` is a key and a value.
fn elements(doc: &Document<'_>, node: &Node, path: &mut Vec<Segment>, resource: &mut Resource) {
    if path.len() > MAX_DEPTH || !doc.budget.take() {
        return;
    }
    let element = match path.last() {
        Some(Segment::Key(key)) => key.to_string(),
        _ => String::new(),
    };
    if matches!(&*element, "meta-data" | "property")
        && let Some(name) = node.get("@android:name").and_then(|n| bare(n))
    {
        let value = ["@android:value", "@android:resource"].iter().find_map(|a| bare(node.get(a)?));
        let mut path = vec![Segment::Key("meta-data".into())];
        path.extend(dotted_path(&name.text));
        let value = value.unwrap_or_else(|| null(name.span));
        resource.settings.push(Setting { path, key_span: name.span, value, role: Role::Plain });
        return;
    }
    for entry in node.entries() {
        let key = entry.key.as_str().unwrap_or_default();
        if let Some(attribute) = key.strip_prefix('@') {
            if attribute.starts_with("xmlns") || attribute.starts_with("tools:") {
                continue;
            }
            let Some(value) = bare(&entry.value) else { continue };
            let name = attribute.rsplit(':').next().unwrap_or(attribute);
            let class = (name == "name" && CLASSES.contains(&&*element)) || name == "package";
            let role = if class { Role::Package { ecosystem: "android" } } else { Role::Plain };
            let mut path = path.clone();
            path.push(Segment::Key(name.into()));
            resource.settings.push(Setting { path, key_span: entry.key.span, value, role });
        } else if key != "#text" {
            path.push(Segment::Key(key.into()));
            elements(doc, &entry.value, path, resource);
            path.pop();
        }
    }
}

fn is_plist(doc: &Document<'_>) -> bool {
    doc.format == Format::Xml && doc.root().get("plist").is_some()
}

fn read_plist(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let Some(plist) = doc.root().get("plist") else { return };
    let mut resource = doc.resource(ResourceKind::AppManifest, "property list", doc.root());
    for entry in plist.entries().iter().filter(|e| e.key.as_str().is_some_and(|k| !k.starts_with('@'))) {
        value(doc, entry, entry.key.span, &mut Vec::new(), &mut resource);
    }
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

/// A value of a property list. The type is the element's name, the key the `<key>` before it.
fn value(
    doc: &Document<'_>,
    entry: &crate::syntax::Entry,
    key: Span,
    path: &mut Vec<Segment>,
    resource: &mut Resource,
) {
    if path.len() > MAX_DEPTH || !doc.budget.take() {
        return;
    }
    let node = &entry.value;
    match entry.key.as_str().unwrap_or_default() {
        "dict" => {
            let mut name: Option<&crate::syntax::Node> = None;
            for child in node.entries() {
                if child.key.as_str() == Some("key") {
                    name = Some(&child.value);
                } else if let Some(key) = name.take()
                    && let Some(text) = key.as_str()
                {
                    path.push(Segment::Key(text.into()));
                    value(doc, child, key.span, path, resource);
                    path.pop();
                }
            }
        }
        "array" => {
            for (n, child) in node.entries().iter().enumerate() {
                path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), None));
                value(doc, child, child.value.span, path, resource);
                path.pop();
            }
        }
        kind => {
            let leaf = match kind {
                "true" | "false" => {
                    let map = TextMap::whole(node.span.range());
                    Value {
                        text: kind.into(),
                        kind: ScalarKind::Bool,
                        span: node.span,
                        map,
                        origins: Vec::new(),
                    }
                }
                "integer" | "real" => {
                    Value { kind: ScalarKind::Number, ..bare(node).unwrap_or_else(|| null(node.span)) }
                }
                "data" => return,
                _ => bare(node).unwrap_or_else(|| null(node.span)),
            };
            let last = path.iter().rev().find_map(|s| match s {
                Segment::Key(key) => Some(&**key),
                Segment::Item(..) => None,
            });
            let role = match last.unwrap_or_default() {
                // Why the app asks for the camera: text for people. That of Face ID is known by its key.
                "NSFaceIDUsageDescription" => Role::Label,
                key if key.ends_with("UsageDescription") => Role::Prose,
                "CFBundleName" | "CFBundleDisplayName" => Role::Name,
                _ => Role::Plain,
            };
            if role == Role::Name && path.len() == 1 && !leaf.is_empty() {
                resource.name = leaf.text.clone();
                resource.name_span = leaf.span;
            }
            resource.settings.push(Setting { path: path.clone(), key_span: key, value: leaf, role });
        }
    }
}

/// Nothing, right after a place.
fn null(after: Span) -> Value {
    let at = after.end as usize;
    let span = Span::new(after.file, at, at);
    Value { text: "".into(), kind: ScalarKind::Null, span, map: TextMap::at(at), origins: Vec::new() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use crate::descriptor::Role;
    use crate::descriptor::testing::{resources, setting, with_role};

    #[test]
    fn android() {
        let text = "<?xml version=\"1.0\"?>\r\n<manifest xmlns:android=\"http://x\" package=\"com.example.gate\">\r\n\
            <!-- camera -->\r\n<uses-permission android:name=\"android.permission.CAMERA\"/>\r\n<queries><package android:name=\"com.tencent.mm\"/></queries>\r\n\
            <application android:label=\"Gate\"><activity android:name=\"com.baidu.idl.face.FaceActivity\" android:exported=\"true\">\r\n\
            <meta-data android:name=\"com.google.mlkit.DEPENDENCIES\" android:value=\"face\"/></activity></application></manifest>";
        let (files, all) = resources("app/src/main/AndroidManifest.xml", text);
        assert_eq!(
            files.show_all(&all[0]),
            [
                "package | package | com.example.gate",
                "uses-permission.name | android:name | android.permission.CAMERA",
                "queries.package.name | android:name | com.tencent.mm",
                "application.label | android:label | Gate",
                "application.activity.name | android:name | com.baidu.idl.face.FaceActivity",
                "application.activity.exported | android:exported | true",
                "meta-data.com.google.mlkit.DEPENDENCIES | com.google.mlkit.DEPENDENCIES | face",
            ]
        );
        let android = Role::Package { ecosystem: "android" };
        assert_eq!(
            with_role(&all[0], &android),
            ["package", "queries.package.name", "application.activity.name"]
        );
        assert_eq!((&*all[0].name, all[0].comments.len()), ("com.example.gate", 1));
    }

    #[test]
    fn plist() {
        let text = "<plist version=\"1.0\"><dict>\n<key>CFBundleName</key><string>Gate</string>\n\
            <key>NSCameraUsageDescription</key>\n<string>To recognise your face</string><key>FaceLogin</key><true/>\n\
            <key>Hosts</key><array><string>a.b</string></array><key>D</key><dict><key>N</key><integer>3</integer></dict>\n\
            <key>NSFaceIDUsageDescription</key><string>Unlock with a face</string><key>Odd</key></dict></plist>";
        let (files, all) = resources("ios/Info.plist", text);
        assert_eq!(
            files.show_all(&all[0]),
            [
                "CFBundleName | CFBundleName | Gate",
                "NSCameraUsageDescription | NSCameraUsageDescription | To recognise your face",
                "FaceLogin | FaceLogin | <true/> | true",
                "Hosts[0] | a.b | a.b",
                "D.N | N | 3",
                "NSFaceIDUsageDescription | NSFaceIDUsageDescription | Unlock with a face",
            ]
        );
        assert_eq!(setting(&all[0], "NSCameraUsageDescription").role, Role::Prose);
        assert_eq!(&*all[0].name, "Gate");
    }
}
