//! Gradle: `build.gradle`, `build.gradle.kts` and version catalogs.
//!
//! A build script is a program. Only what people write in practice is read: coordinates in quotes, map notation,
//! files, and accessors of a version catalog.

use std::ops::Range;

use super::list::{bare, renamed};
use super::scan::{Comments, Kind, Token, tokens};
use super::{Document, Lines, List, Project};
use crate::descriptor::{HOLE, Role, Value, part_of, place};
use crate::source::Span;
use crate::syntax::Node;

/// Whether a file (in lower case) is a build script.
pub(super) fn is_build(name: &str) -> bool {
    name.ends_with(".gradle") || name.ends_with(".gradle.kts")
}

/// The dependencies of a build script.
pub(super) fn build(doc: &Document<'_>, project: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    let tokens = tokens(text.text(), Comments::Slashes);
    let reader = Reader { text: &text, tokens: &tokens };
    let catalog = reader.uses_catalog().then(|| Catalog::find(doc, project)).flatten();
    // The depth of braces, and those at which a `dependencies` block was opened.
    let (mut depth, mut blocks) = (0usize, Vec::new());
    for (n, token) in tokens.iter().enumerate() {
        let inside = !blocks.is_empty();
        match token.kind {
            Kind::Comment => list.comment(&text.value, token.range.clone(), 2),
            Kind::Sign('{') => {
                depth += 1;
                if reader.word(n.wrapping_sub(1)) == "dependencies" {
                    blocks.push(depth);
                }
            }
            Kind::Sign('}') => {
                if blocks.last() == Some(&depth) {
                    blocks.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Kind::Text => reader.literal(n, inside, list),
            Kind::Word if reader.get(n) == "libs" && inside => {
                if let Some(catalog) = &catalog {
                    reader.accessor(n, catalog, list);
                }
            }
            _ => {}
        }
    }
}

struct Reader<'a> {
    text: &'a Lines,
    tokens: &'a [Token],
}

impl Reader<'_> {
    fn get(&self, n: usize) -> &str {
        self.tokens.get(n).map(|t| self.text.get(t.range.clone())).unwrap_or_default()
    }

    /// The text of a token, if it is a word.
    fn word(&self, n: usize) -> &str {
        match self.tokens.get(n) {
            Some(t) if t.kind == Kind::Word => self.text.get(t.range.clone()),
            _ => "",
        }
    }

    fn kind(&self, n: usize) -> Option<Kind> {
        self.tokens.get(n).map(|t| t.kind)
    }

    fn uses_catalog(&self) -> bool {
        (0..self.tokens.len()).any(|n| self.word(n) == "libs" && self.kind(n + 1) == Some(Kind::Sign('.')))
    }

    /// The name of the argument that a text is the value of: `group: 'x'`, `group = "x"`.
    fn argument(&self, n: usize) -> &str {
        match n.checked_sub(2) {
            Some(name) if matches!(self.kind(n - 1), Some(Kind::Sign(':' | '='))) => self.word(name),
            _ => "",
        }
    }

    /// The call around a token: `files` in `implementation(files("a", "b"))`.
    fn call(&self, n: usize) -> &str {
        let mut depth = 0usize;
        for at in (0..n).rev().take(64) {
            match self.kind(at) {
                Some(Kind::Sign(')' | ']')) => depth += 1,
                Some(Kind::Sign('(')) if depth == 0 => return self.word(at.wrapping_sub(1)),
                Some(Kind::Sign('(' | '[')) => depth = depth.saturating_sub(1),
                Some(Kind::Sign('{' | '}')) => return "",
                _ => {}
            }
        }
        ""
    }

    fn literal(&self, n: usize, inside: bool, list: &mut List<'_>) {
        let Some(token) = self.tokens.get(n) else { return };
        let value = self.text.part(token.range.clone());
        if inside && matches!(self.call(n), "files" | "fileTree") {
            list.setting("dependencies.files", value.span, value, Role::Plain);
            return;
        }
        match self.argument(n) {
            "name" if inside || self.beside(n, "group").is_some() => {
                let text = match self.beside(n, "group") {
                    Some(group) => format!("{}:{}", holes(&group.text), holes(&value.text)),
                    None => holes(&value.text),
                };
                list.add("dependencies", "maven", renamed(&value, text));
            }
            "description" => list.setting("description", value.span, value, Role::Prose),
            "group" | "version" | "ext" | "module" | "path" | "classifier" | "configuration" | "exclude" => {}
            _ if self.word(n.wrapping_sub(1)) == "description" => {
                list.setting("description", value.span, value, Role::Prose);
            }
            argument => {
                let word = argument.to_owned();
                if coordinates(&value, inside, list) || inside {
                    return;
                }
                if let Some((name, key)) = self.build_field(n) {
                    let field = value.text.trim_matches(['\\', '"', '\'']).len();
                    let start = value.text.find(|c| !matches!(c, '\\' | '"' | '\'')).unwrap_or(0);
                    list.setting(&name, key, part_of(&value, start..start + field), Role::Plain);
                } else if !word.is_empty()
                    && let Some(key) = n.checked_sub(2).and_then(|at| self.tokens.get(at))
                {
                    let key = self.text.value.sub_span(key.range.start, key.range.end);
                    list.setting(&word, key, value, Role::Plain);
                }
            }
        }
    }

    /// The name of the field whose value a text is: `buildConfigField "String", "FACE_URL", '"https://…"'`, and
    /// `resValue`.
    fn build_field(&self, n: usize) -> Option<(String, Span)> {
        let at = n.checked_sub(5)?;
        let commas = [n - 1, n - 3].iter().all(|at| self.kind(*at) == Some(Kind::Sign(',')));
        let verb = match self.kind(at) {
            Some(Kind::Sign('(')) => self.word(at.wrapping_sub(1)),
            _ => self.word(at),
        };
        let name = self.tokens.get(n - 2).filter(|t| t.kind == Kind::Text)?;
        let known = matches!(verb, "buildConfigField" | "resValue");
        let span = self.text.value.sub_span(name.range.start, name.range.end);
        (commas && known).then(|| (self.text.get(name.range.clone()).to_owned(), span))
    }

    /// The value of another argument of the same call.
    fn beside(&self, n: usize, name: &str) -> Option<Value> {
        let stop = |kind: Kind| matches!(kind, Kind::Sign('{' | '}' | '(' | ')'));
        let same = |range: &mut dyn Iterator<Item = usize>| {
            for at in range.take(16) {
                let kind = self.kind(at)?;
                if stop(kind) || (kind == Kind::End && self.kind(at.wrapping_sub(1)) != Some(Kind::Sign(',')))
                {
                    return None;
                }
                if kind == Kind::Text && self.argument(at) == name {
                    return self.tokens.get(at).map(|t| self.text.part(t.range.clone()));
                }
            }
            None
        };
        same(&mut (0..n).rev()).or_else(|| same(&mut (n + 1..self.tokens.len())))
    }

    /// `libs.arcsoft.face`: what the catalog says it is.
    fn accessor(&self, n: usize, catalog: &Catalog, list: &mut List<'_>) {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = n;
        while self.kind(at + 1) == Some(Kind::Sign('.')) && self.kind(at + 2) == Some(Kind::Word) {
            parts.push(self.get(at + 2));
            at += 2;
        }
        let (Some(first), Some(last)) = (self.tokens.get(n), self.tokens.get(at)) else { return };
        if parts.last() == Some(&"get") {
            parts.pop();
        }
        if let Some((name, origin)) = catalog.library(&parts.join(".")) {
            let value = self.text.part(first.range.start..last.range.end);
            let mut value = renamed(&value, name);
            value.origins.push(origin);
            list.add("dependencies", "maven", value);
        }
    }
}

