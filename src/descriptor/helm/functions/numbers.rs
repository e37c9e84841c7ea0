//! Arithmetic and conversions.

use super::Args;
use crate::descriptor::helm::value::{Kind, Val};

pub(super) fn call(name: &str, args: &Args<'_>) -> Option<Val> {
    let fold = |start: i64, f: fn(i64, i64) -> i64| {
        let numbers: Option<Vec<i64>> = (0..args.len()).map(|n| args.int(n)).collect();
        numbers.map(|list| Val::int(list.into_iter().fold(start, f)))
    };
    let two = |f: fn(i64, i64) -> Option<i64>| f(args.int(0)?, args.int(1)?).map(Val::int);
    let floats = |f: fn(f64, f64) -> f64| {
        let numbers: Option<Vec<f64>> = (0..args.len()).map(|n| to_float(args.get(n)?)).collect();
        numbers?.into_iter().reduce(f).map(Val::float)
    };
    match name {
        "add" => fold(0, i64::saturating_add),
        "add1" => args.int(0).map(|n| Val::int(n.saturating_add(1))),
        "mul" => fold(1, i64::saturating_mul),
        "sub" => two(|a, b| Some(a.saturating_sub(b))),
        "div" => two(i64::checked_div),
        "mod" => two(i64::checked_rem),
        "max" | "biggest" => {
            let numbers: Option<Vec<i64>> = (0..args.len()).map(|n| args.int(n)).collect();
            numbers?.into_iter().max().map(Val::int)
        }
        "min" => {
            let numbers: Option<Vec<i64>> = (0..args.len()).map(|n| args.int(n)).collect();
            numbers?.into_iter().min().map(Val::int)
        }
        "addf" => floats(|a, b| a + b),
        "subf" => floats(|a, b| a - b),
        "mulf" => floats(|a, b| a * b),
        "divf" => floats(|a, b| a / b),
        "maxf" => floats(f64::max),
        "minf" => floats(f64::min),
        "floor" => to_float(args.get(0)?).map(|n| Val::float(n.floor())),
        "ceil" => to_float(args.get(0)?).map(|n| Val::float(n.ceil())),
        "round" => {
            let places = i32::try_from(args.int(1)?.clamp(-20, 20)).ok()?;
            let scale = 10f64.powi(places);
            to_float(args.get(0)?).map(|n| Val::float((n * scale).round() / scale))
        }
        "int" | "int64" | "atoi" => args.int(0).map(|n| Val::int(n).at(place(args))),
        "float64" => to_float(args.get(0)?).map(|n| Val::float(n).at(place(args))),
        "toDecimal" => i64::from_str_radix(&args.known(0)?, 8).ok().map(Val::int),
        _ => None,
    }
}

fn place(args: &Args<'_>) -> Option<crate::source::Span> {
    let val = args.get(0)?;
    val.from.or_else(|| val.as_text()?.first_span())
}

/// Sprig's conversion: what is no number is 0; an unknown value stays unknown.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn to_int(val: &Val) -> Option<i64> {
    match &val.kind {
        Kind::Int(n) => Some(*n),
        Kind::Float(n) => Some(*n as i64),
        Kind::Bool(b) => Some(i64::from(*b)),
        Kind::Str(text) if text.has_hole() => None,
        Kind::Str(text) => Some(text.as_str().trim().parse().unwrap_or(0)),
        Kind::Nil => Some(0),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss)]
fn to_float(val: &Val) -> Option<f64> {
    match &val.kind {
        Kind::Float(n) => Some(*n),
        Kind::Str(text) if !text.has_hole() => Some(text.as_str().trim().parse().unwrap_or(0.0)),
        _ => to_int(val).map(|n| n as f64),
    }
}
