//! The functions that templates call: Go's own, Sprig's, Helm's.
//!
//! A function that is not known here, or whose arguments it cannot take, gives an unknown value: the chart
//! renders with real Helm or fails there with a better message.

mod lists;
mod maps;
mod numbers;
mod strings;

use std::rc::Rc;

use super::eval::{Evaluator, Limit};
use super::text::Text;
use super::value::{Item, Kind, Map, Val};
use super::yaml;

/// Items that a function may make.
const MAX_ITEMS: usize = 20_000;

/// Arguments with the questions that functions ask.
pub(super) struct Args<'a>(&'a [Val]);

impl<'a> Args<'a> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, n: usize) -> Option<&'a Val> {
        self.0.get(n)
    }

    fn last(&self) -> Option<&'a Val> {
        self.0.last()
    }

    /// An argument as text, unknown parts as holes.
    fn text(&self, n: usize) -> Option<Rc<Text>> {
        self.0.get(n).map(text_of)
    }

    /// An argument as a text without holes.
    fn known(&self, n: usize) -> Option<String> {
        self.text(n).filter(|t| !t.has_hole()).map(|t| t.as_str().to_owned())
    }

    fn int(&self, n: usize) -> Option<i64> {
        self.0.get(n).and_then(numbers::to_int)
    }

    fn size(&self, n: usize) -> Option<usize> {
        self.int(n).and_then(|n| usize::try_from(n).ok())
    }

    fn any_unknown(&self) -> bool {
        self.0.iter().any(Val::is_unknown)
    }
}

/// A value as text, as Sprig's `strval` makes it.
fn text_of(val: &Val) -> Rc<Text> {
    match &val.kind {
        Kind::Str(text) => text.clone(),
        _ => Rc::new(val.display()),
    }
}

/// Calls a function.
pub(super) fn call(ev: &mut Evaluator<'_>, name: &str, args: &[Val]) -> Result<Val, Limit> {
    let val = match special(ev, name, args)? {
        Some(val) => val,
        None => {
            let args = Args(args);
            logic(name, &args)
                .or_else(|| strings::call(name, &args))
                .or_else(|| numbers::call(name, &args))
                .or_else(|| lists::call(name, &args))
                .or_else(|| maps::call(ev, name, &args))
                .unwrap_or_else(Val::unknown)
        }
    };
    let size = match &val.kind {
        Kind::Str(text) => text.len(),
        Kind::List(list) => list.items.len(),
        Kind::Map(map) => map.borrow().len(),
        _ => 0,
    };
    ev.spend(size)?;
    Ok(val)
}

/// Functions that run templates or ask the chart.
fn special(ev: &mut Evaluator<'_>, name: &str, args: &[Val]) -> Result<Option<Val>, Limit> {
    let arg = |n: usize| args.get(n).cloned().unwrap_or_else(Val::nil);
    Ok(Some(match name {
        "include" => {
            let name = text_of(&arg(0));
            let text = ev.include(name.as_str(), &arg(1))?;
            text.map_or_else(Val::unknown, Val::text)
        }
        "tpl" => {
            let text = text_of(&arg(0));
            let text = ev.tpl(&text, &arg(1))?;
            text.map_or_else(Val::unknown, Val::text)
        }
        "toYaml" | "mustToYaml" => Val::text(yaml::to_yaml(&arg(0))),
        "toJson" | "mustToJson" | "toRawJson" | "mustToRawJson" => Val::text(yaml::to_json(&arg(0), None)),
        "toPrettyJson" | "mustToPrettyJson" => Val::text(yaml::to_json(&arg(0), Some(2))),
        "fromYaml" | "fromJson" | "mustFromJson" | "fromYamlArray" | "fromJsonArray" => {
            let text = text_of(&arg(0));
            ev.spend(text.len())?;
            yaml::parse(&text, &ev.heap).unwrap_or_else(Val::unknown)
        }
        // A value that must be supplied is one that no file has.
        "required" => match arg(1) {
            val if val.is_nil() || val.as_text().is_some_and(|t| t.is_empty()) => Val::unknown(),
            val => val,
        },
        // The chart refuses these values; what it would give with better ones is still worth reading.
        "fail" => Val::nil(),
        _ => return Ok(None),
    }))
}

