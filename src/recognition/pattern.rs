//! The small pattern languages of the catalogue: image repositories, hosts, URL paths and tokens.

use crate::descriptor::HOLE;

/// Whether `text` matches a glob in which `*` is any run of characters; ASCII case does not count.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (p, t) = (pattern.as_bytes(), text.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while j < t.len() {
        let same = p.get(i).zip(t.get(j)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
        if p.get(i) == Some(&b'*') {
            star = Some((i, j));
            i += 1;
        } else if same {
            i += 1;
            j += 1;
        } else if let Some((at, from)) = star {
            i = at + 1;
            j = from + 1;
            star = Some((at, from + 1));
        } else {
            return false;
        }
    }
    p.get(i..).unwrap_or_default().iter().all(|c| *c == b'*')
}

/// The repository of an image reference: everything but the tag and the digest.
pub fn image_repository(reference: &str) -> &str {
    let without_digest = reference.split_once('@').map_or(reference, |(name, _)| name);
    let last = without_digest.rfind('/').map_or(0, |n| n + 1);
    match without_digest.get(last..).and_then(|name| name.find(':')) {
        Some(colon) => without_digest.get(..last + colon).unwrap_or(without_digest),
        None => without_digest,
    }
}

/// Whether an image reference is of this repository. The pattern matches from a segment boundary, so
/// `exadel/compreface-core` is found under any registry; a part of the reference that is not known may
/// stand for what is in front.
pub fn image(pattern: &str, reference: &str) -> bool {
    let repository = image_repository(reference.trim());
    let mut have = repository.rsplit('/');
    let mut want = pattern.rsplit('/').peekable();
    while let Some(segment) = want.next() {
        let Some(text) = have.next() else { return false };
        if let Some((_, known)) = text.rsplit_once(HOLE) {
            // `${registry}compreface-core`: the hole may hold the owner and the registry.
            return !known.is_empty() && glob(segment, known);
        }
        if !glob(segment, text) {
            return false;
        }
        if want.peek().is_none() {
            return true;
        }
    }
    false
}

/// A host and a path found in a value, with their byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// The host, without port and user.
    pub host: &'a str,
    /// Where it starts in the value.
    pub start: usize,
    /// The path with its leading slash; empty if there is none.
    pub path: &'a str,
    /// One past the last byte of host, port and path.
    pub end: usize,
    /// There was a `scheme://` in front.
    pub scheme: bool,
}

fn host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '-' || c == '_' || c == '*'
}

/// Every text in a value that could be a host name: after `://`, or with a dot inside.
pub fn addresses(value: &str) -> Vec<Address<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = value.get(at..) {
        let Some(offset) = rest.find(host_char) else { break };
        let start = at + offset;
        let tail = value.get(start..).unwrap_or_default();
        let len = tail.find(|c| !host_char(c)).unwrap_or(tail.len());
        let mut token = tail.get(..len).unwrap_or_default();
        let before = value.get(..start).unwrap_or_default();
        // A token that goes on from a known part of a name is one with it: `.bws-eu.bioid.com`.
        let scheme = before.ends_with("://");
        let after = value.get(start + len..).unwrap_or_default();
        if after.starts_with("://") {
            at = start + len + 3;
            continue;
        }
        if after.starts_with('@') {
            at = start + len + 1;
            // user@host keeps the scheme of what is in front.
            if scheme && let Some(address) = address_at(value, at, true) {
                at = address.end.max(at + 1);
                out.push(address);
            }
            continue;
        }
        token = token.trim_end_matches('.');
        let follows_path = before.ends_with('/') && !scheme;
        if !follows_path
            && (scheme || (token.trim_start_matches('.').contains('.') && token.len() > 3))
            && let Some(address) = address_at(value, start, scheme)
        {
            at = address.end.max(start + 1);
            out.push(address);
            continue;
        }
        at = start + len.max(1);
    }
    out
}

fn address_at(value: &str, start: usize, scheme: bool) -> Option<Address<'_>> {
    let tail = value.get(start..)?;
    let len = tail.find(|c| !host_char(c)).unwrap_or(tail.len());
    let host = tail.get(..len)?.trim_end_matches('.');
    if host.is_empty() {
        return None;
    }
    let mut end = start + len;
    let mut rest = value.get(end..).unwrap_or_default();
    if let Some(port) = rest.strip_prefix(':') {
        let digits = port.find(|c: char| !c.is_ascii_digit() && c != HOLE).unwrap_or(port.len());
        end += 1 + digits;
        rest = value.get(end..).unwrap_or_default();
    }
    // A page of a web application stands behind `#`: `https://host/#/face/login`.
    if let Some(at) = rest.find("#/").filter(|at| rest.get(..*at).is_some_and(|p| p.is_empty() || p == "/")) {
        let path = until_stop(rest.get(at + 1..).unwrap_or_default());
        let end = end + at + 1;
        return Some(Address { host, start, path, end: end + path.len(), scheme });
    }
    let path = if rest.starts_with('/') { until_stop(rest) } else { "" };
    Some(Address { host, start, path, end: end + path.len(), scheme })
}

/// A URL path up to where it must end.
fn until_stop(path: &str) -> &str {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '?' | '#' | ')' | ']' | '>' | '`');
    path.get(..path.find(ends).unwrap_or(path.len())).unwrap_or_default()
}

