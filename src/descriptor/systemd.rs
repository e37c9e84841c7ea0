//! systemd units, and the Quadlet files of Podman, which look the same.

use super::model::{Link, Resource, ResourceKind, Role, Segment, Setting};
use super::packages::bare;
use super::{
    Description, Dialect, Document, Project, command, image, install, part_of, place, value_of_node,
};
use crate::source::Span;
use crate::syntax::{Format, Node};

/// Units.
pub(crate) const DIALECT: Dialect = Dialect { id: "systemd", claims, read };

const ENDINGS: &[&str] =
    &["service", "timer", "socket", "path", "mount", "container", "kube", "pod", "volume", "network", "conf"];

fn claims(doc: &Document<'_>) -> bool {
    let ending = doc.file_name().split('.').skip(1).any(|part| ENDINGS.contains(&part));
    let section =
        ["Unit", "Service", "Container", "Timer", "Socket"].iter().any(|s| doc.root().get(s).is_some());
    doc.format == Format::Ini && ending && section
}

fn read(doc: &Document<'_>, project: &dyn Project, out: &mut Description) {
    let runs = doc.root().get("Service").is_some() || doc.root().get("Container").is_some();
    let kind = if runs { ResourceKind::Workload } else { ResourceKind::Plain };
    let mut resource = doc.resource(kind, "systemd unit", doc.root());
    resource.name = doc.file_name().split('.').next().unwrap_or_default().into();
    for section in doc.root().entries() {
        let name = section.key.as_str().unwrap_or_default();
        for entry in section.value.entries() {
            if !doc.budget.take() {
                break;
            }
            let key = entry.key.as_str().unwrap_or_default();
            one(doc, project, name, key, entry.key.span, &entry.value, &mut resource);
        }
    }
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

fn one(
    doc: &Document<'_>,
    project: &dyn Project,
    section: &str,
    key: &str,
    key_span: Span,
    node: &Node,
    resource: &mut Resource,
) {
    let path = vec![Segment::Key(section.into()), Segment::Key(key.into())];
    let Some(value) = bare(node) else {
        let value = value_of_node(node);
        resource.settings.push(Setting { path, key_span, value, role: Role::Plain });
        return;
    };
    match key {
        "Environment" => {
            for word in words(&value.text) {
                let piece = part_of(&value, word);
                let Some(at) = piece.text.find('=') else { continue };
                let name = part_of(&piece, 0..at);
                let text = part_of(&piece, at + 1..piece.text.len());
                let path = vec![Segment::Key(name.text.clone())];
                resource.settings.push(Setting { path, key_span: name.span, value: text, role: Role::Env });
            }
        }
        "EnvironmentFile" => {
            if let Some(file) = beside(doc, project, value.text.trim_start_matches('-')) {
                resource.links.push(Link::File(file));
            }
            resource.settings.push(Setting { path, key_span, value, role: Role::Plain });
        }
        "Exec" | "ExecStart" | "ExecStartPre" | "ExecStartPost" | "ExecStop" | "ExecReload" => {
            install::packages(&path, &value, &mut resource.settings);
            let text = Node::scalar(value.span, value.text.clone(), value.kind, value.map.clone());
            command::settings(&path, key_span, &text, &mut |_| {}, &mut resource.settings);
        }
        "Image" if image::parse(&value.text).is_some() => {
            resource.settings.push(Setting { path, key_span, value, role: Role::Image });
        }
        "Description" => {
            let path = vec![Segment::Key("description".into())];
            resource.settings.push(Setting { path, key_span, value, role: Role::Prose });
        }
        "ContainerName" => {
            resource.settings.push(Setting { path, key_span, value, role: Role::Name });
        }
        "PublishPort" => resource.settings.push(Setting { path, key_span, value, role: Role::Port }),
        _ => resource.settings.push(Setting { path, key_span, value, role: Role::Plain }),
    }
}

/// The file of the project that a path on the target machine is installed from: the one of the same name that
/// stands beside the unit.
fn beside(doc: &Document<'_>, project: &dyn Project, path: &str) -> Option<String> {
    if !path.starts_with('/') && !path.starts_with('%') {
        return place::join(doc.dir(), path);
    }
    let name = place::file_name(path);
    project.list(doc.dir()).into_iter().find(|file| place::file_name(file) == name)
}

/// The words of `Environment=`: parted by blanks, in quotes where they hold some.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut quote): (Option<usize>, Option<char>) = (None, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), c) if q == c => {
                quote = None;
                out.extend(start.take().map(|from| from..at));
            }
            (Some(_), _) => {}
            (None, '"' | '\'') if start.is_none() => {
                quote = Some(c);
                start = Some(at + 1);
            }
            (None, c) if c.is_whitespace() => out.extend(start.take().map(|from| from..at)),
            (None, _) => {
                start.get_or_insert(at);
            }
        }
    }
    out.extend(start.map(|from| from..text.len()));
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use crate::descriptor::testing::{Files, resources, setting};
    use crate::descriptor::{Link, ResourceKind, Role};

    #[test]
    fn units() {
        let text = "[Unit]\nDescription=Face gate\n[Service]\nEnvironment=FACE_MODEL=buffalo_l \"FACE_URL=http://a/b c\"\n\
            EnvironmentFile=-/etc/gate/gate.env\nExecStart=/usr/bin/python -m gate --face-threshold 0.6\n# end\n";
        let files = Files::new(&[("deploy/gate.service", text), ("deploy/gate.env", "A=1\n")]);
        let all = files.describe("deploy/gate.service").resources;
        let shown = files.show_all(&all[0]);
        assert_eq!(shown[0], "description | Description | Face gate");
        assert_eq!(shown[1], "FACE_MODEL | FACE_MODEL | buffalo_l");
        assert_eq!(shown[2], "FACE_URL | FACE_URL | http://a/b c");
        assert_eq!(setting(&all[0], "FACE_URL").role, Role::Env);
        assert_eq!(all[0].links, [Link::File("deploy/gate.env".into())]);
        assert!(shown.iter().any(|s| s.contains("face-threshold | 0.6")), "{shown:?}");
        assert_eq!((all[0].kind, &*all[0].name, all[0].comments.len()), (ResourceKind::Workload, "gate", 1));
    }

    #[test]
    fn quadlets() {
        let (files, all) = resources(
            "face.container",
            "[Container]\nImage=docker.io/exadel/compreface-core:1\nPublishPort=80:80\n",
        );
        assert_eq!(
            files.show_all(&all[0])[0],
            "Container.Image | Image | docker.io/exadel/compreface-core:1"
        );
        assert_eq!(setting(&all[0], "Container.Image").role, Role::Image);
        let (_, all) = resources("app.conf", "[Main]\nImage=x\n");
        assert_eq!(all[0].dialect, "plain");
    }
}
