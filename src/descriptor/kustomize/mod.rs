//! Kustomize, read without Kustomize.
//!
//! An overlay's objects are judged as they are after its patches. A patched object is made of nodes of the base and
//! of the patch; each keeps its own bytes, so a finding underlines the line that decides.

mod tree;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Description, Link, Project, describe, place};
use crate::source::{SourceFile, Span};
use crate::syntax::{self, Entry, Format, Input, Node, Parsed, ScalarKind, TextMap, Tree};

/// The names of a kustomization.
const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Bases in bases.
const MAX_BASES: usize = 16;

/// Objects of one overlay.
const MAX_OBJECTS: usize = 2_000;

/// Which overlays there are, and which files each takes in.
#[derive(Debug, Default)]
pub struct Index {
    overlays: BTreeMap<String, BTreeSet<String>>,
}

impl Index {
    /// From the paths of the project's files.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>, project: &dyn Project) -> Self {
        let dirs: Vec<&str> =
            paths.into_iter().filter(|p| NAMES.contains(&place::file_name(p))).map(place::dir_of).collect();
        let mut overlays = BTreeMap::new();
        let mut bases = BTreeSet::new();
        for dir in dirs {
            let mut run = Run { project, files: BTreeSet::new(), depth: 0, bases: BTreeSet::new() };
            let is_component = kustomization(dir, project).is_some_and(|(_, p)| {
                p.documents.first().is_some_and(|d| d.root.str_at(&["kind"]) == Some("Component"))
            });
            run.build(dir, Vec::new());
            run.bases.remove(dir);
            bases.extend(run.bases);
            if !is_component {
                overlays.insert(dir.to_owned(), run.files);
            }
        }
        // What another takes in is judged there.
        overlays.retain(|dir, _| !bases.contains(dir));
        Index { overlays }
    }

    /// Whether another overlay takes in files of this one.
    pub fn is_shared(&self, dir: &str) -> bool {
        let Some(own) = self.overlays.get(dir) else { return false };
        self.overlays.iter().any(|(other, files)| other != dir && !files.is_disjoint(own))
    }

    /// The directories of the overlays that take a file in.
    pub fn of(&self, path: &str) -> Vec<&str> {
        self.overlays.iter().filter(|(_, files)| files.contains(path)).map(|(dir, _)| dir.as_str()).collect()
    }
}

/// What an overlay describes. `several` says that other overlays take in the same files: then its objects are named
/// apart and are there under the condition of the overlay.
pub fn describe_overlay(dir: &str, several: bool, project: &dyn Project) -> Description {
    let mut run = Run { project, files: BTreeSet::new(), depth: 0, bases: BTreeSet::new() };
    let mut out = Description::default();
    for object in run.build(dir, Vec::new()) {
        let tree = Tree { root: object.node, comments: object.comments };
        let parsed = Parsed { documents: vec![tree], problems: Vec::new() };
        let description = describe(&object.file, &parsed, Format::Yaml, project);
        out.problems.extend(description.problems);
        for mut resource in description.resources {
            if several {
                if resource.scope.is_empty() {
                    resource.scope = dir.into();
                }
                resource.condition = Some(dir.into());
            }
            resource.links.push(Link::Unit(dir.to_owned()));
            out.resources.push(resource);
        }
    }
    out
}

/// The objects of an overlay as JSON, for comparison with Kustomize.
pub fn render_overlay(dir: &str, project: &dyn Project) -> Vec<serde_json::Value> {
    let mut run = Run { project, files: BTreeSet::new(), depth: 0, bases: BTreeSet::new() };
    run.build(dir, Vec::new()).iter().map(|object| json(&object.node, 0)).collect()
}

fn json(node: &Node, depth: usize) -> serde_json::Value {
    use serde_json::Value;
    match &node.data {
        _ if depth > super::MAX_DEPTH => Value::Null,
        syntax::Data::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => Value::Null,
            ScalarKind::Bool => Value::Bool(scalar.text.eq_ignore_ascii_case("true")),
            ScalarKind::Number => {
                serde_json::from_str(&scalar.text).unwrap_or_else(|_| Value::String(scalar.text.to_string()))
            }
            ScalarKind::Text => Value::String(scalar.text.to_string()),
        },
        syntax::Data::Sequence(items) => items.iter().map(|item| json(item, depth + 1)).collect(),
        syntax::Data::Mapping(entries) => {
            let entries = entries
                .iter()
                .map(|e| (e.key.as_str().unwrap_or_default().to_owned(), json(&e.value, depth + 1)));
            Value::Object(entries.collect())
        }
    }
}

