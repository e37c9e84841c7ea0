//! Runs the templates of a chart and reads what they give as Kubernetes objects, each place taken back to the
//! template and to the values that supplied it.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::chart::Chart;
use super::eval::{Body, Evaluator, Files, Out};
use super::lexer::TemplateError;
use super::parse::parse;
use super::repair::repair;
use super::text::{HOLE_TEXT, Mark, Text};
use super::value::{Item, Kind, Map, Val};
use super::values::{Set, chart_object, of_charts};
use super::{Options, Rendered};
use crate::descriptor::{Project, Resource, Setting, Value, describe};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{self, Format, Input, TextMap};

/// A template of a chart, parsed once for all values.
pub(super) struct Template {
    chart: usize,
    /// Its name as Helm has it: `chart/templates/x.yaml`.
    name: String,
    file: Arc<SourceFile>,
    body: Option<Body>,
    defines: Vec<(String, Body)>,
    /// It renders something itself; others only define.
    renders: bool,
    pub(super) error: Option<TemplateError>,
}

impl Template {
    pub(super) fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    pub(super) fn renders(&self) -> bool {
        self.renders
    }
}

/// Every template of the charts, those of inner charts first, as Helm orders them.
pub(super) fn templates(charts: &[Chart], project: &dyn Project) -> Vec<Template> {
    let mut out = Vec::new();
    for (n, chart) in charts.iter().enumerate() {
        for (path, file) in &chart.files {
            let Some(inside) = path.strip_prefix("templates/") else { continue };
            let name = inside.rsplit('/').next().unwrap_or(inside);
            let typed = [".yaml", ".yml", ".tpl", ".json", ".txt"].iter().any(|e| name.ends_with(e));
            if !typed {
                continue;
            }
            let Some(file) = file.read(project) else { continue };
            let source = Rc::new(Text::copied(&file.text, Span::new(file.id, 0, file.text.len())));
            let yaml = name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
            let mut template = Template {
                chart: n,
                name: format!("{}/{path}", chart.path),
                file,
                body: None,
                defines: Vec::new(),
                renders: yaml && !name.starts_with('_') && !chart.library,
                error: None,
            };
            match parse(source.as_str()) {
                Ok(parsed) => {
                    let body = |steps| Body { source: source.clone(), steps };
                    template.defines = parsed.defines.into_iter().map(|(n, s)| (n, body(s))).collect();
                    template.body = Some(body(parsed.steps));
                }
                Err(error) => template.error = Some(error),
            }
            out.push(template);
        }
    }
    out.sort_by(|a, b| {
        let depth = |t: &Template| std::cmp::Reverse(t.name.matches('/').count());
        depth(a).cmp(&depth(b)).then_with(|| a.name.cmp(&b.name))
    });
    out
}

/// The files of charts, for `.Files`.
struct ChartFiles<'a> {
    charts: &'a [Chart],
    project: &'a dyn Project,
}

impl Files for ChartFiles<'_> {
    fn read(&self, chart: usize, path: &str) -> Option<Text> {
        let file = self.charts.get(chart)?.files.get(path.trim_start_matches("./"))?.read(self.project)?;
        Some(Text::copied(&file.text, Span::new(file.id, 0, file.text.len())))
    }

    fn all(&self, chart: usize) -> Vec<String> {
        let files = self.charts.get(chart).map(|c| c.files.keys()).into_iter().flatten();
        files.filter(|p| !p.starts_with("templates/")).cloned().collect()
    }
}

/// What the templates give with one set of values.
pub(super) struct Pass {
    pub(super) rendered: Vec<Rendered>,
    /// Templates that could not be run to their end, or gave no YAML: to be read as text.
    pub(super) failed: Vec<FileId>,
}

