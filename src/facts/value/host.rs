//! Addresses: the host in a value, and whether it is on this machine, on the local net or on the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::bare;
use crate::descriptor::HOLE;

/// Where a host is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The same machine or process.
    Local,
    /// A private network: a private address, a cluster or Compose name, a private endpoint of a cloud.
    Lan,
    /// A public name or address.
    Internet,
    /// The name is not known.
    Unknown,
}

impl Scope {
    /// The name in reports and examples.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Local => "local",
            Scope::Lan => "lan",
            Scope::Internet => "internet",
            Scope::Unknown => "unknown",
        }
    }
}

/// An address in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `https`, `rtsp`, `jdbc:mysql`…, lower case; `None` where none is written.
    pub scheme: Option<String>,
    /// The host in lower case, without brackets, port and user.
    pub host: String,
    /// The port, if it is a number.
    pub port: Option<u16>,
    /// From the first `/` after the host; empty where there is none.
    pub path: String,
    /// Where the host is.
    pub scope: Scope,
    /// The bytes of the host in the text that was read.
    pub range: Range<usize>,
}

impl Endpoint {
    /// Whether the scheme says that nobody on the way can read along; `None` where no scheme tells.
    pub fn encrypted(&self) -> Option<bool> {
        match self.scheme.as_deref()? {
            "https" | "wss" | "grpcs" | "tls" | "ssl" | "rtsps" | "mqtts" | "amqps" | "rediss" | "ldaps"
            | "ftps" | "sftp" | "ssh" | "smtps" | "srtp" => Some(true),
            "http" | "ws" | "grpc" | "rtsp" | "rtmp" | "mqtt" | "amqp" | "redis" | "ftp" | "tcp" | "udp"
            | "ldap" => Some(false),
            _ => None,
        }
    }
}

/// Names below which everything is on a private net.
const PRIVATE_SUFFIXES: &[&str] = &[
    "local",
    "internal",
    "svc",
    "cluster",
    "lan",
    "home",
    "corp",
    "intranet",
    "private",
    "localdomain",
    "consul",
    "default",
    "home.arpa",
];

/// Where a host is. Reserved names such as `example.com`, `.test` and `.invalid` stand for a public host
/// and count as one.
pub fn host_scope(host: &str) -> Scope {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    if host.is_empty() {
        return Scope::Unknown;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.split('%').next().unwrap_or(address);
    if let Ok(ip) = address.parse::<IpAddr>() {
        return ip_scope(ip);
    }
    if host.contains(HOLE) {
        return partly_known(&host);
    }
    if host == "localhost" || host.ends_with(".localhost") || host.starts_with("localhost.") {
        return Scope::Local;
    }
    if matches!(host.as_str(), "ip6-localhost" | "ip6-loopback") {
        return Scope::Local;
    }
    if !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        return Scope::Unknown;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let [.., last] = labels.as_slice() else { return Scope::Unknown };
    if labels.len() == 1 {
        return Scope::Lan;
    }
    if PRIVATE_SUFFIXES.iter().any(|s| host.strip_suffix(s).is_some_and(|h| h.ends_with('.'))) {
        return Scope::Lan;
    }
    // No public top-level name holds a hyphen or an underscore: `face.kube-system`, `api.my_stack`.
    if (last.contains('-') && !last.starts_with("xn--")) || last.contains('_') {
        return Scope::Lan;
    }
    if last.chars().all(|c| c.is_ascii_digit()) {
        return Scope::Unknown;
    }
    if let Some(ip) = wildcard_dns(&labels) {
        return ip_scope(IpAddr::V4(ip));
    }
    if is_private_endpoint(&host, &labels) {
        return Scope::Lan;
    }
    Scope::Internet
}

/// `192.168.1.5.nip.io` is the address in its name.
fn wildcard_dns(labels: &[&str]) -> Option<Ipv4Addr> {
    let [front @ .., name, "io"] = labels else { return None };
    if !matches!(*name, "nip" | "sslip" | "xip") {
        return None;
    }
    let tail = front.get(front.len().checked_sub(4)?..)?;
    tail.join(".").parse().ok()
}

/// Private endpoints of clouds: the name is public, the way there is not the internet.
fn is_private_endpoint(host: &str, labels: &[&str]) -> bool {
    const CLOUDS: &[&str] = &[
        ".aliyuncs.com",
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".tencentcloudapi.com",
        ".tencentyun.com",
        ".myqcloud.com",
        ".myhuaweicloud.com",
        ".azure.com",
        ".azure.cn",
        ".windows.net",
        ".baidubce.com",
        ".volces.com",
    ];
    CLOUDS.iter().any(|cloud| host.ends_with(cloud))
        && labels.iter().any(|label| {
            matches!(*label, "internal" | "intranet" | "vpc" | "vpce" | "privatelink" | "inner")
                || label.ends_with("-internal")
                || label.ends_with("-vpc")
                || label.ends_with("-intranet")
                || label.starts_with("vpce-")
        })
}

/// A host with a hole in it: the known end or the known start may be enough.
fn partly_known(host: &str) -> Scope {
    let tail = host.rsplit(HOLE).next().unwrap_or_default();
    if let Some(rest) = tail.strip_prefix('.')
        && (rest.contains('.') || PRIVATE_SUFFIXES.contains(&rest))
    {
        return host_scope(&format!("x.{rest}"));
    }
    if tail.contains('.') && !tail.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return host_scope(&format!("x{tail}"));
    }
    let numeric = host.chars().all(|c| c.is_ascii_digit() || c == '.' || c == HOLE);
    if numeric && (host.starts_with("10.") || host.starts_with("192.168.")) {
        return Scope::Lan;
    }
    Scope::Unknown
}

