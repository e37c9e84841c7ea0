//! What the descriptors of clouds share: values that were computed from other places, policies and environments
//! at any depth of a resource, and what kind of thing a type is.

mod kind;

use std::sync::Arc;

pub(crate) use kind::kind_of;

use super::flatten::{Budget, MAX_DEPTH, value_of_node};
use super::model::{HOLE, Role, Segment, Setting, Value};
use super::{Document, image};
use crate::source::Span;
use crate::syntax::{self, Data, Format, Input, Node, Scalar, ScalarKind, TextMap};

/// Longest text that is looked into for a document.
const MAX_INSIDE: usize = 1 << 18;

/// A value that may have been put together from several places.
#[derive(Debug, Clone)]
pub(crate) enum Val {
    /// One text.
    Scalar(Text),
    /// A list.
    List(Span, Vec<Val>),
    /// Keys and values.
    Object(Span, Vec<Pair>),
}

/// A text where it is written, and where it is used.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// The text with the bytes that wrote it.
    pub(crate) value: Value,
    /// The reference that brought it to where it is used.
    pub(crate) used: Option<Span>,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) key: Arc<str>,
    pub(crate) key_span: Span,
    pub(crate) value: Val,
}

impl Text {
    /// The text as the value of a setting where it is used.
    pub(crate) fn placed(&self) -> Value {
        let Some(used) = self.used else { return self.value.clone() };
        let mut origins = vec![self.value.span];
        origins.extend(self.value.origins.iter().copied());
        Value {
            text: self.value.text.clone(),
            kind: self.value.kind,
            span: used,
            map: TextMap::whole(used.range()),
            origins,
        }
    }
}

impl Val {
    /// A scalar as it is written.
    pub(crate) fn text(value: Value) -> Self {
        Val::Scalar(Text { value, used: None })
    }

    /// Something that stands at `span` and is only known later.
    pub(crate) fn unknown(span: Span) -> Self {
        Val::text(Value {
            text: HOLE.encode_utf8(&mut [0; 4]).into(),
            kind: ScalarKind::Text,
            span,
            map: TextMap::whole(span.range()),
            origins: Vec::new(),
        })
    }

    /// The value of a node, each scalar and each collection given to `special` first.
    pub(crate) fn of(
        node: &Node,
        budget: &Budget,
        depth: usize,
        special: &mut dyn FnMut(&Node, usize) -> Option<Val>,
    ) -> Self {
        if depth > MAX_DEPTH || !budget.take() {
            return Val::unknown(node.span);
        }
        if let Some(val) = special(node, depth) {
            return val;
        }
        match &node.data {
            Data::Scalar(_) => Val::text(value_of_node(node)),
            Data::Sequence(items) => Val::List(
                node.span,
                items.iter().map(|item| Val::of(item, budget, depth + 1, special)).collect(),
            ),
            Data::Mapping(entries) => Val::Object(
                node.span,
                entries
                    .iter()
                    .map(|entry| Pair {
                        key: entry.key.as_scalar().map_or_else(|| Arc::from("?"), |s| s.text.clone()),
                        key_span: entry.key.span,
                        value: Val::of(&entry.value, budget, depth + 1, special),
                    })
                    .collect(),
            ),
        }
    }

    /// The value as it is used at another place: a scalar stands there, a collection's parts stay where they
    /// are written.
    pub(crate) fn used_at(mut self, span: Span) -> Self {
        if let Val::Scalar(text) = &mut self {
            // A reference to a reference: the one in between is told after the place that decides.
            text.value.origins.extend(text.used.replace(span));
        }
        self
    }

    /// Where it is written.
    pub(crate) fn span(&self) -> Span {
        match self {
            Val::Scalar(text) => text.value.span,
            Val::List(span, _) | Val::Object(span, _) => *span,
        }
    }

    /// The text of a scalar that is wholly known.
    pub(crate) fn known(&self) -> Option<&str> {
        match self {
            Val::Scalar(t) if t.value.kind != ScalarKind::Null && !t.value.has_hole() => Some(&t.value.text),
            _ => None,
        }
    }

    /// Whether it is null, an empty text or an empty collection.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Val::Scalar(text) => text.value.is_empty(),
            Val::List(_, items) => items.is_empty(),
            Val::Object(_, pairs) => pairs.is_empty(),
        }
    }

    /// The value of a key; the last one if the key stands twice.
    pub(crate) fn get(&self, key: &str) -> Option<&Val> {
        match self {
            Val::Object(_, pairs) => pairs.iter().rev().find(|p| &*p.key == key).map(|p| &p.value),
            _ => None,
        }
    }

    /// An item of a list.
    pub(crate) fn item(&self, index: usize) -> Option<&Val> {
        match self {
            Val::List(_, items) => items.get(index),
            _ => None,
        }
    }
}

