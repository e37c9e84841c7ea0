//! The inventory: every face recognition system at a glance.

use serde::Serialize;

use super::coverage::{tally, tally_text};
use super::model::{SystemReport, Tool};
use super::text::{escape, hang, table};
use super::{Format, Report, Style, words};
use crate::facts::Profile;
use crate::policy::{Outcome, Severity};
use crate::recognition::SightingKind;

/// The inventory as a table (`pretty`, `concise`) or as JSON.
pub fn render(format: Format, report: &Report, style: &Style) -> String {
    match format {
        Format::Json => json(report),
        _ => text(report, style),
    }
}

/// The products of a system, in order of appearance.
pub(super) fn products(system: &SystemReport) -> Vec<String> {
    distinct(system.sightings.iter().map(|s| escape(&s.product).into_owned()))
}

/// The files of a system, in order of appearance.
pub(super) fn places(system: &SystemReport) -> Vec<String> {
    distinct(system.sightings.iter().map(|s| escape(&s.place.file).into_owned()))
}

fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}

/// A duty that a system fails.
#[derive(Serialize)]
struct Fails<'a> {
    rule: &'a str,
    pack: &'a str,
    duty: &'a str,
    severity: Severity,
    waived: bool,
}

/// The failing duties of a system, the most severe first, each once.
fn fails<'a>(report: &'a Report, system: &SystemReport) -> Vec<Fails<'a>> {
    let mut out: Vec<Fails<'a>> = Vec::new();
    for f in report.findings.iter().filter(|f| f.system == system.id && f.outcome == Outcome::Fail) {
        match out.iter_mut().find(|o| o.rule == f.rule && o.pack == f.pack) {
            Some(known) => {
                known.waived &= f.waived.is_some();
                known.severity = known.severity.max(f.severity);
            }
            None => out.push(Fails {
                rule: &f.rule,
                pack: &f.pack,
                duty: &f.duty,
                severity: f.severity,
                waived: f.waived.is_some(),
            }),
        }
    }
    out.sort_by_key(|f| std::cmp::Reverse(f.severity));
    out
}

#[derive(Serialize)]
struct Inventory<'a> {
    version: u32,
    tool: &'a Tool,
    root: &'a str,
    packs: &'a [String],
    as_of: &'a str,
    systems: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    role: &'a str,
    modes: &'a [String],
    profile: &'a Profile,
    products: Vec<&'a str>,
    files: Vec<&'a str>,
    fails: Vec<Fails<'a>>,
    unknown: Vec<&'a str>,
    passes: Vec<&'a str>,
    not_applicable: Vec<&'a str>,
}

/// The rules with this outcome for a system, or for one of its elements.
fn said(system: &SystemReport, outcome: Outcome) -> impl Iterator<Item = &str> {
    system.duties.iter().filter(move |d| d.outcome == outcome).map(|d| d.rule.as_str())
}

fn json(report: &Report) -> String {
    fn dedup<'a>(items: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = std::collections::HashSet::new();
        items.filter(|item| seen.insert(*item)).collect()
    }
    let systems = report.systems.iter().map(|system| Entry {
        id: &system.id,
        name: &system.name,
        role: &system.role,
        modes: &system.modes,
        profile: &system.profile,
        products: dedup(system.sightings.iter().map(|s| s.product.as_str())),
        files: dedup(system.sightings.iter().map(|s| s.place.file.as_str())),
        fails: fails(report, system),
        unknown: dedup(said(system, Outcome::Unknown)),
        passes: dedup(said(system, Outcome::Pass)),
        not_applicable: dedup(said(system, Outcome::NotApplicable)),
    });
    let inventory = Inventory {
        version: 1,
        tool: &report.tool,
        root: &report.root,
        packs: &report.packs,
        as_of: &report.as_of,
        systems: systems.collect(),
    };
    let mut out = serde_json::to_string_pretty(&inventory).unwrap_or_else(|_| "{}".to_owned());
    out.push('\n');
    out
}

fn text(report: &Report, style: &Style) -> String {
    let lang = style.lang;
    if report.systems.is_empty() {
        return if style.quiet {
            String::new()
        } else {
            words::nothing_found(lang, report.summary.files) + "\n"
        };
    }
    let heading = [
        ("system", "系统"),
        ("products", "产品"),
        ("mode", "方式"),
        ("face data go to", "数据去向"),
        ("kept", "保存期限"),
        ("fails", "不符合"),
        ("where", "位置"),
    ];
    let mut rows = vec![heading.map(|(en, zh)| words::pick(lang, en, zh).to_owned()).to_vec()];
    for system in &report.systems {
        let fails = fails(report, system);
        let fails: Vec<String> = fails
            .iter()
            .filter(|f| !f.waived && (f.severity > Severity::Note || style.notes))
            .map(|f| escape(f.rule).into_owned())
            .collect();
        let mut go = vec![words::transfer(lang, &system.profile)];
        go.extend(distinct(
            system
                .sightings
                .iter()
                .filter(|s| s.kind == SightingKind::Endpoint)
                .map(|s| escape(s.text.trim()).into_owned()),
        ));
        go.truncate(4);
        rows.push(vec![
            escape(&system.name).into_owned(),
            products(system).join("\n"),
            mode(lang, &system.profile),
            go.join("\n"),
            kept(system, style),
            if fails.is_empty() { "-".to_owned() } else { fails.join("\n") },
            places(system).join("\n"),
        ]);
    }
    let rule = if style.unicode { '─' } else { '-' };
    let mut out = table(&rows, style.width, rule).join("\n");
    out.push('\n');
    // A system without a judgement (no law in force) has no outcome to count.
    let judged: Vec<&SystemReport> = report.systems.iter().filter(|s| !s.duties.is_empty()).collect();
    if !judged.is_empty() {
        out.push('\n');
    }
    for system in judged {
        let tally = tally_text(lang, tally(system));
        let name = format!("{}{}", escape(&system.name), words::pick(lang, ": ", "："));
        out.push_str(&hang(&name, &tally, style.width));
        out.push('\n');
    }
    out
}

/// One to one or one to many, in few cells.
fn mode(lang: crate::Lang, profile: &Profile) -> String {
    match profile.mode.as_str() {
        "verification" => "1:1".to_owned(),
        "identification" => "1:N".to_owned(),
        "both" => "1:1\n1:N".to_owned(),
        _ => words::unknown(lang).to_owned(),
    }
}

/// How long face data are kept: the limit where the facts hold one, else whether one is stated.
fn kept(system: &SystemReport, style: &Style) -> String {
    let limit = system.facts.pointer("/retention/limit").and_then(serde_json::Value::as_i64);
    match limit {
        Some(seconds) if seconds > 0 => duration(style.lang, seconds),
        _ => words::presence(style.lang, &system.profile.retention),
    }
}

/// A length of time in the largest unit that divides it.
fn duration(lang: crate::Lang, seconds: i64) -> String {
    let units =
        [(86_400, "day", "days", "天"), (3_600, "hour", "hours", "小时"), (60, "minute", "minutes", "分钟")];
    for (unit, one, many, zh) in units {
        if seconds % unit == 0 {
            return words::count(lang, usize::try_from(seconds / unit).unwrap_or(usize::MAX), one, many, zh);
        }
    }
    words::count(lang, usize::try_from(seconds).unwrap_or(usize::MAX), "second", "seconds", "秒")
}
