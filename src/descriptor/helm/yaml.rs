//! `toYaml`, `toJson`, `fromYaml`: values to text and back, places kept.

use super::text::{HOLE_TEXT, Text};
use super::value::{self, Heap, Kind, MAX_DEPTH, Places, Val};
use crate::source::{FileId, Span};
use crate::syntax::{self, Format, Input, Node, Scalar};

/// A value as YAML in block style, without a line break at its end.
pub(super) fn to_yaml(val: &Val) -> Text {
    let mut out = Text::default();
    block(val, 0, false, 0, &mut out);
    let end = out.as_str().trim_end_matches('\n').len();
    if end == out.len() { out } else { out.slice(0..end) }
}

fn spaces(out: &mut Text, n: usize) {
    for _ in 0..n {
        out.push(" ");
    }
}

/// Writes a value whose first line stands at the cursor; `inline` says that a key or a dash stands before it.
fn block(val: &Val, indent: usize, inline: bool, depth: usize, out: &mut Text) {
    if depth > MAX_DEPTH {
        out.push(HOLE_TEXT);
        return;
    }
    match &val.kind {
        Kind::Map(map) if !map.borrow().is_empty() => {
            let map = map.borrow();
            for (n, key) in sorted(map.keys()).into_iter().enumerate() {
                let Some(item) = map.get(key) else { continue };
                if n > 0 || !inline {
                    if n > 0 {
                        out.push("\n");
                    }
                    spaces(out, indent);
                }
                let mut name = Text::default();
                scalar_text(&Text::from_place(key, item.key), indent, &mut name);
                out.push_text(&name);
                out.push(":");
                match &item.val.kind {
                    Kind::Map(m) if !m.borrow().is_empty() => {
                        out.push("\n");
                        block(&item.val, indent + 2, false, depth + 1, out);
                    }
                    Kind::List(list) if !list.items.is_empty() => {
                        out.push("\n");
                        block(&item.val, indent, false, depth + 1, out);
                    }
                    _ => {
                        out.push(" ");
                        block(&item.val, indent + 2, true, depth + 1, out);
                    }
                }
            }
        }
        Kind::List(list) if !list.items.is_empty() => {
            for (n, item) in list.items.iter().enumerate() {
                if n > 0 || !inline {
                    if n > 0 {
                        out.push("\n");
                    }
                    spaces(out, indent);
                }
                out.push("- ");
                block(item, indent + 2, true, depth + 1, out);
            }
        }
        Kind::Map(_) => out.push_text(&Text::from_place("{}", val.from)),
        Kind::List(_) => out.push_text(&Text::from_place("[]", val.from)),
        Kind::Nil => out.push_text(&Text::from_place("null", val.from)),
        Kind::Str(text) => scalar_text(text, indent, out),
        Kind::Float(n) => out.push_text(&Text::from_place(&json_float(*n), val.from)),
        Kind::Files(_) => out.push(HOLE_TEXT),
        _ => out.push_text(&val.display()),
    }
}

/// Keys in the order in which the YAML library writes them: digits by their number, letters before others.
fn sorted<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut keys: Vec<&String> = keys.collect();
    keys.sort_by(|a, b| natural(a, b));
    keys
}

fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (ac, bc): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut n = 0;
    while let (Some(x), Some(y)) = (ac.get(n), bc.get(n)) {
        if x == y {
            n += 1;
            continue;
        }
        if x.is_alphabetic() && y.is_alphabetic() {
            return x.cmp(y);
        }
        if x.is_alphabetic() || y.is_alphabetic() {
            return y.is_alphabetic().cmp(&x.is_alphabetic()).reverse();
        }
        let number = |chars: &[char]| -> Option<u64> {
            let digits: String = chars.iter().skip(n).take_while(|c| c.is_ascii_digit()).collect();
            digits.parse().ok()
        };
        return match (number(&ac), number(&bc)) {
            (Some(p), Some(q)) if p != q => p.cmp(&q),
            _ => x.cmp(y),
        };
    }
    ac.len().cmp(&bc.len())
}

/// A string as a YAML scalar that reads back as the same string.
fn scalar_text(text: &Text, indent: usize, out: &mut Text) {
    let value = text.as_str();
    let printable = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if value.contains('\n') && value.chars().all(printable) && !value.trim().is_empty() {
        let body = value.trim_end_matches('\n');
        let chomp = match value.len() - body.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        out.push("|");
        if value.starts_with([' ', '\n']) {
            // The indentation cannot be seen from the first line.
            out.push("2");
        }
        out.push(chomp);
        let mut at = 0;
        let lines: Vec<&str> = value.split_inclusive('\n').collect();
        for line in lines {
            let bare = line.trim_end_matches('\n').len();
            out.push("\n");
            if bare > 0 {
                spaces(out, indent);
                out.push_slice(text, at..at + bare);
            }
            at += line.len();
        }
        return;
    }
    match style(value) {
        Style::Plain => out.push_text(text),
        Style::Single => {
            out.push("'");
            if value.contains('\'') {
                out.push_text(&Text::derived(value.replace('\'', "''"), &[text]));
            } else {
                out.push_text(text);
            }
            out.push("'");
        }
        Style::Double => {
            let escaped = json_string(value);
            if escaped.len() == value.len() + 2 {
                out.push("\"");
                out.push_text(text);
                out.push("\"");
            } else {
                out.push_text(&Text::derived(escaped, &[text]));
            }
        }
    }
}

enum Style {
    Plain,
    Single,
    Double,
}

