//! Dockerfiles.
//!
//! One resource a file, all stages in it: a system is what is built in the end, and stages share packages by
//! `COPY --from`. Paths are the instruction and what it names: `FROM`, `ENV.FACE_MODEL`, `RUN`.

mod instruction;

use std::collections::{HashMap, HashSet};

use super::interpolate::{self, Found, Style};
use super::model::{Link, Resource, ResourceKind, Role, Segment, Setting, Value};
use super::packages::Lines;
use super::{Description, Dialect, Document, Project, command, image, install, part_of, place};
use crate::source::Span;
use crate::syntax::{Comment, Format, Node, ScalarKind};
use instruction::{Instruction, words};

/// Dockerfiles and Containerfiles.
pub(crate) const DIALECT: Dialect = Dialect { id: "dockerfile", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    let name = doc.file_name().to_ascii_lowercase();
    let is = |word: &str| {
        name == word || name.starts_with(&format!("{word}.")) || name.ends_with(&format!(".{word}"))
    };
    doc.format == Format::Text && (is("dockerfile") || is("containerfile"))
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let text = Lines::of(doc);
    let mut reader = Reader {
        doc,
        resource: doc.resource(ResourceKind::Build, "Dockerfile", doc.root()),
        stages: HashSet::new(),
        arguments: HashMap::new(),
        variables: HashMap::new(),
    };
    let (instructions, comments) = instruction::split(text.text());
    for range in comments {
        let body = text.get(range.start + 1..range.end).into();
        let span = text.value.sub_span(range.start, range.end);
        reader.resource.comments.push(Comment { text: body, span });
    }
    for instruction in &instructions {
        if !doc.budget.take() {
            break;
        }
        reader.instruction(&text.value, instruction);
    }
    if !reader.resource.settings.is_empty() || !reader.resource.comments.is_empty() {
        out.resources.push(reader.resource);
    }
}

struct Reader<'a> {
    doc: &'a Document<'a>,
    resource: Resource,
    /// Names of stages, in lower case: what is built from one is no image from outside.
    stages: HashSet<String>,
    /// `ARG`s before the first `FROM`; only `FROM` lines see them.
    arguments: HashMap<String, Found>,
    /// `ARG` and `ENV` of the stage.
    variables: HashMap<String, Found>,
}

