//! Files of environment variables: `.env`, `*.env`.

use std::collections::HashMap;
use std::sync::Arc;

use super::flatten::{Budget, value_of_node};
use super::interpolate::{self, Found, Style};
use super::model::{ResourceKind, Role, Segment, Setting};
use super::{Description, Dialect, Document, Project};
use crate::source::SourceFile;
use crate::syntax::{Format, Node, Parsed};

/// Env files.
pub(crate) const DIALECT: Dialect = Dialect { id: "env", claims, read };

fn claims(doc: &Document<'_>) -> bool {
    doc.format == Format::Env
}

fn read(doc: &Document<'_>, _: &dyn Project, out: &mut Description) {
    let mut resource = doc.resource(ResourceKind::EnvFile, "env file", doc.root());
    resource.settings = settings(doc.root(), Some(doc.file), &|_| None, doc.budget);
    if !resource.settings.is_empty() || !doc.tree.comments.is_empty() {
        out.resources.push(resource);
    }
}

/// Variables from outside a file.
pub(crate) type Outer<'a> = dyn Fn(&str) -> Option<Found> + 'a;

/// The variables of an env file. Variables in values are resolved from the lines above, then from `outer`;
/// single quotes stop that, where the file's text is at hand to see them.
pub(crate) fn settings(
    root: &Node,
    file: Option<&SourceFile>,
    outer: &Outer<'_>,
    budget: &Budget,
) -> Vec<Setting> {
    let mut out: Vec<Setting> = Vec::new();
    let mut seen: HashMap<Arc<str>, usize> = HashMap::new();
    for entry in root.entries() {
        if !budget.take() {
            break;
        }
        let Some(name) = entry.key.as_scalar().map(|s| s.text.clone()) else { continue };
        let mut value = value_of_node(&entry.value);
        let literal = file.is_some_and(|f| f.slice(value.span).starts_with('\''));
        if !literal {
            interpolate::apply(&mut value, Style::Shell, &mut |name| {
                seen.get(name).and_then(|n| out.get(*n)).map(found).or_else(|| outer(name))
            });
        }
        seen.insert(name.clone(), out.len());
        out.push(Setting {
            path: vec![Segment::Key(name)],
            key_span: entry.key.span,
            value,
            role: Role::Env,
        });
    }
    out
}

/// What a variable gives to a value that names it: its text, and its line as the place that supplied it.
pub(crate) fn found(setting: &Setting) -> Found {
    let mut origins = vec![setting.key_span.to(setting.value.span)];
    origins.extend(setting.value.origins.iter().copied());
    Found { text: setting.value.text.to_string(), origins }
}

/// The variables of an env file of the project, whatever its name. The last of several with one name counts,
/// so that is the only one returned.
pub(crate) fn load(
    path: &str,
    project: &dyn Project,
    outer: &Outer<'_>,
    budget: &Budget,
) -> Option<Vec<Setting>> {
    let file = project.read(path)?;
    let parsed: Arc<Parsed> = match crate::syntax::format_of(path) {
        Some(Format::Env) => project.parse(path)?,
        _ => Arc::new(crate::syntax::parse(Format::Env, &crate::syntax::Input::file(file.id, &file.text))),
    };
    let mut all: Vec<Setting> =
        parsed.documents.iter().flat_map(|tree| settings(&tree.root, Some(&file), outer, budget)).collect();
    let mut last: HashMap<Arc<str>, usize> = HashMap::new();
    for (n, setting) in all.iter().enumerate() {
        last.insert(setting.key().into(), n);
    }
    let mut n = 0;
    all.retain(|setting| {
        let keep = last.get(setting.key()) == Some(&n);
        n += 1;
        keep
    });
    Some(all)
}