pub(super) fn pass(
    charts: &[Chart],
    templates: &[Template],
    set: Option<&Set>,
    options: &Options,
    project: &dyn Project,
) -> Pass {
    let files = ChartFiles { charts, project };
    let mut ev = Evaluator::new(&files);
    let values = of_charts(charts, set, &ev.heap);
    for template in templates {
        for (name, body) in &template.defines {
            ev.define(name, body.clone());
        }
        if let Some(body) = &template.body {
            ev.define(&template.name, body.clone());
        }
    }
    let mut out = Pass { rendered: Vec::new(), failed: Vec::new() };
    for template in templates.iter().filter(|t| t.renders) {
        let Some(body) = &template.body else {
            out.failed.push(template.file.id);
            continue;
        };
        let Some(Some(values)) = values.get(template.chart) else { continue };
        let Some(chart) = charts.get(template.chart) else { continue };
        let dot = root(&ev, chart, template, values, options);
        ev.first_branch = false;
        let mut best: Option<Rendered> = None;
        for first_branch in [false, true] {
            ev.first_branch = first_branch;
            let Ok(output) = ev.run(body, &dot) else { break };
            let read = read(repair(output), &template.file, project);
            let whole = read.whole;
            if whole || best.is_none() {
                best = Some(read);
            }
            if whole {
                break;
            }
        }
        match best {
            Some(read) => {
                if !read.whole {
                    out.failed.push(template.file.id);
                }
                out.rendered.push(read);
            }
            None => out.failed.push(template.file.id),
        }
    }
    out
}

/// The object that a template starts with.
fn root(ev: &Evaluator<'_>, chart: &Chart, template: &Template, values: &Val, options: &Options) -> Val {
    let heap = &ev.heap;
    let entry = |val: Val| Item { key: None, val };
    let open = |text: &Option<String>| Val::str(text.as_deref().unwrap_or(HOLE_TEXT));
    let release = Map::from([
        ("Name".to_owned(), entry(open(&options.release))),
        ("Namespace".to_owned(), entry(open(&options.namespace))),
        ("Service".to_owned(), entry(Val::str("Helm"))),
        ("Revision".to_owned(), entry(Val::unknown())),
        ("IsInstall".to_owned(), entry(Val::unknown())),
        ("IsUpgrade".to_owned(), entry(Val::unknown())),
    ]);
    let base = format!("{}/templates", chart.path);
    let own = Map::from([
        ("Name".to_owned(), entry(Val::str(&template.name))),
        ("BasePath".to_owned(), entry(Val::str(&base))),
    ]);
    heap.map(Map::from([
        ("Values".to_owned(), entry(values.clone())),
        ("Chart".to_owned(), entry(chart_object(chart, heap))),
        ("Release".to_owned(), entry(heap.map(release))),
        ("Template".to_owned(), entry(heap.map(own))),
        ("Capabilities".to_owned(), entry(Val::unknown())),
        ("Files".to_owned(), entry(Val::new(Kind::Files(template.chart)))),
        ("Subcharts".to_owned(), entry(Val::unknown())),
    ]))
}

/// Reads an output as Kubernetes objects.
fn read(out: Out, file: &SourceFile, project: &dyn Project) -> Rendered {
    let text: Arc<str> = out.text.as_str().into();
    let rendered = SourceFile::new(file.id, file.path.clone(), text.clone(), "UTF-8");
    let parsed = syntax::parse(Format::Yaml, &Input::file(file.id, &text));
    let whole = parsed.problems.is_empty();
    let description = describe(&rendered, &parsed, Format::Yaml, project);
    let back = Back::new(&out, file.id);
    let mut problems = description.problems;
    for problem in &mut problems {
        problem.span = back.span(problem.span);
    }
    let mut resources: Vec<Resource> =
        description.resources.into_iter().filter(|r| r.dialect == "kubernetes").collect();
    for resource in &mut resources {
        back.resource(resource);
    }
    Rendered { resources, problems, text, whole }
}