impl Reader<'_> {
    fn push(&mut self, path: Vec<Segment>, key_span: Span, value: Value, role: Role) {
        self.resource.settings.push(Setting { path, key_span, value, role });
    }

    fn instruction(&mut self, text: &Value, instruction: &Instruction) {
        let key = text.sub_span(instruction.keyword.start, instruction.keyword.end);
        let keyword = text.text.get(instruction.keyword.clone()).unwrap_or_default().to_ascii_uppercase();
        let body = instruction.body(text);
        match keyword.as_str() {
            "FROM" => self.from(key, &body),
            "ARG" | "ENV" => self.variables(&keyword, &body),
            "LABEL" => {
                for (name, value) in pairs(&body) {
                    let prose = name.text.ends_with(".description") || name.text.ends_with(".title");
                    let role = if prose || &*name.text == "description" { Role::Prose } else { Role::Label };
                    self.push(vec![seg("LABEL"), Segment::Key(name.text.clone())], name.span, value, role);
                }
            }
            "RUN" => {
                self.shell(key, "RUN", &body);
                for heredoc in &instruction.heredocs {
                    self.shell(key, "RUN", &part_of(text, heredoc.clone()));
                }
            }
            "CMD" | "ENTRYPOINT" | "SHELL" => self.command(key, &keyword, body),
            "HEALTHCHECK" => {
                let start = body.text.find("CMD").map_or(0, |n| n + 3);
                let rest = part_of(&body, start..body.text.len());
                self.command(key, "HEALTHCHECK", trimmed(&rest));
            }
            "COPY" | "ADD" => self.copy(key, &keyword, &body),
            "EXPOSE" => {
                for range in words(&body.text) {
                    self.push(vec![seg("EXPOSE")], key, part_of(&body, range), Role::Port);
                }
            }
            "WORKDIR" | "VOLUME" | "USER" | "STOPSIGNAL" => {
                self.push(vec![seg(&keyword)], key, body, Role::Plain);
            }
            "ONBUILD" => {
                let len = body.text.find(char::is_whitespace).unwrap_or(body.text.len());
                let inner = Instruction {
                    keyword: 0..len,
                    pieces: std::iter::once(len..body.text.len()).collect(),
                    heredocs: Vec::new(),
                };
                let nested = body.text.get(..len).is_some_and(|w| w.eq_ignore_ascii_case("onbuild"));
                if !nested {
                    self.instruction(&body, &inner);
                }
            }
            _ => {}
        }
    }

    fn from(&mut self, key: Span, body: &Value) {
        let words = words(&body.text);
        let mut plain =
            words.iter().filter(|r| !body.text.get((*r).clone()).is_some_and(|w| w.starts_with("--")));
        let Some(range) = plain.next() else { return };
        let mut value = part_of(body, range.clone());
        interpolate::apply(&mut value, Style::Shell, &mut |name| self.arguments.get(name).cloned());
        let is_as =
            plain.next().and_then(|r| body.text.get(r.clone())).is_some_and(|w| w.eq_ignore_ascii_case("as"));
        let name = plain.next().filter(|_| is_as).map(|r| part_of(body, r.clone()));
        let stage = self.stages.contains(&value.text.to_ascii_lowercase());
        if !stage && &*value.text != "scratch" && image::parse(&value.text).is_some() {
            self.push(vec![seg("FROM")], key, value, Role::Image);
        }
        if let Some(name) = name {
            self.stages.insert(name.text.to_ascii_lowercase());
            self.push(vec![seg("FROM"), seg("AS")], key, name, Role::Plain);
        }
        self.variables.clear();
    }

    fn variables(&mut self, keyword: &str, body: &Value) {
        let before = self.stages.is_empty() && !self.resource.settings.iter().any(|s| s.key() == "FROM");
        for (name, mut value) in pairs(body) {
            interpolate::apply(&mut value, Style::Shell, &mut |name| self.variables.get(name).cloned());
            let given = value.kind != ScalarKind::Null;
            let mut origins = vec![name.span.to(value.span)];
            origins.extend(value.origins.iter().copied());
            let found = Found { text: value.text.to_string(), origins };
            if keyword == "ARG" && before && given {
                self.arguments.insert(name.text.to_string(), found.clone());
            }
            if given {
                self.variables.insert(name.text.to_string(), found);
            } else if let Some(outer) = self.arguments.get(&*name.text) {
                // `ARG VERSION` alone in a stage takes the one from above the first `FROM`.
                self.variables.insert(name.text.to_string(), outer.clone());
            }
            self.push(vec![seg(keyword), Segment::Key(name.text.clone())], name.span, value, Role::Env);
        }
    }

    fn resolve(&self, value: &mut Value) {
        interpolate::apply(value, Style::Shell, &mut |name| {
            // A variable of the shell itself stays as it is written.
            self.variables
                .get(name)
                .cloned()
                .or_else(|| Some(Found { text: format!("${{{name}}}"), origins: Vec::new() }))
        });
    }

    /// A `RUN` line: the command, and what it installs.
    fn shell(&mut self, key: Span, keyword: &str, body: &Value) {
        let body = trimmed(body);
        if body.text.is_empty() {
            return;
        }
        let mut resolved = body.clone();
        self.resolve(&mut resolved);
        let path = [seg(keyword)];
        install::packages(&path, &resolved, &mut self.resource.settings);
        self.push(path.to_vec(), key, resolved, Role::Command);
    }

    /// `CMD ["a", "--b"]` or `CMD a --b`.
    fn command(&mut self, key: Span, keyword: &str, body: Value) {
        let node = exec_form(&body).unwrap_or_else(|| text_node(&body));
        let path = [seg(keyword)];
        let mut settings = Vec::new();
        command::settings(&path, key, &node, &mut |value| self.resolve(value), &mut settings);
        self.resource.settings.append(&mut settings);
    }

    fn copy(&mut self, key: Span, keyword: &str, body: &Value) {
        let node = exec_form(body);
        let mut parts: Vec<Value> = match &node {
            Some(node) => node.items().iter().map(|item| super::value_of_node(item)).collect(),
            None => words(&body.text).into_iter().map(|range| part_of(body, range)).collect(),
        };
        let from = parts.iter().any(|p| p.text.starts_with("--from="));
        if let Some(source) = parts.iter().find(|p| p.text.starts_with("--from=")) {
            let source = part_of(source, 7..source.text.len());
            let number = source.text.chars().all(|c| c.is_ascii_digit());
            let stage = number || self.stages.contains(&source.text.to_ascii_lowercase());
            if !stage && source.text.contains(['/', ':']) && image::parse(&source.text).is_some() {
                self.push(vec![seg(keyword), seg("from")], key, source, Role::Image);
            }
        }
        parts.retain(|p| !p.text.starts_with("--"));
        for (n, mut value) in parts.into_iter().enumerate() {
            if !from && n == 0 && value.text.ends_with(".txt") {
                let path = place::join(self.doc.dir(), &value.text);
                self.resource.links.extend(path.map(Link::File));
            }
            self.resolve(&mut value);
            let item = Segment::Item(u32::try_from(n).unwrap_or(u32::MAX), None);
            self.push(vec![seg(keyword), item], value.span, value, Role::Plain);
        }
    }
}

