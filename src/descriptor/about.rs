//! Descriptors of packages and apps that say what a program is for: `info.xml` of Nextcloud apps, AppStream,
//! `nfpm.yaml`, `snapcraft.yaml`, Debian's `control`.

use super::flatten::{Visit, visit};
use super::model::{Resource, ResourceKind, Role, Segment, Setting, Value};
use super::packages::{Lines, bare};
use super::{Description, Dialect, Document, Project, part_of, plain};
use crate::source::Span;
use crate::syntax::{Comment, Format};

/// Descriptions of packages and apps.
pub(crate) const DIALECT: Dialect = Dialect { id: "about", claims, read };

/// Keys whose text is for people; the path of their settings is the key alone.
const PROSE: &[&str] = &["summary", "description", "title", "comment"];

/// Keys of lists of system packages.
const DEPENDS: &[&str] = &["depends", "recommends", "suggests", "stage-packages", "build-packages"];

fn claims(doc: &Document<'_>) -> bool {
    let name = doc.file_name().to_ascii_lowercase();
    let has = |key: &str| doc.root().get(key).is_some();
    match doc.format {
        Format::Xml => {
            (name == "info.xml" && has("info"))
                || ((name.ends_with(".metainfo.xml") || name.ends_with(".appdata.xml")) && has("component"))
                || (name == "package.xml" && has("package"))
        }
        Format::Yaml => {
            name.starts_with("nfpm.") || name.starts_with(".nfpm.") || name.starts_with("snapcraft.")
        }
        Format::Text => name == "control",
        _ => false,
    }
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let kind = if doc.format == Format::Xml { ResourceKind::AppManifest } else { ResourceKind::Packages };
    let mut resource = doc.resource(kind, "package description", doc.root());
    if doc.format == Format::Text {
        control(doc, &mut resource);
    } else {
        tree(doc, &mut resource);
    }
    if !resource.settings.is_empty() || !resource.comments.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

fn package(value: Value) -> Option<Setting> {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    let start = value.text.len() - value.text.trim_start().len();
    let rest = value.text.get(start..)?;
    let len = rest.find(|c| !name(c)).unwrap_or(rest.len());
    let value = part_of(&value, start..start + len);
    (len > 0).then(|| Setting {
        // A name in the path is no key: nothing is set by it.
        path: vec![Segment::Key("depends".into()), Segment::Item(0, Some(value.text.clone()))],
        key_span: value.span,
        value,
        role: Role::Package { ecosystem: "apt" },
    })
}

fn name(resource: &mut Resource, key_span: Span, value: Value) {
    resource.name = value.text.clone();
    resource.name_span = value.span;
    let path = vec![Segment::Key("name".into())];
    resource.settings.push(Setting { path, key_span, value, role: Role::Name });
}

fn tree(doc: &Document<'_>, resource: &mut Resource) {
    // The one element of an XML document is no part of the paths.
    let root = match doc.root().entries() {
        [only] if doc.format == Format::Xml => &only.value,
        _ => doc.root(),
    };
    visit(root, &[], root.span, doc.budget, &mut |at| {
        let key = at.path.iter().rev().find_map(|s| match s {
            Segment::Key(key) if !key.starts_with('#') => Some(&**key),
            _ => None,
        });
        let key = key.unwrap_or_default();
        if !at.is_leaf() || key.starts_with("@xmlns") || key.starts_with("@xsi") {
            return Visit::Descend;
        }
        let prose = at.path.iter().find_map(|s| match s {
            Segment::Key(key) if PROSE.contains(&&**key) => Some(key.clone()),
            _ => None,
        });
        match (bare(at.node), prose) {
            // `<description lang="de">`: what the language is is no text.
            (Some(value), Some(key)) if !matches!(at.path.last(), Some(Segment::Key(k)) if k.starts_with('@')) =>
            {
                let path = vec![Segment::Key(key)];
                resource.settings.push(Setting { path, key_span: at.key, value, role: Role::Prose });
            }
            (Some(value), _) if at.path.len() == 1 && key == "name" => name(resource, at.key, value),
            (Some(value), _) if DEPENDS.contains(&key) => resource.settings.extend(package(value)),
            _ => resource.settings.push(plain::leaf(&at, doc.format, Role::Plain)),
        }
        Visit::Descend
    });
}

/// Debian's `control`: paragraphs of fields; a line that starts with a blank continues one.
fn control(doc: &Document<'_>, resource: &mut Resource) {
    let text = Lines::of(doc);
    let mut field = String::new();
    for line in text.lines() {
        let body = text.get(line.clone());
        if body.starts_with('#') {
            let comment = Comment {
                text: body.get(1..).unwrap_or_default().into(),
                span: text.value.sub_span(line.start, line.end),
            };
            resource.comments.push(comment);
            continue;
        }
        let (key, value) = match body.find(':') {
            Some(at) if !body.starts_with([' ', '\t']) => {
                body.get(..at).unwrap_or_default().clone_into(&mut field);
                (line.start..line.start + at, text.trim(line.start + at + 1..line.end))
            }
            _ => (text.trim(line.clone()), text.trim(line.clone())),
        };
        let value = text.part(value);
        if value.text.is_empty() || &*value.text == "." || !doc.budget.take() {
            continue;
        }
        let key_span = text.value.sub_span(key.start, key.end);
        let lower = field.to_ascii_lowercase();
        match &*lower {
            "source" | "package" => name(resource, key_span, value),
            "description" => {
                let path = vec![Segment::Key("description".into())];
                resource.settings.push(Setting { path, key_span, value, role: Role::Prose });
            }
            "depends" | "build-depends" | "recommends" | "suggests" | "pre-depends" => {
                let mut at = 0;
                for part in value.text.split([',', '|']) {
                    resource.settings.extend(package(part_of(&value, at..at + part.len())));
                    at += part.len() + 1;
                }
            }
            _ => {
                let path = vec![Segment::Key(lower.as_str().into())];
                resource.settings.push(Setting { path, key_span, value, role: Role::Plain });
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use crate::descriptor::testing::{resources, setting, with_role};
    use crate::descriptor::{ResourceKind, Role};

    const APT: Role = Role::Package { ecosystem: "apt" };

    #[test]
    fn nextcloud() {
        let text = "<?xml version=\"1.0\"?><info xmlns:xsi=\"x\"><id>faces</id><name>Faces</name>\n<summary lang=\"en\">Groups photos by face</summary>\n\
            <description><![CDATA[Face recognition for\nphotos]]></description><dependencies><lib>pdlib</lib></dependencies></info>";
        let (files, all) = resources("appinfo/info.xml", text);
        assert_eq!((all[0].kind, &*all[0].name), (ResourceKind::AppManifest, "Faces"));
        assert_eq!(files.slice(setting(&all[0], "summary").value.span), "Groups photos by face");
        assert_eq!(files.slice(setting(&all[0], "description").value.span), "Face recognition for\nphotos");
        assert_eq!(with_role(&all[0], &Role::Prose), ["summary", "description"]);
    }

    #[test]
    fn nfpm() {
        let text = "name: gate\ndescription: |\n  Opens doors by face recognition\ndepends:\n- libdlib-dev (>= 19)\n";
        let (files, all) = resources("packaging/nfpm.yaml", text);
        assert_eq!(setting(&all[0], "description").role, Role::Prose);
        assert_eq!(files.show_all(&all[0])[2], "depends[libdlib-dev] | libdlib-dev | libdlib-dev");
    }

    #[test]
    fn control() {
        let text = "Source: gate\r\nBuild-Depends: debhelper, libdlib-dev (>= 19) | x\r\n# c\r\n\r\nPackage: howdy\r\nDescription: face login\r\n Unlocks by face.\r\n .\r\n";
        let (files, all) = resources("debian/control", text);
        assert_eq!(with_role(&all[0], &APT), ["depends[debhelper]", "depends[libdlib-dev]", "depends[x]"]);
        let prose: Vec<String> = all[0]
            .settings
            .iter()
            .filter(|s| s.role == Role::Prose)
            .map(|s| files.slice(s.value.span))
            .collect();
        assert_eq!(prose, ["face login", "Unlocks by face."]);
        assert_eq!((&*all[0].name, all[0].comments.len()), ("howdy", 1));
    }
}
