//! Pods, wherever in an object they stand: containers, variables, volumes, command lines.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::flatten::{At, Budget, Visit, value_of_node, visit};
use super::super::interpolate::{self, Found, Style};
use super::super::model::{HOLE, Link, Resource, ResourceKind, Role, Segment, Setting, Value};
use super::super::{command, image};
use super::{is_list_of, pairs};
use crate::source::Span;
use crate::syntax::{Data, Entry, Node, ScalarKind, TextMap};

/// Collects what pods say while an object is walked.
pub(super) struct Reader<'a> {
    budget: &'a Budget,
    /// Pod specifications seen.
    pub(super) pods: usize,
    /// Labels of the pod templates seen.
    pub(super) labels: Vec<(String, String)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(budget: &'a Budget) -> Self {
        Reader { budget, pods: 0, labels: Vec::new() }
    }

    /// Looks at one node of the walk; `Skip` when its settings have been added.
    pub(super) fn node(&mut self, at: &At<'_>, resource: &mut Resource) -> Visit {
        if let Data::Mapping(_) = &at.node.data {
            self.pod(at.node);
        }
        match at.last_key() {
            "env" if is_list_of(at.node, "name") => {
                self.env(at.path, at.node, resource);
                return Visit::Skip;
            }
            "envFrom" => {
                for source in at.node.items() {
                    config_link(source.get("configMapRef"), "name", ResourceKind::ConfigMap, resource);
                    config_link(source.get("secretRef"), "name", ResourceKind::Secret, resource);
                }
            }
            "volumes" | "volume" => at.node.items().iter().for_each(|volume| volume_links(volume, resource)),
            "args" | "command" if is_command(at.node) => {
                command::settings(at.path, at.key, at.node, &mut |_| {}, &mut resource.settings);
                return Visit::Skip;
            }
            "image" if at.node.as_str().is_some_and(|text| is_image(at.path, text)) => {
                resource.settings.push(at.setting(Role::Image));
                return Visit::Skip;
            }
            _ => {}
        }
        Visit::Descend
    }

    /// Counts a pod specification or a template, and takes the template's labels.
    fn pod(&mut self, node: &Node) {
        let has_containers =
            |n: &Node| n.get("containers").is_some_and(|c| is_list_of(c, "image") || is_list_of(c, "name"));
        let single = node.get("container").is_some_and(|c| c.str_at(&["image"]).is_some());
        if has_containers(node) || single {
            self.pods += 1;
        }
        if node.get("spec").is_some_and(|spec| has_containers(spec)) {
            for (key, value) in pairs(node.at(&["metadata", "labels"])) {
                if !self.labels.iter().any(|(k, v)| *k == key && *v == value) {
                    self.labels.push((key, value));
                }
            }
        }
    }

    fn env(&self, path: &[Segment], node: &Node, resource: &mut Resource) {
        let mut seen: HashMap<Arc<str>, (Arc<str>, Span)> = HashMap::new();
        for (n, item) in node.items().iter().enumerate() {
            if !self.budget.take() {
                return;
            }
            let Some((name, key_span)) =
                item.get("name").and_then(|n| Some((n.as_scalar()?.text.clone(), n.span)))
            else {
                let mut path = path.to_vec();
                path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), None));
                self.leaves(&path, item.span, item, resource);
                continue;
            };
            let from = item.entry("valueFrom").filter(|e| !e.value.entries().is_empty());
            let value = match (item.get("value"), from) {
                (Some(value), _) => {
                    let mut value = value_of_node(value);
                    interpolate::apply(&mut value, Style::Kubernetes, &mut |name| {
                        seen.get(name)
                            .map(|(text, span)| Found { text: text.to_string(), origins: vec![*span] })
                    });
                    value
                }
                (None, Some(from)) => later(from),
                (None, None) => Value {
                    text: "".into(),
                    kind: ScalarKind::Null,
                    span: key_span,
                    map: TextMap::whole(key_span.range()),
                    origins: Vec::new(),
                },
            };
            seen.insert(name.clone(), (value.text.clone(), value.span));
            let mut env_path = path.to_vec();
            env_path.push(Segment::Key(name.clone()));
            resource.settings.push(Setting { path: env_path, key_span, value, role: Role::Env });
            if let Some(from) = from {
                config_link(from.value.get("configMapKeyRef"), "name", ResourceKind::ConfigMap, resource);
                config_link(from.value.get("secretKeyRef"), "name", ResourceKind::Secret, resource);
                let mut path = path.to_vec();
                path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), Some(name)));
                path.push(Segment::Key("valueFrom".into()));
                self.leaves(&path, from.key.span, &from.value, resource);
            }
        }
    }

    fn leaves(&self, path: &[Segment], key: Span, node: &Node, resource: &mut Resource) {
        visit(node, path, key, self.budget, &mut |at| {
            if at.is_leaf() {
                resource.settings.push(at.setting(Role::Plain));
            }
            Visit::Descend
        });
    }
}

/// A value that stands elsewhere.
fn later(from: &Entry) -> Value {
    Value {
        text: HOLE.encode_utf8(&mut [0; 4]).into(),
        kind: ScalarKind::Text,
        span: from.value.span,
        map: TextMap::whole(from.value.span.range()),
        origins: Vec::new(),
    }
}

fn config_link(node: Option<&Arc<Node>>, key: &str, kind: ResourceKind, resource: &mut Resource) {
    if let Some(name) = node.and_then(|n| n.str_at(&[key])).filter(|n| !n.is_empty()) {
        let link = Link::Config { kind, name: name.to_owned() };
        if !resource.links.contains(&link) {
            resource.links.push(link);
        }
    }
}

fn volume_links(volume: &Node, resource: &mut Resource) {
    config_link(volume.get("configMap"), "name", ResourceKind::ConfigMap, resource);
    config_link(volume.get("secret"), "secretName", ResourceKind::Secret, resource);
    for source in volume.at(&["projected", "sources"]).map(Node::items).unwrap_or_default() {
        config_link(source.get("configMap"), "name", ResourceKind::ConfigMap, resource);
        config_link(source.get("secret"), "name", ResourceKind::Secret, resource);
    }
    if let Some(claim) = volume.str_at(&["persistentVolumeClaim", "claimName"]).filter(|c| !c.is_empty()) {
        let link = Link::Store(claim.to_owned());
        if !resource.links.contains(&link) {
            resource.links.push(link);
        }
    }
}

/// A command is a line or a list of texts; in custom resources the key may hold something else.
fn is_command(node: &Node) -> bool {
    match &node.data {
        Data::Scalar(scalar) => scalar.kind != ScalarKind::Null && !scalar.text.is_empty(),
        Data::Sequence(items) => !items.is_empty() && items.iter().all(|item| item.as_scalar().is_some()),
        Data::Mapping(_) => false,
    }
}

/// Whether an `image` is a container image: in a container it is, elsewhere it must look like one.
fn is_image(path: &[Segment], text: &str) -> bool {
    let container = path.iter().rev().skip(1).take(2).any(|s| {
        matches!(s, Segment::Key(key) if matches!(&**key, "containers" | "initContainers" | "ephemeralContainers" | "container"))
    });
    if container { !text.trim().is_empty() } else { image::is_likely(text) }
}
