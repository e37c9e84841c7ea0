//! The files of `policies/` as they were when facelint was built. `build.rs` writes the table: a file is
//! compiled in by being there.

static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// Path and text of every built-in policy file whose path starts with `prefix`, sorted by path. Paths are
/// relative to `policies/`, with forward slashes: `cn-2025/law.yaml`, `catalogue/compreface.yaml`.
pub fn files(prefix: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().copied().filter(move |(path, _)| path.starts_with(prefix))
}

/// The text of one built-in policy file.
pub fn file(path: &str) -> Option<&'static str> {
    let at = FILES.binary_search_by(|(known, _)| (*known).cmp(path)).ok()?;
    FILES.get(at).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_searchable() {
        assert!(FILES.is_sorted());
        for (path, text) in files("") {
            assert_eq!(file(path), Some(text));
        }
        assert_eq!(file("no/such.yaml"), None);
    }

    #[test]
    fn a_prefix_selects_a_folder() {
        assert!(files("cn-2025/").all(|(path, _)| path.starts_with("cn-2025/")));
        assert_eq!(files("no-such-folder/").count(), 0);
    }
}
