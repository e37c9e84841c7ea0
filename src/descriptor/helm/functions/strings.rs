//! Text functions. Text with a hole is worked on as it is, wherever the hole does not matter for the result.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::{Args, text_of};
use crate::descriptor::HOLE;
use crate::descriptor::helm::text::{HOLE_TEXT, Text};
use crate::descriptor::helm::value::{Item, Kind, Val};
use crate::descriptor::helm::yaml::json_string;

/// Longest text that `repeat` and the like may give.
const MAX_TEXT: usize = 1 << 20;

pub(super) fn call(name: &str, args: &Args<'_>) -> Option<Val> {
    // Most take the text last, for pipelines.
    let text = || args.last().map(text_of);
    let mapped = |f: &dyn Fn(&str) -> String| -> Option<Val> {
        let text = text()?;
        let new = f(text.as_str());
        Some(Val::text(if new == text.as_str() { (*text).clone() } else { Text::derived(new, &[&text]) }))
    };
    let cut = |f: &dyn Fn(&str) -> Option<&str>| -> Option<Val> {
        let text = text()?;
        let piece = f(text.as_str())?;
        Some(Val::text(text.part(piece)))
    };
    Some(match name {
        "toString" => Val::text((*text()?).clone()),
        "quote" | "squote" => {
            let mut out = Text::default();
            for val in args.0.iter().filter(|v| !v.is_nil()) {
                let text = text_of(val);
                if !out.is_empty() {
                    out.push(" ");
                }
                let escaped =
                    if name == "quote" { json_string(text.as_str()) } else { format!("'{}'", text.as_str()) };
                if escaped.len() == text.len() + 2 {
                    let mark = if name == "quote" { "\"" } else { "'" };
                    out.push(mark);
                    out.push_text(&text);
                    out.push(mark);
                } else {
                    out.push_text(&Text::derived(escaped, &[&text]));
                }
            }
            Val::text(out)
        }
        "indent" | "nindent" => {
            let width = args.size(0)?.min(1_000);
            let text = args.text(1)?;
            if text.as_str().matches('\n').count().saturating_mul(width) > MAX_TEXT {
                return None;
            }
            Val::text(text.indented(&" ".repeat(width), name == "nindent"))
        }
        "trim" => cut(&|t| Some(t.trim()))?,
        "trimAll" | "trimall" => {
            let set = args.known(0)?;
            cut(&|t| Some(t.trim_matches(|c| set.contains(c))))?
        }
        "trimPrefix" => {
            let affix = args.known(0)?;
            cut(&|t| Some(t.strip_prefix(&affix).unwrap_or(t)))?
        }
        "trimSuffix" => {
            let affix = args.known(0)?;
            cut(&|t| Some(t.strip_suffix(&affix).unwrap_or(t)))?
        }
        "trunc" => {
            let length = args.int(0)?;
            let text = args.text(1)?;
            let most = usize::try_from(length.unsigned_abs()).ok()?;
            if text.len() <= most {
                return Some(Val::text((*text).clone()));
            }
            if text.has_hole() {
                return Some(Val::text(Text::derived(HOLE_TEXT, &[&text])));
            }
            cut(&|t| if length < 0 { t.get(t.len() - most..) } else { t.get(..most) })?
        }
        "substr" => {
            let (from, to) = (args.size(0).unwrap_or(0), args.size(1));
            if text()?.has_hole() {
                return None;
            }
            cut(&|t| t.get(from..to.unwrap_or(t.len()).min(t.len())))?
        }
        "upper" => mapped(&str::to_uppercase)?,
        "lower" => mapped(&str::to_lowercase)?,
        "title" => mapped(&|t| words(t, true))?,
        "untitle" => mapped(&|t| words(t, false))?,
        "nospace" => mapped(&|t| t.chars().filter(|c| !c.is_whitespace()).collect())?,
        "kebabcase" => mapped(&|t| separated(t, '-'))?,
        "snakecase" => mapped(&|t| separated(t, '_'))?,
        "replace" => {
            let (old, new) = (args.known(0)?, args.text(1)?);
            let text = args.text(2)?;
            if old.is_empty() || !text.as_str().contains(&old) {
                return Some(Val::text((*text).clone()));
            }
            let mut out = Text::default();
            let mut at = 0;
            for (start, found) in text.as_str().match_indices(&old) {
                out.push_slice(&text, at..start);
                out.push_text(&new);
                at = start + found.len();
                if out.len() > MAX_TEXT {
                    return None;
                }
            }
            out.push_slice(&text, at..text.len());
            Val::text(out)
        }
        "repeat" => {
            let (count, text) = (args.size(0)?, args.text(1)?);
            if text.len().checked_mul(count)? > MAX_TEXT {
                return None;
            }
            Val::text(Text::derived(text.as_str().repeat(count), &[&text]))
        }
        "contains" | "hasPrefix" | "hasSuffix" => {
            let (part, text) = (args.known(0)?, args.text(1)?);
            if args.any_unknown() {
                return None;
            }
            let text = text.as_str();
            // A name that only the release has is taken not to hold any name of the chart: both ways would give
            // names that nothing refers to.
            let found = match name {
                "contains" => text.contains(&part),
                "hasPrefix" => text.starts_with(&part),
                _ => text.ends_with(&part),
            };
            let open = match name {
                "hasPrefix" => text.starts_with(HOLE) && text.chars().any(|c| c != HOLE),
                "hasSuffix" => text.ends_with(HOLE) && text.chars().any(|c| c != HOLE),
                _ => false,
            };
            if open && !found { Val::unknown() } else { Val::bool(found) }
        }
        "cat" => {
            let mut out = Text::default();
            for (n, val) in args.0.iter().filter(|v| !v.is_nil()).enumerate() {
                out.push(if n > 0 { " " } else { "" });
                out.push_text(&text_of(val));
            }
            Val::text(out)
        }
        "print" | "println" => {
            let mut out = Text::default();
            let mut before: Option<&Val> = None;
            for val in args.0 {
                let strings = before.is_some_and(|b| b.as_text().is_some()) || val.as_text().is_some();
                if before.is_some() && (name == "println" || !strings) {
                    out.push(" ");
                }
                out.push_text(&text_of(val));
                before = Some(val);
            }
            if name == "println" {
                out.push("\n");
            }
            Val::text(out)
        }
        "printf" => Val::text(printf(args)?),
        "splitList" => {
            let separator = args.known(0)?;
            let text = args.text(1)?;
            if separator.is_empty() || text.as_str().matches(&separator).count() > super::MAX_ITEMS {
                return None;
            }
            Val::list(text.as_str().split(&separator).map(|p| Val::text(text.part(p))).collect())
        }
        "b64enc" | "b64dec" => {
            let text = args.text(0)?;
            if text.has_hole() {
                return None;
            }
            let out = if name == "b64enc" {
                STANDARD.encode(text.as_str())
            } else {
                String::from_utf8(
                    STANDARD.decode(text.as_str()).or_else(|_| URL_SAFE.decode(text.as_str())).ok()?,
                )
                .ok()?
            };
            Val::text(Text::derived(out, &[&text]))
        }
        "initials" => mapped(&|t| t.split_whitespace().filter_map(|w| w.chars().next()).collect())?,
        "abbrev" => {
            let width = args.size(0)?;
            let text = args.text(1)?;
            if text.len() <= width || width < 4 {
                return Some(Val::text((*text).clone()));
            }
            let kept = text.as_str().get(..width - 3)?;
            Val::text(Text::derived(format!("{kept}..."), &[&text]))
        }
        "base" => cut(&|t| t.rsplit('/').next())?,
        "dir" => mapped(&|t| t.rsplit_once('/').map_or(".", |(dir, _)| dir).to_owned())?,
        "ext" => mapped(&|t| {
            let name = t.rsplit('/').next().unwrap_or(t);
            name.rfind('.').and_then(|n| name.get(n..)).unwrap_or_default().to_owned()
        })?,
        "split" | "splitn" => return split(name, args),
        _ => return None,
    })
}

