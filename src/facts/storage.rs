//! Where face data rest (Art. 8): buckets, databases, vector stores, and what the project says of it.

use super::reader::Observed;
use super::value::{Scope, endpoints};
use super::view::{Noted, View, declared, observed, truth};
use super::{Evidence, Fact, How, Label};
use crate::descriptor::{Resource, ResourceKind, Role};
use crate::recognition::words::split_all;
use crate::recognition::{Function, SightingKind};

/// One place where face data rest.
struct Store {
    name: String,
    holds: String,
    /// `cloud`, `server`, or `unknown`: a folder may be one of the device.
    place: &'static str,
    declared: bool,
    evidence: Vec<Evidence>,
}

/// `storage`: as declared, every store, and what is kept besides.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut stores: Vec<Store> = Vec::new();
    settings(view, &mut stores);
    resources(view, &mut stores);
    vector_stores(view, &mut stores);
    let stated = view.stated("storage");
    let text = stated.and_then(|s| s.values.first()).map(String::as_str);
    if let (Some(stated), Some(text @ ("server" | "cloud"))) = (stated, text)
        && stores.iter().all(|s| s.place == "unknown")
    {
        stores.push(Store {
            name: view.system.name.clone(),
            holds: "face-data".into(),
            place: if text == "cloud" { "cloud" } else { "server" },
            declared: true,
            evidence: vec![declared(stated)],
        });
    }
    let word = text.map_or_else(Fact::default, Fact::text).shown(stated.map(declared));
    Fact::map([
        ("declared", word),
        ("stores", Fact::list(stores.into_iter().map(fact))),
        ("saves", saves(view, "storage.save")),
        ("unknown_faces", saves(view, "storage.unknown-faces")),
    ])
    .keyed("storage")
}

fn fact(store: Store) -> Fact {
    Fact::map([
        ("name", Fact::text(store.name.clone())),
        ("kind", Fact::text(store.holds)),
        ("place", Fact::text(store.place)),
        ("declared", Fact::bool(store.declared)),
    ])
    .shown(store.evidence)
    .keyed(format!("place:{}", store.name))
}

/// Switches that keep something: what, and whether they are on.
fn saves(view: &View<'_>, name: &str) -> Fact {
    Fact::list(
        view.noted(name)
            .filter_map(|note| {
                let on = match (&note.observation.value, truth(note)) {
                    (_, Some(on)) => Fact::bool(on),
                    (Observed::Text(text), _) if text == "true" => Fact::bool(true),
                    (Observed::Unknown, _) => Fact::default(),
                    _ => return None,
                };
                Some(
                    Fact::map([
                        ("name", Fact::text(note.setting.dotted())),
                        ("kind", Fact::text(about(note))),
                        ("on", on),
                    ])
                    .shown([observed(note.setting)])
                    .keyed(format!("save:{}", note.setting.key())),
                )
            })
            .collect::<Vec<_>>(),
    )
}

fn about(note: &Noted<'_>) -> String {
    note.observation.about.clone().unwrap_or_else(|| "face-data".into())
}

/// Settings that name a place for faces.
fn settings(view: &View<'_>, stores: &mut Vec<Store>) {
    for note in view.noted("storage.place") {
        let (Observed::Text(text), false) = (&note.observation.value, note.setting.value.has_hole()) else {
            continue;
        };
        stores.push(Store {
            name: text.clone(),
            holds: about(note),
            place: place_of(view, note, text),
            declared: false,
            evidence: vec![observed(note.setting)],
        });
    }
}

const CLOUD_SCHEMES: [&str; 11] =
    ["s3", "s3a", "s3n", "oss", "cos", "obs", "gs", "gcs", "azure", "wasbs", "abfss"];
const CLOUD_WORDS: [&str; 12] =
    ["s3", "oss", "cos", "obs", "gcs", "aws", "aliyun", "tencent", "huawei", "azure", "qiniu", "blob"];
const SERVER_WORDS: [&str; 4] = ["bucket", "table", "database", "collection"];

/// Where a named place is, as far as the text and its key tell. A folder may be anywhere.
fn place_of(view: &View<'_>, note: &Noted<'_>, text: &str) -> &'static str {
    let words: Vec<String> = split_all(note.setting.keys()).into_iter().map(|w| w.text).collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let own_minio = || {
        words.iter().any(|w| w == "minio")
            || view
                .system
                .resources
                .iter()
                .filter_map(|n| view.resource(*n))
                .any(|r| &*r.name == "minio" || r.settings.iter().any(|s| s.value.text.contains("minio")))
    };
    if let Some((scheme, _)) = text.split_once("://") {
        if CLOUD_SCHEMES.contains(&scheme) {
            return if own_minio() { "server" } else { "cloud" };
        }
        return match endpoints(text).first().map(|e| e.scope) {
            Some(Scope::Internet) => "cloud",
            Some(Scope::Lan) => "server",
            _ => "unknown",
        };
    }
    if has(&SERVER_WORDS) {
        return if has(&CLOUD_WORDS) && !own_minio() { "cloud" } else { "server" };
    }
    "unknown"
}

/// Stores that the files describe: buckets and collections for faces, claims that are named after them.
fn resources(view: &View<'_>, stores: &mut Vec<Store>) {
    let sighted = |n: usize| {
        view.in_use().any(|s| {
            s.resource == n
                && s.kind == SightingKind::CloudResource
                && matches!(s.function, Function::Identification | Function::Both)
        })
    };
    for &number in &view.system.resources {
        let Some(resource) = view.resource(number) else { continue };
        let store = resource.kind == ResourceKind::Store;
        let gallery = matches!(resource.kind, ResourceKind::Cloud | ResourceKind::Store) && sighted(number);
        let holds = match view.vocabulary.about_text("store", &resource.name) {
            Some("other") => None,
            other => other,
        };
        let holds = match (holds, gallery) {
            (Some(holds), _) if store => holds,
            (_, true) => "templates",
            _ => continue,
        };
        stores.push(Store {
            name: resource.name.to_string(),
            holds: holds.to_owned(),
            place: if is_cluster_store(resource) { "server" } else { "cloud" },
            declared: false,
            evidence: vec![Evidence { span: resource.name_span, how: How::Observed, label: None }],
        });
    }
}

/// A volume of the cluster or the host, not a service of a cloud.
fn is_cluster_store(resource: &Resource) -> bool {
    matches!(resource.dialect, "kubernetes" | "compose" | "helm" | "nomad" | "swarm")
}

/// Vector databases beside a component: what is looked up there is faces.
fn vector_stores(view: &View<'_>, stores: &mut Vec<Store>) {
    for &number in &view.system.resources {
        let Some(resource) = view.resource(number) else { continue };
        if view.system.components.contains(&number) {
            continue;
        }
        let image = resource.settings.iter().find(|s| {
            s.role == Role::Image
                && view.vocabulary.about_text("engine", &s.value.text) == Some("vector-store")
        });
        let Some(image) = image else { continue };
        let label = Label { en: "a vector store".into(), zh: "向量数据库".into() };
        stores.push(Store {
            name: resource.name.to_string(),
            holds: "templates".into(),
            place: "server",
            declared: false,
            evidence: vec![Evidence { span: image.value.span, how: How::Observed, label: Some(label) }],
        });
    }
}
