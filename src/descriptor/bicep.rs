//! Bicep: one resource a `resource` declaration, defaults of parameters and variables put in.
//!
//! The reader takes literals, lists and objects; everything else is an expression whose value is not known.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::cloud::{Pair, Val, Writer, kind_of};
use super::flatten::part_of;
use super::model::{HOLE, Link, ResourceKind, Role, Value};
use super::{Description, Dialect, Document, Project, value_of_node};
use crate::syntax::{Format, ScalarKind, TextMap};

/// Bicep files.
pub(super) const DIALECT: Dialect = Dialect { id: "bicep", claims, read };

/// Deepest nesting of objects and lists.
const MAX_NESTING: usize = 64;

fn claims(doc: &Document<'_>) -> bool {
    doc.format == Format::Text && doc.file_name().to_ascii_lowercase().ends_with(".bicep")
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let value = value_of_node(doc.root());
    let text = value.text.clone();
    let mut reader = Reader { text: &text, whole: &value, at: 0, doc, names: HashMap::new(), nesting: 0 };
    let mut rest = Writer::new(doc);
    while reader.at < text.len() {
        reader.blank();
        let start = reader.at;
        let word = reader.word();
        match reader.slice(&word) {
            "param" | "var" => reader.named(&mut rest),
            "resource" | "module" => out.resources.extend(reader.resource(word)),
            _ => {}
        }
        if reader.at <= start || !reader.at_line_start() {
            reader.line();
        }
    }
    let settings = rest.finish();
    if !settings.is_empty() {
        let mut resource = doc.resource(ResourceKind::AppConfig, "template", doc.root());
        resource.settings = settings;
        resource.links.push(Link::Unit(doc.dir().to_owned()));
        out.resources.push(resource);
    }
}

struct Reader<'a> {
    text: &'a str,
    whole: &'a Value,
    at: usize,
    doc: &'a Document<'a>,
    /// Parameters' defaults and variables, in the order of the file.
    names: HashMap<String, Val>,
    nesting: usize,
}

