//! Container image references, taken apart.

use std::ops::Range;

use super::HOLE;

/// A container image reference: `registry/repository:tag@digest`. Ranges are byte offsets into the text it
/// was parsed from. Any part may hold a [`HOLE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef<'a> {
    /// Host of the registry, with its port; `None` when it is left out (Docker Hub). A reference that begins
    /// with an unknown part glued to text (`${REGISTRY}face-api`) has that unknown part here.
    pub registry: Option<&'a str>,
    /// The repository: everything between registry and tag.
    pub repository: &'a str,
    /// Where the repository stands in the text.
    pub repository_range: Range<usize>,
    /// The tag, if there is one.
    pub tag: Option<&'a str>,
    /// The digest (`sha256:…`), if there is one.
    pub digest: Option<&'a str>,
}

impl<'a> ImageRef<'a> {
    /// The last segment of the repository: the name that people use.
    pub fn name(&self) -> &'a str {
        self.repository.rsplit('/').next().unwrap_or(self.repository)
    }
}

/// Takes an image reference apart; `None` for a text that cannot be one (blanks, a URL, a path, nothing).
pub fn parse(text: &str) -> Option<ImageRef<'_>> {
    let start = text.len() - text.trim_start().len();
    let mut rest = text.trim();
    let mut at = start;
    for scheme in ["docker://", "oci://", "containerd://"] {
        if let Some(after) = rest.strip_prefix(scheme) {
            rest = after;
            at += scheme.len();
        }
    }
    if rest.is_empty() || rest.starts_with(['.', '/', ':', '-']) || !rest.chars().all(is_reference_char) {
        return None;
    }
    let (name, digest) = match rest.split_once('@') {
        Some((name, digest)) if !digest.is_empty() => (name, Some(digest)),
        Some(_) => return None,
        None => (rest, None),
    };
    let last = name.rfind('/').map_or(0, |n| n + 1);
    let (path, tag) = match name.get(last..).and_then(|n| n.find(':')) {
        Some(colon) => (name.get(..last + colon)?, Some(name.get(last + colon + 1..)?)),
        None => (name, None),
    };
    let (registry, mut repository) = match path.split_once('/') {
        Some((first, tail)) if is_registry(first) => (Some(first), tail),
        _ => (None, path),
    };
    let mut registry = registry;
    if registry.is_none()
        && let Some(after) = repository.strip_prefix(HOLE)
        && !after.is_empty()
        && !after.starts_with('/')
    {
        registry = repository.get(..HOLE.len_utf8());
        repository = after;
    }
    if repository.is_empty()
        || repository.starts_with('/')
        || repository.ends_with('/')
        || repository.contains("//")
        || repository.starts_with('.')
    {
        return None;
    }
    at += path.len() - repository.len();
    Some(ImageRef { registry, repository, repository_range: at..at + repository.len(), tag, digest })
}

fn is_reference_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '@' | '.' | '-' | '_' | '+') || c == HOLE
}

fn is_registry(segment: &str) -> bool {
    let unknown = !segment.is_empty() && segment.chars().all(|c| c == HOLE);
    segment.contains(['.', ':']) || segment == "localhost" || unknown
}

/// Whether a text stands for a container image where only its key (`image`) says so. Pictures are called
/// `image` too: a path with the ending of a picture, or a bare word, is not taken.
pub(crate) fn is_likely(text: &str) -> bool {
    const PICTURES: &[&str] =
        &[".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".tif", ".tiff"];
    let Some(image) = parse(text) else { return false };
    let lower = image.repository.to_ascii_lowercase();
    if PICTURES.iter().any(|ending| lower.ends_with(ending)) {
        return false;
    }
    let upper_case = image.repository.chars().any(|c| c.is_ascii_uppercase());
    !upper_case && (image.digest.is_some() || image.tag.is_some_and(|t| !t.is_empty()) || lower.contains('/'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Option<&str>, &str, Option<&str>, Option<&str>)> {
        parse(text).map(|i| {
            assert_eq!(text.get(i.repository_range.clone()), Some(i.repository));
            (i.registry, i.repository, i.tag, i.digest)
        })
    }

    #[test]
    fn references_are_taken_apart() {
        assert_eq!(parts("nginx"), Some((None, "nginx", None, None)));
        assert_eq!(parts("a/b:1.2"), Some((None, "a/b", Some("1.2"), None)));
        assert_eq!(parts("r.io:5000/a/b"), Some((Some("r.io:5000"), "a/b", None, None)));
        assert_eq!(parts("localhost/a"), Some((Some("localhost"), "a", None, None)));
        assert_eq!(
            parts("docker.io/a/b:1@sha256:00ff"),
            Some((Some("docker.io"), "a/b", Some("1"), Some("sha256:00ff")))
        );
        assert_eq!(parts("docker://a/b:1"), Some((None, "a/b", Some("1"), None)));
    }

    #[test]
    fn parts_may_be_unknown() {
        assert_eq!(
            parts("\u{FFFC}/face/api:\u{FFFC}"),
            Some((Some("\u{FFFC}"), "face/api", Some("\u{FFFC}"), None))
        );
        assert_eq!(parts("\u{FFFC}face-api:1"), Some((Some("\u{FFFC}"), "face-api", Some("1"), None)));
        assert_eq!(parts("\u{FFFC}"), Some((None, "\u{FFFC}", None, None)));
        assert_eq!(parse("r.io/a/face-api").unwrap().name(), "face-api");
    }

    #[test]
    fn other_texts_are_no_references() {
        for text in ["", "a b", "https://x/y.png", "/a/b", "./x", "a//b", "人脸", "a@", "x/"] {
            assert_eq!(parts(text), None, "{text}");
        }
        assert!(!is_likely("pictures/logo.png"));
        assert!(!is_likely("MyImage:x"));
        assert!(!is_likely("nginx"));
        assert!(is_likely("nginx:1"));
        assert!(is_likely("a/b"));
    }
}