/// The way from an output back to the files.
struct Back<'a> {
    file: FileId,
    map: TextMap,
    /// Stretches of the output that actions gave, with the range of the action.
    replaced: Vec<(Range<usize>, Range<usize>)>,
    marks: &'a [Mark],
    uncertain: &'a [(Range<usize>, String)],
}

/// Places that a value names at most.
const MAX_ORIGINS: usize = 8;

impl<'a> Back<'a> {
    fn new(out: &'a Out, file: FileId) -> Self {
        let mut at = 0;
        let mut replaced: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for (length, range) in &out.runs {
            if *length != range.len() {
                match replaced.last_mut() {
                    Some(last) if last.1 == *range && last.0.end == at => last.0.end = at + length,
                    _ => replaced.push((at..at + length, range.clone())),
                }
            }
            at += length;
        }
        let map = TextMap::from_runs(out.runs.iter().cloned());
        Back { file, map, replaced, marks: out.text.marks(), uncertain: &out.uncertain }
    }

    fn range(&self, range: Range<usize>) -> Range<usize> {
        self.map.range(range.start, range.end)
    }

    fn span(&self, span: Span) -> Span {
        if span.file != self.file {
            return span;
        }
        let range = self.range(span.range());
        Span::new(self.file, range.start, range.end)
    }

    /// The places elsewhere that supplied a range of the output: values first, then the text of helpers.
    fn origins(&self, range: &Range<usize>) -> Vec<Span> {
        let mut supplied = Vec::new();
        let mut copied = Vec::new();
        let first = self.marks.partition_point(|m| m.end <= range.start);
        for mark in self.marks.get(first..).unwrap_or_default().iter().take_while(|m| m.start < range.end) {
            let list = if !mark.exact {
                &mut supplied
            } else if mark.span.file != self.file {
                &mut copied
            } else {
                continue;
            };
            let Some(mark) = mark.cut(range) else { continue };
            if list.len() < MAX_ORIGINS && !list.contains(&mark.span) {
                list.push(mark.span);
            }
        }
        supplied.extend(copied);
        supplied.truncate(MAX_ORIGINS);
        supplied
    }

    fn value(&self, value: &mut Value) {
        if value.span.file != self.file {
            return;
        }
        let written = value.span.range();
        let mut origins = self.origins(&written);
        for origin in std::mem::take(&mut value.origins) {
            let there = origin.range();
            let mapped = self.span(origin);
            for place in [mapped].into_iter().chain(self.origins(&there)) {
                if !origins.contains(&place) {
                    origins.push(place);
                }
            }
        }
        let inside = self.replaced.partition_point(|(r, _)| r.end <= written.start);
        let action =
            self.replaced.get(inside).filter(|(r, _)| r.start <= written.start && written.end <= r.end);
        value.map = match action {
            Some((_, action)) if !written.is_empty() => TextMap::whole(action.clone()),
            _ => value.map.through(&self.map, value.text.len()),
        };
        value.span = self.span(value.span);
        value.origins = origins;
    }

    fn setting(&self, setting: &mut Setting) {
        setting.key_span = self.span(setting.key_span);
        self.value(&mut setting.value);
    }

    fn resource(&self, resource: &mut Resource) {
        let range = resource.span.range();
        let condition = self.uncertain.iter().find(|(r, _)| r.start <= range.start && range.end <= r.end);
        resource.condition = condition.map(|(_, c)| c.as_str().into());
        resource.span = self.span(resource.span);
        resource.name_span = self.span(resource.name_span);
        resource.settings.iter_mut().for_each(|s| self.setting(s));
        resource.declarations.iter_mut().for_each(|s| self.setting(s));
        resource.exposed.iter_mut().for_each(|s| *s = self.span(*s));
        resource.comments.iter_mut().for_each(|c| c.span = self.span(c.span));
        for section in &mut resource.sections {
            section.key_span = self.span(section.key_span);
            section.span = self.span(section.span);
        }
    }
}
