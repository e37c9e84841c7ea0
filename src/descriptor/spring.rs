//! Spring Boot, Quarkus and MicroProfile configuration.
//!
//! **Profiles.** Values of different profiles never meet in one resource: each profile of a document is a
//! resource of its own, with the profile in its type (`application config [prod]`). A profile comes from the
//! file's name (`application-prod.yml`), from the document (`spring.config.activate.on-profile`,
//! `spring.profiles`) or from the key (`%prod.face.url`, whose path is `face.url`).
//!
//! **Placeholders.** `${other.key}` is resolved in the same profile, then in what holds for every profile: the
//! file's documents without one, and the file without a profile in its name. `${VAR:default}` is the default
//! unless the key is found. Keys are compared without case, `-` and `_`.

use std::collections::HashMap;
use std::sync::Arc;

use super::flatten::{Budget, Visit, visit};
use super::interpolate::{self, Found, Style};
use super::model::{HOLE, Link, Resource, ResourceKind, Role, Segment, Setting};
use super::{Description, Dialect, Document, Project, declare, place, plain};
use crate::syntax::{Format, Node, ScalarKind, Tree};

/// Spring, Quarkus and MicroProfile configuration files.
pub(crate) const DIALECT: Dialect = Dialect { id: "spring", claims, read };

/// Placeholders that name keys that hold placeholders, followed this far.
const MAX_CHAIN: usize = 16;

fn claims(doc: &Document<'_>) -> bool {
    is_config_name(doc.file_name()) && matches!(doc.format, Format::Yaml | Format::Properties)
}

/// Whether a file name is one that these frameworks read by themselves.
pub(crate) fn is_config_name(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let known =
        |base: &str| stem.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    match ending {
        "yml" | "yaml" => known("application") || known("bootstrap"),
        "properties" => known("application") || known("bootstrap") || known("microprofile-config"),
        _ => false,
    }
}

/// The profile in a file's name.
fn name_profile(name: &str) -> Option<&str> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_prefix("microprofile-config").unwrap_or(stem);
    stem.split_once('-').map(|(_, profile)| profile).filter(|p| !p.is_empty())
}

fn read(doc: &Document<'_>, project: &dyn Project, out: &mut Description) {
    let mut base = shared(doc.format, doc.all, doc.index, doc.budget);
    if name_profile(doc.file_name()).is_some() {
        base.extend(base_file(doc, project));
    }
    let dir = configured_dir(doc.dir());
    let name = application_name(doc);
    for part in parts(doc.tree, doc.format, doc.budget) {
        let profile = match (name_profile(doc.file_name()), part.profile) {
            (Some(file), None) => Some(file.to_owned()),
            (_, profile) => profile,
        };
        let type_name = match profile {
            Some(profile) => format!("application config [{profile}]"),
            None => "application config".to_owned(),
        };
        let mut resource = doc.resource(ResourceKind::AppConfig, &type_name, doc.root());
        resource.scope = dir.into();
        resource.links.push(Link::Directory(dir.to_owned()));
        if let Some((name, span)) = &name {
            resource.name = name.clone();
            resource.name_span = *span;
        }
        resource.settings = part.settings;
        resolve(&mut resource.settings, &base);
        name_role(&mut resource);
        resource.declarations = declare::of(doc.root(), doc.budget);
        out.resources.push(resource);
    }
}

/// The settings of a document inside another one, of all its profiles; `n` is its place among `all`. The paths of
/// a profile begin with it (`%prod.face.url`), so that they are told apart in the resource around them.
pub(crate) fn embedded(name: &str, format: Format, all: &[Tree], n: usize, budget: &Budget) -> Vec<Setting> {
    let base = shared(format, all, n, budget);
    let Some(tree) = all.get(n) else { return Vec::new() };
    let mut out = Vec::new();
    for mut part in parts(tree, format, budget) {
        resolve(&mut part.settings, &base);
        if let Some(profile) = part.profile.or_else(|| name_profile(name).map(str::to_owned)) {
            for setting in &mut part.settings {
                setting.path.insert(0, Segment::Key(format!("%{profile}").into()));
            }
        }
        out.append(&mut part.settings);
    }
    out
}