/// An object on its way through the overlays.
struct Object {
    node: Arc<Node>,
    file: Arc<SourceFile>,
    comments: Vec<syntax::Comment>,
    /// The name before prefixes and suffixes.
    first_name: String,
}

impl Object {
    fn new(node: Arc<Node>, file: Arc<SourceFile>, comments: Vec<syntax::Comment>) -> Self {
        let first_name = node.str_at(&["metadata", "name"]).unwrap_or_default().to_owned();
        Object { node, file, comments, first_name }
    }

    fn kind(&self) -> &str {
        self.node.str_at(&["kind"]).unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.node.str_at(&["metadata", "name"]).unwrap_or_default()
    }

    fn is_named(&self, name: &str) -> bool {
        self.first_name == name || self.name() == name
    }
}

struct Run<'a> {
    project: &'a dyn Project,
    files: BTreeSet<String>,
    bases: BTreeSet<String>,
    depth: usize,
}

fn kustomization(dir: &str, project: &dyn Project) -> Option<(Arc<SourceFile>, Arc<Parsed>)> {
    NAMES.iter().find_map(|name| {
        let path = place::join(dir, name)?;
        let file = project.read(&path)?;
        let parsed = match syntax::format_of(&path) {
            Some(_) => project.parse(&path)?,
            None => Arc::new(syntax::parse(Format::Yaml, &Input::file(file.id, &file.text))),
        };
        Some((file, parsed))
    })
}

fn texts<'n>(node: &'n Node, key: &str) -> Vec<&'n Arc<Node>> {
    node.get(key).map(|n| n.items().iter().collect()).unwrap_or_default()
}

