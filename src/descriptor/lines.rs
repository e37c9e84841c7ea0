//! Text that no parser understands, read line by line.
//!
//! A template full of `{{ … }}`, the broken document of a file, a script in a format without a dialect:
//! each line that looks like `key: value`, `key = value` or `KEY=value` is a setting, holes are holes,
//! and everything else is a value without a key. Better a sighting with a plain key than a component
//! that nobody sees.

use std::sync::Arc;

use super::model::{HOLE, Resource, ResourceKind, Role, Segment, Setting, Value};
use crate::source::{SourceFile, Span};
use crate::syntax::{ScalarKind, TextMap};

/// Longest line that is looked at; a longer one is data.
const MAX_LINE: usize = 2_000;

/// Whether a file has no tree format and is still worth reading line by line, by its name.
pub fn is_text(path: &str) -> bool {
    path.ends_with(".tpl")
}

/// The lines of a file as one resource. `covered` are spans that were read already.
pub fn read(file: &SourceFile, covered: &[Span]) -> Resource {
    let mut starts: Vec<(u32, u32)> = covered.iter().map(|s| (s.start, s.end)).collect();
    starts.sort_unstable();
    let text = &*file.text;
    let mut settings = Vec::new();
    let mut at = 0;
    let mut comment = false;
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let line = raw.trim_end_matches(['\n', '\r']);
        let end = start + line.len();
        let inside = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let first = starts.partition_point(|(_, e)| *e <= inside(start));
        let known = starts.get(first).is_some_and(|(s, _)| *s < inside(end));
        // A template comment may run over many lines.
        let opens = line.contains("{{/*") || line.contains("{{- /*");
        comment |= opens;
        let skip = comment || known || line.len() > MAX_LINE || is_comment(line);
        if comment && line.contains("*/") {
            comment = false;
        }
        if !skip && let Some(setting) = setting(file, line, start) {
            settings.push(setting);
        }
    }
    let span = Span::new(file.id, 0, text.len());
    let (dir, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    Resource {
        kind: ResourceKind::Plain,
        type_name: "text".into(),
        name: name.into(),
        scope: dir.into(),
        file: file.id,
        dir: dir.into(),
        span,
        name_span: Span::new(file.id, 0, 0),
        settings,
        labels: Vec::new(),
        sections: Vec::new(),
        links: Vec::new(),
        comments: Vec::new(),
        declarations: Vec::new(),
        exposed: Vec::new(),
        dialect: "text",
        condition: None,
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with(['#', ';']) || line.starts_with("//") || line.starts_with("<!--")
}

fn setting(file: &SourceFile, line: &str, start: usize) -> Option<Setting> {
    let body = line.trim_start().trim_start_matches("- ");
    let body_at = start + (line.len() - body.len());
    let (key, value_at) = key_of(body);
    let value = body.get(value_at..).unwrap_or_default();
    let lead = value.len() - value.trim_start().len();
    let value = value.trim().trim_end_matches(',');
    let value_start = body_at + value_at + lead;
    let (value, value_start) = unquote(value, value_start);
    if key.is_none() && value.is_empty() {
        return None;
    }
    let span = Span::new(file.id, value_start, value_start + value.len());
    let (text, map, holes) = with_holes(value, value_start);
    let key_text = key.map(|(k, _)| k);
    let role = match key_text {
        Some(k) if k.eq_ignore_ascii_case("image") || k.eq_ignore_ascii_case("repository") => Role::Image,
        Some(k) if ["description", "summary", "title"].iter().any(|p| k.eq_ignore_ascii_case(p)) => {
            Role::Prose
        }
        _ => Role::Plain,
    };
    let key_span = key.map_or(span, |(k, at)| Span::new(file.id, body_at + at, body_at + at + k.len()));
    let path = key_text.map(|k| Segment::Key(Arc::from(k))).into_iter().collect();
    let origins = if holes { vec![span] } else { Vec::new() };
    Some(Setting { path, key_span, value: Value { text, kind: ScalarKind::Text, span, map, origins }, role })
}

/// The key of a line with its offset, and where the value starts.
fn key_of(body: &str) -> (Option<(&str, usize)>, usize) {
    let quote = usize::from(body.starts_with(['"', '\'']));
    let rest = body.get(quote..).unwrap_or_default();
    let len = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')))
        .unwrap_or(rest.len());
    let key = rest.get(..len).unwrap_or_default();
    let after_at = quote + len + quote;
    let after = body.get(after_at..).unwrap_or_default();
    let separator = after.trim_start();
    if key.is_empty() || !separator.starts_with([':', '=']) || separator.starts_with("://") {
        return (None, 0);
    }
    let skipped = after.len() - separator.len();
    (Some((key, quote)), after_at + skipped + 1)
}

fn unquote(value: &str, start: usize) -> (&str, usize) {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return (inner.strip_suffix(quote).unwrap_or(inner), start + 1);
        }
    }
    (value, start)
}

/// The value with every `{{ … }}` as a hole.
fn with_holes(value: &str, start: usize) -> (Arc<str>, TextMap, bool) {
    if !value.contains("{{") {
        return (value.into(), TextMap::at(start), false);
    }
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        text.push(HOLE);
        rest = after.split_once("}}").map_or("", |(_, tail)| tail);
    }
    text.push_str(rest);
    (text.into(), TextMap::whole(start..start + value.len()), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn lines_become_settings_with_exact_places() {
        let text = "# image: no\n  - image: \"exadel/compreface-core:{{ .Values.tag }}\"\nFACE_URL=http://a.b/c\n\"k\": 1,\n";
        let file = SourceFile::new(FileId(0), "a/t.yaml", text, "UTF-8");
        let resource = read(&file, &[]);
        let seen: Vec<(&str, &str, &str)> = resource
            .settings
            .iter()
            .map(|s| (s.key(), file.slice(s.key_span), file.slice(s.value.span)))
            .collect();
        assert_eq!(
            seen,
            [
                ("image", "image", "exadel/compreface-core:{{ .Values.tag }}"),
                ("FACE_URL", "FACE_URL", "http://a.b/c"),
                ("k", "k", "1"),
            ]
        );
    }
}