fn name_role(resource: &mut Resource) {
    for setting in &mut resource.settings {
        if is_name_key(setting) {
            setting.role = Role::Name;
        }
    }
}

fn is_name_key(setting: &Setting) -> bool {
    let keys: Vec<&str> = setting.keys().collect();
    matches!(keys.as_slice(), ["spring" | "quarkus" | "micronaut", "application", "name"])
}

/// The name that the file gives the application, in whichever document.
fn application_name(doc: &Document<'_>) -> Option<(Arc<str>, crate::source::Span)> {
    let budget = Budget::default();
    let all = doc.all.iter().take(16).flat_map(|tree| leaves(&tree.root, doc.format, &budget));
    all.into_iter()
        .find(|s| is_name_key(s) && !s.value.is_empty() && !s.value.text.contains(['$', '@']))
        .map(|s| (s.value.text.clone(), s.value.span))
}

/// The directory that a configuration in `dir` configures: the module around `src/main/resources`, the
/// directory above `config`.
fn configured_dir(dir: &str) -> &str {
    let segments: Vec<&str> = dir.split('/').collect();
    if let Some(n) = segments.iter().rposition(|s| *s == "src") {
        let length: usize = segments.iter().take(n).map(|s| s.len() + 1).sum();
        return dir.get(..length.saturating_sub(1)).unwrap_or_default();
    }
    match place::file_name(dir) {
        "config" | "conf" | "resources" => place::dir_of(dir),
        _ => dir,
    }
}

/// Settings that hold for one profile, or for all.
struct Part {
    profile: Option<String>,
    settings: Vec<Setting>,
}

/// A document by profile, in the order in which the profiles appear.
fn parts(tree: &Tree, format: Format, budget: &Budget) -> Vec<Part> {
    // Lines `#---` part a properties file into documents.
    let mut cuts: Vec<u32> = Vec::new();
    if format == Format::Properties {
        cuts.extend(tree.comments.iter().filter(|c| c.text.trim_end() == "---").map(|c| c.span.start));
    }
    let mut documents: Vec<Vec<Setting>> = Vec::new();
    documents.resize_with(cuts.len() + 1, Vec::new);
    for setting in leaves(&tree.root, format, budget) {
        let n = cuts.partition_point(|cut| *cut < setting.key_span.start);
        if let Some(document) = documents.get_mut(n) {
            document.push(setting);
        }
    }
    let mut out: Vec<Part> = Vec::new();
    for settings in documents {
        let own = document_profile(&settings);
        let first = out.len();
        for mut setting in settings {
            let profile = key_profile(&mut setting).or_else(|| own.clone());
            let index = out.iter().skip(first).position(|p| p.profile == profile).map(|n| n + first);
            match index.and_then(|n| out.get_mut(n)) {
                Some(part) => part.settings.push(setting),
                None => out.push(Part { profile, settings: vec![setting] }),
            }
        }
    }
    out
}

/// The profile that a document says it is for.
fn document_profile(settings: &[Setting]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for setting in settings {
        let keys: Vec<&str> = setting.keys().collect();
        let activates = matches!(keys.as_slice(), ["spring", "config", "activate", "on-profile"])
            || matches!(keys.as_slice(), ["spring", "profiles"]);
        if activates && !setting.value.is_empty() {
            names.push(&setting.value.text);
        }
    }
    (!names.is_empty()).then(|| names.join(","))
}

/// Takes the profile off a key like `%prod.face.url`.
fn key_profile(setting: &mut Setting) -> Option<String> {
    let Some(Segment::Key(key)) = setting.path.first() else { return None };
    let profile = key.strip_prefix('%').filter(|p| !p.is_empty())?.to_owned();
    if setting.path.len() > 1 {
        setting.path.remove(0);
    }
    Some(profile)
}

/// The leaves of a document; keys with dots are paths in YAML too.
fn leaves(root: &Node, _: Format, budget: &Budget) -> Vec<Setting> {
    let mut out = Vec::new();
    visit(root, &[], root.span, budget, &mut |at| {
        if at.last_key() == declare::EXTENSION {
            return Visit::Skip;
        }
        if at.is_leaf() && !at.path.is_empty() {
            let mut setting = at.setting(Role::Plain);
            setting.path = plain::split_dots(at.path);
            out.push(setting);
        }
        Visit::Descend
    });
    out
}