/// Comparison, choice and types.
fn logic(name: &str, args: &Args<'_>) -> Option<Val> {
    Some(match name {
        "not" => Val::maybe(args.get(0)?.truth().map(|t| !t)),
        "empty" => Val::maybe(args.get(0)?.truth().map(|t| !t)),
        "eq" => {
            let first = args.get(0)?;
            let mut known = true;
            for other in args.0.get(1..)? {
                match first.equal(other) {
                    Some(true) => return Some(Val::bool(true)),
                    Some(false) => {}
                    None => known = false,
                }
            }
            Val::maybe(known.then_some(false))
        }
        "ne" => Val::maybe(args.get(0)?.equal(args.get(1)?).map(|same| !same)),
        "deepEqual" => Val::maybe(args.get(0)?.same(args.get(1)?, 0)),
        "lt" | "le" | "gt" | "ge" => {
            use std::cmp::Ordering::{Greater, Less};
            let order = order(args.get(0)?, args.get(1)?);
            Val::maybe(order.map(|o| match name {
                "lt" => o == Less,
                "le" => o != Greater,
                "gt" => o == Greater,
                _ => o != Less,
            }))
        }
        "default" => match args.last()? {
            val if args.len() < 2 => val.clone(),
            val => match val.truth() {
                Some(true) => val.clone(),
                Some(false) => args.get(0)?.clone(),
                // A name that the release has is there, whatever it is.
                None if val.as_text().is_some() => val.clone(),
                None => Val::unknown(),
            },
        },
        "coalesce" => {
            for val in args.0 {
                match val.truth() {
                    Some(true) => return Some(val.clone()),
                    Some(false) => {}
                    None => return Some(Val::unknown()),
                }
            }
            Val::nil()
        }
        "ternary" => match args.get(2)?.truth() {
            Some(true) => args.get(0)?.clone(),
            Some(false) => args.get(1)?.clone(),
            None if args.get(0)?.same(args.get(1)?, 0) == Some(true) => args.get(0)?.clone(),
            None => Val::unknown(),
        },
        "all" | "any" => {
            let want_any = name == "any";
            let mut known = true;
            for val in args.0 {
                match val.truth() {
                    Some(t) if t == want_any => return Some(Val::bool(want_any)),
                    Some(_) => {}
                    None => known = false,
                }
            }
            Val::maybe(known.then_some(!want_any))
        }
        "kindOf" => args.get(0)?.go_kind().map_or_else(Val::unknown, Val::str),
        "kindIs" => {
            let want = args.known(0)?;
            let numeric = |k: &str| matches!(k, "int" | "int64" | "float64");
            Val::maybe(
                args.get(1)?.go_kind().map(|k| k == want || (numeric(k) && numeric(&want) && k != "float64")),
            )
        }
        "typeOf" | "typeIs" | "typeIsLike" => {
            let val = args.last()?;
            let type_name = match val.go_kind()? {
                "map" => "map[string]interface {}",
                "slice" => "[]interface {}",
                "invalid" => "<nil>",
                kind => kind,
            };
            if name == "typeOf" { Val::str(type_name) } else { Val::bool(args.known(0)? == type_name) }
        }
        "lookup" => Val::unknown(),
        _ => return None,
    })
}

/// How two values compare; `None` where that is not known.
fn order(a: &Val, b: &Val) -> Option<std::cmp::Ordering> {
    match (&a.kind, &b.kind) {
        (Kind::Str(a), Kind::Str(b)) if !a.has_hole() && !b.has_hole() => Some(a.as_str().cmp(b.as_str())),
        _ => a.number()?.partial_cmp(&b.number()?),
    }
}

/// A field of a value.
pub(super) fn field(ev: &mut Evaluator<'_>, val: &Val, name: &str) -> Result<Val, Limit> {
    if let (Kind::Map(map), "AsConfig" | "AsSecrets") = (&val.kind, name)
        && !map.borrow().contains_key(name)
    {
        return method(ev, val, name, &[]);
    }
    Ok(val.get(name))
}

/// A method of an object that Helm supplies.
pub(super) fn method(ev: &mut Evaluator<'_>, base: &Val, name: &str, args: &[Val]) -> Result<Val, Limit> {
    let args = Args(args);
    match &base.kind {
        Kind::Files(chart) => {
            let Some(path) = args.known(0) else { return Ok(Val::unknown()) };
            let val = match name {
                "Get" | "GetBytes" => Val::text(ev.files.read(*chart, &path).unwrap_or_default()),
                "Lines" => {
                    let text = ev.files.read(*chart, &path).unwrap_or_default();
                    let body = text.as_str().strip_suffix('\n').unwrap_or(text.as_str());
                    if text.is_empty() {
                        Val::list(Vec::new())
                    } else {
                        Val::list(body.split('\n').map(|line| Val::text(text.part(line))).collect())
                    }
                }
                "Glob" => {
                    let mut map = Map::new();
                    let glob = globset::GlobBuilder::new(&path).literal_separator(true).build();
                    let matcher = glob.ok().map(|g| g.compile_matcher());
                    for path in ev.files.all(*chart) {
                        if matcher.as_ref().is_some_and(|m| m.is_match(&path))
                            && let Some(text) = ev.files.read(*chart, &path)
                        {
                            map.insert(path, Item { key: None, val: Val::text(text) });
                        }
                    }
                    ev.map(map)
                }
                _ => Val::unknown(),
            };
            if let Some(text) = val.as_text() {
                ev.spend(text.len())?;
            }
            Ok(val)
        }
        Kind::Map(map) => {
            let map = map.borrow().clone();
            Ok(match name {
                "Get" => args
                    .known(0)
                    .and_then(|p| map.get(&p).map(|i| i.val.clone()))
                    .unwrap_or_else(Val::unknown),
                "AsConfig" | "AsSecrets" => {
                    let mut out = Map::new();
                    for (path, item) in map {
                        let base = path.rsplit('/').next().unwrap_or(&path).to_owned();
                        let val = if name == "AsSecrets" {
                            strings::call("b64enc", &Args(&[item.val])).unwrap_or_else(Val::unknown)
                        } else {
                            item.val
                        };
                        out.insert(base, Item { key: None, val });
                    }
                    if out.is_empty() {
                        return Ok(Val::str(""));
                    }
                    Val::text(yaml::to_yaml(&ev.map(out)))
                }
                _ => Val::unknown(),
            })
        }
        _ => Ok(Val::unknown()),
    }
}
