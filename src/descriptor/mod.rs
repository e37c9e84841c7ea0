//! Dialects: what a tree describes. Each turns documents into [`Resource`]s with flat [`Setting`]s
//! and [`Link`]s; nothing after this stage asks which format a fact came from.
//!
//! A dialect is one file here and one line in [`DIALECTS`].

mod about;
mod arm;
mod bicep;
mod cloud;
mod cloudformation;
mod command;
mod compose;
mod declare;
mod dockerfile;
mod embedded;
mod env;
mod exposure;
mod flatten;
pub mod helm;
pub mod image;
mod install;
mod interpolate;
mod kubernetes;
pub mod kustomize;
mod lines;
mod marks;
mod miniprogram;
mod mobile;
mod model;
mod nomad;
mod openapi;
mod packages;
mod place;
mod plain;
mod pulumi;
mod reference;
mod serverless;
mod spring;
mod systemd;
mod terraform;
mod xml_config;

use std::sync::Arc;

pub use flatten::{
    At, Budget, MAX_DEPTH, MAX_SETTINGS, Visit, dotted_path, part_of, settings, value_of, value_of_node,
    visit,
};
pub use lines::{is_text, read as lines};
pub use model::{HOLE, Link, Resource, ResourceKind, Role, Section, Segment, Setting, Value};
pub use reference::resolve;

use crate::source::SourceFile;
use crate::syntax::{Comment, Format, Node, Parsed, SyntaxProblem, Tree};

/// The dialects, in the order in which they are asked. The last one takes every document.
pub static DIALECTS: &[Dialect] = &[
    packages::DIALECT,
    dockerfile::DIALECT,
    mobile::ANDROID,
    mobile::PLIST,
    miniprogram::DIALECT,
    about::DIALECT,
    kubernetes::DIALECT,
    compose::DIALECT,
    nomad::DIALECT,
    terraform::DIALECT,
    cloudformation::DIALECT,
    serverless::DIALECT,
    arm::DIALECT,
    bicep::DIALECT,
    pulumi::DIALECT,
    openapi::DIALECT,
    spring::DIALECT,
    env::DIALECT,
    systemd::DIALECT,
    xml_config::DIALECT,
    plain::DIALECT,
];

/// One document on its way to a dialect.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The file it stands in.
    pub file: &'a SourceFile,
    /// Its tree.
    pub tree: &'a Tree,
    /// Its place in the file, from 0.
    pub index: usize,
    /// The format it was written in.
    pub format: Format,
    /// All documents of the file, this one included.
    pub all: &'a [Tree],
    /// How many nodes may still be looked at, for the whole file.
    pub budget: &'a Budget,
}

impl Document<'_> {
    /// The outermost value.
    pub fn root(&self) -> &Node {
        &self.tree.root
    }

    /// The file's directory, relative to the project's root; empty for the root.
    pub fn dir(&self) -> &str {
        place::dir_of(&self.file.path)
    }

    /// The file's name without its directory.
    pub fn file_name(&self) -> &str {
        place::file_name(&self.file.path)
    }

    /// A resource that stands at `node`, named after the file, in the scope of the file's directory, and
    /// otherwise empty. [`describe`] fills in the dialect and the comments.
    pub fn resource(&self, kind: ResourceKind, type_name: &str, node: &Node) -> Resource {
        let dir: Arc<str> = self.dir().into();
        Resource {
            kind,
            type_name: type_name.into(),
            name: self.file_name().into(),
            scope: dir.clone(),
            file: self.file.id,
            dir,
            span: node.span,
            name_span: node.entries().first().map_or(node.span, |e| e.key.span),
            settings: Vec::new(),
            labels: Vec::new(),
            sections: Vec::new(),
            links: Vec::new(),
            comments: Vec::new(),
            declarations: Vec::new(),
            exposed: Vec::new(),
            dialect: "",
            condition: None,
        }
    }
}

/// How a dialect gets at other files of the project: an `env_file`, a parent chart, a `.tfvars`.
/// Paths are relative to the root; a path that leaves the root, or cannot be read, gives `None`.
pub trait Project: Sync {
    /// A file's text.
    fn read(&self, path: &str) -> Option<std::sync::Arc<SourceFile>>;
    /// A file's parsed documents (format from its name).
    fn parse(&self, path: &str) -> Option<std::sync::Arc<Parsed>>;
    /// Paths of the files in a directory (not deeper), sorted.
    fn list(&self, dir: &str) -> Vec<String>;
    /// Paths of all files below a directory, whatever their names, sorted; a bounded number.
    fn below(&self, dir: &str) -> Vec<String> {
        self.list(dir)
    }
    /// A file's bytes, at most `limit` of them; `None` for a larger file.
    fn bytes(&self, _path: &str, _limit: u64) -> Option<Vec<u8>> {
        None
    }
    /// Registers text that came out of an archive, under the path that findings shall show. The same path
    /// gives the same file again.
    fn unpacked(&self, _path: &str, _text: &str) -> Option<Arc<SourceFile>> {
        None
    }
}

