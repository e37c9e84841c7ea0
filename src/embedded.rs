//! The files of `policies/` as they were when facelint was built. `build.rs` writes the table: a file is
//! compiled in by being there.

use serde::de::DeserializeOwned;

/// One file.
struct File {
    path: &'static str,
    yaml: &'static str,
    json: &'static str,
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// What a text must hold for a built-in signature to match in it: the literal, and whether it must start a
/// word. Worked out by `build.rs`.
pub(crate) static LITERALS: &[(&str, bool)] = include!(concat!(env!("OUT_DIR"), "/literals.rs"));

/// Path and text of every built-in policy file whose path starts with `prefix`, sorted by path. Paths are
/// relative to `policies/`, with forward slashes: `cn-2025/law.yaml`, `catalogue/compreface.yaml`.
pub fn files(prefix: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter(move |file| file.path.starts_with(prefix)).map(|file| (file.path, file.yaml))
}

/// The text of one built-in policy file.
pub fn file(path: &str) -> Option<&'static str> {
    find(path).map(|file| file.yaml)
}

/// One built-in policy file, read. What it gives is what reading [`file`] as YAML gives, in a fraction of
/// the time.
///
/// # Errors
/// Those of `serde_json`, when `T` is not the form of that file; a missing file is one too.
pub fn read<T: DeserializeOwned>(path: &str) -> Result<T, serde_json::Error> {
    // No JSON text is empty.
    serde_json::from_str(find(path).map_or("", |file| file.json))
}

fn find(path: &str) -> Option<&'static File> {
    let at = FILES.binary_search_by(|known| known.path.cmp(path)).ok()?;
    FILES.get(at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::config::Declarations;
    use crate::facts::vocabulary::VocabularyFile;
    use crate::policy::{Law, RuleFile};
    use crate::recognition::catalogue::CatalogueFile;
    use crate::recognition::literals;

    #[test]
    fn the_table_is_sorted_and_searchable() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
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

    #[test]
    fn the_json_says_what_the_yaml_says() {
        fn same<T: DeserializeOwned + Debug>(path: &str, text: &str) {
            let yaml: T = serde_yaml::from_str(text).unwrap();
            let json: T = read(path).unwrap();
            assert_eq!(format!("{yaml:?}"), format!("{json:?}"), "{path}");
        }
        for (path, text) in files("") {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            match folder {
                "catalogue" => same::<CatalogueFile>(path, text),
                "vocabulary" => same::<VocabularyFile>(path, text),
                _ if path == "declarations.yaml" => same::<Declarations>(path, text),
                _ if path.ends_with("/law.yaml") => same::<Law>(path, text),
                _ if folder.ends_with("/rules") => same::<RuleFile>(path, text),
                _ => same::<serde_json::Value>(path, text),
            }
        }
    }

    #[test]
    fn the_literals_are_those_of_the_catalogue() {
        let parsed: Vec<CatalogueFile> =
            files("catalogue/").map(|(_, text)| serde_yaml::from_str(text).unwrap()).collect();
        let signatures = parsed.iter().flat_map(|f| &f.products).flat_map(|p| &p.signatures);
        let needed = literals::needed(signatures);
        let stored = LITERALS.iter().map(|l| (l.0.to_owned(), l.1));
        assert!(needed.iter().map(|l| (l.text.clone(), l.word_start)).eq(stored));
    }
}
