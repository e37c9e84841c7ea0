//! Files that have no tree: every one has a grammar of its own, which its dialect knows.

use std::sync::Arc;

use super::{Input, Parsed, ScalarKind, Tree};

/// Reads a file as one text. Its comments are found by the dialect.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let range = 0..input.text.len();
    let root = input.node(range.clone(), input.copied(range, ScalarKind::Text));
    let document = Tree { root: Arc::new(root), comments: Vec::new() };
    Parsed { documents: vec![document], problems: Vec::new() }
}

/// Whether a file is one of these; `name` is the last part of `path` in lower case.
pub(super) fn is_name(path: &str, name: &str) -> bool {
    let exact = matches!(
        name,
        "go.mod"
            | "gemfile"
            | "gems.rb"
            | "gemfile.lock"
            | "podfile"
            | "package.swift"
            | "yarn.lock"
            | "dockerfile"
            | "containerfile"
    );
    if exact {
        return true;
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "gradle" | "gemspec" | "podspec" | "dockerfile" | "containerfile" => !stem.is_empty(),
        "kts" => stem.ends_with(".gradle"),
        "txt" | "in" => {
            let parent = path.rsplit('/').nth(1).unwrap_or_default().to_ascii_lowercase();
            parent == "requirements"
                || stem.starts_with("requirements")
                || stem.ends_with("requirements")
                || stem.starts_with("constraints")
                || stem == "pip"
        }
        "" => name == "control" && matches!(path.rsplit('/').nth(1), Some("debian" | "DEBIAN" | "CONTROL")),
        "md" | "py" | "sh" | "go" | "js" | "ts" | "rs" | "json" | "yml" | "yaml" | "html" => false,
        _ => {
            name.starts_with("dockerfile.")
                || name.starts_with("containerfile.")
                || name.starts_with("gemfile.")
        }
    }
}
