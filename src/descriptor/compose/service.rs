//! One service of a Compose file.

use std::collections::HashSet;

use super::super::exposure::{is_public_host, is_public_rule};
use super::super::model::{HOLE, Link, Resource, ResourceKind, Role, Segment, Setting, Value};
use super::super::{command, declare, env, place, value_of};
use super::{Context, pairs};
use crate::source::Span;
use crate::syntax::{Entry, Node, ScalarKind, TextMap};

/// Services that extend services, followed this far.
const MAX_EXTENDS: usize = 8;

/// What a service says, before it becomes a resource.
#[derive(Default)]
struct Draft {
    settings: Vec<Setting>,
    labels: Vec<(String, String)>,
    links: Vec<Link>,
    declarations: Vec<Setting>,
    exposed: Vec<Span>,
}

/// Reads the service of an entry of `services`.
pub(super) fn read(context: &Context<'_>, root: &Node, entry: &Entry) -> Resource {
    let mut resource = context.doc.resource(ResourceKind::Workload, "service", &entry.value);
    if let Some(name) = entry.key.as_scalar() {
        resource.name = name.text.clone();
        let mut value = value_of(name, entry.key.span);
        value.kind = ScalarKind::Text;
        resource.settings.push(Setting {
            path: vec![Segment::Key("name".into())],
            key_span: entry.key.span,
            value,
            role: Role::Name,
        });
    }
    resource.name_span = entry.key.span;
    if entry.key.span.start <= entry.value.span.start {
        resource.span = entry.key.span.to(entry.value.span);
    }
    let draft = draft(context, context.doc.dir(), root, &entry.value, 0);
    resource.settings.extend(draft.settings);
    resource.labels = draft.labels;
    resource.links = draft.links;
    resource.declarations = draft.declarations;
    resource.exposed = draft.exposed;
    resource
}

fn key(name: &str) -> Segment {
    Segment::Key(name.into())
}

/// Reads a service that stands in a file in `dir` whose outermost value is `root`.
fn draft(context: &Context<'_>, dir: &str, root: &Node, node: &Node, depth: usize) -> Draft {
    let mut out = Draft { declarations: declare::of(node, context.doc.budget), ..Draft::default() };
    let mut env_files = Vec::new();
    for entry in node.entries() {
        let Some(name) = entry.key.as_str() else { continue };
        let path = [key(name)];
        let mut leaves = |role: &dyn Fn(&[Segment]) -> Role| {
            context.leaves(&path, entry.key.span, &entry.value, role, &mut out.settings)
        };
        match name {
            declare::EXTENSION | "extends" => {}
            "environment" => environment(context, &path, &entry.value, Role::Env, &mut out),
            "env_file" => {
                leaves(&|_| Role::Plain);
                env_files.extend(file_paths(context, &entry.value));
            }
            "command" | "entrypoint" => command::settings(
                &path,
                entry.key.span,
                &entry.value,
                &mut |value| context.resolve(value),
                &mut out.settings,
            ),
            "healthcheck" => {
                leaves(&|path| match path.get(1) {
                    Some(Segment::Key(key)) if &**key == "test" => Role::Command,
                    _ => Role::Plain,
                });
            }
            "image" => leaves(&|_| Role::Image),
            "container_name" | "hostname" => leaves(&|_| Role::Name),
            "ports" | "expose" => leaves(&|_| Role::Port),
            "labels" => labels(context, &path, &entry.value, &mut out),
            "deploy" => {
                for inner in entry.value.entries() {
                    let Some(name) = inner.key.as_str() else { continue };
                    let path = [key("deploy"), key(name)];
                    match name {
                        "labels" => labels(context, &path, &inner.value, &mut out),
                        _ => context.leaves(
                            &path,
                            inner.key.span,
                            &inner.value,
                            &|_| Role::Plain,
                            &mut out.settings,
                        ),
                    }
                }
            }
            "build" => build(context, dir, entry, &mut out),
            _ => {
                leaves(&|_| Role::Plain);
                links(context, dir, name, &entry.value, &mut out.links);
            }
        }
    }
    read_env_files(context, dir, env_files, &mut out);
    if depth < MAX_EXTENDS
        && let Some(extends) = node.entry("extends")
        && let Some(base) = base(context, dir, root, &extends.value, depth)
    {
        merge(&mut out, base, extends.value.span);
    }
    exposure(&mut out);
    out
}

/// The variables of `environment`, or the arguments of a build.
fn environment(context: &Context<'_>, path: &[Segment], node: &Node, role: Role, out: &mut Draft) {
    for pair in pairs::read(node) {
        if !context.doc.budget.take() {
            return;
        }
        let value = match pair.value {
            Some(mut value) => {
                context.resolve(&mut value);
                value
            }
            None => passed_in(context, &pair.name, pair.key_span),
        };
        let mut path = path.to_vec();
        path.push(Segment::Key(pair.name));
        out.settings.push(Setting { path, key_span: pair.key_span, value, role: role.clone() });
    }
}