/// Sprig's `split`: a mapping with the keys `_0`, `_1`, …; given back as one only through its printed parts.
fn split(name: &str, args: &Args<'_>) -> Option<Val> {
    let separator = args.known(0)?;
    let most = if name == "splitn" { args.size(1)? } else { usize::MAX };
    let text = args.last().map(text_of)?;
    if separator.is_empty() || text.as_str().matches(&separator).count() > super::MAX_ITEMS {
        return None;
    }
    let pieces = text.as_str().splitn(most, &separator);
    let map = pieces
        .enumerate()
        .map(|(n, piece)| (format!("_{n}"), Item { key: None, val: Val::text(text.part(piece)) }))
        .collect();
    // Holds texts only, so nothing can nest in it and it needs no place on the heap.
    Some(Val::new(Kind::Map(std::rc::Rc::new(std::cell::RefCell::new(map)))))
}

fn words(text: &str, upper: bool) -> String {
    let mut start = true;
    text.chars()
        .map(|c| {
            let first = std::mem::replace(&mut start, !c.is_alphanumeric());
            match (first, upper) {
                (true, true) => c.to_ascii_uppercase(),
                (true, false) => c.to_ascii_lowercase(),
                _ => c,
            }
        })
        .collect()
}

fn separated(text: &str, separator: char) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in text.chars() {
        if c.is_uppercase() && lower {
            out.push(separator);
        }
        if matches!(c, ' ' | '_' | '-' | '.') {
            out.push(separator);
            lower = false;
        } else {
            lower = c.is_lowercase() || c.is_ascii_digit();
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Go's `Sprintf` for the verbs that templates use.
fn printf(args: &Args<'_>) -> Option<Text> {
    let format = args.text(0)?;
    let mut out = Text::default();
    let mut next = 1;
    let source = format.as_str();
    let mut at = 0;
    while let Some(found) = source.get(at..)?.find('%') {
        let percent = at + found;
        out.push_slice(&format, at..percent);
        let spec = source.get(percent + 1..)?;
        let length =
            spec.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '#' | ' ' | '.')).unwrap_or(spec.len());
        let flags = spec.get(..length)?;
        let verb = spec.get(length..)?.chars().next()?;
        at = percent + 1 + length + verb.len_utf8();
        if verb == '%' {
            out.push("%");
            continue;
        }
        let val = args.get(next)?;
        next += 1;
        if val.is_unknown() {
            out.push_text(&val.display());
            continue;
        }
        let text = text_of(val);
        let plain = flags.is_empty();
        let piece = match (verb, &val.kind) {
            ('s' | 'v' | 'd', Kind::Nil) => return None,
            ('s' | 'v', Kind::Str(_)) if plain => (*text).clone(),
            ('v', _) if plain => (*text).clone(),
            ('d', Kind::Int(_)) if plain => (*text).clone(),
            ('t', Kind::Bool(_)) => (*text).clone(),
            ('q', Kind::Str(_)) => Text::derived(json_string(text.as_str()), &[&text]),
            ('d', Kind::Int(n)) => {
                let width: usize = flags.trim_start_matches(['0', '-', '+', ' ']).parse().unwrap_or(0);
                let digits = if flags.starts_with('0') {
                    format!("{n:0width$}", width = width.min(64))
                } else if flags.starts_with('-') {
                    format!("{n:<width$}", width = width.min(64))
                } else {
                    format!("{n:>width$}", width = width.min(64))
                };
                Text::derived(digits, &[&text])
            }
            ('f', Kind::Float(_) | Kind::Int(_)) => {
                let places = flags.split_once('.').map_or(Some(6), |(_, p)| p.parse::<usize>().ok())?;
                Text::derived(format!("{:.*}", places.min(20), val.number()?), &[&text])
            }
            ('x', Kind::Int(n)) if plain => Text::derived(format!("{n:x}"), &[&text]),
            ('s', Kind::Str(_)) => {
                let width: i64 = flags.parse().ok()?;
                let pad = usize::try_from(width.unsigned_abs()).ok()?.min(1_000);
                let padded = if width < 0 {
                    format!("{:<pad$}", text.as_str())
                } else {
                    format!("{:>pad$}", text.as_str())
                };
                Text::derived(padded, &[&text])
            }
            _ => return None,
        };
        out.push_text(&piece);
        if out.len() > MAX_TEXT {
            return None;
        }
    }
    out.push_slice(&format, at..format.len());
    (next == args.len()).then_some(out)
}
