//! How long face data are kept (Art. 8), for every place where they rest.

use super::reader::Observed;
use super::view::{Noted, View, component, declared, observed, truth};
use super::{Evidence, Fact, How, Label};
use crate::descriptor::{Segment, Setting};

const DAY: i64 = 86_400;

/// One place where face data rest.
struct Store {
    name: String,
    kind: String,
    state: &'static str,
    limit: Option<i64>,
    evidence: Vec<Evidence>,
    how: How,
}

/// `retention`: its state as configured or declared, and every store.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut stores: Vec<Store> = Vec::new();
    for note in view.noted("retention.limit") {
        stores.push(store(view, note));
    }
    // A clean-up that is switched off keeps for ever, and says so with one word.
    for note in view.noted("retention.enabled").chain(view.noted("retention.cleanup")) {
        let covered = stores.iter().any(|s| s.evidence.iter().any(|e| e.span == note.setting.value.span));
        if truth(note) == Some(false) && !covered {
            stores.push(Store {
                name: note.setting.dotted(),
                kind: about(note),
                state: "disabled",
                limit: None,
                evidence: vec![observed(note.setting)],
                how: How::Observed,
            });
        }
    }
    let declared_max = view.stated("retention.max");
    if let Some(stated) = declared_max
        && stores.iter().all(|s| s.state != "finite")
        && stores.is_empty()
    {
        let limit = stated.values.first().and_then(|v| super::value::parse_duration(v, None, None));
        stores.push(Store {
            name: "retention.max".into(),
            kind: "face-data".into(),
            state: if limit.is_some() { "finite" } else { "infinite" },
            limit,
            evidence: vec![declared(stated)],
            how: How::Declared,
        });
    }
    let configured = stores.iter().any(|s| s.state == "finite");
    let open = stores.iter().any(|s| s.state == "unknown");
    if stores.is_empty() {
        stores.extend(defaults(view));
    }
    if stores.is_empty() && view.stated("storage").is_none_or(|s| s.values.iter().all(|v| v != "none")) {
        stores.push(Store {
            name: view.system.name.clone(),
            kind: "face-data".into(),
            state: "absent",
            limit: None,
            evidence: view.first().into_iter().collect(),
            how: How::Observed,
        });
    }
    let state = match (configured, open) {
        (true, _) => "present",
        (false, true) => "unknown",
        (false, false) => "absent",
    };
    let evidence: Vec<Evidence> =
        stores.iter().filter(|s| s.state == "finite").flat_map(|s| s.evidence.clone()).collect();
    Fact::map([
        ("state", Fact::text(state).shown(evidence.clone())),
        ("stores", Fact::list(stores.into_iter().map(fact))),
    ])
    .shown(evidence)
    .keyed("retention")
}

fn fact(store: Store) -> Fact {
    let mut parts = vec![
        ("name", Fact::text(store.name.clone())),
        ("kind", Fact::text(store.kind)),
        ("state", Fact::text(store.state)),
        ("declared", Fact::bool(store.how == How::Declared)),
        ("default", Fact::bool(store.how == How::Default)),
    ];
    if let Some(limit) = store.limit {
        parts.push(("limit", Fact::int(limit)));
        parts.push(("limit_days", Fact::int(limit / DAY)));
    }
    Fact::map(parts).shown(store.evidence).keyed(format!("store:{}", store.name))
}

fn about(note: &Noted<'_>) -> String {
    note.observation.about.clone().unwrap_or_else(|| "face-data".into())
}

fn store(view: &View<'_>, note: &Noted<'_>) -> Store {
    let mut evidence = vec![observed(note.setting)];
    let (mut state, limit) = match &note.observation.value {
        Observed::Seconds(n) => ("finite", Some(*n)),
        Observed::Forever => ("infinite", None),
        Observed::Unknown => ("unknown", None),
        Observed::Bool(false) => ("disabled", None),
        Observed::Placeholder(_) => ("absent", None),
        _ if note.setting.value.is_empty() => ("absent", None),
        _ => ("unknown", None),
    };
    // `enabled: false` beside the limit: the limit is written and does nothing.
    let switch = view
        .noted("retention.enabled")
        .chain(view.noted("retention.cleanup"))
        .find(|n| n.resource == note.resource && beside(n.setting, note.setting));
    if let Some(switch) = switch
        && truth(switch) == Some(false)
        && state == "finite"
    {
        state = "disabled";
        let mut off = observed(switch.setting);
        off.label = Some(Label { en: "switched off here".into(), zh: "在此处关闭".into() });
        evidence.insert(0, off);
    }
    Store { name: note.setting.dotted(), kind: about(note), state, limit, evidence, how: How::Observed }
}

/// Whether two settings have the same parent.
fn beside(a: &Setting, b: &Setting) -> bool {
    let parent =
        |s: &Setting| -> Vec<Segment> { s.path.split_last().map(|(_, p)| p.to_vec()).unwrap_or_default() };
    a.path.len() > 1 && parent(a) == parent(b)
}

/// Limits that products have by themselves.
fn defaults(view: &View<'_>) -> Vec<Store> {
    let mut out: Vec<Store> = Vec::new();
    for sighting in view.in_use() {
        let Some(product) = view.product(sighting) else { continue };
        for default in product.defaults.iter().filter(|d| d.fact == "retention.limit") {
            let name = format!("{} {}", product.product, default.key);
            if out.iter().any(|s| s.name == name) {
                continue;
            }
            let limit = super::value::parse_duration(&default.value, None, None);
            let mut place = component(sighting.span);
            place.how = How::Default;
            out.push(Store {
                name,
                kind: default.store.clone().unwrap_or_else(|| "face-data".into()),
                state: if limit.is_some() { "finite" } else { "infinite" },
                limit,
                evidence: vec![place],
                how: How::Default,
            });
        }
    }
    out
}