/// What holds for every profile in the other documents of a file; empty when nothing can refer to it.
fn shared(format: Format, all: &[Tree], index: usize, budget: &Budget) -> Vec<Setting> {
    let others = all.iter().enumerate().filter(|(n, _)| *n != index).take(8);
    others
        .flat_map(|(_, tree)| parts(tree, format, budget))
        .filter(|part| part.profile.is_none())
        .flat_map(|part| part.settings)
        .collect()
}

/// What the file without a profile in its name holds for every profile.
fn base_file(doc: &Document<'_>, project: &dyn Project) -> Vec<Setting> {
    let stem = doc.file_name().split('-').next().unwrap_or_default();
    let budget = Budget::default();
    for ending in ["yml", "yaml", "properties"] {
        let Some(path) = place::join(doc.dir(), &format!("{stem}.{ending}")) else { continue };
        let Some(parsed) = project.parse(&path) else { continue };
        let format = if ending == "properties" { Format::Properties } else { Format::Yaml };
        return shared(format, &parsed.documents, usize::MAX, &budget);
    }
    Vec::new()
}

/// A key as it is compared: without case, `-` and `_`.
fn relaxed(path: &[Segment]) -> String {
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.extend(key.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase));
            }
            Segment::Item(n, _) => {
                out.push('[');
                out.push_str(&n.to_string());
                out.push(']');
            }
        }
    }
    out
}

/// Resolves the placeholders of all settings.
fn resolve(settings: &mut [Setting], base: &[Setting]) {
    for setting in settings.iter_mut() {
        // Encrypted values are known to nobody who reads the file.
        if setting.value.text.starts_with("ENC(") && setting.value.text.ends_with(')') {
            setting.value.text = HOLE.encode_utf8(&mut [0; 4]).into();
            setting.value.map = crate::syntax::TextMap::whole(setting.value.span.range());
        }
    }
    if !settings.iter().any(|s| s.value.text.contains(['$', '#', '@'])) {
        return;
    }
    let mut resolver = Resolver { all: Vec::new(), by_key: HashMap::new(), done: Vec::new() };
    for setting in settings.iter().chain(base) {
        let index = resolver.all.len();
        let entry = resolver.by_key.entry(relaxed(&setting.path));
        match entry {
            // The last of several in one document counts; the document goes before its base.
            std::collections::hash_map::Entry::Occupied(mut e) if index < settings.len() => {
                e.insert(index);
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
            std::collections::hash_map::Entry::Vacant(e) => {
                e.insert(index);
            }
        }
        resolver.all.push(setting.clone());
        resolver.done.push(State::New);
    }
    for (n, setting) in settings.iter_mut().enumerate() {
        resolver.settle(n, 0);
        if let Some(resolved) = resolver.all.get(n) {
            setting.value = resolved.value.clone();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Resolver {
    all: Vec<Setting>,
    by_key: HashMap<String, usize>,
    done: Vec<State>,
}

impl Resolver {
    /// Resolves one setting; false when it is part of a circle or of too long a chain.
    fn settle(&mut self, index: usize, depth: usize) -> bool {
        match self.done.get(index) {
            Some(State::New) if depth < MAX_CHAIN => {}
            Some(State::Done) => return true,
            _ => return false,
        }
        let Some(mut value) = self.all.get(index).map(|s| s.value.clone()) else { return false };
        self.mark(index, State::Open);
        if value.kind != ScalarKind::Null {
            interpolate::apply(&mut value, Style::Spring, &mut |name| {
                let key = relaxed(&super::dotted_path(name));
                let target = self.by_key.get(&key).copied()?;
                if !self.settle(target, depth + 1) {
                    return None;
                }
                let found = &self.all.get(target)?.value;
                let mut origins = vec![found.span];
                origins.extend(found.origins.iter().copied());
                Some(Found { text: found.text.to_string(), origins })
            });
        }
        if let Some(setting) = self.all.get_mut(index) {
            setting.value = value;
        }
        self.mark(index, State::Done);
        true
    }

    fn mark(&mut self, index: usize, state: State) {
        if let Some(slot) = self.done.get_mut(index) {
            *slot = state;
        }
    }
}

#[cfg(test)]
#[path = "spring_tests.rs"]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
