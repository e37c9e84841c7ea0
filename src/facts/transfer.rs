//! Where face data go (Art. 8): cloud APIs, addresses of face services, and ways in from the internet.

use super::reader::Observed;
use super::value::{Scope, endpoints, host_scope};
use super::view::{View, component, declared, observed};
use super::{Evidence, Fact, How, Label};
use crate::descriptor::{ResourceKind, Setting};
use crate::recognition::words::{Pattern, split_all};
use crate::recognition::{Region, SightingKind};

/// One address to or from which face data go.
struct Endpoint {
    name: String,
    direction: &'static str,
    scope: &'static str,
    region: &'static str,
    product: String,
    /// Whether nobody on the way can read along, as far as the address says.
    encrypted: Option<bool>,
    evidence: Vec<Evidence>,
}

/// `transfer`: the farthest that face data go, and every address.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut list: Vec<Endpoint> = Vec::new();
    addresses(view, &mut list);
    clouds(view, &mut list);
    inbound(view, &mut list);
    list.sort_by_key(|e| e.evidence.first().map(|e| e.span));
    let scope = scope(view, &list);
    let stated = view.stated("transfer");
    let mut out = Fact::text(scope);
    if let Some(e) = list.iter().find(|e| e.scope == scope) {
        out = out.shown(e.evidence.clone());
    }
    let mut parts = vec![("scope", out), ("endpoints", Fact::list(list.into_iter().map(|e| fact(view, e))))];
    parts.push((
        "declared",
        stated.map_or_else(Fact::default, |stated| {
            Fact::text(stated.values.first().cloned().unwrap_or_default()).shown([declared(stated)])
        }),
    ));
    Fact::map(parts).keyed("transfer")
}

fn fact(view: &View<'_>, e: Endpoint) -> Fact {
    let told = told(view, &e);
    Fact::map([
        ("name", Fact::text(e.name.clone())),
        ("direction", Fact::text(e.direction)),
        ("scope", Fact::text(e.scope)),
        ("region", Fact::text(e.region)),
        ("product", Fact::text(e.product)),
        ("encrypted", e.encrypted.map_or_else(Fact::default, Fact::bool)),
        ("told", told.map_or_else(Fact::default, Fact::bool)),
    ])
    .shown(e.evidence)
    .keyed(format!("endpoint:{}:{}", e.direction, e.name))
}

/// Whether the notice names this recipient: its host or a part of it, its product or its vendor. `None`
/// when nothing says whom the notice names.
fn told(view: &View<'_>, e: &Endpoint) -> Option<bool> {
    let recipients = &view.stated("notice.recipients")?.values;
    let product = view.catalogue.products.iter().find(|p| p.product == e.product);
    let vendor = product.and_then(|p| p.vendor.clone()).unwrap_or_default();
    let names = [e.name.to_lowercase(), e.product.to_lowercase(), vendor.to_lowercase()];
    Some(recipients.iter().map(|r| r.trim().to_lowercase()).filter(|r| !r.is_empty()).any(|r| {
        names.iter().any(|name| *name == r || name.strip_suffix(r.as_str()).is_some_and(|h| h.ends_with('.')))
            || names.iter().skip(1).any(|name| !name.is_empty() && (name.contains(&r) || r.contains(name)))
    }))
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Internet => "internet",
        Scope::Lan | Scope::Local => "lan",
        Scope::Unknown => "unknown",
    }
}

fn region_name(region: Region) -> &'static str {
    match region {
        Region::SelfHosted => "self",
        Region::Cn => "cn",
        Region::Hk => "hk",
        Region::Overseas => "overseas",
        Region::ByHost => "unknown",
    }
}

/// Adds an address, or a further place of one that is known.
fn add(list: &mut Vec<Endpoint>, new: Endpoint) {
    match list.iter_mut().find(|e| e.name == new.name && e.direction == new.direction) {
        Some(known) => {
            for place in new.evidence {
                if known.evidence.iter().all(|e| e.span != place.span) {
                    known.evidence.push(place);
                }
            }
            if known.region == "unknown" {
                known.region = new.region;
            }
        }
        None => list.push(new),
    }
}

/// Sightings in one value that are looked at.
const MAX_SIGHTINGS: usize = 16;

/// Addresses that were sighted, and those that the vocabulary knows.
fn addresses(view: &View<'_>, list: &mut Vec<Endpoint>) {
    let mut seen_in = std::collections::HashMap::new();
    for sighting in view.in_use().filter(|s| s.kind == SightingKind::Endpoint) {
        let Some(setting) = setting_at(view, sighting.resource, sighting.span) else { continue };
        // Thousands of addresses in one value say no more than the first few.
        let seen = seen_in.entry(setting.value.span).or_insert(0usize);
        *seen += 1;
        if *seen > MAX_SIGHTINGS {
            continue;
        }
        for endpoint in endpoints(&setting.value.text) {
            let product = view.product(sighting).map_or("", |p| p.product.as_str());
            add(
                list,
                Endpoint {
                    scope: scope_name(host_scope(&endpoint.host)),
                    encrypted: endpoint.encrypted(),
                    name: endpoint.host,
                    direction: "outbound",
                    region: region_name(sighting.region),
                    product: product.to_owned(),
                    evidence: vec![Evidence { span: sighting.span, how: How::Observed, label: None }],
                },
            );
        }
    }
    for note in view.noted("transfer.endpoint").chain(view.noted("transfer.callback")) {
        let place = observed(note.setting);
        let found = match &note.observation.value {
            Observed::Unknown => Vec::new(),
            _ => endpoints(&note.setting.value.text),
        };
        if found.is_empty() {
            let name = note.setting.key().to_owned();
            let scope = "unknown";
            let (region, product) = ("unknown", String::new());
            add(
                list,
                Endpoint {
                    name,
                    direction: "outbound",
                    scope,
                    region,
                    product,
                    encrypted: None,
                    evidence: vec![place],
                },
            );
            continue;
        }
        for endpoint in found {
            add(
                list,
                Endpoint {
                    scope: scope_name(host_scope(&endpoint.host)),
                    encrypted: endpoint.encrypted(),
                    name: endpoint.host,
                    direction: "outbound",
                    region: "unknown",
                    product: String::new(),
                    evidence: vec![place.clone()],
                },
            );
        }
    }
}

