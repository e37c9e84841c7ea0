//! Ways in from outside: what routes to which service, and under which name the internet knows it.

use super::super::exposure::{is_private_address, is_public_host, is_public_rule};
use super::super::model::{Link, Resource, ResourceKind, Setting};
use crate::source::Span;
use crate::syntax::Node;

/// Where a kind of route has its host names and its services; paths from the object's root, list places left
/// out.
struct Route {
    kind: &'static str,
    /// A part of the API group, where the kind's name alone could be something else.
    group: &'static str,
    hosts: &'static [&'static str],
    services: &'static [&'static str],
}

const ROUTES: &[Route] = &[
    Route {
        kind: "Ingress",
        group: "",
        hosts: &["spec.rules.host"],
        services: &[
            "spec.rules.http.paths.backend.service.name",
            "spec.rules.http.paths.backend.serviceName",
            "spec.defaultBackend.service.name",
            "spec.backend.serviceName",
            "spec.backend.service.name",
        ],
    },
    Route {
        kind: "IngressRoute",
        group: "",
        hosts: &["spec.routes.match"],
        services: &["spec.routes.services.name"],
    },
    Route {
        kind: "IngressRouteTCP",
        group: "",
        hosts: &["spec.routes.match"],
        services: &["spec.routes.services.name"],
    },
    Route {
        kind: "HTTPRoute",
        group: "",
        hosts: &["spec.hostnames"],
        services: &["spec.rules.backendRefs.name"],
    },
    Route {
        kind: "GRPCRoute",
        group: "",
        hosts: &["spec.hostnames"],
        services: &["spec.rules.backendRefs.name"],
    },
    Route {
        kind: "TLSRoute",
        group: "",
        hosts: &["spec.hostnames"],
        services: &["spec.rules.backendRefs.name"],
    },
    Route { kind: "TCPRoute", group: "", hosts: &[], services: &["spec.rules.backendRefs.name"] },
    Route {
        kind: "Route",
        group: "route.openshift.io",
        hosts: &["spec.host"],
        services: &["spec.to.name", "spec.alternateBackends.name"],
    },
    Route {
        kind: "VirtualService",
        group: "istio",
        hosts: &["spec.hosts"],
        services: &[
            "spec.http.route.destination.host",
            "spec.tcp.route.destination.host",
            "spec.tls.route.destination.host",
        ],
    },
    Route {
        kind: "HTTPProxy",
        group: "",
        hosts: &["spec.virtualhost.fqdn"],
        services: &["spec.routes.services.name", "spec.tcpproxy.services.name"],
    },
    Route {
        kind: "ApisixRoute",
        group: "",
        hosts: &["spec.http.match.hosts"],
        services: &["spec.http.backends.serviceName"],
    },
    Route {
        kind: "Mapping",
        group: "getambassador.io",
        hosts: &["spec.hostname", "spec.host"],
        services: &["spec.service"],
    },
];

fn find(api: &str, kind: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|r| r.kind == kind && api.contains(r.group))
}

/// Whether objects of this kind are a way in.
pub(super) fn is_route(api: &str, kind: &str) -> bool {
    find(api, kind).is_some()
}

/// Adds what an object says about the way in to it.
pub(super) fn read(api: &str, kind: &str, node: &Node, resource: &mut Resource) {
    match resource.kind {
        ResourceKind::Service => service(node, resource),
        ResourceKind::Ingress => {
            if let Some(route) = find(api, kind) {
                ingress(route, node, resource);
            }
        }
        ResourceKind::Workload if kind == "Service" => {
            // A Knative service has a public address unless it says otherwise.
            let local = node
                .at(&["metadata", "labels"])
                .and_then(|labels| labels.str_at(&["networking.knative.dev/visibility"]));
            if local != Some("cluster-local") {
                resource.exposed.push(resource.name_span);
            }
        }
        _ => {}
    }
}

fn service(node: &Node, resource: &mut Resource) {
    if let Some(kind) = node.at(&["spec", "type"]).filter(|k| k.as_str() == Some("LoadBalancer")) {
        let private_address = node.str_at(&["spec", "loadBalancerIP"]).is_some_and(is_private_address);
        let ranges = node.at(&["spec", "loadBalancerSourceRanges"]).map(Node::items).unwrap_or_default();
        let private_ranges =
            !ranges.is_empty() && ranges.iter().all(|r| r.as_str().is_some_and(is_private_address));
        if !private_address && !private_ranges && !is_internal_balancer(node) {
            resource.exposed.push(kind.span);
        }
    }
    for address in node.at(&["spec", "externalIPs"]).map(Node::items).unwrap_or_default() {
        if address.as_str().is_some_and(|ip| !ip.is_empty() && !is_private_address(ip)) {
            resource.exposed.push(address.span);
        }
    }
}

/// Whether an annotation of a cloud says that the balancer has an address of the internal network only.
fn is_internal_balancer(node: &Node) -> bool {
    let annotations = node.at(&["metadata", "annotations"]).map(Node::entries).unwrap_or_default();
    annotations.iter().any(|entry| {
        let key = entry.key.as_str().unwrap_or_default().to_ascii_lowercase();
        let value = entry.value.as_str().unwrap_or_default().to_ascii_lowercase();
        let balancer = ["load-balancer", "loadbalancer", "elb", "lb-", "lb."].iter().any(|w| key.contains(w));
        let off = matches!(value.as_str(), "" | "false" | "no");
        balancer
            && (matches!(value.as_str(), "internal" | "intranet" | "inner")
                || (key.contains("internal") && !off))
    })
}

/// The settings at a path.
fn at<'a>(settings: &'a [Setting], paths: &'static [&'static str]) -> impl Iterator<Item = &'a Setting> {
    settings.iter().filter(move |s| paths.iter().any(|p| s.keys().eq(p.split('.'))))
}

fn ingress(route: &Route, node: &Node, resource: &mut Resource) {
    for setting in at(&resource.settings, route.services) {
        // `face-api.prod.svc.cluster.local:80` is the service `face-api`.
        let name = setting.value.text.trim_start_matches("http://");
        let name = name.split(['.', ':', '/']).next().unwrap_or_default();
        let link = Link::Service(name.to_owned());
        if !name.is_empty() && !resource.links.contains(&link) {
            resource.links.push(link);
        }
    }
    if route.kind == "VirtualService" {
        // Without a gateway the route holds inside the mesh only.
        let gateways = node.at(&["spec", "gateways"]).map(Node::items).unwrap_or_default();
        if !gateways.iter().any(|g| g.as_str().is_some_and(|g| g != "mesh")) {
            return;
        }
    }
    let hosts: Vec<&Setting> = at(&resource.settings, route.hosts).filter(|s| !s.value.is_empty()).collect();
    let public = |s: &&&Setting| match route.kind {
        "IngressRoute" | "IngressRouteTCP" => is_public_rule(&s.value.text),
        _ => is_public_host(&s.value.text),
    };
    let mut exposed: Vec<Span> = hosts.iter().filter(public).map(|s| s.value.span).collect();
    if hosts.is_empty() {
        // Any name leads in.
        exposed.push(node.entry("kind").map_or(resource.name_span, |e| e.value.span));
    }
    resource.exposed.extend(exposed);
}