/// A text with what Gradle puts in later as holes.
fn holes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '$' {
            out.push(c);
            continue;
        }
        out.push(HOLE);
        if chars.next_if_eq(&'{').is_some() {
            while chars.next().is_some_and(|c| c != '}') {}
        } else {
            while chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).is_some() {}
        }
    }
    out
}

/// `group:artifact:version`. Outside a `dependencies` block all three parts must be there: `ext.face = "g:a:1"`.
/// Whether the text was such.
fn coordinates(value: &Value, inside: bool, list: &mut List<'_>) -> bool {
    let Some(range) = group_artifact(&value.text, inside) else { return false };
    let artifact =
        value.text.get(range.clone()).and_then(|t| t.find(':')).map_or(range.start, |n| range.start + n + 1);
    let text = holes(value.text.get(range.clone()).unwrap_or_default());
    list.add("dependencies", "maven", renamed(&part_of(value, artifact..range.end), text));
    true
}

/// The part of coordinates before the version.
fn group_artifact(text: &str, short: bool) -> Option<Range<usize>> {
    let parts: Vec<&str> = text.split(':').collect();
    let [group, artifact, rest @ ..] = parts.as_slice() else { return None };
    let plain = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '$' | '{' | '}');
        !part.is_empty() && part.chars().all(allowed)
    };
    let enough = !rest.is_empty() || short;
    let dotted = group.contains(['.', '-', '$']) || short || rest.len() == 1;
    (plain(group) && plain(artifact) && enough && dotted && rest.len() <= 2)
        .then(|| 0..group.len() + 1 + artifact.len())
}