/// Turns values into the settings of one resource.
pub(crate) struct Writer<'a> {
    budget: &'a Budget,
    settings: Vec<Setting>,
}

impl<'a> Writer<'a> {
    /// For a resource of a document.
    pub(crate) fn new(doc: &Document<'a>) -> Self {
        Writer { budget: doc.budget, settings: Vec::new() }
    }

    /// The settings in the order in which they were written.
    pub(crate) fn finish(self) -> Vec<Setting> {
        self.settings
    }

    /// One setting.
    pub(crate) fn push(&mut self, path: &[&str], key_span: Span, value: Value, role: Role) {
        let path = path.iter().map(|key| Segment::Key(Arc::from(*key))).collect();
        self.settings.push(Setting { path, key_span, value, role });
    }

    /// The type of a resource.
    pub(crate) fn resource_type(&mut self, key_span: Span, value: Value) {
        self.push(&["type"], key_span, value, Role::ResourceType);
    }

    /// All that is in a value, below a path of keys.
    pub(crate) fn write(&mut self, path: &[&str], key_span: Span, val: &Val) {
        let mut path: Vec<Segment> = path.iter().map(|key| Segment::Key(Arc::from(*key))).collect();
        self.walk(&mut path, key_span, val, 0);
    }

    /// All that is in the pairs of one object, as top-level settings.
    pub(crate) fn write_pairs(&mut self, pairs: &[Pair]) {
        self.pairs(&mut Vec::new(), pairs, 0);
    }

    fn walk(&mut self, path: &mut Vec<Segment>, key_span: Span, val: &Val, depth: usize) {
        if depth > MAX_DEPTH || !self.budget.take() {
            return;
        }
        match val {
            Val::Scalar(text) => self.scalar(path, key_span, text, depth),
            Val::List(span, items) if items.is_empty() => self.empty(path, key_span, *span),
            Val::Object(span, pairs) if pairs.is_empty() => self.empty(path, key_span, *span),
            Val::List(_, items) => {
                for (n, item) in items.iter().enumerate() {
                    if is_environment(path)
                        && let Some((name, value)) = named_variable(item)
                    {
                        path.push(Segment::Key(name.value.text.clone()));
                        self.leaf(path, name.value.span, value.placed(), Role::Env);
                        path.pop();
                        continue;
                    }
                    let name = ["name", "Name", "sid", "Sid"].iter().find_map(|k| item.get(k)?.known());
                    path.push(Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), name.map(Arc::from)));
                    self.walk(path, item.span(), item, depth + 1);
                    path.pop();
                }
            }
            Val::Object(_, pairs) => self.pairs(path, pairs, depth),
        }
    }

    fn pairs(&mut self, path: &mut Vec<Segment>, pairs: &[Pair], depth: usize) {
        let mut seen: std::collections::HashMap<&str, (u32, u32)> = std::collections::HashMap::new();
        for pair in pairs {
            seen.entry(&pair.key).or_default().1 += 1;
        }
        for pair in pairs {
            path.push(Segment::Key(pair.key.clone()));
            // A block that stands several times is one item each, so that none is taken for a part of another.
            let several = seen.get_mut(&*pair.key).filter(|(_, count)| *count > 1);
            let variable = (is_environment(path)).then(|| named_variable(&pair.value)).flatten();
            if let Some((name, value)) = variable {
                path.push(Segment::Key(name.value.text.clone()));
                self.leaf(path, name.value.span, value.placed(), Role::Env);
                path.pop();
            } else if let Some((n, _)) = several {
                path.push(Segment::Item(*n, None));
                *n += 1;
                self.walk(path, pair.key_span, &pair.value, depth + 1);
                path.pop();
            } else {
                self.walk(path, pair.key_span, &pair.value, depth + 1);
            }
            path.pop();
        }
    }

    fn empty(&mut self, path: &[Segment], key_span: Span, span: Span) {
        let value = Value {
            text: "".into(),
            kind: ScalarKind::Null,
            span,
            map: TextMap::whole(span.range()),
            origins: Vec::new(),
        };
        self.leaf(path, key_span, value, Role::Plain);
    }

    fn scalar(&mut self, path: &mut Vec<Segment>, key_span: Span, text: &Text, depth: usize) {
        if text.value.kind == ScalarKind::Text
            && let Some(inside) = document_in(&text.value, self.budget, depth)
        {
            self.walk(path, key_span, &inside, depth + 1);
            return;
        }
        let value = text.placed();
        let role = role_of(path, &value);
        self.leaf(path, key_span, value, role);
    }

    fn leaf(&mut self, path: &[Segment], key_span: Span, value: Value, role: Role) {
        self.settings.push(Setting { path: path.to_vec(), key_span, value, role });
    }
}

