//! What refers to what, resolved from names to resources.

use std::collections::{BTreeSet, HashMap};

use crate::descriptor::{Link, Resource, ResourceKind};
use crate::recognition::pattern;

/// The resolved links of a run.
#[derive(Debug, Default)]
pub struct Links {
    /// From a resource to those it names, and back.
    near: Vec<BTreeSet<usize>>,
}

impl Links {
    /// Resolves the links of all resources. `path_of` gives the path of a resource's file.
    pub fn resolve(resources: &[Resource], path_of: &dyn Fn(usize) -> String) -> Self {
        let mut links = Links { near: vec![BTreeSet::new(); resources.len()] };
        let mut by_name: HashMap<(&str, ResourceKind, &str), Vec<usize>> = HashMap::new();
        let mut by_file: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, resource) in resources.iter().enumerate() {
            by_name.entry((&resource.scope, resource.kind, &resource.name)).or_default().push(n);
            by_file.entry(path_of(n)).or_default().push(n);
        }
        let named = |scope: &str, kinds: &[ResourceKind], name: &str| -> Vec<usize> {
            kinds.iter().filter_map(|k| by_name.get(&(scope, *k, name))).flatten().copied().collect()
        };
        let runs = [ResourceKind::Workload, ResourceKind::Service];
        for (n, resource) in resources.iter().enumerate() {
            let scope = &*resource.scope;
            for link in &resource.links {
                let targets = match link {
                    Link::Config { kind, name } => named(scope, &[*kind], name),
                    Link::File(path) => by_file.get(path).cloned().unwrap_or_default(),
                    Link::Service(name) | Link::DependsOn(name) => named(scope, &runs, name),
                    Link::Store(name) => named(scope, &[ResourceKind::Store], name),
                    Link::Selects(labels) => resources
                        .iter()
                        .enumerate()
                        .filter(|(_, r)| r.kind == ResourceKind::Workload && *r.scope == *scope)
                        .filter(|(_, r)| !labels.is_empty() && labels.iter().all(|l| r.labels.contains(l)))
                        .map(|(m, _)| m)
                        .collect(),
                    Link::Unit(name) => resources
                        .iter()
                        .enumerate()
                        .filter(|(m, r)| {
                            *m != n && r.dir == resource.dir && r.links.contains(&Link::Unit(name.clone()))
                        })
                        .map(|(m, _)| m)
                        .collect(),
                    Link::Directory(dir) => resources
                        .iter()
                        .enumerate()
                        .filter(|(m, r)| *m != n && configures(r, dir))
                        .map(|(m, _)| m)
                        .collect(),
                };
                for target in targets {
                    links.add(n, target);
                }
            }
        }
        links.add_addresses(resources, &named);
        links
    }

    /// `FACE_URL=http://face-core:3000` refers to the service or workload `face-core`.
    fn add_addresses(
        &mut self,
        resources: &[Resource],
        named: &dyn Fn(&str, &[ResourceKind], &str) -> Vec<usize>,
    ) {
        let runs = [ResourceKind::Workload, ResourceKind::Service];
        for (n, resource) in resources.iter().enumerate() {
            for setting in &resource.settings {
                if !setting.value.text.contains("://") {
                    continue;
                }
                for address in pattern::addresses(&setting.value.text) {
                    let mut labels = address.host.split('.');
                    let name = labels.next().unwrap_or_default();
                    // `name.namespace.svc…` names its namespace.
                    let namespace = labels.next();
                    let mut found = named(&resource.scope, &runs, name);
                    if let Some(namespace) = namespace {
                        found = named(namespace, &runs, name);
                    }
                    for target in found {
                        self.add(n, target);
                    }
                }
            }
        }
    }

    fn add(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        for (from, to) in [(a, b), (b, a)] {
            if let Some(set) = self.near.get_mut(from) {
                set.insert(to);
            }
        }
    }

    /// What a resource names and what names it.
    pub fn near(&self, n: usize) -> impl Iterator<Item = usize> + '_ {
        self.near.get(n).into_iter().flatten().copied()
    }

    /// What belongs to a component: what it is linked to, and what stands in front of its services.
    pub fn around(&self, n: usize) -> BTreeSet<usize> {
        let mut out: BTreeSet<usize> = self.near(n).collect();
        let second: Vec<usize> = out.iter().flat_map(|m| self.near(*m)).collect();
        out.extend(second);
        out.remove(&n);
        out
    }
}

/// Whether a resource is the configuration of a directory: its env files, packages and app config.
fn configures(resource: &Resource, dir: &str) -> bool {
    let kinds = [
        ResourceKind::AppConfig,
        ResourceKind::EnvFile,
        ResourceKind::Packages,
        ResourceKind::Build,
        ResourceKind::Plain,
    ];
    kinds.contains(&resource.kind)
        && (dir.is_empty()
            || &*resource.dir == dir
            || resource.dir.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/')))
}
