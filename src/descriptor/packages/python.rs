//! Python: requirements files, `pyproject.toml`, `setup.cfg`, `Pipfile`, and Conda environments.

use super::list::bare;
use super::scan::trim;
use super::{Document, Lines, List, Project, requirement};
use crate::descriptor::{Value, part_of, place};
use crate::syntax::{Format, Node};

/// Whether a file is a list of requirements.
pub(super) fn is_requirements(doc: &Document<'_>, name: &str) -> bool {
    doc.format == Format::Text && (name.ends_with(".txt") || name.ends_with(".in"))
}

/// `requirements.txt`, constraints, and what `pip-compile` takes in.
pub(super) fn requirements(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    for line in text.lines() {
        let mut line = text.trim(line);
        if let Some(at) = comment_start(text.get(line.clone())) {
            list.comment(&text.value, line.start + at..line.end, 1);
            line = text.trim(line.start..line.start + at);
        }
        let body = text.get(line.clone());
        let option = |names: &[&str]| {
            names.iter().find_map(|name| {
                let rest = body.strip_prefix(name)?;
                let value = rest.trim_start_matches([' ', '\t', '=']);
                // `-rother.txt` is as good as `-r other.txt`.
                (value.len() < rest.len() || !name.starts_with("--")).then(|| body.len() - value.len())
            })
        };
        if let Some(at) = option(&["--requirement", "--constraint", "-r", "-c"]) {
            list.link(body.get(at..).unwrap_or_default());
        } else if let Some(at) = option(&["--editable", "-e"]) {
            one(list, "dependencies", &text.part(line.start + at..line.end));
        } else if !body.is_empty() && !body.starts_with('-') {
            one(list, "dependencies", &text.part(line));
        }
    }
}