fn style(value: &str) -> Style {
    let lower = value.to_ascii_lowercase();
    let word = matches!(
        lower.as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "<<" | ".nan"
    );
    let number = value.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit())
        && value.chars().all(|c| {
            c.is_ascii_hexdigit() || matches!(c, '.' | '-' | '+' | '_' | ':' | 'x' | 'o' | 'T' | 'Z')
        })
        || lower.trim_start_matches(['+', '-']) == ".inf";
    if word || number || value.chars().any(char::is_control) {
        return Style::Double;
    }
    let starts = value.starts_with([
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', ' ',
    ]);
    let lone = starts
        && value.starts_with(['-', '?', ':'])
        && value.chars().nth(1).is_some_and(|c| c != ' ')
        && !value.starts_with("---");
    if (starts && !lone) || value.ends_with([' ', ':']) || value.contains(": ") || value.contains(" #") {
        return Style::Single;
    }
    Style::Plain
}

/// A value as compact JSON.
pub(super) fn to_json(val: &Val, indent: Option<usize>) -> Text {
    let mut out = Text::default();
    json(val, indent, 0, &mut out);
    out
}

fn json(val: &Val, indent: Option<usize>, depth: usize, out: &mut Text) {
    if depth > MAX_DEPTH {
        out.push(HOLE_TEXT);
        return;
    }
    let line = |out: &mut Text, depth: usize| {
        if let Some(width) = indent {
            out.push("\n");
            spaces(out, width * depth);
        }
    };
    match &val.kind {
        Kind::Map(map) => {
            let map = map.borrow();
            out.push("{");
            for (n, (key, item)) in map.iter().enumerate() {
                out.push(if n > 0 { "," } else { "" });
                line(out, depth + 1);
                out.push_text(&Text::from_place(&json_string(key), item.key));
                out.push(if indent.is_some() { ": " } else { ":" });
                json(&item.val, indent, depth + 1, out);
            }
            if !map.is_empty() {
                line(out, depth);
            }
            out.push("}");
        }
        Kind::List(list) => {
            out.push("[");
            for (n, item) in list.items.iter().enumerate() {
                out.push(if n > 0 { "," } else { "" });
                line(out, depth + 1);
                json(item, indent, depth + 1, out);
            }
            if !list.items.is_empty() {
                line(out, depth);
            }
            out.push("]");
        }
        Kind::Str(text) => {
            let quoted = json_string(text.as_str());
            if quoted.len() == text.len() + 2 {
                out.push("\"");
                out.push_text(text);
                out.push("\"");
            } else {
                out.push_text(&Text::derived(quoted, &[text]));
            }
        }
        Kind::Nil => out.push_text(&Text::from_place("null", val.from)),
        Kind::Float(n) => out.push_text(&Text::from_place(&json_float(*n), val.from)),
        // Quoted, so that what is around it still reads as JSON.
        Kind::Unknown | Kind::Files(_) => out.push("\"\u{FFFC}\""),
        _ => out.push_text(&val.display()),
    }
}

fn json_float(n: f64) -> String {
    if n != 0.0 && (n.abs() < 1e-6 || n.abs() >= 1e21) { value::go_float(n) } else { n.to_string() }
}

/// A string with quotes and escapes, as Go's JSON and `quote` write it.
pub(super) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Reads YAML or JSON out of a text; `None` where it is broken.
pub(super) fn parse(text: &Text, heap: &Heap) -> Option<Val> {
    let file = FileId(u32::MAX);
    let parsed = syntax::parse(Format::Yaml, &Input::file(file, text.as_str()));
    if !parsed.problems.is_empty() {
        return None;
    }
    let Some(document) = parsed.documents.first() else { return Some(heap.map(value::Map::new())) };
    Some(value::build(&document.root, heap, 0, &mut InText(text)))
}

/// A text that was put together: places are those of its marks.
struct InText<'a>(&'a Text);

impl Places for InText<'_> {
    fn span(&mut self, node: &Node) -> Option<Span> {
        self.0.slice(node.span.range()).first_span()
    }

    fn text(&mut self, node: &Node, scalar: &Scalar) -> Text {
        let range = node.span.range();
        let piece = self.0.slice(range);
        if piece.as_str() == &*scalar.text { piece } else { Text::derived(&*scalar.text, &[&piece]) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn value(yaml: &str, heap: &Heap) -> Val {
        parse(&Text::plain(yaml), heap).unwrap()
    }

    #[test]
    fn yaml_is_written_as_helm_writes_it() {
        let heap = Heap::default();
        let source = "b: [1, {c: 'x: y', d: [2]}]\na: {}\ne: \"8080\"\nf: \"yes\"\ng: \"a\\nb\\n\"\nh: ~\ni10: 1\ni9: 1.5\n";
        let text = to_yaml(&value(source, &heap));
        assert_eq!(
            text.as_str(),
            "a: {}\nb:\n- 1\n- c: 'x: y'\n  d:\n  - 2\ne: \"8080\"\nf: \"yes\"\ng: |\n  a\n  b\nh: null\ni9: 1.5\ni10: 1"
        );
        assert_eq!(to_yaml(&value(text.as_str(), &heap)).as_str(), text.as_str());
    }

    #[test]
    fn json_keeps_holes_readable() {
        let heap = Heap::default();
        let val = value("a: [1, \u{FFFC}]\nb: 'x\"y'\n", &heap);
        assert_eq!(to_json(&val, None).as_str(), "{\"a\":[1,\"\u{FFFC}\"],\"b\":\"x\\\"y\"}");
    }
}
