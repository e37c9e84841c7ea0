//! Which sightings belong together.
//!
//! Resources that refer to one another are one system: a workload and its ConfigMap, a service and the
//! workloads behind it, a caller and the face service whose name stands in its settings. Where nothing
//! refers to anything (a `.env` beside a `requirements.txt`), the directory decides: everything of one
//! project directory is one system, unless it runs several products that have nothing to do with each
//! other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::System;
use super::links::Links;
use crate::descriptor::{Resource, ResourceKind};
use crate::recognition::{Catalogue, Confidence, Function, Region, Sighting, SightingKind};

/// Groups sightings into systems. `homes` gives for each resource the project directory it belongs to.
pub fn group(
    resources: &[Resource],
    sightings: Vec<Sighting>,
    catalogue: &Catalogue,
    homes: &[String],
    links: &Links,
) -> Vec<System> {
    let mut by_resource: BTreeMap<usize, Vec<Sighting>> = BTreeMap::new();
    for sighting in sightings {
        by_resource.entry(sighting.resource).or_default().push(sighting);
    }
    raise_neighbours(&mut by_resource, resources);
    let strong = |list: &[Sighting]| list.iter().any(|s| s.confidence >= Confidence::Likely);
    let components: Vec<usize> =
        by_resource.iter().filter(|(_, list)| strong(list)).map(|(n, _)| *n).collect();
    if components.is_empty() {
        return Vec::new();
    }
    let mut sets = UnionFind::new(resources.len());
    for &a in &components {
        for b in links.near(a) {
            // A shared database or a cluster-wide policy joins no systems; what configures does.
            if by_resource.get(&b).is_some_and(|l| strong(l)) {
                sets.join(a, b);
            }
        }
    }
    join_by_product(&components, &by_resource, catalogue, homes, &mut sets);
    join_by_home(&components, &by_resource, resources, catalogue, homes, &mut sets);

    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &component in &components {
        groups.entry(sets.root(component)).or_default().push(component);
    }
    let mut systems: Vec<System> = groups
        .into_values()
        .map(|components| {
            let mut members: BTreeSet<usize> = components.iter().copied().collect();
            for &component in &components {
                members.extend(links.around(component));
            }
            let others: BTreeSet<usize> = members
                .iter()
                .copied()
                .filter(|m| !components.contains(m) && by_resource.get(m).is_some_and(|l| strong(l)))
                .collect();
            members.retain(|m| !others.contains(m));
            let mut seen: Vec<Sighting> =
                members.iter().filter_map(|m| by_resource.get(m)).flatten().cloned().collect();
            seen.sort_by(|a, b| {
                b.confidence
                    .cmp(&a.confidence)
                    .then(rank(a.kind).cmp(&rank(b.kind)))
                    .then(b.telling.cmp(&a.telling))
                    .then(a.span.cmp(&b.span))
            });
            let (id, name) = names(&components, &members, &seen, resources, catalogue, homes);
            System { id, name, sightings: seen, resources: members.into_iter().collect(), components }
        })
        .collect();
    unique_ids(&mut systems);
    systems
}

/// A workload that is named after faces is likely a part of the face workload beside it in the directory.
fn raise_neighbours(seen: &mut BTreeMap<usize, Vec<Sighting>>, resources: &[Resource]) {
    let workload = |n: &usize| resources.get(*n).filter(|r| r.kind == ResourceKind::Workload);
    let dirs: BTreeSet<&str> = seen
        .iter()
        .filter(|(_, list)| list.iter().any(|s| s.confidence >= Confidence::Likely && !s.off))
        .filter_map(|(n, _)| workload(n).map(|r| &*r.dir))
        .collect();
    for (n, list) in seen.iter_mut() {
        if !workload(n).is_some_and(|r| dirs.contains(&*r.dir)) {
            continue;
        }
        let detects = |f: Function| matches!(f, Function::Detection | Function::Attributes);
        for s in list.iter_mut().filter(|s| !s.off && s.kind == SightingKind::Image && !detects(s.function)) {
            s.confidence = s.confidence.max(Confidence::Likely);
        }
    }
}

/// What tells most about a component, first.
fn rank(kind: SightingKind) -> u8 {
    match kind {
        SightingKind::Image => 0,
        SightingKind::CloudResource => 1,
        SightingKind::Endpoint => 2,
        SightingKind::Library => 3,
        SightingKind::Permission => 4,
        SightingKind::Model => 5,
        SightingKind::ConfigKey => 6,
        SightingKind::Env => 7,
    }
}

/// The same product in one project directory is one system.
fn join_by_product(
    components: &[usize],
    seen: &BTreeMap<usize, Vec<Sighting>>,
    catalogue: &Catalogue,
    homes: &[String],
    sets: &mut UnionFind,
) {
    let mut first: HashMap<(&str, usize), usize> = HashMap::new();
    for &component in components {
        let home = homes.get(component).map(String::as_str).unwrap_or_default();
        for sighting in seen.get(&component).into_iter().flatten() {
            if sighting.confidence < Confidence::Likely || catalogue.products.get(sighting.product).is_none()
            {
                continue;
            }
            match first.get(&(home, sighting.product)) {
                Some(other) => sets.join(*other, component),
                None => {
                    first.insert((home, sighting.product), component);
                }
            }
        }
    }
}

