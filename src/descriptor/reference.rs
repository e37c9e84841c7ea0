//! References between resources that only the whole project can resolve.

use std::collections::HashMap;
use std::sync::Arc;

use super::model::{Resource, ResourceKind, Role, Segment, Setting, Value};

/// Fills in environment variables that name a key of a ConfigMap or a Secret (`valueFrom`), once all
/// resources of the project are known. The variable keeps its own place; the key's value is its origin.
///
/// A variable whose reference cannot be found stays a [`super::HOLE`].
pub fn resolve(resources: &mut [Resource]) {
    let mut wanted: Vec<(usize, usize, Key)> = Vec::new();
    for (r, resource) in resources.iter().enumerate() {
        if resource.kind != ResourceKind::Workload {
            continue;
        }
        for (s, setting) in resource.settings.iter().enumerate() {
            if setting.role == Role::Env
                && setting.value.is_unknown()
                && let Some(key) = key_of(resource, s, setting)
            {
                wanted.push((r, s, key));
            }
        }
    }
    if wanted.is_empty() {
        return;
    }
    let mut known: HashMap<Key, Value> = HashMap::new();
    for resource in resources.iter() {
        if !matches!(resource.kind, ResourceKind::ConfigMap | ResourceKind::Secret) {
            continue;
        }
        for setting in &resource.settings {
            let [Segment::Key(key)] = setting.path.as_slice() else { continue };
            let key = Key {
                kind: resource.kind,
                scope: resource.scope.clone(),
                name: resource.name.clone(),
                key: key.clone(),
            };
            // The same name in several overlays: which one holds cannot be told, so none does.
            known
                .entry(key)
                .and_modify(|value| {
                    if value.text != setting.value.text {
                        value.text = "\u{FFFC}".into();
                    }
                })
                .or_insert_with(|| setting.value.clone());
        }
    }
    for (r, s, key) in wanted {
        let Some(value) = known.get(&key).filter(|v| !v.is_unknown()) else { continue };
        let Some(setting) = resources.get_mut(r).and_then(|r| r.settings.get_mut(s)) else { continue };
        setting.value.text = value.text.clone();
        setting.value.kind = value.kind;
        setting.value.origins.push(value.span);
        setting.value.origins.extend(value.origins.iter().copied());
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: ResourceKind,
    scope: Arc<str>,
    name: Arc<str>,
    key: Arc<str>,
}

/// What a variable refers to. The Kubernetes dialect leaves the parts of `valueFrom` right behind the variable,
/// as `…env[NAME].valueFrom.configMapKeyRef.name` and `….key`.
fn key_of(resource: &Resource, index: usize, setting: &Setting) -> Option<Key> {
    let (mut name, mut key, mut kind) = (None, None, None);
    for part in resource.settings.get(index + 1..)?.iter().take(8) {
        let [
            ..,
            Segment::Item(_, Some(item)),
            Segment::Key(from),
            Segment::Key(reference),
            Segment::Key(last),
        ] = part.path.as_slice()
        else {
            break;
        };
        if &**item != setting.key() || &**from != "valueFrom" {
            break;
        }
        kind = Some(match &**reference {
            "configMapKeyRef" => ResourceKind::ConfigMap,
            "secretKeyRef" => ResourceKind::Secret,
            _ => return None,
        });
        match &**last {
            "name" => name = Some(part.value.text.clone()),
            "key" => key = Some(part.value.text.clone()),
            _ => {}
        }
    }
    Some(Key { kind: kind?, scope: resource.scope.clone(), name: name?, key: key? })
}
