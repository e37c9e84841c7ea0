//! Mappings.

use super::{Args, text_of};
use crate::descriptor::helm::eval::Evaluator;
use crate::descriptor::helm::merge;
use crate::descriptor::helm::text::Text;
use crate::descriptor::helm::value::{Item, Kind, MAX_DEPTH, Map, MapRef, Val};

pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, args: &Args<'_>) -> Option<Val> {
    let keep = |keep_named: bool| -> Option<Val> {
        let map = args.get(0)?.as_map()?.borrow().clone();
        let names: Option<Vec<String>> = (1..args.len()).map(|n| args.known(n)).collect();
        let names = names?;
        Some(ev.map(map.into_iter().filter(|(k, _)| names.contains(k) == keep_named).collect()))
    };
    Some(match name {
        "dict" => {
            let mut map = Map::new();
            let mut args = args.0.iter();
            while let Some(key) = args.next() {
                let key = text_of(key);
                let val = args.next().cloned().unwrap_or_else(|| Val::str(""));
                map.insert(key.as_str().to_owned(), Item { key: key.first_span(), val });
            }
            ev.map(map)
        }
        "get" => {
            let key = args.known(1)?;
            match args.get(0)?.as_map()?.borrow().get(&key) {
                Some(item) => item.val.clone(),
                None => Val::str(""),
            }
        }
        "set" => {
            let target = args.get(0)?;
            let key = text_of(args.get(1)?);
            let item = Item { key: key.first_span(), val: args.get(2)?.clone() };
            target.as_map()?.borrow_mut().insert(key.as_str().to_owned(), item);
            target.clone()
        }
        "unset" => {
            let target = args.get(0)?;
            target.as_map()?.borrow_mut().remove(&args.known(1)?);
            target.clone()
        }
        "hasKey" => Val::bool(args.get(0)?.as_map()?.borrow().contains_key(&args.known(1)?)),
        "keys" => {
            let mut out = Vec::new();
            for map in args.0 {
                for (key, item) in map.as_map()?.borrow().iter() {
                    out.push(Val::text(Text::from_place(key, item.key)));
                }
            }
            Val::list(out)
        }
        "values" => Val::list(args.get(0)?.as_map()?.borrow().values().map(|i| i.val.clone()).collect()),
        "pick" => keep(true)?,
        "omit" => keep(false)?,
        "pluck" => {
            let key = args.known(0)?;
            let maps = args.0.get(1..)?;
            Val::list(maps.iter().filter_map(|m| Some(m.as_map()?.borrow().get(&key)?.val.clone())).collect())
        }
        "dig" => {
            let (map, rest) = args.0.split_last()?;
            let (default, keys) = rest.split_last()?;
            let mut at = map.clone();
            for key in keys {
                let next = match &at.kind {
                    Kind::Map(map) => map.borrow().get(text_of(key).as_str()).map(|i| i.val.clone()),
                    Kind::Unknown => return None,
                    _ => None,
                };
                match next {
                    Some(next) => at = next,
                    None => return Some(default.clone()),
                }
            }
            at
        }
        "index" => {
            let mut at = args.get(0)?.clone();
            for key in args.0.get(1..)? {
                at = match &at.kind {
                    Kind::List(list) => {
                        list.items.get(usize::try_from(super::numbers::to_int(key)?).ok()?)?.clone()
                    }
                    Kind::Map(_) => at.get(text_of(key).as_str()),
                    Kind::Nil => Val::nil(),
                    _ => return None,
                };
            }
            at
        }
        "merge" | "mustMerge" | "mergeOverwrite" | "mustMergeOverwrite" => {
            let overwrite = name.ends_with("Overwrite");
            let target = args.get(0)?;
            let map = target.as_map()?;
            if args.any_unknown() {
                return None;
            }
            for other in args.0.get(1..)? {
                merge_into(ev, map, other.as_map()?, overwrite, 0);
            }
            target.clone()
        }
        "deepCopy" | "mustDeepCopy" => merge::copy(args.get(0)?, &ev.heap, 0),
        _ => return None,
    })
}

/// Sprig's merge: keys of `from` are added to `into`; mappings are merged all the way down. Without `overwrite`
/// a value that is not empty stays.
fn merge_into(ev: &Evaluator<'_>, into: &MapRef, from: &MapRef, overwrite: bool, depth: usize) {
    if std::rc::Rc::ptr_eq(into, from) || depth > MAX_DEPTH {
        return;
    }
    let from = from.borrow().clone();
    for (key, item) in from {
        let own = into.borrow().get(&key).cloned();
        match (own.as_ref().map(|i| &i.val.kind), &item.val.kind) {
            (Some(Kind::Map(a)), Kind::Map(b)) => merge_into(ev, a, b, overwrite, depth + 1),
            (Some(_), _) if !overwrite && own.as_ref().is_some_and(|i| i.val.truth() != Some(false)) => {}
            // An empty value overwrites nothing.
            (Some(_), _) if overwrite && item.val.truth() == Some(false) && !is_set(&item.val) => {}
            _ => {
                let val = merge::copy(&item.val, &ev.heap, 0);
                into.borrow_mut().insert(key, Item { key: item.key, val });
            }
        }
    }
}

fn is_set(val: &Val) -> bool {
    !matches!(val.kind, Kind::Nil)
}