impl Run<'_> {
    /// The objects of a kustomization, after everything it does to them and to `given`.
    fn build(&mut self, dir: &str, given: Vec<Object>) -> Vec<Object> {
        let mut objects = given;
        if self.depth >= MAX_BASES || objects.len() > MAX_OBJECTS {
            return objects;
        }
        let Some((file, parsed)) = kustomization(dir, self.project) else { return objects };
        let Some(root) = parsed.documents.first().map(|d| d.root.clone()) else { return objects };
        self.depth += 1;
        self.files.insert(file.path.to_string());
        for key in ["resources", "bases"] {
            for item in texts(&root, key) {
                let Some(path) = item.as_str().and_then(|t| place::join(dir, t)) else { continue };
                if path == dir {
                    continue;
                }
                if kustomization(&path, self.project).is_some() {
                    self.bases.insert(path.clone());
                    let more = self.build(&path, Vec::new());
                    objects.extend(more);
                } else {
                    self.load(&path, &mut objects);
                }
            }
        }
        for item in texts(&root, "components") {
            if let Some(path) = item.as_str().and_then(|t| place::join(dir, t)).filter(|p| p != dir) {
                self.bases.insert(path.clone());
                objects = self.build(&path, objects);
            }
        }
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for generator in texts(&root, key) {
                self.generate(dir, kind, generator, &file, &mut objects);
            }
        }
        self.patches(dir, &root, &mut objects);
        images(&root, &mut objects);
        names(&root, &mut objects);
        namespace_and_labels(&root, &mut objects);
        objects.truncate(MAX_OBJECTS);
        self.depth -= 1;
        objects
    }

    fn load(&mut self, path: &str, objects: &mut Vec<Object>) {
        let (Some(file), Some(parsed)) = (self.project.read(path), self.project.parse(path)) else { return };
        // A broken file is better read for itself.
        if !parsed.problems.is_empty() {
            return;
        }
        self.files.insert(path.to_owned());
        for document in &parsed.documents {
            if document.root.get("kind").is_some() {
                objects.push(Object::new(document.root.clone(), file.clone(), document.comments.clone()));
            }
        }
    }

    /// A patch that is written in a file or in place.
    fn patch(&mut self, dir: &str, node: &Node) -> Vec<Arc<Node>> {
        let Some(scalar) = node.as_scalar() else { return Vec::new() };
        if scalar.text.contains('\n') || scalar.text.trim_start().starts_with(['{', '[']) {
            let parsed = syntax::parse(Format::Yaml, &Input::embedded(node.span.file, scalar));
            return parsed.documents.into_iter().map(|d| d.root).collect();
        }
        let Some(path) = place::join(dir, &scalar.text) else { return Vec::new() };
        let Some(parsed) = self.project.parse(&path) else { return Vec::new() };
        self.files.insert(path);
        parsed.documents.iter().map(|d| d.root.clone()).collect()
    }

    fn patches(&mut self, dir: &str, root: &Node, objects: &mut Vec<Object>) {
        for item in texts(root, "patchesStrategicMerge") {
            for patch in self.patch(dir, item) {
                apply(&patch, None, objects);
            }
        }
        for key in ["patches", "patchesJson6902"] {
            for item in texts(root, key) {
                let Some(source) = item.get("patch").or_else(|| item.get("path")) else { continue };
                for patch in self.patch(dir, source) {
                    apply(&patch, item.get("target").map(|t| &**t), objects);
                }
            }
        }
    }

    fn generate(
        &mut self,
        dir: &str,
        kind: &str,
        node: &Node,
        file: &Arc<SourceFile>,
        objects: &mut Vec<Object>,
    ) {
        let Some(name) = node.get("name").filter(|n| n.as_str().is_some()) else { return };
        let mut data: Vec<Entry> = Vec::new();
        for item in texts(node, "literals") {
            let Some((key, value)) = item.as_str().and_then(|t| t.split_once('=')) else { continue };
            let Some(scalar) = item.as_scalar() else { continue };
            let part = |start: usize, text: &str| {
                let range = scalar.map.range(start, start + text.len());
                let span = Span::new(item.span.file, range.start, range.end);
                let map = TextMap::at(start).through(&scalar.map, text.len());
                Arc::new(Node::scalar(span, text, ScalarKind::Text, map))
            };
            data.push(Entry { key: part(0, key), value: part(key.len() + 1, value), merged: false });
        }
        for item in texts(node, "files") {
            let Some(text) = item.as_str() else { continue };
            let (key, path) = text.split_once('=').unwrap_or((place::file_name(text), text));
            let Some(path) = place::join(dir, path) else { continue };
            let Some(content) = self.project.read(&path) else { continue };
            self.files.insert(path);
            let span = Span::new(content.id, 0, content.text.len());
            let value = Node::scalar(span, content.text.clone(), ScalarKind::Text, TextMap::at(0));
            data.push(tree::entry(key, item.span, Arc::new(value)));
        }
        let single = node.get("env").into_iter();
        for item in texts(node, "envs").into_iter().chain(single) {
            let Some(path) = item.as_str().and_then(|t| place::join(dir, t)) else { continue };
            let Some(content) = self.project.read(&path) else { continue };
            self.files.insert(path);
            let parsed = syntax::parse(Format::Env, &Input::file(content.id, &content.text));
            data.extend(parsed.documents.iter().flat_map(|d| d.root.entries()).cloned());
        }
        let field = if kind == "Secret" { "stringData" } else { "data" };
        let behavior = node.str_at(&["behavior"]).unwrap_or("create");
        let wanted = name.as_str().unwrap_or_default();
        let own = objects.iter_mut().find(|o| o.kind() == kind && o.is_named(wanted));
        match own {
            Some(object) if behavior == "merge" => {
                for entry in data {
                    let held = object.node.get(field).cloned();
                    let held = held.unwrap_or_else(|| Arc::new(Node::mapping(node.span, Vec::new())));
                    let mut entries: Vec<Entry> = held.entries().to_vec();
                    entries.retain(|e| e.key.as_str() != entry.key.as_str());
                    entries.push(entry);
                    let held = tree::with_entries(&held, entries);
                    object.node = tree::set(&object.node, field, node.span, held);
                }
            }
            Some(object) if behavior == "replace" => {
                let held = Arc::new(Node::mapping(node.span, data));
                object.node = tree::set(&object.node, field, node.span, held);
            }
            _ => {
                let meta = Node::mapping(node.span, vec![tree::entry("name", name.span, name.clone())]);
                let entries = vec![
                    tree::entry("apiVersion", node.span, tree::text("v1", node.span)),
                    tree::entry("kind", node.span, tree::text(kind, node.span)),
                    tree::entry("metadata", node.span, Arc::new(meta)),
                    tree::entry(field, node.span, Arc::new(Node::mapping(node.span, data))),
                ];
                let made = Arc::new(Node::mapping(node.span, entries));
                objects.push(Object::new(made, file.clone(), Vec::new()));
            }
        }
    }
}

