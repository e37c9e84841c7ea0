//! Kubernetes manifests: every built-in kind that matters here, and any custom resource with a pod in it.
//!
//! Paths run from the object's root (`spec.template.spec.containers[web].image`), with two exceptions that make
//! keys what their users see: an environment variable is `….env.NAME`, and a key of a ConfigMap or a Secret
//! stands first in its path, without `data`.

mod data;
mod pod;
mod route;

use super::declare;
use super::flatten::{Visit, visit};
use super::model::{Link, Resource, ResourceKind, Role, Segment};
use super::{Description, Dialect, Document, Project, embedded};
use crate::syntax::{Data, Node};

/// Kubernetes objects.
pub(super) const DIALECT: Dialect = Dialect { id: "kubernetes", claims, read };

/// Lists in lists that are followed.
const MAX_LISTS: usize = 3;

fn claims(doc: &Document<'_>) -> bool {
    let root = doc.root();
    let (Some(api), Some(kind)) = (root.str_at(&["apiVersion"]), root.str_at(&["kind"])) else {
        return false;
    };
    !kind.is_empty() && !api.starts_with("kustomize.config.k8s.io") && !api.starts_with("skaffold/")
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    object(doc, doc.root(), 0, out);
}

fn object(doc: &Document<'_>, node: &Node, depth: usize, out: &mut Description) {
    let kind = node.str_at(&["kind"]).unwrap_or_default();
    if let Some(items) = node.get("items").filter(|_| kind.ends_with("List") && depth < MAX_LISTS) {
        for item in items.items() {
            if item.get("kind").is_some() && doc.budget.take() {
                object(doc, item, depth + 1, out);
            }
        }
        return;
    }
    let api = node.str_at(&["apiVersion"]).unwrap_or_default();
    let mut resource = doc.resource(resource_kind(kind, api), kind, node);
    resource.scope = node.str_at(&["metadata", "namespace"]).unwrap_or_default().into();
    for key in ["name", "generateName"] {
        if let Some(name) = node.at(&["metadata", key])
            && let Some(text) = name.as_str().filter(|t| !t.is_empty())
        {
            resource.name = text.into();
            resource.name_span = name.span;
            break;
        }
    }
    match resource.kind {
        ResourceKind::ConfigMap => data::config_map(doc, node, &mut resource, out),
        ResourceKind::Secret if kind == "Secret" => data::secret(doc, node, &mut resource, out),
        _ => general(doc, node, &mut resource, out),
    }
    route::read(api, kind, node, &mut resource);
    out.resources.push(resource);
}

fn resource_kind(kind: &str, api: &str) -> ResourceKind {
    match kind {
        "Pod"
        | "Deployment"
        | "ReplicaSet"
        | "StatefulSet"
        | "DaemonSet"
        | "Job"
        | "CronJob"
        | "ReplicationController"
        | "DeploymentConfig"
        | "Rollout"
        | "CloneSet" => ResourceKind::Workload,
        "ConfigMap" => ResourceKind::ConfigMap,
        "Secret" | "SealedSecret" | "ExternalSecret" => ResourceKind::Secret,
        "Service" if api.contains("knative.dev") => ResourceKind::Workload,
        "Service" | "Endpoints" | "EndpointSlice" => ResourceKind::Service,
        "NetworkPolicy"
        | "CiliumNetworkPolicy"
        | "CiliumClusterwideNetworkPolicy"
        | "AuthorizationPolicy" => ResourceKind::NetworkPolicy,
        "PersistentVolumeClaim" | "PersistentVolume" | "StorageClass" => ResourceKind::Store,
        _ if route::is_route(api, kind) => ResourceKind::Ingress,
        _ => ResourceKind::Plain,
    }
}