/// The value of a variable that stands without one: the project's `.env` gives it, or the caller.
fn passed_in(context: &Context<'_>, name: &str, span: Span) -> Value {
    let found = context.variable(name);
    let (text, origins) = match found {
        Some(found) => (found.text, found.origins),
        None => (HOLE.to_string(), Vec::new()),
    };
    Value { text: text.into(), kind: ScalarKind::Text, span, map: TextMap::whole(span.range()), origins }
}

/// The paths in an `env_file`: a text, a list of texts, a list of mappings with `path`.
fn file_paths(context: &Context<'_>, node: &Node) -> Vec<String> {
    let one = |node: &Node| {
        let node = node.get("path").map_or(node, |path| &**path);
        context.text(node)
    };
    one(node).into_iter().chain(node.items().iter().filter_map(|item| one(item))).collect()
}

/// Adds the variables of env files. What `environment` sets wins, and a later file over an earlier one.
fn read_env_files(context: &Context<'_>, dir: &str, paths: Vec<String>, out: &mut Draft) {
    let mut set: HashSet<String> =
        out.settings.iter().filter(|s| s.role == Role::Env).map(|s| s.key().to_owned()).collect();
    let mut lists = Vec::new();
    for path in paths.iter().rev() {
        let Some(path) = place::join(dir, path) else { continue };
        let outer = |name: &str| context.variable(name);
        let mut settings = env::load(&path, context.project, &outer, context.doc.budget).unwrap_or_default();
        settings.retain(|s| set.insert(s.key().to_owned()));
        for setting in &mut settings {
            setting.path.insert(0, key("environment"));
        }
        out.links.push(Link::File(path));
        lists.push(settings);
    }
    out.settings.extend(lists.into_iter().rev().flatten());
}

fn labels(context: &Context<'_>, path: &[Segment], node: &Node, out: &mut Draft) {
    let before = out.settings.len();
    environment(context, path, node, Role::Label, out);
    for setting in out.settings.get(before..).unwrap_or_default() {
        out.labels.push((setting.key().to_owned(), setting.value.text.to_string()));
    }
}

fn build(context: &Context<'_>, dir: &str, entry: &Entry, out: &mut Draft) {
    let node = &*entry.value;
    let context_dir = match node.as_str() {
        Some(_) => context.text(node),
        None => Some(node.get("context").and_then(|c| context.text(c)).unwrap_or_else(|| ".".to_owned())),
    };
    if let Some(directory) = context_dir.and_then(|c| place::join(dir, &c)) {
        let file = node.get("dockerfile").and_then(|f| context.text(f));
        out.links.extend(file.and_then(|f| place::join(&directory, &f)).map(Link::File));
        out.links.push(Link::Directory(directory));
    }
    if node.entries().is_empty() {
        context.leaves(&[key("build")], entry.key.span, node, &|_| Role::Plain, &mut out.settings);
    }
    for inner in node.entries() {
        let Some(name) = inner.key.as_str() else { continue };
        let path = [key("build"), key(name)];
        match name {
            "args" => environment(context, &path, &inner.value, Role::Plain, out),
            "labels" => labels(context, &path, &inner.value, out),
            "dockerfile_inline" => {
                context.leaves(&path, inner.key.span, &inner.value, &|_| Role::Command, &mut out.settings);
            }
            _ => context.leaves(&path, inner.key.span, &inner.value, &|_| Role::Plain, &mut out.settings),
        }
    }
}

/// The links that a key of a service makes.
fn links(context: &Context<'_>, dir: &str, name: &str, node: &Node, out: &mut Vec<Link>) {
    let texts = || node.items().iter().filter_map(|item| context.text(item));
    match name {
        "depends_on" | "links" | "volumes_from" => {
            let keys = node.entries().iter().filter_map(|e| e.key.as_str().map(str::to_owned));
            out.extend(texts().chain(keys).filter_map(|text| {
                let service = text.split(':').next().unwrap_or_default();
                (!service.is_empty()).then(|| Link::DependsOn(service.to_owned()))
            }));
        }
        "network_mode" => {
            let text = context.text(node).unwrap_or_default();
            out.extend(text.strip_prefix("service:").map(|service| Link::DependsOn(service.to_owned())));
        }
        "configs" | "secrets" => {
            let kind = if name == "configs" { ResourceKind::ConfigMap } else { ResourceKind::Secret };
            let sources = node.items().iter().filter_map(|item| {
                let item = item.get("source").unwrap_or(item);
                context.text(item)
            });
            out.extend(sources.map(|name| Link::Config { kind, name }));
        }
        "volumes" => out.extend(node.items().iter().filter_map(|item| volume(context, dir, item))),
        _ => {}
    }
}