/// Whether an object is one that a patch means: its target, else the object that the patch names.
fn is_target(object: &Object, patch: &Node, target: Option<&Node>) -> bool {
    let Some(target) = target else {
        return patch.str_at(&["kind"]) == Some(object.kind())
            && patch.str_at(&["metadata", "name"]).is_some_and(|n| object.is_named(n));
    };
    let fits = |pattern: Option<&str>, test: &dyn Fn(&str) -> bool| pattern.is_none_or(test);
    let api = object.node.str_at(&["apiVersion"]).unwrap_or_default();
    let (group, version) = api.split_once('/').unwrap_or(("", api));
    let labels = |selector: &str, at: &str| {
        selector.split(',').all(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            object.node.str_at(&["metadata", at, key.trim()]) == Some(value.trim().trim_start_matches('='))
        })
    };
    // Names are patterns; the common ones are plain or end in `.*`.
    let name = |pattern: &str| match pattern.strip_suffix(".*") {
        Some(start) => object.first_name.starts_with(start) || object.name().starts_with(start),
        None => object.is_named(pattern),
    };
    fits(target.str_at(&["kind"]), &|k| k == object.kind())
        && fits(target.str_at(&["name"]), &name)
        && fits(target.str_at(&["group"]), &|g| g == group)
        && fits(target.str_at(&["version"]), &|v| v == version)
        && fits(target.str_at(&["namespace"]), &|n| object.node.str_at(&["metadata", "namespace"]) == Some(n))
        && fits(target.str_at(&["labelSelector"]), &|s| labels(s, "labels"))
        && fits(target.str_at(&["annotationSelector"]), &|s| labels(s, "annotations"))
}

fn apply(patch: &Arc<Node>, target: Option<&Node>, objects: &mut Vec<Object>) {
    let mut kept = Vec::with_capacity(objects.len());
    for mut object in std::mem::take(objects) {
        if is_target(&object, patch, target) {
            if matches!(patch.data, syntax::Data::Sequence(_)) {
                for operation in patch.items() {
                    object.node = tree::operation(&object.node, operation);
                }
            } else {
                // The name in a patch only says which object it is for.
                let name = object.node.at(&["metadata", "name"]).cloned().map(Arc::new);
                let Some(merged) = tree::merge(&object.node, patch, "", 0) else { continue };
                object.node = match name {
                    Some(name) => tree::set_at(&merged, &["metadata", "name"], name.span, name),
                    None => merged,
                };
            }
        }
        kept.push(object);
    }
    *objects = kept;
}

/// `images`: the base's line holds the reference, the overlay's says what it becomes. The overlay's is underlined.
fn images(root: &Node, objects: &mut [Object]) {
    for image in texts(root, "images") {
        let Some(name) = image.str_at(&["name"]) else { continue };
        let Some(decides) = ["digest", "newTag", "newName"].iter().rev().find_map(|k| image.get(k)) else {
            continue;
        };
        for object in objects.iter_mut() {
            object.node = tree::map(&object.node, "", 0, &mut |key, node| {
                let Some(text) = node.as_str().filter(|_| key == "image") else { return node.clone() };
                let (bare, digest) = text.split_once('@').map_or((text, None), |(b, d)| (b, Some(d)));
                let tag_at = bare.rfind(':').filter(|at| !bare.get(*at..).unwrap_or_default().contains('/'));
                let (repository, tag) = match tag_at {
                    Some(at) => (bare.get(..at).unwrap_or(bare), bare.get(at + 1..)),
                    None => (bare, None),
                };
                if repository != name {
                    return node.clone();
                }
                let mut new = image.str_at(&["newName"]).unwrap_or(repository).to_owned();
                match (image.str_at(&["digest"]), image.str_at(&["newTag"]).or(tag), digest) {
                    (Some(digest), _, _) => new = format!("{new}@{digest}"),
                    (None, Some(tag), _) => new = format!("{new}:{tag}"),
                    (None, None, Some(digest)) => new = format!("{new}@{digest}"),
                    _ => {}
                }
                tree::text(&new, decides.span)
            });
        }
    }
}