fn ip_scope(ip: IpAddr) -> Scope {
    match ip {
        IpAddr::V4(ip) => v4_scope(ip),
        IpAddr::V6(ip) => v6_scope(ip),
    }
}

fn v4_scope(ip: Ipv4Addr) -> Scope {
    let [a, b, c, _] = ip.octets();
    if ip.is_loopback() || ip.is_unspecified() {
        return Scope::Local;
    }
    let private = ip.is_private()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_multicast()
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 0 && c == 0);
    if private {
        Scope::Lan
    } else if a == 0 || a >= 240 {
        Scope::Unknown
    } else {
        Scope::Internet
    }
}

fn v6_scope(ip: Ipv6Addr) -> Scope {
    if ip.is_loopback() || ip.is_unspecified() {
        return Scope::Local;
    }
    let [first, second, third, fourth, fifth, sixth, high, low] = ip.segments();
    let embedded = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    let front = [first, second, third, fourth, fifth];
    if front == [0; 5] && sixth == 0xffff {
        return v4_scope(embedded);
    }
    if front == [0x64, 0xff9b, 0, 0, 0] && sixth == 0 {
        return v4_scope(embedded);
    }
    if (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfe80 || (first & 0xff00) == 0xff00 {
        return Scope::Lan;
    }
    Scope::Internet
}

/// Every address in a value that may list several (`a:1,b:2`).
pub fn endpoints(text: &str) -> Vec<Endpoint> {
    super::list_parts(text)
        .into_iter()
        .flat_map(|(at, part)| {
            let mut from = 0;
            part.split_whitespace()
                .filter_map(|word| {
                    let offset = part.get(from..).and_then(|rest| rest.find(word))? + from;
                    from = offset + word.len();
                    let mut found = parse_endpoint(word)?;
                    found.range = found.range.start + at + offset..found.range.end + at + offset;
                    Some(found)
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The address in a value: `scheme://user@host:port/path`, `host:port`, `[::1]:80`, `jdbc:…://host`, or a
/// bare host. `None` where the value holds no host: a path, a number, a word such as `true`.
pub fn parse_endpoint(text: &str) -> Option<Endpoint> {
    let whole = text;
    let text = bare(text);
    let base = whole.find(text)?;
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let (scheme, start) = match text.find("://") {
        Some(at) => (text.get(..at)?, at + 3),
        None if text.starts_with("//") => ("", 2),
        None => ("", 0),
    };
    let has_scheme = start > 0;
    if !scheme.chars().all(|c| c.is_alphanumeric() || matches!(c, '+' | '.' | '-' | ':' | '@' | '_' | HOLE)) {
        return None;
    }
    let rest = text.get(start..)?;
    let end = rest.find(['/', '?', '#', ';', '\\']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let path = rest.get(end..).filter(|p| p.starts_with('/')).unwrap_or_default();
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let hostport = authority.get(user..)?;
    let (host, port, offset) = split_port(hostport)?;
    let at = base + start + user + offset;
    let scheme_name = (!scheme.is_empty()).then(|| scheme.to_lowercase());
    if host.is_empty() {
        // `unix:///run/x.sock` and `file:///faces` stay on the machine.
        let local = matches!(scheme, "unix" | "file" | "ipc" | "sqlite" | "jdbc:sqlite");
        return local.then(|| Endpoint {
            scheme: scheme_name,
            host: String::new(),
            port: None,
            path: path.to_owned(),
            scope: Scope::Local,
            range: at..at,
        });
    }
    if !has_scheme && !plausible_bare_host(host, text, port.is_some_and(is_port)) {
        return None;
    }
    let valid = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%' | HOLE);
    if !host.chars().all(valid) {
        return None;
    }
    Some(Endpoint {
        scheme: scheme_name,
        host: host.to_lowercase(),
        port: port.and_then(|p| p.parse().ok()),
        path: path.to_owned(),
        scope: host_scope(host),
        range: at..at + host.len(),
    })
}

/// Whether the text after a colon is a port: `D:/faces` has none.
fn is_port(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == HOLE)
}

/// Host, port and the byte at which the host starts.
fn split_port(text: &str) -> Option<(&str, Option<&str>, usize)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (host, rest) = inner.split_once(']')?;
        return Some((host, rest.strip_prefix(':'), 1));
    }
    match text.rsplit_once(':') {
        // More than one colon without brackets: a bare IPv6 address.
        Some((host, _)) if host.contains(':') => text.parse::<Ipv6Addr>().is_ok().then_some((text, None, 0)),
        Some((host, port)) => Some((host, Some(port), 0)),
        None => Some((text, None, 0)),
    }
}

/// Whether a value without a scheme can be a host: words that mean something else, numbers, paths and
/// drive letters cannot.
fn plausible_bare_host(host: &str, text: &str, port: bool) -> bool {
    if text.starts_with(['/', '.', '~']) && !text.starts_with("//") {
        // `.face.example.com` (a host to be put together) is a host all the same.
        return text.starts_with('.')
            && text.get(1..2).is_some_and(|c| c.chars().all(char::is_alphanumeric))
            && text.matches('.').count() >= 3
            && !text.contains('/');
    }
    if (host.len() < 2 && !port) || host.contains('@') {
        return false;
    }
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') && host.parse::<Ipv4Addr>().is_err() {
        return false;
    }
    if !port && (super::parse_bool(host).is_some() || super::is_placeholder(host)) {
        return false;
    }
    host.chars().any(|c| c.is_alphanumeric() || c == HOLE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scopes() {
        for host in [
            "aip.baidubce.com",
            "api.megvii.com",
            "example.com",
            "face.test",
            "8.8.8.8",
            "203.0.113.7",
            "2606:4700::1111",
            "人脸.中国",
            "FACE.up.railway.app",
            "172.32.0.1",
            "100.128.0.1",
            "\u{FFFC}.cognitiveservices.azure.com",
            "8.8.8.8.nip.io",
        ] {
            assert_eq!(host_scope(host), Scope::Internet, "{host}");
        }
        for host in [
            "compreface-api",
            "face_service",
            "10.0.0.3",
            "192.168.1.9",
            "172.16.0.1",
            "172.31.255.255",
            "100.64.0.1",
            "169.254.1.1",
            "fd00::1",
            "fe80::1%eth0",
            "::ffff:10.0.0.1",
            "host.docker.internal",
            "face.default.svc",
            "face.prod.svc.cluster.local",
            "face.kube-system",
            "nas.lan",
            "nas.home.arpa",
            "cam.local",
            "192.168.1.5.nip.io",
            "oss-cn-hangzhou-internal.aliyuncs.com",
            "vpce-0123.rekognition.us-east-1.vpce.amazonaws.com",
            "\u{FFFC}.svc.cluster.local",
            "192.168.\u{FFFC}.1",
        ] {
            assert_eq!(host_scope(host), Scope::Lan, "{host}");
        }
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "[::1]", "api.localhost"] {
            assert_eq!(host_scope(host), Scope::Local, "{host}");
        }
        for host in ["\u{FFFC}", "", "a b", "face-\u{FFFC}", "250.1.1.1", "1.2.3"] {
            assert_eq!(host_scope(host), Scope::Unknown, "{host}");
        }
    }

    #[test]
    fn addresses() {
        let read =
            |text: &str| parse_endpoint(text).map(|e| (e.scheme.unwrap_or_default(), e.host, e.port, e.path));
        let some = |s: &str, h: &str, p: Option<u16>, path: &str| Some((s.into(), h.into(), p, path.into()));
        assert_eq!(
            read("https://u:p@API.Face.com:8443/v3/search?x=1"),
            some("https", "api.face.com", Some(8443), "/v3/search?x=1")
        );
        assert_eq!(read("face-api:8000"), some("", "face-api", Some(8000), ""));
        assert_eq!(read("grpcs://face:50051"), some("grpcs", "face", Some(50051), ""));
        assert_eq!(read("jdbc:mysql://db:3306/faces?x"), some("jdbc:mysql", "db", Some(3306), "/faces?x"));
        assert_eq!(
            read("jdbc:sqlserver://db:1433;databaseName=x"),
            some("jdbc:sqlserver", "db", Some(1433), "")
        );
        assert_eq!(read("[::1]:8080"), some("", "::1", Some(8080), ""));
        assert_eq!(read("http://[fd00::2]/x"), some("http", "fd00::2", None, "/x"));
        assert_eq!(read("face.bws-eu.bioid.com/api"), some("", "face.bws-eu.bioid.com", None, "/api"));
        assert_eq!(read("lb://face-service"), some("lb", "face-service", None, ""));
        assert_eq!(read("http://\u{FFFC}:8000/x"), some("http", "\u{FFFC}", Some(8000), "/x"));
        assert_eq!(read("unix:///run/face.sock"), some("unix", "", None, "/run/face.sock"));
        for text in
            ["", "/face/verify", "./faces", "8080", "true", "none", "D:/faces", "a b", "1.5", "changeme"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn lists_and_places() {
        let text = "http://a:1, https://b.com/x  c:3";
        let found = endpoints(text);
        let hosts: Vec<&str> = found.iter().map(|e| text.get(e.range.clone()).unwrap()).collect();
        assert_eq!(hosts, ["a", "b.com", "c"]);
        let quoted = "'https://u@face.cn/x'";
        let one = parse_endpoint(quoted).unwrap();
        assert_eq!(quoted.get(one.range), Some("face.cn"));
    }

    #[test]
    fn encryption_by_scheme() {
        assert_eq!(parse_endpoint("http://a.com").unwrap().encrypted(), Some(false));
        assert_eq!(parse_endpoint("wss://a.com").unwrap().encrypted(), Some(true));
        assert_eq!(parse_endpoint("a.com").unwrap().encrypted(), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC*") {
            let _ = host_scope(&text);
            for found in endpoints(&text) {
                prop_assert!(text.get(found.range).is_some());
            }
        }

        #[test]
        fn every_v4_has_a_scope(a: u8, b: u8, c: u8, d: u8) {
            let ip = Ipv4Addr::new(a, b, c, d);
            let scope = host_scope(&ip.to_string());
            if ip.is_private() { prop_assert_eq!(scope, Scope::Lan); }
            if ip.is_loopback() { prop_assert_eq!(scope, Scope::Local); }
            prop_assert_eq!(parse_endpoint(&format!("http://{ip}:80/x")).unwrap().scope, scope);
        }

        #[test]
        fn host_comes_back(host in "[a-z][a-z0-9]{1,8}(\\.[a-z][a-z0-9]{1,8}){0,3}", port in 1u16..) {
            let text = format!("https://user@{host}:{port}/p");
            let found = parse_endpoint(&text).unwrap();
            prop_assert_eq!(&found.host, &host);
            prop_assert_eq!(found.port, Some(port));
            prop_assert_eq!(text.get(found.range), Some(host.as_str()));
        }
    }
}
