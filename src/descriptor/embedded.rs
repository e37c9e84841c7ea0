//! Documents inside values: an `application.yml` in a ConfigMap, a `content:` in a Compose file.

use super::flatten::{Budget, Visit, visit};
use super::model::{Role, Segment, Setting, Value};
use super::{place, plain, spring};
use crate::syntax::{self, Comment, Data, Format, Input, Parsed, Scalar, SyntaxProblem};

/// What a document inside a value gave.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    pub(crate) settings: Vec<Setting>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) problems: Vec<SyntaxProblem>,
}

/// Reads a value as a document, if it is one. `name` is the file name under which it will be seen; its ending
/// says the format, else the text does. The settings' paths begin with `name`.
pub(crate) fn read(name: &str, value: &Value, budget: &Budget) -> Option<Inside> {
    let scalar = Scalar { text: value.text.clone(), kind: value.kind, map: value.map.clone() };
    let input = || Input::embedded(value.span.file, &scalar);
    let (format, parsed) = match syntax::format_of(name).filter(|f| *f != Format::Text) {
        Some(format) => {
            let mut parsed = syntax::parse(format, &input());
            if scalar.text.contains("{{") {
                // A template of another tool: that it is not the format yet is no fault.
                parsed.problems.clear();
            }
            (format, parsed)
        }
        None => sniff(name, &scalar.text).find_map(|format| {
            let parsed = syntax::parse(format, &input());
            let mut roots = parsed.documents.iter().map(|tree| &tree.root.data);
            let whole = parsed.problems.is_empty() && roots.all(|data| !matches!(data, Data::Scalar(_)));
            whole.then_some((format, parsed))
        })?,
    };
    let mut out = settings(name, format, &parsed, budget);
    for setting in &mut out {
        setting.path.insert(0, Segment::Key(name.into()));
    }
    if out.is_empty() && parsed.problems.is_empty() {
        return None;
    }
    let comments = parsed.documents.into_iter().flat_map(|tree| tree.comments).collect();
    Some(Inside { settings: out, comments, problems: parsed.problems })
}

fn settings(name: &str, format: Format, parsed: &Parsed, budget: &Budget) -> Vec<Setting> {
    let mut out = Vec::new();
    for (n, tree) in parsed.documents.iter().enumerate() {
        if spring::is_config_name(place::file_name(name)) {
            out.extend(spring::embedded(name, format, &parsed.documents, n, budget));
            continue;
        }
        if format == Format::Env {
            out.extend(super::env::settings(&tree.root, None, &|_| None, budget));
            continue;
        }
        visit(&tree.root, &[], tree.root.span, budget, &mut |at| {
            if at.is_leaf() && !at.path.is_empty() {
                out.push(plain::leaf(&at, format, Role::Plain));
            }
            Visit::Descend
        });
    }
    out
}

/// The formats that a text without a telling name may be in, the likeliest first.
fn sniff(name: &str, text: &str) -> impl Iterator<Item = Format> {
    /// Endings of files that hold keys and values in none of our formats, or none at all.
    const OTHERS: &[&str] = &[
        "sh", "bash", "py", "js", "ts", "lua", "rb", "pl", "sql", "html", "htm", "css", "md", "txt", "crt",
        "pem", "key", "cer", "csr", "pub", "tpl", "tmpl", "j2", "go", "java", "groovy", "rego", "ps1", "php",
        "csv", "log",
    ];
    let ending = name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
    let other = OTHERS.contains(&ending.as_str()) || text.trim_start().starts_with("#!");
    let trimmed = text.trim();
    let braces = |open, close| trimmed.starts_with(open) && trimmed.ends_with(close);
    let (mut lines, mut colons, mut equals) = (0usize, 0usize, 0usize);
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', ';'])).take(400)
    {
        lines += 1;
        let word = line.strip_prefix("- ").unwrap_or(line).trim_matches(['"', '\'']);
        let end =
            word.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '/' | '"' | '\''));
        let after = end.and_then(|n| word.get(n..)).unwrap_or_default();
        let named = end != Some(0);
        colons += usize::from((named && (after == ":" || after.starts_with(": "))) || line.starts_with("- "));
        equals += usize::from(named && after.trim_start().starts_with('='));
    }
    let format = if other || lines == 0 {
        None
    } else if braces('{', '}') || (braces('[', ']') && text.contains('"')) {
        Some(Format::Json)
    } else if !text.trim_end().contains('\n') {
        None
    } else if trimmed.starts_with("<?xml") {
        Some(Format::Xml)
    } else if lines >= 2 && equals == lines {
        Some(Format::Properties)
    } else if lines >= 2 && colons * 2 >= lines {
        Some(Format::Yaml)
    } else if trimmed.starts_with('[') && equals * 2 >= lines {
        Some(Format::Ini)
    } else {
        None
    };
    format.into_iter()
}