/// Keys that hold the name of another object, and the key above where only that tells.
fn is_reference(above: &str, key: &str) -> bool {
    matches!(key, "secretName" | "claimName" | "serviceName" | "serviceAccountName" | "volumeName")
        || (key == "name"
            && matches!(
                above,
                "configMapRef"
                    | "configMapKeyRef"
                    | "configMap"
                    | "secretRef"
                    | "secretKeyRef"
                    | "secret"
                    | "service"
                    | "scaleTargetRef"
            ))
}

/// `namePrefix` and `nameSuffix`, in names and in what refers to them.
fn names(root: &Node, objects: &mut [Object]) {
    let part = |key: &str| root.str_at(&[key]).unwrap_or_default();
    let (prefix, suffix) = (part("namePrefix"), part("nameSuffix"));
    if prefix.is_empty() && suffix.is_empty() {
        return;
    }
    let fixed = |o: &Object| matches!(o.kind(), "Namespace" | "CustomResourceDefinition");
    let old: BTreeSet<String> = objects.iter().filter(|o| !fixed(o)).map(|o| o.name().to_owned()).collect();
    for object in objects.iter_mut() {
        let rename = |node: &Arc<Node>| match node.as_str() {
            Some(name) if old.contains(name) => tree::text(&format!("{prefix}{name}{suffix}"), node.span),
            _ => node.clone(),
        };
        object.node = tree::map(&object.node, "", 0, &mut |above, node| {
            let mut entries = node.entries().to_vec();
            if !entries.iter().any(|e| e.key.as_str().is_some_and(|k| is_reference(above, k))) {
                return node.clone();
            }
            for entry in &mut entries {
                if entry.key.as_str().is_some_and(|k| is_reference(above, k)) {
                    entry.value = rename(&entry.value);
                }
            }
            tree::with_entries(node, entries)
        });
        if !fixed(object)
            && let Some(name) = object.node.at(&["metadata", "name"]).cloned()
        {
            object.node =
                tree::set_at(&object.node, &["metadata", "name"], name.span, rename(&Arc::new(name)));
        }
    }
}

fn namespace_and_labels(root: &Node, objects: &mut [Object]) {
    let mut labels: Vec<(Entry, bool)> = Vec::new();
    for entry in root.get("commonLabels").map(|n| n.entries()).unwrap_or_default() {
        labels.push((entry.clone(), true));
    }
    for group in texts(root, "labels") {
        let flag = |key: &str| group.str_at(&[key]) == Some("true");
        for entry in group.get("pairs").map(|n| n.entries()).unwrap_or_default() {
            labels.push((entry.clone(), flag("includeSelectors") || flag("includeTemplates")));
        }
    }
    for object in objects {
        if let Some(namespace) = root.get("namespace").filter(|n| n.as_str().is_some())
            && !matches!(
                object.kind(),
                "Namespace"
                    | "ClusterRole"
                    | "ClusterRoleBinding"
                    | "CustomResourceDefinition"
                    | "PersistentVolume"
                    | "StorageClass"
            )
        {
            object.node =
                tree::set_at(&object.node, &["metadata", "namespace"], namespace.span, namespace.clone());
        }
        for (label, deep) in &labels {
            let Some(key) = label.key.as_str() else { continue };
            let mut places: Vec<Vec<&str>> = vec![vec!["metadata", "labels", key]];
            if *deep && object.kind() == "Service" {
                places.push(vec!["spec", "selector", key]);
            }
            if *deep && object.node.at(&["spec", "template"]).is_some() {
                places.push(vec!["spec", "template", "metadata", "labels", key]);
                if object.node.at(&["spec", "selector"]).is_some() {
                    places.push(vec!["spec", "selector", "matchLabels", key]);
                }
            }
            for place in places {
                object.node = tree::set_at(&object.node, &place, label.key.span, label.value.clone());
            }
        }
    }
}
