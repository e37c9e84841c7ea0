//! Text from standard input: under which name it is read, and what is read around it.
//!
//! A name with a directory that exists (`--stdin-filename deploy/gate.yaml`) puts the text where that
//! file is, or would be: the project around it is read, and only the text is reported on. Any other text
//! is a project of one file; the configuration of the current directory still holds for it, and so do the
//! files that the text itself refers to.

use std::path::{Component, Path, PathBuf};

use crate::source::{self, Discovery, Excludes, decode};

/// The directory of the name, where it exists.
pub(crate) fn directory(name: Option<&str>) -> Option<PathBuf> {
    let parent = Path::new(name?).parent().filter(|dir| !dir.as_os_str().is_empty())?;
    parent.is_dir().then(|| parent.to_path_buf())
}

/// The files of a run over standard input, and the path that the text goes by. `around` are the files of
/// the project that it stands in.
pub(crate) fn place(
    root: &Path,
    name: Option<&str>,
    bytes: &[u8],
    around: Option<Discovery>,
    excludes: &Excludes,
) -> (Discovery, String) {
    let (mut files, path) = match (around, name) {
        (Some(files), Some(name)) => {
            let path = source::path_in(&files.root, Path::new(name));
            (files, path)
        }
        (_, name) => {
            let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
            let path = name.map(plain).filter(|name| !name.is_empty());
            let files = Discovery { root, excludes: excludes.clone(), ..Discovery::default() };
            (files, path.unwrap_or_else(|| format!("stdin.{}", ending(bytes))))
        }
    };
    files.report_only(&path);
    (files, path)
}

/// A name as a path in a project: no root, no drive, nothing above.
fn plain(name: &str) -> String {
    let parts = Path::new(name).components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What a nameless text most likely is, as the ending of a file name.
fn ending(bytes: &[u8]) -> &'static str {
    decode(bytes.to_vec()).map_or("yaml", |decoded| sniff(&decoded.text))
}

fn sniff(text: &str) -> &'static str {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', '!', ';']))
        .take(200)
        .collect();
    let Some(first) = lines.first() else { return "yaml" };
    let inside = first.strip_prefix('[').map(str::trim_start);
    if first.starts_with('{') && !first.starts_with("{{") {
        return "json";
    }
    if inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', '"', '['])) {
        // `[[table]]` is TOML; a list of lists is not written like that.
        return if first.starts_with("[[") && first.ends_with("]]") { "toml" } else { "json" };
    }
    let names: Vec<&str> = lines.iter().filter_map(|line| assigned(line)).collect();
    if inside.is_some() && first.ends_with(']') && names.len() * 2 >= lines.len() {
        return "toml";
    }
    if names.len() * 2 <= lines.len() {
        return "yaml";
    }
    let variable =
        |name: &&str| name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if names.iter().all(variable) { "env" } else { "properties" }
}

/// The name in `NAME=value`.
fn assigned(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    let name = name.trim();
    let key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
    (!name.is_empty() && name.chars().all(key)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_tells_the_format() {
        for (text, expected) in [
            ("", "yaml"),
            ("a: b=c\n", "yaml"),
            ("# x\n---\n- a: 1\n", "yaml"),
            ("{{ .Values.x }}\n", "yaml"),
            ("- FACE=1\n- B=2\n", "yaml"),
            ("{\n\"a\": 1}\n", "json"),
            ("[\n1]", "json"),
            ("[{\"a\": 1}]", "json"),
            ("A=1\nexport FACE_DB=x\n", "env"),
            ("# note\nface.url=http://x\nB=1\n", "properties"),
            ("[face]\nurl = \"x\"\n", "toml"),
            ("[[system]]\nname = \"x\"\n", "toml"),
        ] {
            assert_eq!(sniff(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_name_stays_inside() {
        assert_eq!(plain("../../etc/x.yaml"), "etc/x.yaml");
        assert_eq!(plain("/etc/x.yaml"), "etc/x.yaml");
        assert_eq!(directory(Some("x.yaml")), None);
        assert_eq!(directory(None), None);
        assert_eq!(directory(Some("src/x.yaml")), Some("src".into()));
    }
}
