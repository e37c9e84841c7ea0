//! Values of a template, each with the place that supplied it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::text::{HOLE_TEXT, Text};
use crate::source::{FileId, Span};
use crate::syntax::{Data, Node, Scalar, ScalarKind};

/// Deepest nesting of values that is followed.
pub(super) const MAX_DEPTH: usize = 200;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub(super) kind: Kind,
    /// The place that supplied it; text has its places in its marks.
    pub(super) from: Option<Span>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// Only a cluster or a release knows.
    Unknown,
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Rc<Text>),
    List(Rc<List>),
    Map(MapRef),
    /// `.Files` of the chart with this number.
    Files(usize),
}

/// A list; its depth counts lists in lists, so that none can nest deeper than a drop can follow.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) items: Vec<Val>,
    depth: usize,
}

/// A mapping. As in Go it is shared: `set` changes what every holder sees.
pub(super) type MapRef = Rc<RefCell<Map>>;
pub(super) type Map = BTreeMap<String, Item>;

/// An entry of a mapping.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) key: Option<Span>,
    pub(super) val: Val,
}

/// Every mapping of an evaluation. Mappings can hold themselves; when the evaluation ends they are emptied
/// one by one, so that nothing leaks and no drop recurses.
#[derive(Debug, Default)]
pub(super) struct Heap {
    maps: RefCell<Vec<MapRef>>,
}

impl Heap {
    pub(super) fn map(&self, map: Map) -> Val {
        Val::new(Kind::Map(self.map_ref(map)))
    }

    pub(super) fn map_ref(&self, map: Map) -> MapRef {
        let map = Rc::new(RefCell::new(map));
        self.maps.borrow_mut().push(map.clone());
        map
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        let maps = std::mem::take(&mut *self.maps.borrow_mut());
        let contents: Vec<Map> = maps
            .iter()
            .filter_map(|m| m.try_borrow_mut().ok().map(|mut m| std::mem::take(&mut *m)))
            .collect();
        // Every mapping is empty now: what is dropped here nests no deeper than its lists.
        drop(contents);
    }
}

impl Val {
    pub(super) fn new(kind: Kind) -> Self {
        Val { kind, from: None }
    }

    pub(super) fn unknown() -> Self {
        Val::new(Kind::Unknown)
    }

    pub(super) fn nil() -> Self {
        Val::new(Kind::Nil)
    }

    pub(super) fn bool(b: bool) -> Self {
        Val::new(Kind::Bool(b))
    }

    /// A truth that may not be known.
    pub(super) fn maybe(b: Option<bool>) -> Self {
        b.map_or_else(Val::unknown, Val::bool)
    }

    pub(super) fn int(n: i64) -> Self {
        Val::new(Kind::Int(n))
    }

    pub(super) fn float(n: f64) -> Self {
        Val::new(Kind::Float(n))
    }

    pub(super) fn text(text: Text) -> Self {
        Val::new(Kind::Str(Rc::new(text)))
    }

    pub(super) fn str(text: &str) -> Self {
        Val::text(Text::plain(text))
    }

    /// A list; unknown where lists nest too deep.
    pub(super) fn list(items: Vec<Val>) -> Self {
        let depth = items.iter().map(Val::list_depth).max().unwrap_or(0) + 1;
        if depth > MAX_DEPTH { Val::unknown() } else { Val::new(Kind::List(Rc::new(List { items, depth }))) }
    }

    fn list_depth(&self) -> usize {
        match &self.kind {
            Kind::List(list) => list.depth,
            _ => 0,
        }
    }