/// A `#` that starts a comment: at the start of the line or after a blank.
fn comment_start(line: &str) -> Option<usize> {
    let blank =
        |at: usize| line.get(..at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']));
    line.match_indices('#').map(|(at, _)| at).find(|at| blank(*at))
}

/// The package of one requirement.
pub(super) fn one(list: &mut List<'_>, section: &str, value: &Value) {
    if let Some(range) = requirement(&value.text) {
        list.add(section, "pypi", part_of(value, range));
    }
}

/// A list of requirements.
fn many(list: &mut List<'_>, section: &str, node: Option<&Node>) {
    for value in node.map(Node::items).unwrap_or_default().iter().filter_map(|item| bare(item)) {
        one(list, section, &value);
    }
}

/// The same for lists by name.
fn groups(list: &mut List<'_>, section: &str, node: Option<&Node>) {
    for group in node.map(Node::entries).unwrap_or_default() {
        many(list, section, Some(&group.value));
    }
}

/// Keys that are packages; `python` among them is the language.
fn keys(list: &mut List<'_>, section: &str, node: Option<&Node>) {
    for entry in node.map(Node::entries).unwrap_or_default() {
        if entry.key.as_str() != Some("python") {
            list.add_node(section, "pypi", &entry.key);
        }
    }
}

/// `pyproject.toml`: PEP 621, PEP 735, Poetry, PDM, uv, Hatch.
pub(super) fn pyproject(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    for project in [root.get("project").map(|n| &**n), root.at(&["tool", "poetry"])].into_iter().flatten() {
        list.name(project, "name");
        list.prose(project, "description");
        list.words(project, "keywords");
    }
    many(list, "dependencies", root.at(&["project", "dependencies"]));
    groups(list, "optional-dependencies", root.at(&["project", "optional-dependencies"]));
    groups(list, "dependency-groups", root.at(&["dependency-groups"]));
    many(list, "build-system.requires", root.at(&["build-system", "requires"]));
    let tool = |path: &[&str]| root.get("tool").and_then(|t| t.at(path));
    keys(list, "dependencies", tool(&["poetry", "dependencies"]));
    keys(list, "dev-dependencies", tool(&["poetry", "dev-dependencies"]));
    for group in tool(&["poetry", "group"]).map(Node::entries).unwrap_or_default() {
        keys(list, "dependencies", group.value.at(&["dependencies"]));
    }
    many(list, "dev-dependencies", tool(&["uv", "dev-dependencies"]));
    many(list, "constraint-dependencies", tool(&["uv", "constraint-dependencies"]));
    many(list, "override-dependencies", tool(&["uv", "override-dependencies"]));
    groups(list, "dev-dependencies", tool(&["pdm", "dev-dependencies"]));
    for env in tool(&["hatch", "envs"]).map(Node::entries).unwrap_or_default() {
        many(list, "dependencies", env.value.at(&["dependencies"]));
        many(list, "dependencies", env.value.at(&["extra-dependencies"]));
    }
    for section in ["dependencies", "host-dependencies", "pypi-dependencies"] {
        let ecosystem = if section == "pypi-dependencies" { "pypi" } else { "conda" };
        list.add_keys(section, ecosystem, tool(&["pixi", section]));
    }
}

/// `setup.cfg`.
pub(super) fn setup_cfg(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    if let Some(metadata) = root.get("metadata") {
        list.name(metadata, "name");
        list.prose(metadata, "description");
        list.plain("keywords", metadata, "keywords", crate::descriptor::Role::Prose);
    }
    for key in ["install_requires", "setup_requires", "tests_require"] {
        if let Some(node) = root.at(&["options", key]) {
            by_lines(list, "dependencies", node);
        }
    }
    for extra in root.get("options.extras_require").map(|n| n.entries()).unwrap_or_default() {
        by_lines(list, "optional-dependencies", &extra.value);
    }
}

/// The requirements in a text, one a line.
fn by_lines(list: &mut List<'_>, section: &str, node: &Node) {
    let Some(value) = bare(node) else { return };
    let mut at = 0;
    for line in value.text.split_inclusive('\n') {
        let range = trim(&value.text, at..at + line.len());
        at += line.len();
        if !range.is_empty() && !line.trim_start().starts_with('#') {
            one(list, section, &part_of(&value, range));
        }
    }
}

/// `Pipfile`: every table but these holds packages.
pub(super) fn pipfile(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    for table in doc.root().entries() {
        match table.key.as_str() {
            None | Some("source" | "requires" | "scripts" | "pipenv" | "pipfile") => {}
            Some("packages") => list.add_keys("dependencies", "pypi", Some(&table.value)),
            Some(_) => list.add_keys("dev-dependencies", "pypi", Some(&table.value)),
        }
    }
}

/// Whether a document is a Conda environment.
pub(super) fn is_conda(doc: &Document<'_>, name: &str) -> bool {
    let named = ["environment", "conda", "env"].iter().any(|stem| name.starts_with(stem));
    let packages = doc.root().get("dependencies").is_some_and(|d| !d.items().is_empty());
    doc.format == Format::Yaml && packages && (named || doc.root().get("channels").is_some())
}

/// `environment.yml`, the list for pip in it included.
pub(super) fn conda(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    list.name(root, "name");
    for item in root.get("dependencies").map(|n| n.items()).unwrap_or_default() {
        if let Some(value) = bare(item) {
            // `channel::name=version=build`
            let start = value.text.find("::").map_or(0, |n| n + 2);
            let rest = value.text.get(start..).unwrap_or_default();
            let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let len = rest.find(|c| !name(c)).unwrap_or(rest.len());
            list.add("dependencies", "conda", part_of(&value, start..start + len));
        }
        for value in
            item.get("pip").map(|n| n.items()).unwrap_or_default().iter().filter_map(|item| bare(item))
        {
            match value.text.strip_prefix("-r") {
                Some(file) if place::join(doc.dir(), file).is_some() => list.link(file),
                _ => one(list, "dependencies", &value),
            }
        }
    }
}
