//! A project in memory, for the tests of the dialects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Resource, Role, Setting};
use super::{Description, Project, describe};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::{Input, Parsed, format_of, parse};

/// Files that can be described and asked for.
pub(super) struct Files {
    sources: Sources,
    files: BTreeMap<String, Arc<SourceFile>>,
}

impl Files {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let sources = Sources::new();
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), sources.add(path, (*text).to_owned(), "UTF-8")))
            .collect();
        Files { sources, files }
    }

    /// What one file describes.
    pub(super) fn describe(&self, path: &str) -> Description {
        let file = self.files.get(path).cloned().unwrap();
        let format = format_of(path).unwrap();
        let parsed = parse(format, &Input::file(file.id, &file.text));
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        describe(&file, &parsed, format, self)
    }

    /// What one file describes, broken as it may be.
    pub(super) fn try_describe(&self, path: &str) -> Description {
        let file = self.files.get(path).cloned().unwrap();
        let format = format_of(path).unwrap();
        describe(&file, &parse(format, &Input::file(file.id, &file.text)), format, self)
    }

    /// The text of a span, in whichever file it is.
    pub(super) fn slice(&self, span: Span) -> String {
        self.sources.get(span.file).slice(span).to_owned()
    }

    /// The whole text of the file that a span is in.
    pub(super) fn text(&self, span: Span) -> Arc<str> {
        self.sources.get(span.file).text.clone()
    }

    /// The path of the file that a span is in.
    pub(super) fn file_of(&self, span: Span) -> Arc<str> {
        self.sources.get(span.file).path.clone()
    }

    /// A setting as `path | text of the key | text of the value | resolved value`.
    pub(super) fn show(&self, setting: &Setting) -> String {
        let raw = self.slice(setting.value.span);
        let mut out = format!("{} | {} | {raw}", setting.dotted(), self.slice(setting.key_span));
        if raw != *setting.value.text {
            out.push_str(" | ");
            out.push_str(&setting.value.text.replace(super::HOLE, "?"));
        }
        for origin in &setting.value.origins {
            out.push_str(" <- ");
            out.push_str(&self.slice(*origin));
        }
        out
    }

    /// All settings of a resource, shown.
    pub(super) fn show_all(&self, resource: &Resource) -> Vec<String> {
        resource.settings.iter().map(|s| self.show(s)).collect()
    }
}

impl Project for Files {
    fn read(&self, path: &str) -> Option<Arc<SourceFile>> {
        self.files.get(path).cloned()
    }

    fn parse(&self, path: &str) -> Option<Arc<Parsed>> {
        let file = self.files.get(path)?;
        Some(Arc::new(parse(format_of(path)?, &Input::file(file.id, &file.text))))
    }

    fn below(&self, dir: &str) -> Vec<String> {
        self.files.keys().filter(|p| p.starts_with(&format!("{dir}/"))).cloned().collect()
    }

    fn list(&self, dir: &str) -> Vec<String> {
        self.files.keys().filter(|p| super::place::dir_of(p) == dir).cloned().collect()
    }
}

/// The resources of one file.
pub(super) fn resources(path: &str, text: &str) -> (Files, Vec<Resource>) {
    let files = Files::new(&[(path, text)]);
    let description = files.describe(path);
    assert!(description.problems.is_empty(), "{:?}", description.problems);
    (files, description.resources)
}

/// The setting at a dotted path.
pub(super) fn setting<'a>(resource: &'a Resource, dotted: &str) -> &'a Setting {
    let all = || resource.settings.iter().map(Setting::dotted).collect::<Vec<_>>();
    resource
        .settings
        .iter()
        .find(|s| s.dotted() == dotted)
        .unwrap_or_else(|| panic!("{dotted} not in {:#?}", all()))
}

/// The paths of the settings with a role.
pub(super) fn with_role(resource: &Resource, role: &Role) -> Vec<String> {
    resource.settings.iter().filter(|s| s.role == *role).map(Setting::dotted).collect()
}
