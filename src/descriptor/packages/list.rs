//! A list of packages as it is read.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::descriptor::{
    Description, Document, Link, Resource, ResourceKind, Role, Segment, Setting, Value, dotted_path, part_of,
    place, value_of_node,
};
use crate::source::Span;
use crate::syntax::{Comment, Node, ScalarKind};

/// A resource of packages that is being filled.
pub(crate) struct List<'a> {
    doc: &'a Document<'a>,
    resource: Resource,
    /// Where a package was found, so that no reader counts one place twice.
    seen: HashSet<Span>,
}

/// A scalar's value without the quotes around it; `None` for what is no text, or empty.
pub(crate) fn bare(node: &Node) -> Option<Value> {
    node.as_str().filter(|text| !text.trim().is_empty())?;
    let value = value_of_node(node);
    let end = value.text.len();
    let start = end - value.text.trim_start().len();
    let end = start + value.text.trim().len();
    Some(part_of(&value, start..end))
}

impl<'a> List<'a> {
    /// An empty list for a document.
    pub(crate) fn new(doc: &'a Document<'a>, type_name: &str) -> Self {
        let resource = doc.resource(ResourceKind::Packages, type_name, doc.root());
        List { doc, resource, seen: HashSet::new() }
    }

    /// The package whose name is a value.
    pub(crate) fn add(&mut self, section: &str, ecosystem: &'static str, name: Value) {
        let valid =
            !name.text.is_empty() && name.text.len() <= 256 && !name.text.contains(char::is_whitespace);
        if !valid || !self.doc.budget.take() || !self.seen.insert(name.span) {
            return;
        }
        let mut path = dotted_path(section);
        // A name in the path is no key: nothing is set by it.
        let place = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
        path.push(Segment::Item(place, Some(name.text.clone())));
        let setting = Setting { path, key_span: name.span, value: name, role: Role::Package { ecosystem } };
        self.resource.settings.push(setting);
    }

    /// The package whose name is a scalar.
    pub(crate) fn add_node(&mut self, section: &str, ecosystem: &'static str, node: &Node) {
        if let Some(name) = bare(node) {
            self.add(section, ecosystem, name);
        }
    }

    /// Every key of a mapping.
    pub(crate) fn add_keys(&mut self, section: &str, ecosystem: &'static str, node: Option<&Node>) {
        for entry in node.map(Node::entries).unwrap_or_default() {
            self.add_node(section, ecosystem, &entry.key);
        }
    }

    /// Anything else that the manifest says.
    pub(crate) fn setting(&mut self, path: &str, key_span: Span, value: Value, role: Role) {
        if self.doc.budget.take() {
            self.resource.settings.push(Setting { path: dotted_path(path), key_span, value, role });
        }
    }

    /// The value of a key, if it is text.
    pub(crate) fn plain(&mut self, path: &str, parent: &Node, key: &str, role: Role) {
        if let Some(entry) = parent.entry(key)
            && let Some(value) = bare(&entry.value)
        {
            self.setting(path, entry.key.span, value, role);
        }
    }

    /// The name of the project: that of the resource too.
    pub(crate) fn name(&mut self, parent: &Node, key: &str) {
        if let Some(entry) = parent.entry(key)
            && let Some(value) = bare(&entry.value)
        {
            self.name_value(entry.key.span, value);
        }
    }

    /// The same from a value.
    pub(crate) fn name_value(&mut self, key_span: Span, value: Value) {
        self.resource.name = value.text.clone();
        self.resource.name_span = value.span;
        self.setting("name", key_span, value, Role::Name);
    }

    /// Text for people; its path is `key` alone, wherever it stands.
    pub(crate) fn prose(&mut self, parent: &Node, key: &str) {
        self.plain(key, parent, key, Role::Prose);
    }

    /// The texts of a list (keywords), for people too.
    pub(crate) fn words(&mut self, parent: &Node, key: &str) {
        for item in parent.get(key).map(|n| n.items()).unwrap_or_default() {
            if let Some(value) = bare(item) {
                self.setting(key, value.span, value, Role::Prose);
            }
        }
    }

    /// A comment that the dialect found itself.
    pub(crate) fn comment(&mut self, text: &Value, range: Range<usize>, marker: usize) {
        let body = text.text.get(range.start + marker..range.end).unwrap_or_default();
        let comment = Comment { text: body.into(), span: text.sub_span(range.start, range.end) };
        self.resource.comments.push(comment);
    }

    /// A file that this one takes in.
    pub(crate) fn link(&mut self, relative: &str) {
        if let Some(path) = place::join(self.doc.dir(), relative) {
            self.resource.links.push(Link::File(path));
        }
    }

    /// How many packages there are so far.
    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// Gives the list away; nothing where it is empty.
    pub(crate) fn finish(self, out: &mut Description) {
        let resource = self.resource;
        if !resource.settings.is_empty()
            || !resource.comments.is_empty()
            || !self.doc.tree.comments.is_empty()
        {
            out.resources.push(resource);
        }
    }
}

/// A text that stands for a value elsewhere, such as `group:artifact` for an `<artifactId>`.
pub(crate) fn renamed(value: &Value, text: String) -> Value {
    let range = value.map.range(0, value.text.len());
    Value {
        text: Arc::from(text),
        kind: ScalarKind::Text,
        span: value.span,
        map: crate::syntax::TextMap::whole(range),
        origins: value.origins.clone(),
    }
}