/// What a mount refers to: a named volume, or a file or a directory of the project.
fn volume(context: &Context<'_>, dir: &str, item: &Node) -> Option<Link> {
    let (source, named) = match item.as_str() {
        Some(_) => {
            let text = context.text(item)?;
            // A path alone is an anonymous volume.
            let (source, _) = text.split_once(':')?;
            let named = !source.starts_with(['.', '/', '~', '\\', HOLE]) && !source.contains(['/', '\\']);
            (source.to_owned(), named && source.len() > 1)
        }
        None => (item.get("source").and_then(|s| context.text(s))?, item.str_at(&["type"]) != Some("bind")),
    };
    if named {
        return (!source.is_empty() && !source.contains(HOLE)).then_some(Link::Store(source));
    }
    let path = place::join(dir, &source)?;
    let file = place::file_name(&path).contains('.') && !source.ends_with('/');
    Some(if file { Link::File(path) } else { Link::Directory(path) })
}

/// The service that another one extends.
fn base(context: &Context<'_>, dir: &str, root: &Node, extends: &Node, depth: usize) -> Option<Draft> {
    let name = match extends.as_str() {
        Some(_) => context.text(extends)?,
        None => context.text(extends.get("service")?)?,
    };
    let Some(file) = extends.get("file").and_then(|f| context.text(f)) else {
        let service = root.get("services")?.get(&name)?;
        return Some(draft(context, dir, root, service, depth + 1));
    };
    let path = place::join(dir, &file)?;
    let parsed = context.project.parse(&path)?;
    let mut bases = parsed
        .documents
        .iter()
        .filter_map(|tree| Some((&*tree.root, tree.root.get("services")?.get(&name)?)));
    let (root, service) = bases.next()?;
    let mut draft = draft(context, place::dir_of(&path), root, service, depth + 1);
    draft.links.push(Link::File(path));
    Some(draft)
}

/// Adds to a service what it takes over from the one it extends. Each setting that is taken over names the
/// `extends` that brought it in.
fn merge(own: &mut Draft, base: Draft, extends: Span) {
    let paths: HashSet<String> =
        own.settings.iter().filter(|s| is_keys(&s.path)).map(Setting::dotted).collect();
    let tops: HashSet<String> = own.settings.iter().filter_map(top).map(str::to_owned).collect();
    for mut setting in base.settings {
        let top = top(&setting).unwrap_or_default();
        let replaced = matches!(top, "command" | "entrypoint" | "image") && tops.contains(top);
        let overridden = is_keys(&setting.path) && paths.contains(&setting.dotted());
        if !replaced && !overridden {
            setting.value.origins.push(extends);
            own.settings.push(setting);
        }
    }
    for link in base.links {
        if !own.links.contains(&link) {
            own.links.push(link);
        }
    }
    for (name, value) in base.labels {
        if !own.labels.iter().any(|(n, _)| *n == name) {
            own.labels.push((name, value));
        }
    }
    for declaration in base.declarations {
        if !own.declarations.iter().any(|d| d.path == declaration.path) {
            own.declarations.push(declaration);
        }
    }
}

fn is_keys(path: &[Segment]) -> bool {
    path.iter().all(|s| matches!(s, Segment::Key(_)))
}

fn top(setting: &Setting) -> Option<&str> {
    match setting.path.first() {
        Some(Segment::Key(key)) => Some(key),
        _ => None,
    }
}

/// What a reverse proxy is told by labels and variables. A published port alone says nothing about the
/// internet: the host may be anywhere.
fn exposure(out: &mut Draft) {
    let off = |s: &Setting| s.role == Role::Label && s.key() == "traefik.enable" && &*s.value.text == "false";
    let traefik = !out.settings.iter().any(off);
    out.exposed = out
        .settings
        .iter()
        .filter(|setting| {
            let (key, text) = (setting.key(), &*setting.value.text);
            match setting.role {
                Role::Label if key.starts_with("traefik.") => {
                    traefik && key.contains(".routers.") && key.ends_with(".rule") && is_public_rule(text)
                }
                Role::Label if key == "caddy" || key.starts_with("caddy_") => {
                    !key.contains('.')
                        && text.split([',', ' ']).any(|host| host.contains('.') && is_public_host(host))
                }
                Role::Env => key == "VIRTUAL_HOST" && !text.is_empty() && text.split(',').any(is_public_host),
                _ => false,
            }
        })
        .map(|setting| setting.value.span)
        .collect();
}