impl Reader<'_> {
    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn part(&self, range: Range<usize>, kind: ScalarKind) -> Value {
        Value { kind, ..part_of(self.whole, range) }
    }

    /// Skips blanks on the line.
    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Skips blanks, line ends and comments.
    fn blank(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().starts_with("//") {
                self.line();
            } else if self.rest().starts_with("/*") {
                self.at += self.rest().find("*/").map_or(self.rest().len(), |n| n + 2);
            } else {
                return;
            }
        }
    }

    /// Goes to the end of the line.
    fn line(&mut self) {
        self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.at += usize::from(self.rest().starts_with('\r')) + usize::from(self.rest().starts_with("\r\n"));
        self.at += usize::from(self.rest().starts_with('\n'));
    }

    fn at_line_start(&self) -> bool {
        self.at == 0 || self.text.get(..self.at).is_some_and(|before| before.ends_with('\n'))
    }

    fn word(&mut self) -> Range<usize> {
        let length =
            self.rest().find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest().len());
        let range = self.at..self.at + length;
        self.at = range.end;
        range
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.rest().starts_with(c);
        self.at += if there { c.len_utf8() } else { 0 };
        there
    }

    /// `param name type = default`, `var name = value`.
    fn named(&mut self, out: &mut Writer<'_>) {
        self.space();
        let name = self.word();
        let line = self.at + self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        let Some(equals) = self.text.get(self.at..line).and_then(|rest| rest.find('=')) else { return };
        self.at += equals + 1;
        let val = self.value();
        let key = self.part(name.clone(), ScalarKind::Text);
        out.write(&[self.slice(&name)], key.span, &val);
        self.names.insert(self.slice(&name).to_owned(), val);
    }

    /// `resource name 'type@version' = { … }`; the keyword was read.
    fn resource(&mut self, keyword: Range<usize>) -> Option<super::Resource> {
        self.space();
        let name = self.word();
        self.space();
        let Val::Scalar(kind) = self.value() else { return None };
        let line = self.at + self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        let open = self.at + self.text.get(self.at..line)?.find('{')?;
        self.at = open;
        let Val::Object(_, pairs) = self.value() else { return None };
        let module = self.slice(&keyword) == "module";
        let type_name = if module { "module".to_owned() } else { kind.value.text.to_string() };
        let mut writer = Writer::new(self.doc);
        if !module {
            let key = self.part(keyword.clone(), ScalarKind::Text);
            writer.resource_type(key.span, kind.value);
        }
        let own = self.part(name.clone(), ScalarKind::Text);
        writer.push(&["symbol"], own.span, own.clone(), Role::Name);
        writer.write_pairs(&pairs);
        let mut resource = self.doc.resource(kind_of(&type_name), &type_name, self.doc.root());
        resource.name = own.text.clone();
        resource.name_span = own.span;
        resource.span = self.part(keyword.start..self.at, ScalarKind::Text).span;
        resource.settings = writer.finish();
        resource.links.push(Link::Unit(self.doc.dir().to_owned()));
        Some(resource)
    }

    fn value(&mut self) -> Val {
        self.space();
        let start = self.at;
        if self.nesting > MAX_NESTING || !self.doc.budget.take() {
            self.at = self.text.len();
            return Val::unknown(self.part(start..start, ScalarKind::Text).span);
        }
        self.nesting += 1;
        let val = match self.rest().chars().next() {
            Some('{') => self.object(start),
            Some('[') => self.list(start),
            Some('\'') => self.string(start),
            _ => self.expression(start),
        };
        self.nesting -= 1;
        val
    }

    fn object(&mut self, start: usize) -> Val {
        self.at += 1;
        let mut pairs = Vec::new();
        loop {
            self.blank();
            if self.at >= self.text.len() || self.eat('}') {
                break;
            }
            let before = self.at;
            let key = if self.rest().starts_with('\'') {
                match self.string(before) {
                    Val::Scalar(text) => text.value,
                    _ => continue,
                }
            } else {
                let word = self.word();
                self.part(word, ScalarKind::Text)
            };
            self.space();
            if self.eat(':') {
                let value = self.value();
                pairs.push(Pair { key: key.text, key_span: key.span, value });
            } else if self.at == before {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
            self.space();
            self.eat(',');
        }
        Val::Object(self.part(start..self.at, ScalarKind::Text).span, pairs)
    }

    fn list(&mut self, start: usize) -> Val {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blank();
            if self.at >= self.text.len() || self.eat(']') {
                break;
            }
            let before = self.at;
            items.push(self.value());
            self.space();
            if !self.eat(',') && self.at == before {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
        Val::List(self.part(start..self.at, ScalarKind::Text).span, items)
    }

    /// A string in quotes; `${…}` in it is a name's value or a hole.
    fn string(&mut self, start: usize) -> Val {
        let long = self.rest().starts_with("'''");
        let quote = if long { "'''" } else { "'" };
        let open = start + quote.len();
        let (mut out, mut runs) = (String::new(), Vec::new());
        let mut origins = Vec::new();
        let mut at = open;
        let end = loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(c) = rest.chars().next() else { break at };
            if rest.starts_with(quote) || (!long && matches!(c, '\n' | '\r')) {
                break at;
            }
            let (piece, length) = match (c, long) {
                ('$', false) if rest.starts_with("${") => {
                    let length = rest.find(['}', '\n']).map_or(rest.len(), |n| n + 1);
                    let name = rest.get(2..length - 1).unwrap_or_default().trim();
                    let known =
                        self.names.get(name).and_then(|val| Some((val.known()?.to_owned(), val.span())));
                    match known {
                        Some((text, span)) => {
                            origins.push(span);
                            (text, length)
                        }
                        None => (HOLE.to_string(), length),
                    }
                }
                ('\\', false) => {
                    let next = rest.chars().nth(1).unwrap_or('\\');
                    let c = match next {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        other => other,
                    };
                    (c.to_string(), 1 + next.len_utf8())
                }
                _ => (c.to_string(), c.len_utf8()),
            };
            out.push_str(&piece);
            let half = if piece.len() == length && c == '$' { piece.len().saturating_sub(1) } else { 0 };
            runs.extend([(half, at..at + length), (piece.len() - half, at..at + length)]);
            at += length.max(1);
            at = at.min(self.text.len());
        };
        self.at = (end
            + if self.text.get(end..).is_some_and(|r| r.starts_with(quote)) { quote.len() } else { 0 })
        .min(self.text.len());
        let span = self.part(start..self.at, ScalarKind::Text).span;
        let map = if out.is_empty() {
            TextMap::at(self.whole.map.range(open, open).start)
        } else {
            let runs = runs.into_iter().filter(|(length, _)| *length > 0);
            TextMap::from_runs(runs).through(&self.whole.map, out.len())
        };
        Val::text(Value { text: Arc::from(out), kind: ScalarKind::Text, span, map, origins })
    }

    /// Anything else, to the end of the line or of what it stands in.
    fn expression(&mut self, start: usize) -> Val {
        let mut depth = 0usize;
        let mut quoted = false;
        let mut end = self.text.len();
        for (n, c) in self.rest().char_indices() {
            match c {
                '\'' => quoted = !quoted,
                _ if quoted && !matches!(c, '\n' | '\r') => {}
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                ']' | '}' | ',' | '\n' | '\r' if depth == 0 => {
                    end = start + n;
                    break;
                }
                _ => {}
            }
        }
        let raw = self.text.get(start..end).unwrap_or_default();
        let raw = raw.find("//").and_then(|n| raw.get(..n)).unwrap_or(raw).trim_end();
        let range = start..start + raw.len();
        self.at = end;
        let kind = match raw {
            "true" | "false" => ScalarKind::Bool,
            "null" | "" => ScalarKind::Null,
            _ if raw.parse::<f64>().is_ok() => ScalarKind::Number,
            _ => {
                let span = self.part(range, ScalarKind::Text).span;
                return match self.names.get(raw) {
                    Some(val) => val.clone().used_at(span),
                    None => Val::unknown(span),
                };
            }
        };
        Val::text(self.part(range, kind))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::super::testing::{Files, resources, setting};

    #[test]
    fn resources_and_defaults() {
        let text = "@description('which')\r\nparam kind string = 'Face'\r\nparam site string\r\n// the account\r\nresource face 'Microsoft.CognitiveServices/accounts@2023-05-01' = if (true) {\r\n  name: '${kind}-人脸-${site}'\r\n  kind: kind\r\n  sku: { name: 'S0' }\r\n  properties: {\r\n    disableLocalAuth: false // no\r\n    hosts: [\r\n      'a.b'\r\n      concat('x', 'y')\r\n    ]\r\n  }\r\n}\r\n";
        let (files, found) = resources("main.bicep", text);
        let face = &found[0];
        assert_eq!(&*face.type_name, "Microsoft.CognitiveServices/accounts@2023-05-01");
        assert_eq!(files.show(setting(face, "kind")), "kind | kind | kind | Face <- 'Face'");
        assert_eq!(setting(face, "name").value.text.replace('\u{FFFC}', "?"), "Face-人脸-?");
        assert_eq!(files.show(setting(face, "sku.name")), "sku.name | name | 'S0' | S0");
        assert_eq!(&*setting(face, "properties.disableLocalAuth").value.text, "false");
        assert!(setting(face, "properties.hosts[1]").value.is_unknown());
        assert!(files.slice(face.span).starts_with("resource face"));
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "var a = ".to_owned() + &"{a:".repeat(20_000),
            "var a = ".to_owned() + &"[".repeat(20_000),
            "var a = '${".repeat(2_000),
            "resource a '".repeat(2_000),
            "var a = {\n  ]\n  'x\n  人: }\n\\".to_owned(),
        ] {
            let files = Files::new(&[("a.bicep", text.as_str())]);
            files.try_describe("a.bicep");
        }
    }
}
