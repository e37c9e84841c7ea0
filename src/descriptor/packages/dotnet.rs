//! .NET: project files, `Directory.Packages.props`, `packages.config`, `*.nuspec`.

use super::list::bare;
use super::{Document, List, Project};
use crate::descriptor::{MAX_DEPTH, Role, part_of};
use crate::syntax::{Format, Node};

/// Whether a file is one of these.
pub(super) fn is_project(doc: &Document<'_>, name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = matches!(ending, "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "nuspec");
    (doc.format == Format::Xml && (known || name == "packages.config"))
        && doc
            .root()
            .entries()
            .iter()
            .any(|e| matches!(e.key.as_str(), Some("Project" | "packages" | "package")))
}

/// Reads any of them.
pub(super) fn project(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    walk(doc.root(), 0, list);
}

fn walk(node: &Node, depth: usize, list: &mut List<'_>) {
    if depth > MAX_DEPTH {
        return;
    }
    for entry in node.entries() {
        let value = &entry.value;
        match entry.key.as_str().unwrap_or_default() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => {
                for attribute in ["@Include", "@Update"] {
                    if let Some(node) = value.get(attribute) {
                        list.add_node("PackageReference", "nuget", node);
                    }
                }
            }
            // `packages.config` and `*.nuspec`
            "package" | "dependency" if value.get("@id").is_some() => {
                if let Some(node) = value.get("@id") {
                    list.add_node("packages", "nuget", node);
                }
            }
            "Reference" => {
                // `DlibDotNet, Version=19.21.0.0, Culture=neutral`
                if let Some(name) = value.get("@Include").and_then(|n| bare(n)) {
                    let len = name.text.find(',').unwrap_or(name.text.len());
                    list.add("Reference", "nuget", part_of(&name, 0..len));
                }
                list.plain("Reference.HintPath", value, "HintPath", Role::Plain);
            }
            "metadata" | "PropertyGroup" => {
                for key in ["AssemblyName", "PackageId", "id"] {
                    list.name(value, key);
                }
                for key in ["Description", "description", "summary", "Title"] {
                    list.plain(&key.to_ascii_lowercase(), value, key, Role::Prose);
                }
                walk(value, depth + 1, list);
            }
            _ => walk(value, depth + 1, list),
        }
    }
}