    pub(super) fn at(mut self, from: Option<Span>) -> Self {
        self.from = from;
        self
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown)
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self.kind, Kind::Nil)
    }

    pub(super) fn as_text(&self) -> Option<&Rc<Text>> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&MapRef> {
        match &self.kind {
            Kind::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Val]> {
        match &self.kind {
            Kind::List(list) => Some(&list.items),
            _ => None,
        }
    }

    /// Whether it counts as true; `None` where that is not known.
    pub(super) fn truth(&self) -> Option<bool> {
        Some(match &self.kind {
            Kind::Unknown => return None,
            Kind::Nil => false,
            Kind::Bool(b) => *b,
            Kind::Int(n) => *n != 0,
            Kind::Float(n) => *n != 0.0,
            Kind::Str(text) => {
                if text.has_hole() && text.as_str().chars().all(|c| c == crate::descriptor::HOLE) {
                    return None;
                }
                !text.is_empty()
            }
            Kind::List(list) => !list.items.is_empty(),
            Kind::Map(map) => !map.borrow().is_empty(),
            Kind::Files(_) => true,
        })
    }

    /// A key of a mapping; nil for a key that is not there, unknown where the mapping is not known.
    pub(super) fn get(&self, key: &str) -> Val {
        match &self.kind {
            Kind::Map(map) => map.borrow().get(key).map_or_else(Val::nil, |i| i.val.clone()),
            // A field of nothing stops Helm: a value must be supplied that no file of the chart has.
            _ => Val::unknown(),
        }
    }

    /// Printed as Go prints it; nothing for nil, as Helm does.
    pub(super) fn display(&self) -> Text {
        match &self.kind {
            Kind::Str(text) => (**text).clone(),
            Kind::Nil => Text::default(),
            Kind::Unknown => Text::from_place(HOLE_TEXT, self.from),
            Kind::List(_) | Kind::Map(_) | Kind::Files(_) => {
                let mut out = Text::default();
                self.write(&mut out, 0);
                out
            }
            _ => Text::from_place(&self.scalar(), self.from),
        }
    }

    fn scalar(&self) -> String {
        match &self.kind {
            Kind::Bool(b) => b.to_string(),
            Kind::Int(n) => n.to_string(),
            Kind::Float(n) => go_float(*n),
            _ => String::new(),
        }
    }

    fn write(&self, out: &mut Text, depth: usize) {
        match &self.kind {
            _ if depth > MAX_DEPTH => out.push(HOLE_TEXT),
            Kind::List(list) => {
                out.push("[");
                for (n, item) in list.items.iter().enumerate() {
                    out.push(if n > 0 { " " } else { "" });
                    item.write(out, depth + 1);
                }
                out.push("]");
            }
            Kind::Map(map) => {
                out.push("map[");
                for (n, (key, item)) in map.borrow().iter().enumerate() {
                    out.push(if n > 0 { " " } else { "" });
                    out.push(key);
                    out.push(":");
                    item.val.write(out, depth + 1);
                }
                out.push("]");
            }
            Kind::Nil => out.push("<nil>"),
            Kind::Files(_) => out.push(HOLE_TEXT),
            _ => out.push_text(&self.display()),
        }
    }

    /// Go's name of the kind, as `kindOf` gives it.
    pub(super) fn go_kind(&self) -> Option<&'static str> {
        Some(match &self.kind {
            Kind::Unknown => return None,
            Kind::Nil => "invalid",
            Kind::Bool(_) => "bool",
            Kind::Int(_) => "int64",
            Kind::Float(_) => "float64",
            Kind::Str(_) => "string",
            Kind::List(_) | Kind::Files(_) => "slice",
            Kind::Map(_) => "map",
        })
    }

    /// Whether two values are the same all the way down; `None` where that is not known.
    pub(super) fn same(&self, other: &Val, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        match (&self.kind, &other.kind) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => None,
            (Kind::Str(a), Kind::Str(b)) => {
                if a.has_hole() || b.has_hole() {
                    return None;
                }
                Some(a.as_str() == b.as_str())
            }
            (Kind::List(a), Kind::List(b)) => {
                if a.items.len() != b.items.len() {
                    return Some(false);
                }
                all(a.items.iter().zip(&b.items).map(|(a, b)| a.same(b, depth + 1)))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                if Rc::ptr_eq(a, b) {
                    return Some(true);
                }
                let (a, b) = (a.borrow(), b.borrow());
                if !a.keys().eq(b.keys()) {
                    return Some(false);
                }
                all(a.values().zip(b.values()).map(|(a, b)| a.val.same(&b.val, depth + 1)))
            }
            (Kind::Nil, Kind::Nil) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Int(a), Kind::Int(b)) => Some(a == b),
            (Kind::Float(a), Kind::Float(b)) => Some((a - b).abs() < f64::EPSILON),
            // Go tells 1 from 1.0.
            _ => Some(false),
        }
    }

    /// Whether two values are equal as `eq` has it: there, numbers are numbers.
    pub(super) fn equal(&self, other: &Val) -> Option<bool> {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => Some((a - b).abs() < f64::EPSILON),
            _ => self.same(other, 0),
        }
    }

    /// The number, if it is one.
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Int(n) => Some(*n as f64),
            Kind::Float(n) => Some(*n),
            _ => None,
        }
    }
}

/// Whether all are true; `None` where none is false and some are not known.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

