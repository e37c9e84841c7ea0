//! Which addresses are reached from the internet, as far as a name or a number tells.

use std::net::IpAddr;

/// Endings of names that no public resolver answers.
const PRIVATE_ENDINGS: &[&str] = &[
    ".local",
    ".localdomain",
    ".localhost",
    ".lan",
    ".internal",
    ".intranet",
    ".intra",
    ".corp",
    ".home",
    ".home.arpa",
    ".private",
    ".svc",
    ".test",
    ".invalid",
];

/// Whether an address is one of a private network, of the machine itself or of a link.
pub(crate) fn is_private_address(text: &str) -> bool {
    let text = text.split('/').next().unwrap_or(text).trim();
    match text.parse() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// Whether a host name may be reached from the internet. A name that is not known may be.
pub(crate) fn is_public_host(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    let host = host.split_once("://").map_or(host.as_str(), |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    if name.contains(super::HOLE) || name.is_empty() || name == "*" {
        return true;
    }
    if is_private_address(name.trim_matches(['[', ']'])) {
        return false;
    }
    // `10.0.0.1.nip.io` is the address in its name.
    for service in [".nip.io", ".sslip.io", ".xip.io"] {
        if let Some(inside) = name.strip_suffix(service) {
            let address = inside.rsplit('.').take(4).collect::<Vec<_>>();
            let address = address.into_iter().rev().collect::<Vec<_>>().join(".");
            return !is_private_address(&address);
        }
    }
    name.contains('.') && !PRIVATE_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The host names in a Traefik rule: ``Host(`a`, `b`) && PathPrefix(`/x`)``.
fn rule_hosts(rule: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = rule;
    while let Some(at) = rest.find("Host") {
        let after = rest.get(at + 4..).unwrap_or_default();
        let Some((matcher, tail)) = after.split_once('(') else { break };
        let arguments = tail.split(')').next().unwrap_or_default();
        // `HostRegexp` gives a pattern, which is no name.
        if matches!(matcher, "" | "SNI") {
            out.extend(
                arguments
                    .split(',')
                    .map(|a| a.trim().trim_matches(['`', '"', '\'']))
                    .filter(|a| !a.is_empty()),
            );
        }
        rest = tail;
    }
    out
}

/// Whether a Traefik rule lets the internet in: any of its hosts is public, or it names none.
pub(crate) fn is_public_rule(rule: &str) -> bool {
    let hosts = rule_hosts(rule);
    hosts.is_empty() || hosts.into_iter().any(is_public_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names_and_numbers() {
        for host in [
            "10.1.2.3",
            "192.168.0.9:8080",
            "100.64.0.1",
            "[fd00::1]",
            "face.local",
            "face.lan",
            "localhost",
            "db",
            "face.default.svc.cluster.local",
            "10.0.0.1.nip.io",
            "face.10.0.0.1.nip.io",
        ] {
            assert!(!is_public_host(host), "{host}");
        }
        for host in [
            "face.example.com",
            "8.8.8.8",
            "*.example.cn",
            "\u{FFFC}",
            "*",
            "https://a.b/c",
            "1.1.1.1.nip.io",
        ] {
            assert!(is_public_host(host), "{host}");
        }
    }

    #[test]
    fn traefik_rules() {
        assert_eq!(rule_hosts("Host(`a.com`, `b.com`) && PathPrefix(`/x`)"), ["a.com", "b.com"]);
        assert!(is_public_rule("Host(`face.example.com`)"));
        assert!(!is_public_rule("Host(`face.lan`) || Host(\"face\")"));
        assert!(is_public_rule("PathPrefix(`/face`)"));
        assert!(is_public_rule("HostSNI(`*`)"));
    }
}
