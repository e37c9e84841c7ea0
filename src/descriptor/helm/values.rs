//! Which values the templates see.

use std::sync::Arc;

use super::chart::{Chart, File};
use super::merge::overlay;
use super::text::Text;
use super::value::{self, Heap, Item, Kind, Map, Val};
use crate::descriptor::Project;
use crate::syntax::{Node, Parsed};

/// Values files beside `values.yaml` that are tried.
const MAX_SETS: usize = 12;

/// A further values file of a chart.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// Its path in the chart.
    pub(super) name: String,
    pub(super) parsed: Arc<Parsed>,
}

/// Whether a path in a chart is a further values file: `values-prod.yaml`, `values.prod.yaml`,
/// `prod-values.yaml`, `ci/x-values.yaml`, `values/prod.yaml`, `env/prod.yaml`.
pub(super) fn is_further(path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { return false };
    let named = |stem: &str| {
        stem.starts_with("values-")
            || stem.starts_with("values_")
            || stem.starts_with("values.")
            || stem.ends_with("-values")
            || stem.ends_with("_values")
            || stem.ends_with(".values")
    };
    match dir {
        "" => named(stem),
        "ci" => named(stem),
        "values" | "env" | "envs" | "environments" => true,
        _ => false,
    }
}

/// The further values files of a chart.
pub(super) fn further(chart: &Chart, project: &dyn Project) -> Vec<Set> {
    let files = chart.files.iter().filter(|(path, _)| is_further(path)).take(MAX_SETS);
    let parse =
        |(path, file): (&String, &File)| Some(Set { name: path.clone(), parsed: file.parse(project)? });
    files.filter_map(parse).collect()
}

fn mapping(parsed: Option<&Arc<Parsed>>, heap: &Heap) -> Val {
    let val = parsed.and_then(|p| p.documents.first()).map(|d| value::from_node(&d.root, heap, 0));
    match val {
        Some(val) if val.as_map().is_some() => val,
        _ => heap.map(Map::new()),
    }
}

/// The values of every chart, `None` for those that are switched off. `set` is laid on the outermost chart's own.
pub(super) fn of_charts(charts: &[Chart], set: Option<&Set>, heap: &Heap) -> Vec<Option<Val>> {
    let mut out = vec![None; charts.len()];
    let over = mapping(set.map(|s| &s.parsed), heap);
    fill(charts, 0, &over, None, heap, &mut out);
    out
}

fn fill(charts: &[Chart], n: usize, over: &Val, global: Option<&Val>, heap: &Heap, out: &mut [Option<Val>]) {
    let Some(chart) = charts.get(n) else { return };
    let values = overlay(&mapping(chart.values.as_ref(), heap), over, heap, 0);
    let Some(map) = values.as_map().cloned() else { return };
    if global.is_some() || !chart.children.is_empty() {
        let own = match values.get("global") {
            own if own.as_map().is_some() => own,
            _ => heap.map(Map::new()),
        };
        let merged = match global {
            Some(global) => overlay(&own, global, heap, 0),
            None => own,
        };
        map.borrow_mut().insert("global".into(), Item { key: None, val: merged });
    }
    for child in &chart.children {
        let Some(name) = charts.get(child.chart).map(|c| c.name.clone()) else { continue };
        let over = match values.get(&name) {
            over if over.as_map().is_some() => over,
            _ => heap.map(Map::new()),
        };
        fill(charts, child.chart, &over, Some(&values.get("global")), heap, out);
        if let Some(Some(val)) = out.get(child.chart) {
            map.borrow_mut().insert(name, Item { key: None, val: val.clone() });
        }
    }
    for child in &chart.children {
        let by_tag =
            child.tags.iter().filter_map(|t| switch(&values, &format!("tags.{t}"))).reduce(|a, b| a || b);
        let by_condition = child.conditions.iter().find_map(|c| switch(&values, c));
        if by_condition.or(by_tag) == Some(false) {
            off(charts, child.chart, out);
        }
    }
    if let Some(slot) = out.get_mut(n) {
        *slot = Some(values);
    }
}

/// The truth at a path of values, if one stands there.
fn switch(values: &Val, path: &str) -> Option<bool> {
    let mut at = values.clone();
    for key in path.split('.') {
        at = match &at.kind {
            Kind::Map(map) => map.borrow().get(key)?.val.clone(),
            _ => return None,
        };
    }
    match at.kind {
        Kind::Bool(b) => Some(b),
        _ => None,
    }
}

fn off(charts: &[Chart], n: usize, out: &mut [Option<Val>]) {
    if let Some(slot) = out.get_mut(n) {
        *slot = None;
    }
    for child in charts.get(n).map(|c| c.children.as_slice()).unwrap_or_default() {
        off(charts, child.chart, out);
    }
}

/// The object `.Chart`.
pub(super) fn chart_object(chart: &Chart, heap: &Heap) -> Val {
    let mut map = Map::new();
    for entry in chart.meta().map(Node::entries).unwrap_or_default() {
        let Some(key) = entry.key.as_str() else { continue };
        let name = match key {
            "apiVersion" => "APIVersion".to_owned(),
            key => {
                let mut chars = key.chars();
                chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
            }
        };
        // Versions are texts, whatever they look like.
        let val = match entry.value.as_str() {
            Some(text) => Val::text(Text::from_place(text, Some(entry.value.span))),
            None => value::from_node(&entry.value, heap, 0),
        };
        map.insert(name, Item { key: Some(entry.key.span), val });
    }
    // An alias is the name.
    if map.get("Name").and_then(|i| Some(i.val.as_text()?.as_str() != chart.name)) != Some(false) {
        map.insert("Name".into(), Item { key: None, val: Val::str(&chart.name) });
    }
    heap.map(map)
}