/// Reads metadata that every object has: labels, annotations, declarations.
fn general(doc: &Document<'_>, node: &Node, resource: &mut Resource, out: &mut Description) {
    let mut reader = pod::Reader::new(doc.budget);
    let mut problems = Vec::new();
    visit(node, &[], node.span, doc.budget, &mut |at| {
        match at.path {
            // What a cluster adds to an object is no configuration.
            [Segment::Key(key)] if &**key == "status" => return Visit::Skip,
            [Segment::Key(key), Segment::Key(field)]
                if &**key == "metadata" && &**field == "managedFields" =>
            {
                return Visit::Skip;
            }
            [.., Segment::Key(metadata), Segment::Key(key)]
                if &**metadata == "metadata" && &**key == "annotations" =>
            {
                annotations(at.path, at.node, resource);
                return Visit::Skip;
            }
            _ => {}
        }
        if reader.node(&at, resource) == Visit::Skip {
            return Visit::Skip;
        }
        if at.is_leaf() {
            let mut setting = at.setting(role(at.path));
            let values = matches!(at.last_key(), "values" | "valuesContent" | "valuesInline");
            if values && let Some(inside) = embedded::read("values", &setting.value, doc.budget) {
                resource.comments.extend(inside.comments);
                problems.extend(inside.problems);
                resource.settings.extend(inside.settings.into_iter().map(|mut inner| {
                    inner.path = at.path.iter().cloned().chain(inner.path.into_iter().skip(1)).collect();
                    inner
                }));
            } else {
                if setting.role == Role::Port && setting.value.is_empty() {
                    setting.role = Role::Plain;
                }
                resource.settings.push(setting);
            }
        }
        Visit::Descend
    });
    out.problems.extend(problems);
    if reader.pods > 0 && resource.kind == ResourceKind::Plain {
        resource.kind = ResourceKind::Workload;
    }
    resource.labels = match reader.labels {
        labels if !labels.is_empty() => labels,
        _ => pairs(node.at(&["metadata", "labels"])),
    };
    links(node, resource);
}

/// The links that stand at fixed places of an object.
fn links(node: &Node, resource: &mut Resource) {
    match resource.kind {
        ResourceKind::Service => {
            if let Some(selector) = node.at(&["spec", "selector"]).filter(|s| !s.entries().is_empty()) {
                resource.links.push(Link::Selects(pairs(Some(selector))));
            }
        }
        ResourceKind::NetworkPolicy => {
            let selector = ["podSelector", "endpointSelector", "selector"]
                .iter()
                .find_map(|key| node.at(&["spec", key]));
            if let Some(selector) = selector {
                // An empty selector takes all pods of the namespace.
                resource.links.push(Link::Selects(pairs(selector.get("matchLabels").map(|n| &**n))));
            }
        }
        ResourceKind::Store => {
            if let Some(volume) = node.str_at(&["spec", "volumeName"]).filter(|v| !v.is_empty()) {
                resource.links.push(Link::Store(volume.to_owned()));
            }
        }
        _ => {}
    }
}

/// The annotations below a `metadata`: declarations, and labels for everything else.
fn annotations(path: &[Segment], node: &Node, resource: &mut Resource) {
    for entry in node.entries() {
        if let Some(declaration) = declare::annotation(entry) {
            resource.declarations.push(declaration);
            continue;
        }
        let Some(key) = entry.key.as_scalar() else { continue };
        // A copy of the whole object says nothing that the object does not.
        if &*key.text == "kubectl.kubernetes.io/last-applied-configuration" {
            continue;
        }
        let mut path = path.to_vec();
        path.push(Segment::Key(key.text.clone()));
        resource.settings.push(super::Setting {
            path,
            key_span: entry.key.span,
            value: super::value_of_node(&entry.value),
            role: Role::Label,
        });
    }
}

/// What the path of a leaf says about it.
fn role(path: &[Segment]) -> Role {
    let key = |n: usize| match path.len().checked_sub(n).and_then(|at| path.get(at)) {
        Some(Segment::Key(key)) => &**key,
        _ => "",
    };
    let below = |name: &str| path.iter().any(|s| matches!(s, Segment::Key(k) if &**k == name));
    match (key(3), key(2), key(1)) {
        _ if below("openAPIV3Schema") => Role::Schema,
        (_, "metadata", "name" | "generateName") => Role::Name,
        ("containers" | "initContainers" | "ephemeralContainers", "", "name") => Role::Name,
        (_, "labels" | "matchLabels" | "nodeSelector", _) => Role::Label,
        (_, "selector", _) if path.len() == 3 => Role::Label,
        (_, _, "containerPort" | "hostPort" | "nodePort" | "targetPort" | "port" | "servicePort") => {
            Role::Port
        }
        (_, _, "script") => Role::Command,
        _ => Role::Plain,
    }
}

/// A mapping of texts as pairs.
fn pairs(node: Option<&Node>) -> Vec<(String, String)> {
    let entries = node.map(Node::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|e| Some((e.key.as_str()?.to_owned(), e.value.as_str().unwrap_or_default().to_owned())))
        .collect()
}

/// Whether a node is a list of mappings that have this key.
fn is_list_of(node: &Node, key: &str) -> bool {
    matches!(&node.data, Data::Sequence(items) if items.iter().any(|item| item.entry(key).is_some()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