/// Keys of objects that hold environment variables.
const ENVIRONMENT: &[&str] = &[
    "env",
    "envs",
    "environment",
    "environmentvariables",
    "appsettings",
    "secretenvironmentvariables",
    "runtimeenvironmentvariables",
    "buildenvironmentvariables",
];

fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_ascii_lowercase()
}

/// Whether what stands directly at a path are environment variables.
fn is_environment(path: &[Segment]) -> bool {
    let mut keys = path.iter().rev().filter_map(|s| match s {
        Segment::Key(key) => Some(plain(key)),
        Segment::Item(..) => None,
    });
    let Some(last) = keys.next() else { return false };
    ENVIRONMENT.contains(&last.as_str())
        || (last == "variables" && keys.next().is_some_and(|above| ENVIRONMENT.contains(&above.as_str())))
}

/// `{ name = "A", value = "b" }` in a list of variables.
fn named_variable(val: &Val) -> Option<(&Text, &Text)> {
    let scalar = |keys: [&str; 2]| {
        keys.iter().find_map(|key| match val.get(key) {
            Some(Val::Scalar(text)) => Some(text),
            _ => None,
        })
    };
    Some((scalar(["name", "Name"])?, scalar(["value", "Value"])?))
}

fn role_of(path: &[Segment], value: &Value) -> Role {
    let (last, above) = match path {
        [above @ .., Segment::Key(key), Segment::Item(..)] => (key, above),
        [above @ .., Segment::Key(key)] => (key, above),
        _ => return Role::Plain,
    };
    if matches!(path.last(), Some(Segment::Key(_))) && is_environment(above) {
        // `environment { name = "prod" }` of other resources is no variable: variables have their own map.
        return Role::Env;
    }
    match plain(last).as_str() {
        "image" | "imageuri" | "containerimage" | "dockerimage" | "imageidentifier" | "dockerimagename"
            if image::is_likely(&value.text) =>
        {
            Role::Image
        }
        "command" | "cmd" | "entrypoint" | "script" | "userdata" | "inline" => Role::Command,
        "name" | "functionname" | "displayname" | "tablename" | "bucketname" if path.len() == 1 => Role::Name,
        _ => Role::Plain,
    }
}

/// The JSON document that a text is, if it is one: a policy in a heredoc, container definitions. A part that
/// is not known may stand anywhere in it.
pub(crate) fn document_in(value: &Value, budget: &Budget, depth: usize) -> Option<Val> {
    let trimmed = value.text.trim();
    let braces = |open, close| trimmed.starts_with(open) && trimmed.ends_with(close);
    let json = braces('{', '}') || braces('[', ']');
    if !json || !trimmed.contains('"') || trimmed.len() > MAX_INSIDE {
        return None;
    }
    let (text, map) = quote_holes(value);
    let scalar = Scalar { text: text.into(), kind: ScalarKind::Text, map };
    let parsed = syntax::parse(Format::Json, &Input::embedded(value.span.file, &scalar));
    let [tree] = parsed.documents.as_slice() else { return None };
    if !parsed.problems.is_empty() || matches!(tree.root.data, Data::Scalar(_)) {
        return None;
    }
    Some(Val::of(&tree.root, budget, depth + 1, &mut |_, _| None))
}

/// A text in which every hole that stands outside of a JSON string is one.
fn quote_holes(value: &Value) -> (String, TextMap) {
    let mut out = String::with_capacity(value.text.len());
    let mut runs = Vec::new();
    let (mut quoted, mut escaped, mut copied) = (false, false, 0);
    for (at, c) in value.text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            HOLE if !quoted => {
                let end = at + c.len_utf8();
                out.push_str(value.text.get(copied..at).unwrap_or_default());
                out.push_str("\"\u{FFFC}\"");
                runs.extend([(at - copied, copied..at), (end - at + 2, at..end)]);
                copied = end;
            }
            _ => {}
        }
    }
    let rest = value.text.get(copied..).unwrap_or_default();
    out.push_str(rest);
    runs.push((rest.len(), copied..value.text.len()));
    let map = TextMap::from_runs(runs.into_iter().filter(|(n, _)| *n > 0)).through(&value.map, out.len());
    (out, map)
}
