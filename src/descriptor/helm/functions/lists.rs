//! Lists.

use super::{Args, MAX_ITEMS};
use crate::descriptor::helm::text::Text;
use crate::descriptor::helm::value::{Kind, Val};

pub(super) fn call(name: &str, args: &Args<'_>) -> Option<Val> {
    let name = match name.strip_prefix("must") {
        Some(rest) if rest.starts_with(char::is_uppercase) => {
            let mut chars = rest.chars();
            let first = chars.next()?.to_ascii_lowercase();
            format!("{first}{}", chars.as_str())
        }
        _ => name.to_owned(),
    };
    Some(match name.as_str() {
        "list" | "tuple" => Val::list(args.0.to_vec()),
        "first" => args.get(0)?.as_list()?.first().cloned().unwrap_or_else(Val::nil),
        "last" => args.get(0)?.as_list()?.last().cloned().unwrap_or_else(Val::nil),
        "rest" => Val::list(args.get(0)?.as_list()?.get(1..).unwrap_or_default().to_vec()),
        "initial" => {
            let list = args.get(0)?.as_list()?;
            Val::list(list.get(..list.len().saturating_sub(1)).unwrap_or_default().to_vec())
        }
        "append" | "push" => {
            let mut list = args.get(0)?.as_list()?.to_vec();
            list.push(args.get(1)?.clone());
            bounded(list)?
        }
        "prepend" => {
            let mut list = args.get(0)?.as_list()?.to_vec();
            list.insert(0, args.get(1)?.clone());
            bounded(list)?
        }
        "concat" => {
            let mut out = Vec::new();
            for list in args.0 {
                out.extend(list.as_list()?.iter().cloned());
                if out.len() > MAX_ITEMS {
                    return None;
                }
            }
            Val::list(out)
        }
        "reverse" => Val::list(args.get(0)?.as_list()?.iter().rev().cloned().collect()),
        "compact" => {
            Val::list(args.get(0)?.as_list()?.iter().filter(|v| v.truth() != Some(false)).cloned().collect())
        }
        "uniq" => {
            let mut out: Vec<Val> = Vec::new();
            for item in args.get(0)?.as_list()? {
                if !out.iter().any(|seen| seen.same(item, 0) == Some(true)) {
                    out.push(item.clone());
                }
                if out.len() > 2_000 {
                    return None;
                }
            }
            Val::list(out)
        }
        "without" => {
            let list = args.get(0)?.as_list()?;
            let drop = args.0.get(1..)?;
            let gone = |v: &Val| drop.iter().any(|d| d.same(v, 0) == Some(true));
            Val::list(list.iter().filter(|v| !gone(v)).cloned().collect())
        }
        "has" => {
            let mut known = true;
            for item in args.get(1)?.as_list()? {
                match item.same(args.get(0)?, 0) {
                    Some(true) => return Some(Val::bool(true)),
                    Some(false) => {}
                    None => known = false,
                }
            }
            Val::maybe(known.then_some(false))
        }
        "sortAlpha" => {
            let mut list: Vec<_> = args.get(0)?.as_list()?.iter().map(super::text_of).collect();
            if list.iter().any(|t| t.has_hole()) {
                return None;
            }
            list.sort_by(|a, b| a.as_str().cmp(b.as_str()));
            Val::list(list.into_iter().map(|t| Val::new(Kind::Str(t))).collect())
        }
        "slice" => match &args.get(0)?.kind {
            Kind::List(list) => {
                let from = args.size(1).unwrap_or(0);
                let to = args.size(2).unwrap_or(list.items.len());
                Val::list(list.items.get(from..to)?.to_vec())
            }
            Kind::Str(text) if !text.has_hole() => {
                let from = args.size(1).unwrap_or(0);
                let to = args.size(2).unwrap_or(text.len());
                text.as_str().get(from..to)?;
                Val::text(text.slice(from..to))
            }
            _ => return None,
        },
        "chunk" => {
            let size = args.size(0).filter(|n| *n > 0)?;
            Val::list(args.get(1)?.as_list()?.chunks(size).map(|c| Val::list(c.to_vec())).collect())
        }
        "until" => numbers(0, args.int(0)?, if args.int(0)? < 0 { -1 } else { 1 })?,
        "untilStep" => numbers(args.int(0)?, args.int(1)?, args.int(2)?)?,
        "seq" => {
            let ends: Option<Vec<i64>> = (0..args.len()).map(|n| args.int(n)).collect();
            let (from, step, to) = match ends?.as_slice() {
                [to] => (1, if *to < 1 { -1 } else { 1 }, *to),
                [from, to] => (*from, if to < from { -1 } else { 1 }, *to),
                [from, step, to] => (*from, *step, *to),
                _ => return None,
            };
            let list = numbers(from, to.saturating_add(step.signum()), step)?;
            let words: Vec<String> =
                list.as_list()?.iter().map(|v| v.display().as_str().to_owned()).collect();
            Val::str(&words.join(" "))
        }
        "len" => Val::int(
            i64::try_from(match &args.get(0)?.kind {
                Kind::List(list) => list.items.len(),
                Kind::Map(map) => map.borrow().len(),
                Kind::Str(text) if !text.has_hole() => text.len(),
                _ => return None,
            })
            .ok()?,
        ),
        "join" => {
            let separator = args.text(0)?;
            let mut out = Text::default();
            let single = std::slice::from_ref(args.get(1)?);
            let items = match &args.get(1)?.kind {
                Kind::List(list) => &list.items,
                Kind::Unknown => return None,
                _ => single,
            };
            for (n, item) in items.iter().filter(|v| !v.is_nil()).enumerate() {
                if n > 0 {
                    out.push_text(&separator);
                }
                out.push_text(&super::text_of(item));
            }
            Val::text(out)
        }
        "toStrings" => {
            let list = args.get(0)?.as_list()?;
            Val::list(list.iter().map(|v| Val::new(Kind::Str(super::text_of(v)))).collect())
        }
        _ => return None,
    })
}

fn bounded(list: Vec<Val>) -> Option<Val> {
    (list.len() <= MAX_ITEMS).then(|| Val::list(list))
}

fn numbers(from: i64, to: i64, step: i64) -> Option<Val> {
    let mut out = Vec::new();
    let mut at = from;
    while step != 0 && (if step > 0 { at < to } else { at > to }) {
        out.push(Val::int(at));
        if out.len() > MAX_ITEMS {
            return None;
        }
        at = at.checked_add(step)?;
    }
    Some(Val::list(out))
}
