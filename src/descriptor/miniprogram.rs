//! Mini-programs: `app.json`, `project.config.json` (WeChat), `mini.project.json` (Alipay), `manifest.json`
//! (uni-app).

use super::flatten::{Visit, visit};
use super::model::{ResourceKind, Role, Segment, Setting};
use super::packages::bare;
use super::{Description, Dialect, Document, Project};
use crate::syntax::{Format, Node};

/// Descriptors of mini-programs.
pub(crate) const DIALECT: Dialect = Dialect { id: "miniprogram", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    let root = doc.root();
    let has = |key: &str| root.get(key).is_some();
    doc.format == Format::Json
        && match doc.file_name() {
            "app.json" | "app.miniapp.json" | "plugin.json" => {
                has("pages") || has("subPackages") || has("subpackages") || has("plugins")
            }
            "project.config.json" => has("appid") || has("miniprogramRoot") || has("compileType"),
            "mini.project.json" => true,
            "pages.json" => has("pages"),
            // A web manifest and that of a browser extension have none of these.
            "manifest.json" => {
                ["app-plus", "mp-weixin", "mp-alipay", "uni-app", "h5"].iter().any(|key| has(key))
            }
            _ => false,
        }
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let root = doc.root();
    let mut resource = doc.resource(ResourceKind::AppManifest, "mini-program", root);
    for key in ["projectname", "projectName", "name"] {
        if let Some(value) = root.get(key).and_then(|n| bare(n)) {
            resource.name = value.text.clone();
            resource.name_span = value.span;
        }
    }
    visit(root, &[], root.span, doc.budget, &mut |at| {
        if names_packages(at.path) {
            plugins(at.path, at.node, &mut resource.settings);
        }
        if at.is_leaf() && !at.path.is_empty() {
            resource.settings.push(at.setting(role(at.path)));
        }
        Visit::Descend
    });
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

fn role(path: &[Segment]) -> Role {
    match path {
        [Segment::Key(key)] if matches!(&**key, "projectname" | "projectName" | "name") => Role::Name,
        [.., Segment::Key(key)] if matches!(&**key, "desc" | "description") => Role::Prose,
        _ => Role::Plain,
    }
}

/// Whether the keys below a path are plugins.
fn names_packages(path: &[Segment]) -> bool {
    matches!(
        path.last(),
        Some(Segment::Key(key)) if matches!(&**key, "plugins" | "nativePlugins" | "modules" | "dynamicLib")
    )
}

/// The plugins that a mapping names, and who provides them.
fn plugins(path: &[Segment], node: &Node, out: &mut Vec<Setting>) {
    let role = Role::Package { ecosystem: "miniprogram" };
    for entry in node.entries() {
        let Some(name) = bare(&entry.key) else { continue };
        let mut path = path.to_vec();
        // A name in the path is no key: nothing is set by it.
        path.push(Segment::Item(u32::try_from(out.len()).unwrap_or(u32::MAX), Some(name.text.clone())));
        out.push(Setting { path: path.clone(), key_span: name.span, value: name, role: role.clone() });
        if let Some(provider) = entry.value.entry("provider")
            && let Some(value) = bare(&provider.value)
        {
            path.push(Segment::Key("provider".into()));
            out.push(Setting { path, key_span: provider.key.span, value, role: role.clone() });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use crate::descriptor::Role;
    use crate::descriptor::testing::{resources, setting, with_role};

    const PLUGIN: Role = Role::Package { ecosystem: "miniprogram" };

    #[test]
    fn wechat() {
        let text = r#"{"pages":["pages/face/index"],"plugins":{"verify":{"version":"1","provider":"wx123"}},
            "permission":{"scope.camera":{"desc":"人脸核身"}}}"#;
        let (files, all) = resources("mini/app.json", text);
        assert_eq!(with_role(&all[0], &PLUGIN), ["plugins[verify]", "plugins[verify].provider"]);
        assert_eq!(files.slice(setting(&all[0], "plugins[verify]").value.span), "verify");
        assert_eq!(setting(&all[0], "permission.scope.camera.desc").role, Role::Prose);
    }

    #[test]
    fn uni_app() {
        let text = "{ // uni\n \"name\":\"gate\",\"app-plus\":{\"modules\":{\"FaceID\":{}}}}";
        let (_, all) = resources("manifest.json", text);
        assert_eq!((&*all[0].name, all[0].dialect), ("gate", "miniprogram"));
        assert_eq!(with_role(&all[0], &PLUGIN), ["app-plus.modules[FaceID]"]);
    }

    #[test]
    fn other_manifests() {
        let (_, all) = resources("manifest.json", r#"{"name":"x","manifest_version":3}"#);
        assert_eq!(all[0].dialect, "plain");
        let (_, all) = resources("app.json", r#"{"expo":{"name":"x"}}"#);
        assert_eq!(all[0].dialect, "plain");
    }
}