fn setting_at<'a>(view: &View<'a>, resource: usize, span: crate::source::Span) -> Option<&'a Setting> {
    view.resource(resource)?
        .settings
        .iter()
        .find(|s| s.value.span.contains(span) || s.key_span.contains(span))
}

/// Products that live in a vendor's cloud: using them sends face data there, address or not.
fn clouds(view: &View<'_>, list: &mut Vec<Endpoint>) {
    for sighting in view.in_use() {
        let Some(product) = view.product(sighting) else { continue };
        let away = matches!(sighting.region, Region::Cn | Region::Hk | Region::Overseas);
        if !(away || product.cloud)
            || list.iter().any(|e| e.product == product.product && e.scope == "internet")
        {
            continue;
        }
        add(
            list,
            Endpoint {
                name: product.product.clone(),
                direction: "outbound",
                scope: "internet",
                region: region_name(sighting.region),
                product: product.product.clone(),
                encrypted: None,
                evidence: vec![component(sighting.span)],
            },
        );
    }
}

/// Key words of a public address that a browser or a phone sends to.
const CLIENT_KEYS: &[&str] = &[
    "react app * url",
    "react app api base url",
    "vite api url",
    "vite api base url",
    "vue app api url",
    "vue app base api",
    "next public api url",
    "next public api base url",
    "expo public api url",
];

/// Ways in: an Ingress, a public load balancer, the address to which a client sends pictures.
fn inbound(view: &View<'_>, list: &mut Vec<Endpoint>) {
    for &number in &view.system.resources {
        let Some(resource) = view.resource(number) else { continue };
        for span in &resource.exposed {
            let text =
                resource.settings.iter().find(|s| s.value.span == *span).map(|s| s.value.text.to_string());
            let host = text.filter(|t| t.contains('.'));
            // A load balancer may be internal; only an Ingress or a route is a way in by its nature.
            let scope = match (&host, resource.kind) {
                (Some(host), _) => scope_name(host_scope(host.trim_start_matches("*."))),
                (None, ResourceKind::Ingress) => "internet",
                (None, _) => "unknown",
            };
            let label = Label { en: "reached from outside here".into(), zh: "在此处对外开放".into() };
            add(
                list,
                Endpoint {
                    name: host.unwrap_or_else(|| resource.name.to_string()),
                    direction: "inbound",
                    scope,
                    region: "unknown",
                    product: String::new(),
                    encrypted: None,
                    evidence: vec![Evidence { span: *span, how: How::Observed, label: Some(label) }],
                },
            );
        }
        if !view.system.components.contains(&number) {
            continue;
        }
        let patterns: Vec<Pattern> = CLIENT_KEYS.iter().map(|k| Pattern::new(k)).collect();
        for setting in &resource.settings {
            let words = split_all(setting.keys());
            if !patterns.iter().any(|p| p.find(&words).is_some()) {
                continue;
            }
            for endpoint in endpoints(&setting.value.text) {
                if host_scope(&endpoint.host) == Scope::Internet {
                    add(
                        list,
                        Endpoint {
                            name: endpoint.host,
                            direction: "inbound",
                            scope: "internet",
                            region: "unknown",
                            product: String::new(),
                            encrypted: None,
                            evidence: vec![observed(setting)],
                        },
                    );
                }
            }
        }
    }
}

/// The farthest that face data go.
fn scope(view: &View<'_>, list: &[Endpoint]) -> &'static str {
    let has = |scope: &str, direction: Option<&str>| {
        list.iter().any(|e| e.scope == scope && direction.is_none_or(|d| d == e.direction))
    };
    if has("internet", None) {
        return "internet";
    }
    if has("lan", None) {
        return "lan";
    }
    if has("unknown", Some("outbound")) {
        return "unknown";
    }
    let serves = |n: usize| {
        view.resource(n).is_some_and(|r| {
            matches!(
                r.kind,
                ResourceKind::Workload | ResourceKind::Chart | ResourceKind::Api | ResourceKind::Service
            ) || r.settings.iter().any(is_listen_key)
        })
    };
    if view.system.components.iter().any(|n| serves(*n)) {
        // Another host or container of the same deployment.
        return "lan";
    }
    "none"
}

/// `server.port`, `PORT`, `listen`, `addr: 8888`: the application takes requests over the network.
fn is_listen_key(setting: &Setting) -> bool {
    let words = split_all(setting.keys());
    let last = words.last().map(|w| w.text.as_str());
    let number = setting.value.text.trim().trim_start_matches(':').parse::<u16>().is_ok_and(|n| n > 79);
    number && matches!(last, Some("port" | "addr" | "listen" | "address"))
}
