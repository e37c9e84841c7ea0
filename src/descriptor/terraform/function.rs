//! The functions that put known texts and collections together.

use std::sync::Arc;

use super::super::cloud::{Pair, Val, document_in};
use super::super::model::{HOLE, Value};
use super::super::place;
use super::eval::{Eval, Scope, computed};
use crate::source::Span;
use crate::syntax::{ScalarKind, TextMap};

/// Largest file that is taken in.
const MAX_FILE: usize = 1 << 18;

/// What a call comes to; a hole where that is not known.
pub(super) fn call(
    eval: &Eval<'_>,
    scope: &Arc<Scope>,
    name: &str,
    mut args: Vec<Val>,
    span: Span,
    depth: usize,
) -> Val {
    let name = name.rsplit("::").next().unwrap_or(name);
    match name {
        "jsonencode" | "yamlencode" | "tolist" | "toset" | "tomap" | "tostring" | "tonumber" | "tobool"
        | "sensitive" | "nonsensitive" | "trimspace" | "chomp" | "distinct" | "sort" | "compact" | "one"
        | "base64encode" | "ephemeralasnull" | "textencodebase64"
            if !args.is_empty() =>
        {
            args.swap_remove(0)
        }
        "jsondecode" => {
            let decoded = match args.first() {
                Some(Val::Scalar(text)) => document_in(&text.value, eval.budget, depth),
                _ => None,
            };
            decoded.unwrap_or_else(|| Val::unknown(span))
        }
        "merge" => Val::Object(span, args.into_iter().flat_map(pairs).collect()),
        "concat" | "setunion" | "flatten" => {
            let mut out = Vec::new();
            for arg in args {
                match arg {
                    Val::List(_, items) if name == "flatten" => {
                        out.extend(items.into_iter().flat_map(items_of))
                    }
                    other => out.extend(items_of(other)),
                }
            }
            Val::List(span, out)
        }
        "coalesce" | "try" | "coalescelist" => {
            let first = args.into_iter().find(|a| !a.is_empty());
            first.unwrap_or_else(|| Val::unknown(span))
        }
        "lookup" => {
            let key = args.get(1).and_then(Val::known);
            let found = key.and_then(|key| args.first().and_then(|map| map.get(key))).or_else(|| args.get(2));
            found.cloned().unwrap_or_else(|| Val::unknown(span))
        }
        "lower" | "upper" | "title" => match args.first().and_then(Val::known) {
            Some(text) if name == "lower" => computed(text.to_lowercase(), span, &args),
            Some(text) if name == "upper" => computed(text.to_uppercase(), span, &args),
            _ => Val::unknown(span),
        },
        "join" => {
            let (Some(separator), Some(Val::List(_, items))) =
                (args.first().and_then(Val::known), args.get(1))
            else {
                return Val::unknown(span);
            };
            let texts: Vec<&str> = items.iter().map(text_of).collect();
            computed(texts.join(separator), span, items)
        }
        "format" => match args.first().and_then(Val::known) {
            Some(format) => computed(formatted(format, args.get(1..).unwrap_or_default()), span, &args),
            None => Val::unknown(span),
        },
        "file" | "templatefile" | "filebase64" => {
            let Some(value) = args.first().and_then(Val::known).and_then(|path| load(eval, scope, path))
            else {
                return Val::unknown(span);
            };
            if name != "templatefile" {
                return Val::text(value).used_at(span);
            }
            let names = match args.into_iter().nth(1) {
                Some(Val::Object(_, pairs)) => pairs,
                _ => Vec::new(),
            };
            eval.text(&scope.with_names(names), value, depth + 1).used_at(span)
        }
        _ => Val::unknown(span),
    }
}

fn pairs(val: Val) -> Vec<Pair> {
    match val {
        Val::Object(_, pairs) => pairs,
        _ => Vec::new(),
    }
}

fn items_of(val: Val) -> Vec<Val> {
    match val {
        Val::List(_, items) => items,
        other => vec![other],
    }
}

fn text_of(val: &Val) -> &str {
    val.known().unwrap_or("\u{FFFC}")
}

/// `%s` and its like, each with the next argument.
fn formatted(format: &str, args: &[Val]) -> String {
    let mut args = args.iter();
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let verb = after.find(|c: char| c.is_ascii_alphabetic());
        match verb.and_then(|n| after.get(n + 1..)) {
            Some(after) => {
                out.push_str(args.next().map_or("\u{FFFC}", text_of));
                rest = after;
            }
            None => {
                out.push(HOLE);
                rest = "";
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text of a file of the project, each byte in its place there.
fn load(eval: &Eval<'_>, scope: &Scope, path: &str) -> Option<Value> {
    let file = eval.project.read(&place::join(scope.dir(), path)?)?;
    (file.text.len() <= MAX_FILE).then(|| Value {
        text: file.text.clone(),
        kind: ScalarKind::Text,
        span: Span::new(file.id, 0, file.text.len()),
        map: TextMap::at(0),
        origins: Vec::new(),
    })
}