fn seg(key: &str) -> Segment {
    Segment::Key(key.into())
}

/// A value without the white space around it.
fn trimmed(value: &Value) -> Value {
    let start = value.text.len() - value.text.trim_start().len();
    part_of(value, start..start + value.text.trim().len())
}

/// A value as a text node, to be read as a command.
fn text_node(value: &Value) -> Node {
    Node::scalar(value.span, value.text.clone(), ScalarKind::Text, value.map.clone())
}

/// The list of the JSON form of a command.
fn exec_form(value: &Value) -> Option<Node> {
    if !value.text.trim_start().starts_with('[') {
        return None;
    }
    let scalar =
        crate::syntax::Scalar { text: value.text.clone(), kind: ScalarKind::Text, map: value.map.clone() };
    let parsed =
        crate::syntax::parse(Format::Json, &crate::syntax::Input::embedded(value.span.file, &scalar));
    let tree = parsed.documents.into_iter().next()?;
    (parsed.problems.is_empty() && !tree.root.items().is_empty()).then(|| (*tree.root).clone())
}

/// `NAME=value other="a b"`, and `NAME value` of old: names and values. A name alone has a null value.
fn pairs(body: &Value) -> Vec<(Value, Value)> {
    let words = words(&body.text);
    let text = |r: &std::ops::Range<usize>| body.text.get(r.clone()).unwrap_or_default();
    let null = |name: &Value| {
        let mut value = part_of(body, 0..0);
        value.span = Span { start: name.span.end, ..name.span };
        value.map = crate::syntax::TextMap::at(name.span.end as usize);
        value.kind = ScalarKind::Null;
        value
    };
    let Some(first) = words.first() else { return Vec::new() };
    if !text(first).contains('=') && words.len() > 1 {
        let name = part_of(body, first.clone());
        let value = trimmed(&part_of(body, first.end..body.text.len()));
        return vec![(name, value)];
    }
    words
        .iter()
        .map(|word| match text(word).find('=') {
            Some(at) => {
                let name = part_of(body, unquoted(&body.text, word.start..word.start + at));
                (name, part_of(body, unquoted(&body.text, word.start + at + 1..word.end)))
            }
            None => {
                let name = part_of(body, word.clone());
                let value = null(&name);
                (name, value)
            }
        })
        .collect()
}

fn unquoted(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let piece = text.get(range.clone()).unwrap_or_default();
    let quoted = piece.len() >= 2 && ['"', '\''].iter().any(|q| piece.starts_with(*q) && piece.ends_with(*q));
    if quoted { range.start + 1..range.end - 1 } else { range }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
