//! Maven: `pom.xml`, with properties and parents.

use std::sync::Arc;

use super::list::{bare, renamed};
use super::{Document, List, Project};
use crate::descriptor::{MAX_DEPTH, Role, Value, place};
use crate::syntax::{Format, Node};

/// How many parents are asked for a property.
const MAX_PARENTS: usize = 8;

/// Properties that name properties, followed this far.
const MAX_CHAIN: usize = 8;

/// Whether a document is a POM.
pub(super) fn is_pom(doc: &Document<'_>, name: &str) -> bool {
    let named = name == "pom.xml" || name.ends_with(".pom") || name.ends_with("pom.xml");
    doc.format == Format::Xml && named && doc.root().get("project").is_some()
}

/// The dependencies of a POM, those it only manages, those of profiles and of plugins.
pub(super) fn pom(doc: &Document<'_>, project: &dyn Project, list: &mut List<'_>) {
    let Some(root) = doc.root().get("project") else { return };
    list.name(root, "artifactId");
    list.prose(root, "description");
    list.plain("title", root, "name", Role::Prose);
    let parents = Parents::of(doc, root, project);
    walk(root, "dependencies", 0, &parents, list);
}

fn walk(node: &Node, section: &str, depth: usize, parents: &Parents, list: &mut List<'_>) {
    if depth > MAX_DEPTH {
        return;
    }
    for entry in node.entries() {
        match entry.key.as_str().unwrap_or_default() {
            "dependency" => dependency(&entry.value, section, parents, list),
            "dependencyManagement" => walk(&entry.value, "dependencyManagement", depth + 1, parents, list),
            // What is left out, and what is configured, is not what is taken in.
            "exclusions" | "configuration" | "properties" => {}
            _ => walk(&entry.value, section, depth + 1, parents, list),
        }
    }
}

fn dependency(node: &Node, section: &str, parents: &Parents, list: &mut List<'_>) {
    let Some(artifact) = node.get("artifactId").and_then(|n| bare(n)) else { return };
    let group = node.get("groupId").and_then(|n| bare(n));
    let (artifact_text, mut origins) = parents.resolve(&artifact);
    let group_text = group.map(|g| {
        let (text, more) = parents.resolve(&g);
        origins.extend(more);
        text
    });
    let text = match group_text {
        Some(group) => format!("{group}:{artifact_text}"),
        None => artifact_text,
    };
    let mut name = renamed(&artifact, text);
    name.origins = origins;
    list.add(section, "maven", name);
    list.plain(&format!("{section}.[{}].systemPath", artifact.text), node, "systemPath", Role::Plain);
}

/// The POM and those above it.
struct Parents {
    projects: Vec<Arc<Node>>,
}

impl Parents {
    fn of(doc: &Document<'_>, root: &Arc<Node>, project: &dyn Project) -> Self {
        let mut projects = vec![root.clone()];
        let mut dir = doc.dir().to_owned();
        let mut seen = vec![doc.file.path.to_string()];
        while projects.len() < MAX_PARENTS {
            let Some(parent) = projects.last().and_then(|p| p.get("parent")).cloned() else { break };
            let relative = match parent.get("relativePath") {
                // `<relativePath/>`: the parent is in a repository, not here.
                Some(node) => match node.as_str() {
                    Some(text) => text.to_owned(),
                    None => break,
                },
                None => "../pom.xml".to_owned(),
            };
            let Some(mut path) = place::join(&dir, &relative) else { break };
            if !path.ends_with(".xml") && !path.ends_with(".pom") {
                path = place::join(&path, "pom.xml").unwrap_or(path);
            }
            if seen.contains(&path) {
                break;
            }
            let Some(parsed) = project.parse(&path) else { break };
            let Some(next) = parsed.documents.first().and_then(|tree| tree.root.get("project")).cloned()
            else {
                break;
            };
            place::dir_of(&path).clone_into(&mut dir);
            seen.push(path);
            projects.push(next);
        }
        Parents { projects }
    }

    /// A value with its properties put in, and the places that supplied them. An unknown one is a hole.
    fn resolve(&self, value: &Value) -> (String, Vec<crate::source::Span>) {
        let mut text = value.text.to_string();
        let mut origins = Vec::new();
        for _ in 0..MAX_CHAIN {
            let Some(start) = text.find("${") else { break };
            let Some(len) = text.get(start..).and_then(|rest| rest.find('}')) else { break };
            let name = text.get(start + 2..start + len).unwrap_or_default().to_owned();
            let found = self.property(&name);
            let put = found.as_ref().map_or("\u{FFFC}", |v| &*v.text);
            if put.len() > 256 {
                break;
            }
            text.replace_range(start..=start + len, put);
            origins.extend(found.map(|v| v.span));
        }
        (text, origins)
    }

    fn property(&self, name: &str) -> Option<Value> {
        let own = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom."));
        if let Some(own) = own {
            let path: Vec<&str> = own.split('.').collect();
            let project = self.projects.first()?;
            // A group that is left out is that of the parent.
            return project
                .at(&path)
                .and_then(bare)
                .or_else(|| project.get("parent").and_then(|p| p.at(&path)).and_then(bare));
        }
        self.projects.iter().find_map(|p| p.get("properties")?.get(name).and_then(|n| bare(n)))
    }
}
