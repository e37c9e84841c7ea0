//! Lock files, for projects that keep no manifest beside them.

use super::list::bare;
use super::{Document, Lines, List, Project, swift};
use crate::descriptor::{Value, part_of, place};
use crate::syntax::Node;

/// A kind of lock file.
pub(super) struct Lock {
    /// Its name.
    name: &'static str,
    /// The manifests that say the same; a leading `*` stands for any beginning.
    manifests: &'static [&'static str],
    pub(super) read: super::Read,
}

static LOCKS: &[Lock] = &[
    Lock { name: "package-lock.json", manifests: &["package.json"], read: npm },
    Lock { name: "npm-shrinkwrap.json", manifests: &["package.json"], read: npm },
    Lock { name: "yarn.lock", manifests: &["package.json"], read: yarn },
    Lock { name: "pnpm-lock.yaml", manifests: &["package.json"], read: pnpm },
    Lock {
        name: "poetry.lock",
        manifests: &["pyproject.toml"],
        read: |d, _, l| tables(d, l, "package", "pypi"),
    },
    Lock { name: "uv.lock", manifests: &["pyproject.toml"], read: |d, _, l| tables(d, l, "package", "pypi") },
    Lock {
        name: "pdm.lock",
        manifests: &["pyproject.toml"],
        read: |d, _, l| tables(d, l, "package", "pypi"),
    },
    Lock { name: "Pipfile.lock", manifests: &["Pipfile"], read: pipfile },
    Lock { name: "Cargo.lock", manifests: &["Cargo.toml"], read: |d, _, l| tables(d, l, "package", "cargo") },
    Lock { name: "composer.lock", manifests: &["composer.json"], read: composer },
    Lock { name: "Gemfile.lock", manifests: &["Gemfile", "*.gemspec"], read: gems },
    Lock { name: "Podfile.lock", manifests: &["Podfile"], read: pods },
    Lock { name: "pubspec.lock", manifests: &["pubspec.yaml"], read: pubspec },
    Lock { name: "packages.lock.json", manifests: &["*.csproj", "*.fsproj", "*.vbproj"], read: nuget },
    Lock { name: "Package.resolved", manifests: &["Package.swift"], read: resolved },
];

/// The lock file of this name.
pub(super) fn of(name: &str) -> Option<&'static Lock> {
    LOCKS.iter().find(|lock| lock.name.eq_ignore_ascii_case(name))
}

impl Lock {
    /// Whether a manifest stands beside it.
    pub(super) fn has_manifest(&self, doc: &Document<'_>, project: &dyn Project) -> bool {
        project.list(doc.dir()).iter().any(|path| {
            let name = place::file_name(path);
            self.manifests.iter().any(|m| match m.strip_prefix('*') {
                Some(ending) => name.ends_with(ending),
                None => name.eq_ignore_ascii_case(m),
            })
        })
    }
}

fn entries<'n>(node: &'n Node, key: &str) -> &'n [crate::syntax::Entry] {
    node.get(key).map(|n| n.entries()).unwrap_or_default()
}

/// `[[package]]` with a `name`.
fn tables(doc: &Document<'_>, list: &mut List<'_>, key: &str, ecosystem: &'static str) {
    for item in doc.root().get(key).map(|n| n.items()).unwrap_or_default() {
        if let Some(name) = item.get("name") {
            list.add_node("packages", ecosystem, name);
        }
    }
}

fn npm(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    for entry in entries(root, "packages") {
        if let Some(key) = bare(&entry.key)
            && let Some(at) = key.text.rfind("node_modules/")
        {
            list.add("packages", "npm", part_of(&key, at + 13..key.text.len()));
        }
    }
    if list.len() == 0 {
        list.add_keys("packages", "npm", root.get("dependencies").map(|n| &**n));
    }
}

/// Where the name ends in `name@version`, `@scope/name@npm:^1`.
fn before_version(text: &str) -> usize {
    text.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(text.len(), |(n, _)| n)
}

fn yarn(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    for line in text.lines() {
        let body = text.get(line.clone());
        if !body.ends_with(':') || body.starts_with([' ', '#', '\t']) || body.starts_with("__") {
            continue;
        }
        let quote = usize::from(body.starts_with('"'));
        let name = body.get(quote..).unwrap_or_default();
        let len = before_version(name);
        if len < name.len() {
            list.add("packages", "npm", text.part(line.start + quote..line.start + quote + len));
        }
    }
}

fn pnpm(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    for key in entries(root, "packages").iter().filter_map(|entry| bare(&entry.key)) {
        // `name@1.0`, `/name@1.0(peer@2)`, and `/name/1.0` of old.
        let start = usize::from(key.text.starts_with('/'));
        let rest = key.text.get(start..).unwrap_or_default();
        let plain = rest.split('(').next().unwrap_or_default();
        let mut len = before_version(plain);
        if len == plain.len() && start == 1 {
            len = plain.rfind('/').unwrap_or(len);
        }
        list.add("packages", "npm", part_of(&key, start..start + len));
    }
}

fn pipfile(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    for section in ["default", "develop"] {
        list.add_keys("packages", "pypi", doc.root().get(section).map(|n| &**n));
    }
}

fn composer(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    tables(doc, list, "packages", "composer");
    tables(doc, list, "packages-dev", "composer");
}

fn gems(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    for line in text.lines() {
        let body = text.get(line.clone());
        // Four blanks: a gem; six: what it depends on.
        if let Some(rest) = body.strip_prefix("    ")
            && !rest.starts_with(' ')
            && let Some(len) = rest.find(" (")
        {
            list.add("packages", "gem", text.part(line.start + 4..line.start + 4 + len));
        }
    }
}

fn pods(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let first_word = |value: &Value| {
        let len = value.text.find(' ').unwrap_or(value.text.len());
        part_of(value, 0..len)
    };
    for item in doc.root().get("PODS").map(|n| n.items()).unwrap_or_default() {
        let name = bare(item).or_else(|| item.entries().first().and_then(|e| bare(&e.key)));
        if let Some(name) = name {
            list.add("packages", "cocoapods", first_word(&name));
        }
    }
}

fn pubspec(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    list.add_keys("packages", "pub", doc.root().get("packages").map(|n| &**n));
}

fn nuget(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    for framework in entries(doc.root(), "dependencies") {
        list.add_keys("packages", "nuget", Some(&framework.value));
    }
}

fn resolved(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let root = doc.root();
    let pins = root.get("pins").map(|n| &**n).or_else(|| root.at(&["object", "pins"]));
    for pin in pins.map(Node::items).unwrap_or_default() {
        let address = pin.get("location").or_else(|| pin.get("repositoryURL"));
        if let Some(name) = address.and_then(|n| bare(n)).as_ref().and_then(swift::repository) {
            list.add("packages", "swift", name);
        }
    }
}