/// A dialect: which documents are its own, and what they describe.
///
/// `claims` is asked in the order of the table; the first dialect that claims a document gets it.
#[derive(Debug)]
pub struct Dialect {
    /// Id in reports and in `Resource::dialect`.
    pub id: &'static str,
    /// Whether this document is in this dialect.
    pub claims: fn(&Document<'_>) -> bool,
    /// Adds what it describes.
    pub read: fn(&Document<'_>, &dyn Project, &mut Description),
}

/// What the documents of a file describe.
#[derive(Debug, Default)]
pub struct Description {
    /// The resources, in source order.
    pub resources: Vec<Resource>,
    /// What a dialect could not read: broken documents inside strings, limits that were met.
    pub problems: Vec<SyntaxProblem>,
}

/// Reads every document of a file with the dialect that claims it.
pub fn describe(file: &SourceFile, parsed: &Parsed, format: Format, project: &dyn Project) -> Description {
    let budget = Budget::of(file.text.len());
    let mut out = Description::default();
    for (index, tree) in parsed.documents.iter().enumerate() {
        let doc = Document { file, tree, index, format, all: &parsed.documents, budget: &budget };
        let Some(dialect) = DIALECTS.iter().find(|d| (d.claims)(&doc)) else { continue };
        let before = out.resources.len();
        (dialect.read)(&doc, project, &mut out);
        let new = out.resources.get_mut(before..).unwrap_or_default();
        for resource in new.iter_mut() {
            resource.dialect = dialect.id;
            // A text has no first key: the resource is shown at the first thing that it sets.
            if format == Format::Text
                && resource.name_span == resource.span
                && let Some(first) = resource.settings.first()
            {
                resource.name_span = first.key_span;
            }
            marks::mark(resource);
        }
        give_sections(&tree.root, new);
        give_comments(file, &tree.comments, new);
    }
    if budget.was_cut() {
        let span = crate::source::Span::new(file.id, 0, 0);
        let message = "this file makes too many values; only the first of them were read".to_owned();
        out.problems.push(SyntaxProblem { span, message });
    }
    out
}

/// Gives each resource the keys inside its bytes that hold further keys.
fn give_sections(root: &Node, resources: &mut [Resource]) {
    let mut sections = Vec::new();
    let mut budget = MAX_SETTINGS;
    collect_sections(root, &mut sections, &mut budget, 0);
    sections.sort_by_key(|s: &Section| s.key_span);
    sections.dedup_by_key(|s| s.key_span);
    for resource in resources {
        // A file may hold thousands of resources: each looks at its own part of the list only.
        let from = sections.partition_point(|s| s.key_span.start < resource.span.start);
        let own = sections.get(from..).unwrap_or_default().iter();
        let own = own.take_while(|s| s.key_span.start <= resource.span.end);
        resource.sections = own.filter(|s| resource.span.contains(s.key_span)).cloned().collect();
    }
}

fn collect_sections(node: &Node, out: &mut Vec<Section>, budget: &mut usize, depth: usize) {
    // Aliases share their values: without a budget a bomb of them would be walked whole.
    if depth > MAX_DEPTH || *budget == 0 {
        return;
    }
    *budget -= 1;
    for item in node.items() {
        collect_sections(item, out, budget, depth + 1);
    }
    for entry in node.entries() {
        if entry.value.as_scalar().is_none() {
            if let Some(key) = entry.key.as_scalar() {
                out.push(Section { key: key.text.clone(), key_span: entry.key.span, span: entry.value.span });
            }
            collect_sections(&entry.value, out, budget, depth + 1);
        }
    }
}

/// Gives each comment to the resource around it, else to the one whose line it ends, else to the next one below
/// it, else to the last.
fn give_comments(file: &SourceFile, comments: &[Comment], resources: &mut [Resource]) {
    for comment in comments {
        let at = comment.span;
        let around = resources
            .iter()
            .enumerate()
            .filter(|(_, r)| r.span.contains(at))
            .min_by_key(|(_, r)| r.span.end - r.span.start)
            .map(|(n, _)| n);
        let before = || {
            let line = file.text.get(..at.start as usize).and_then(|text| text.rsplit('\n').next());
            let trailing = line.is_some_and(|line| !line.trim().is_empty());
            let above = resources.iter().enumerate().filter(|(_, r)| trailing && r.span.start < at.start);
            above.max_by_key(|(_, r)| r.span.start).map(|(n, _)| n)
        };
        let below = || {
            let after = resources
                .iter()
                .enumerate()
                .filter(|(_, r)| r.span.file == at.file && r.span.start >= at.end);
            after.min_by_key(|(_, r)| r.span.start).map(|(n, _)| n)
        };
        let index = around.or_else(before).or_else(below).unwrap_or(resources.len().saturating_sub(1));
        if let Some(resource) = resources.get_mut(index) {
            resource.comments.push(comment.clone());
        }
    }
    for resource in resources {
        resource.comments.sort_by_key(|c| (c.span.file, c.span.start));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod testing;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