/// Whether a component is a product that runs on its own (an image with a name in the catalogue, a cloud
/// service): two of these that have nothing to do with each other are two systems.
fn stands_alone(list: &[Sighting], catalogue: &Catalogue) -> bool {
    list.iter().any(|s| {
        s.confidence == Confidence::Certain
            && s.kind == SightingKind::Image
            && catalogue
                .products
                .get(s.product)
                .is_some_and(|p| p.vendor.is_some() && p.region == Region::SelfHosted)
    })
}

fn join_by_home(
    components: &[usize],
    seen: &BTreeMap<usize, Vec<Sighting>>,
    resources: &[Resource],
    catalogue: &Catalogue,
    homes: &[String],
    sets: &mut UnionFind,
) {
    let mut by_home: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &component in components {
        by_home
            .entry(homes.get(component).map(String::as_str).unwrap_or_default())
            .or_default()
            .push(component);
    }
    let anchored = |n: usize| {
        resources.get(n).is_some_and(|r| matches!(r.kind, ResourceKind::Workload | ResourceKind::Chart))
            && seen.get(&n).is_some_and(|list| stands_alone(list, catalogue))
    };
    let mut anchor_of_home: BTreeMap<&str, usize> = BTreeMap::new();
    for (home, list) in &by_home {
        // Everything that does not stand alone joins the first that does, else one another.
        let anchor = list.iter().copied().find(|n| anchored(*n)).or(list.first().copied());
        let Some(anchor) = anchor else { continue };
        anchor_of_home.insert(home, anchor);
        for &n in list {
            let root = sets.root(n);
            let holds_anchor = list.iter().any(|m| anchored(*m) && sets.root(*m) == root);
            if !holds_anchor {
                sets.join(anchor, n);
            }
        }
    }
    // A project inside a project belongs to it: the compose file at the top speaks of the services below.
    let homes_seen: Vec<&str> = anchor_of_home.keys().copied().collect();
    for home in &homes_seen {
        let outer = homes_seen
            .iter()
            .filter(|o| *o != home && (o.is_empty() || home.starts_with(&format!("{o}/"))))
            .max_by_key(|o| o.len());
        if let Some((outer, inner)) =
            outer.and_then(|o| Some((anchor_of_home.get(o)?, anchor_of_home.get(home)?)))
            && !(anchored(*outer) && anchored(*inner))
        {
            sets.join(*outer, *inner);
        }
    }
}

/// Id and name of a system: those of what runs, else of the product.
fn names(
    components: &[usize],
    members: &BTreeSet<usize>,
    seen: &[Sighting],
    resources: &[Resource],
    catalogue: &Catalogue,
    homes: &[String],
) -> (String, String) {
    let telling = seen.iter().find(|s| components.contains(&s.resource));
    let first = telling.map(|s| s.resource).or(components.first().copied());
    let runs = |n: &usize| {
        resources.get(*n).is_some_and(|r| {
            matches!(
                r.kind,
                ResourceKind::Workload | ResourceKind::Chart | ResourceKind::Cloud | ResourceKind::Store
            )
        })
    };
    let workload = |n: &usize| resources.get(*n).is_some_and(|r| r.kind == ResourceKind::Workload);
    let named = first
        .filter(runs)
        .or_else(|| components.iter().copied().find(workload))
        .or_else(|| members.iter().copied().find(workload))
        .or_else(|| components.iter().copied().find(runs));
    let product = telling.and_then(|s| catalogue.products.get(s.product)).map(|p| p.product.clone());
    let name =
        named.and_then(|n| resources.get(n)).map(|r| r.name.to_string()).or(product).unwrap_or_default();
    let home = named.or(first).and_then(|n| homes.get(n)).map(String::as_str).unwrap_or_default();
    let slug = slug(&name);
    let id = if home.is_empty() { slug } else { format!("{home}/{slug}") };
    (id, name)
}

fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

fn unique_ids(systems: &mut [System]) {
    systems.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.components.cmp(&b.components)));
    let mut count: HashMap<String, usize> = HashMap::new();
    for system in systems {
        let n = count.entry(system.id.clone()).or_default();
        *n += 1;
        if *n > 1 {
            system.id = format!("{}-{n}", system.id);
        }
    }
}

/// Sets that only grow together.
struct UnionFind {
    parent: Vec<usize>,
}

impl UnionFind {
    fn new(len: usize) -> Self {
        UnionFind { parent: (0..len).collect() }
    }

    fn root(&mut self, mut n: usize) -> usize {
        while let Some(&up) = self.parent.get(n)
            && up != n
        {
            let top = self.parent.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.parent.get_mut(n) {
                *slot = top;
            }
            n = top;
        }
        n
    }

    /// The smaller number stays the root, so that the outcome does not depend on the order of joining.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parent.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}