/// Whether a host name matches: label by label, `*` within a label, `*.` in front for any labels. A
/// leading dot in the host (`.bws-eu.bioid.com`, a suffix to which a name is added) counts as a label.
pub fn host(pattern: &str, name: &str) -> bool {
    let name = name.trim_start_matches('.');
    if let Some(rest) = pattern.strip_prefix("*.") {
        let mut candidate = name;
        loop {
            if labels(rest, candidate) {
                return true;
            }
            match candidate.split_once('.') {
                Some((_, tail)) => candidate = tail,
                None => return false,
            }
        }
    }
    labels(pattern, name)
}

fn labels(pattern: &str, name: &str) -> bool {
    let mut want = pattern.rsplit('.');
    let mut have = name.rsplit('.');
    loop {
        match (want.next(), have.next()) {
            (None, None) => return true,
            (Some(w), Some(h)) if glob(w, h) => {}
            _ => return false,
        }
    }
}

/// Whether a URL path matches by segments: `*` inside a segment, `**` for any number of them. A trailing
/// slash does not count.
pub fn path(pattern: &str, text: &str) -> bool {
    let want: Vec<&str> = pattern.split('/').filter(|s| !s.is_empty()).collect();
    let have: Vec<&str> = text.split('/').filter(|s| !s.is_empty()).collect();
    segments(&want, &have)
}

fn segments(want: &[&str], have: &[&str]) -> bool {
    match want.split_first() {
        None => have.is_empty(),
        Some((&"**", rest)) => (0..=have.len()).any(|n| segments(rest, have.get(n..).unwrap_or_default())),
        Some((first, rest)) => match have.split_first() {
            Some((head, tail)) => glob(first, head) && segments(rest, tail),
            None => false,
        },
    }
}

/// The tokens of a value: the longest runs of letters, digits, `_`, `-` and `.`, each with its range.
pub fn tokens(value: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = value.get(at..)?;
        let start = at + rest.find(inside)?;
        let tail = value.get(start..)?;
        let len = tail.find(|c| !inside(c)).unwrap_or(tail.len());
        at = start + len;
        Some((start, value.get(start..at)?))
    })
}

/// Whether a token is this model: the token itself, or with its extensions left out one by one.
pub fn model(pattern: &str, token: &str) -> bool {
    let mut name = token.trim_matches(['.', '-', '_']);
    loop {
        if glob(pattern, name) {
            return true;
        }
        match name.rfind('.') {
            Some(dot) if dot > 0 => name = name.get(..dot).unwrap_or_default(),
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_match_from_a_segment_boundary() {
        assert!(image("exadel/compreface-core", "exadel/compreface-core:1.2.0"));
        assert!(image("exadel/compreface-core", "docker.io/exadel/compreface-core@sha256:00"));
        assert!(image("exadel/compreface-core", "localhost:5000/exadel/compreface-core"));
        assert!(!image("exadel/compreface-core", "exadel/compreface-core-docs"));
        assert!(!image("exadel/compreface-core", "compreface-core"));
        assert!(image("exadel/compreface-core", &format!("{HOLE}compreface-core:{HOLE}")));
        assert!(image("serengil/*", "serengil/deepface:1"));
    }

    #[test]
    fn addresses_are_found_in_values() {
        let hosts =
            |v| addresses(v).into_iter().map(|a| (a.host.to_owned(), a.path.to_owned())).collect::<Vec<_>>();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            hosts("https://api-cn.faceplusplus.com/facepp/v3"),
            [pair("api-cn.faceplusplus.com", "/facepp/v3")]
        );
        assert_eq!(hosts("http://core:3000/x?y=1"), [pair("core", "/x")]);
        assert_eq!(hosts(".bws-eu.bioid.com"), [pair(".bws-eu.bioid.com", "")]);
        assert_eq!(hosts("user:pw@db.example.com:5432/x"), [pair("db.example.com", "/x")]);
        assert_eq!(hosts("https://u@a.b.com/"), [pair("a.b.com", "/")]);
        assert_eq!(hosts("https://a.b.com/#/facelogin"), [pair("a.b.com", "/facelogin")]);
        assert_eq!(hosts("plain words"), []);
    }

    #[test]
    fn hosts_match_by_labels() {
        assert!(host("api.onfido.com", "API.onfido.com"));
        assert!(host("*.bioid.com", ".bws-eu.bioid.com"));
        assert!(host("face.*.myhuaweicloud.com", "face.cn-north-4.myhuaweicloud.com"));
        assert!(!host("api.onfido.com", "api.onfido.com.evil.org"));
        assert!(!host("*.bioid.com", "notbioid.com"));
    }

    #[test]
    fn paths_match_by_segments() {
        assert!(path("/rest/2.0/face/**", "/rest/2.0/face/v3/search"));
        assert!(path("/**/face/verify", "/api/v1/face/verify/"));
        assert!(path("/face*/**", "/faceCompare/v1"));
        assert!(!path("/face/**", "/surface/x"));
    }

    #[test]
    fn models_match_without_extensions() {
        assert!(model("buffalo_l", "buffalo_l.zip"));
        assert!(!model("buffalo_l", "buffalo_logo.png"));
        assert!(model("face_recognition_sface*", "face_recognition_sface_2021dec.onnx"));
        assert!(model("w600k_r50", "w600k_r50.fp16.onnx"));
    }
}