/// A float as Go's `%v` writes it.
pub(super) fn go_float(n: f64) -> String {
    if n == 0.0 || !n.is_finite() {
        return match n {
            n if n.is_nan() => "NaN".into(),
            n if n == f64::INFINITY => "+Inf".into(),
            n if n == f64::NEG_INFINITY => "-Inf".into(),
            _ => "0".into(),
        };
    }
    let scientific = format!("{n:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return n.to_string() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return n.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// A parsed document as a value. `place` gives the place of a node, `text` the marked text of a scalar.
pub(super) fn from_node(node: &Node, heap: &Heap, depth: usize) -> Val {
    let mut places = InFile(node.span.file);
    build(node, heap, depth, &mut places)
}

/// How places come to values: from a file, or from a text that was itself put together.
pub(super) trait Places {
    /// The place of a node or key.
    fn span(&mut self, node: &Node) -> Option<Span>;
    /// The text of a scalar.
    fn text(&mut self, node: &Node, scalar: &Scalar) -> Text;
}

struct InFile(FileId);

impl Places for InFile {
    fn span(&mut self, node: &Node) -> Option<Span> {
        Some(Span { file: self.0, ..node.span })
    }

    fn text(&mut self, node: &Node, scalar: &Scalar) -> Text {
        Text::from_place(&scalar.text, Some(node.span))
    }
}

pub(super) fn build(node: &Node, heap: &Heap, depth: usize, places: &mut dyn Places) -> Val {
    if depth > MAX_DEPTH {
        return Val::unknown();
    }
    let span = places.span(node);
    match &node.data {
        Data::Scalar(scalar) => match scalar_kind(node, scalar) {
            Kind::Str(_) => Val::text(places.text(node, scalar)).at(span),
            kind => Val::new(kind).at(span),
        },
        Data::Sequence(items) => {
            let items = items.iter().map(|item| build(item, heap, depth + 1, places)).collect();
            Val::list(items).at(span)
        }
        Data::Mapping(entries) => {
            let mut map = Map::new();
            for entry in entries.iter() {
                let Some(key) = entry.key.as_scalar() else { continue };
                // A key that stands in the mapping itself beats one that was merged in.
                if entry.merged && map.contains_key(&*key.text) {
                    continue;
                }
                let val = build(&entry.value, heap, depth + 1, places);
                // `on` and `y` are truths as keys too.
                let name = match scalar_kind(&entry.key, key) {
                    Kind::Bool(b) => b.to_string(),
                    _ => key.text.to_string(),
                };
                map.insert(name, Item { key: places.span(&entry.key), val });
            }
            heap.map(map).at(span)
        }
    }
}

/// The type that Helm gives a scalar: YAML 1.1's, where `yes` is true and `0644` is octal.
fn scalar_kind(node: &Node, scalar: &Scalar) -> Kind {
    let text = &*scalar.text;
    let plain = node.span.range().len() == text.len() && node.tag.is_none();
    let unknown = text.chars().all(|c| c == crate::descriptor::HOLE) && !text.is_empty();
    let string = || Kind::Str(Rc::new(Text::default()));
    match scalar.kind {
        _ if unknown && plain => Kind::Unknown,
        ScalarKind::Null => Kind::Nil,
        ScalarKind::Bool => Kind::Bool(text.eq_ignore_ascii_case("true")),
        // Helm reads values through JSON, where every number is a float.
        #[allow(clippy::cast_precision_loss)]
        ScalarKind::Number => match number(text) {
            Some(Kind::Int(n)) => Kind::Float(n as f64),
            other => other.unwrap_or_else(string),
        },
        ScalarKind::Text if plain => match text {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Kind::Bool(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Kind::Bool(false),
            _ => string(),
        },
        ScalarKind::Text => string(),
    }
}

fn number(text: &str) -> Option<Kind> {
    let clean = text.replace('_', "");
    let (sign, digits) = match clean.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, clean.strip_prefix('+').unwrap_or(&clean)),
    };
    let radix = |prefix: &str, radix| i64::from_str_radix(digits.strip_prefix(prefix)?, radix).ok();
    let octal = || match digits.strip_prefix('0') {
        Some(rest) if !rest.is_empty() => i64::from_str_radix(rest, 8).ok(),
        _ => None,
    };
    if let Some(n) = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)).or_else(octal) {
        return Some(Kind::Int(n.saturating_mul(sign)));
    }
    if let Ok(n) = digits.parse::<i64>() {
        return Some(Kind::Int(n.saturating_mul(sign)));
    }
    clean.parse::<f64>().ok().filter(|n| n.is_finite()).map(Kind::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        for (n, text) in [
            (1.5, "1.5"),
            (0.75, "0.75"),
            (1e6, "1e+06"),
            (123_456.0, "123456"),
            (1e-7, "1e-07"),
            (0.0, "0"),
            (3.0, "3"),
        ] {
            assert_eq!(go_float(n), text);
        }
    }

    #[test]
    fn a_mapping_may_hold_itself_and_deep_chains_drop() {
        let heap = Heap::default();
        let top = heap.map_ref(Map::new());
        let mut current = top.clone();
        for _ in 0..100_000 {
            let next = heap.map_ref(Map::new());
            let val = Val::new(Kind::Map(next.clone()));
            current.borrow_mut().insert("n".into(), Item { key: None, val });
            current = next;
        }
        let val = Val::new(Kind::Map(top.clone()));
        current.borrow_mut().insert("n".into(), Item { key: None, val });
    }
}