/// A version catalog of the project.
struct Catalog {
    parsed: std::sync::Arc<crate::syntax::Parsed>,
}

impl Catalog {
    /// The catalog for a build script: `gradle/libs.versions.toml` of its directory or of one above.
    fn find(doc: &Document<'_>, project: &dyn Project) -> Option<Self> {
        let mut dir = doc.dir().to_owned();
        loop {
            let path = place::join(&dir, "gradle/libs.versions.toml")?;
            if let Some(parsed) = project.parse(&path) {
                return Some(Catalog { parsed });
            }
            if dir.is_empty() {
                return None;
            }
            place::dir_of(&dir.clone()).clone_into(&mut dir);
        }
    }

    /// The coordinates behind an accessor, and where they stand.
    fn library(&self, accessor: &str) -> Option<(String, crate::source::Span)> {
        let same = |c: char| if matches!(c, '-' | '_') { '.' } else { c };
        let libraries = self.parsed.documents.first()?.root.get("libraries")?;
        let entry = libraries.entries().iter().find(|e| {
            e.key.as_str().is_some_and(|key| key.chars().map(same).eq(accessor.chars().map(same)))
        })?;
        let value = library(&entry.value)?;
        Some((value.text.to_string(), value.span))
    }
}

/// The name of a library in a catalog: `"g:a:v"`, `{ module = "g:a" }`, `{ group = "g", name = "a" }`.
fn library(node: &Node) -> Option<Value> {
    if let Some(value) = bare(node).or_else(|| node.get("module").and_then(|n| bare(n))) {
        let range = group_artifact(&value.text, true)?;
        let artifact = value.text.find(':').map_or(0, |n| n + 1);
        let text = value.text.get(range.clone())?.to_owned();
        return Some(renamed(&part_of(&value, artifact..range.end), text));
    }
    let group = node.get("group").and_then(|n| bare(n))?;
    let name = node.get("name").and_then(|n| bare(n))?;
    let text = format!("{}:{}", group.text, name.text);
    Some(renamed(&name, text))
}

/// The libraries of a version catalog.
pub(super) fn catalog(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    for entry in doc.root().get("libraries").map(|n| n.entries()).unwrap_or_default() {
        if let Some(name) = library(&entry.value) {
            list.add("libraries", "maven", name);
        }
    }
}
