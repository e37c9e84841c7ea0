//! Package manifests: what a project depends on, whatever the language.
//!
//! Each dependency is one setting with [`Role::Package`]: its value is the package's name and stands exactly on
//! the name in the source, its path is the list it is in and the name (`dependencies[insightface]`). A lock file
//! is read only where no manifest stands beside it: it repeats what the manifest says, and adds hundreds of
//! packages that nobody chose.

mod dart;
mod dotnet;
mod go;
mod gradle;
mod list;
mod locks;
mod maven;
mod node;
mod php;
mod python;
mod requirement;
mod ruby;
mod rust;
mod scan;
mod swift;

pub(crate) use list::{List, bare};
pub(crate) use requirement::requirement;
pub(crate) use scan::Lines;

use super::{Description, Dialect, Document, Project};
use crate::syntax::Format;

/// Package manifests and lock files.
pub(crate) const DIALECT: Dialect = Dialect { id: "packages", claims, read };

/// How a kind of manifest is read.
type Read = fn(&Document<'_>, &dyn Project, &mut List<'_>);

/// A kind of manifest.
struct Kind {
    /// What people call it.
    type_name: &'static str,
    /// Whether a document is one; the name is that of the file, in lower case.
    is: fn(&Document<'_>, &str) -> bool,
    read: Read,
}

/// The kinds, in the order in which they are asked.
static KINDS: &[Kind] = &[
    Kind { type_name: "pip requirements", is: python::is_requirements, read: python::requirements },
    Kind { type_name: "pyproject", is: |d, n| toml(d) && n == "pyproject.toml", read: python::pyproject },
    Kind {
        type_name: "setup.cfg",
        is: |d, n| d.format == Format::Ini && n == "setup.cfg",
        read: python::setup_cfg,
    },
    Kind { type_name: "Pipfile", is: |d, n| toml(d) && n == "pipfile", read: python::pipfile },
    Kind { type_name: "conda environment", is: python::is_conda, read: python::conda },
    Kind { type_name: "package.json", is: |d, n| json(d) && n == "package.json", read: node::package_json },
    Kind { type_name: "pom", is: maven::is_pom, read: maven::pom },
    Kind { type_name: "gradle build", is: |d, n| text(d) && gradle::is_build(n), read: gradle::build },
    Kind {
        type_name: "version catalog",
        is: |d, n| toml(d) && n.ends_with(".versions.toml"),
        read: gradle::catalog,
    },
    Kind { type_name: "go.mod", is: |d, n| text(d) && n == "go.mod", read: go::go_mod },
    Kind { type_name: "Cargo manifest", is: |d, n| toml(d) && n == "cargo.toml", read: rust::cargo },
    Kind { type_name: ".NET project", is: dotnet::is_project, read: dotnet::project },
    Kind { type_name: "Gemfile", is: |d, n| text(d) && ruby::is_gems(n), read: ruby::gems },
    Kind { type_name: "Podfile", is: |d, n| text(d) && ruby::is_pods(n), read: ruby::pods },
    Kind { type_name: "composer.json", is: |d, n| json(d) && n == "composer.json", read: php::composer },
    Kind { type_name: "pubspec", is: |d, n| yaml(d) && n.starts_with("pubspec.y"), read: dart::pubspec },
    Kind { type_name: "Swift package", is: |d, n| text(d) && n == "package.swift", read: swift::package },
];

fn toml(doc: &Document<'_>) -> bool {
    doc.format == Format::Toml
}

fn json(doc: &Document<'_>) -> bool {
    doc.format == Format::Json
}

fn yaml(doc: &Document<'_>) -> bool {
    doc.format == Format::Yaml
}

fn text(doc: &Document<'_>) -> bool {
    doc.format == Format::Text
}

fn kind_of(doc: &Document<'_>) -> Option<&'static Kind> {
    let name = doc.file_name().to_ascii_lowercase();
    KINDS.iter().find(|kind| (kind.is)(doc, &name))
}

fn claims(doc: &Document<'_>) -> bool {
    kind_of(doc).is_some() || locks::of(doc.file_name()).is_some()
}

fn read(doc: &Document<'_>, project: &dyn Project, out: &mut Description) {
    let list = if let Some(kind) = kind_of(doc) {
        let mut list = List::new(doc, kind.type_name);
        (kind.read)(doc, project, &mut list);
        list
    } else if let Some(lock) = locks::of(doc.file_name()) {
        if lock.has_manifest(doc, project) {
            return;
        }
        let mut list = List::new(doc, "lock file");
        (lock.read)(doc, project, &mut list);
        list
    } else {
        return;
    };
    list.finish(out);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
