//! The personal information protection impact assessment (Art. 9): whether there is one, what it says of
//! itself, and whether what was assessed is still what the files show.

use jiff::civil::Date;

use super::digest::Digest;
use super::document::{self, Document};
use super::reader::Observed;
use super::view::{Reference, View, declared, observed};
use super::{Evidence, Fact, How, Label};
use crate::source::{SourceFile, Span};

/// `assessment`: its state, reference and date, the parts it has, the systems it speaks of, and how its
/// digest compares.
pub(super) fn read(view: &View<'_>, digest: &Digest) -> Fact {
    let mut best: Option<(Reference, String, Evidence)> = None;
    let mut consider = |state: Reference, text: &str, place: Evidence| {
        let better = match &best {
            None => true,
            Some((known, ..)) => *known != Reference::Given && state == Reference::Given,
        };
        if better {
            best = Some((state, text.to_owned(), place));
        }
    };
    if let Some(stated) = view.stated("assessment.ref") {
        let state = stated.reference.unwrap_or(Reference::Given);
        consider(state, stated.values.first().map_or("", String::as_str), declared(stated));
    }
    let mut unknown = None;
    for note in view.noted("assessment.reference") {
        match &note.observation.value {
            Observed::Unknown => unknown = Some(observed(note.setting)),
            _ => {
                let text = &*note.setting.value.text;
                consider((view.reference)(text), text, observed(note.setting));
            }
        }
    }
    let opened = best
        .as_ref()
        .filter(|(state, ..)| *state == Reference::Given)
        .and_then(|(_, text, _)| (view.around.open)(text))
        .map(|file| (document::read(&file.text), file));
    // A document in which nothing is written but texts that hold a place is a template.
    let template = opened
        .as_ref()
        .filter(|(d, _)| d.parts.is_empty() && d.holders.iter().any(|(part, _)| part.is_some()));
    if let (Some((state, ..)), Some(_)) = (best.as_mut(), template) {
        *state = Reference::Placeholder;
    }
    let (state, reference, evidence) = match (best, unknown) {
        (Some((state, text, place)), _) => (state.state(), Fact::text(text), vec![place]),
        (None, Some(place)) => ("unknown", Fact::default(), vec![place]),
        (None, None) => ("absent", Fact::default(), Vec::new()),
    };
    let contents = Contents::of(view, opened.as_ref(), state);
    let stated = stated_date(view);
    let written = opened.as_ref().and_then(|(document, file)| {
        let (date, range) = document.date.clone()?;
        Some((date, inside(file, range, "the date in the assessment", "评估报告中的日期")))
    });
    let conflicts = conflicts(view, opened.as_ref(), stated.as_ref(), written.as_ref(), &evidence);
    let date = stated.or(written);

    let digest_stated = view.stated("assessment.digest");
    let (digest_state, changed) =
        digest.state(digest_stated.and_then(|s| s.values.first()).map(String::as_str));
    let digest_place: Vec<Evidence> = digest_stated.into_iter().map(declared).collect();
    let Contents { state: contents_state, parts, missing, scope, holders } = contents;
    Fact::map([
        ("state", Fact::text(state).shown(evidence.clone())),
        ("ref", reference.shown(evidence.clone())),
        ("date", date.map_or_else(Fact::default, |(day, place)| Fact::text(day.to_string()).shown([place]))),
        ("document", Fact::text(if opened.is_some() { "opened" } else { "not-opened" })),
        ("contents", Fact::text(contents_state)),
        ("parts", parts),
        ("missing", missing),
        ("placeholders", holders),
        ("scope", scope),
        ("conflicts", conflicts),
        ("digest_state", Fact::text(digest_state).shown(digest_place.clone())),
        ("changed", changed.shown(digest_place)),
    ])
    .shown(evidence)
    .keyed("assessment")
}

/// What a document or a declaration says that the assessment holds.
struct Contents {
    /// `complete`, `incomplete`, or `unknown`: it could not be opened and nothing is declared.
    state: &'static str,
    parts: Fact,
    missing: Fact,
    scope: Fact,
    holders: Fact,
}

impl Contents {
    fn of(view: &View<'_>, opened: Option<&(Document, std::sync::Arc<SourceFile>)>, state: &str) -> Self {
        let covers = view.stated("assessment.covers");
        let names: Vec<&str> = document::PARTS.iter().map(|(part, _)| *part).collect();
        let mut out = Contents {
            state: "unknown",
            parts: Fact::list([]),
            missing: Fact::list([]),
            scope: Fact::list([]),
            holders: Fact::list([]),
        };
        let has: Vec<(String, Evidence)> = if let Some((document, file)) = opened {
            let here = |range: &std::ops::Range<usize>, en, zh| inside(file, range.clone(), en, zh);
            out.scope = Fact::list(
                document
                    .scope
                    .iter()
                    .map(|(name, range)| Fact::text(name).shown([here(range, "its scope", "评估范围")])),
            );
            out.holders = Fact::list(document.holders.iter().map(|(part, range)| {
                let place = here(range, "still to be written", "尚未填写");
                Fact::text(part.unwrap_or("document")).shown([place])
            }));
            let part = |(part, range): &(&str, std::ops::Range<usize>)| {
                ((*part).to_owned(), here(range, "in this section", "见本节"))
            };
            document.parts.iter().map(part).collect()
        } else if let (Some(stated), "present") = (covers, state) {
            stated.values.iter().map(|value| (value.clone(), declared(stated))).collect()
        } else {
            return out;
        };
        let missing = names.iter().filter(|name| has.iter().all(|(known, _)| known != *name));
        let whole = opened.map(|(_, file)| inside(file, title(&file.text), "the assessment", "评估报告"));
        let place: Vec<Evidence> = whole.into_iter().chain(covers.map(declared)).take(1).collect();
        out.missing = Fact::list(missing.map(|name| Fact::text(*name).shown(place.clone())));
        out.parts = Fact::list(has.into_iter().map(|(name, place)| Fact::text(name).shown([place])));
        let complete = out.missing.items().is_empty() && out.holders.items().is_empty();
        out.state = if complete { "complete" } else { "incomplete" };
        out
    }
}

/// Where the document and the project say different things: another date, other systems.
fn conflicts(
    view: &View<'_>,
    opened: Option<&(Document, std::sync::Arc<SourceFile>)>,
    stated: Option<&(Date, Evidence)>,
    written: Option<&(Date, Evidence)>,
    reference: &[Evidence],
) -> Fact {
    let mut out = Vec::new();
    if let (Some((stated, here)), Some((written, there))) = (stated, written)
        && stated != written
    {
        let conflict = Fact::map([
            ("about", Fact::text("date")),
            ("document", Fact::text(written.to_string())),
            ("project", Fact::text(stated.to_string())),
        ]);
        out.push(conflict.shown([here.clone(), there.clone()]).keyed("date"));
    }
    if let Some((document, file)) = opened
        && let (Some((_, first)), Some((_, last))) = (document.scope.first(), document.scope.last())
        && document.scope.iter().all(|(name, _)| is_name(name) && !speaks_of(name, view))
    {
        let names: Vec<&str> = document.scope.iter().map(|(name, _)| name.as_str()).collect();
        let scope = inside(file, first.start..last.end, "its scope", "评估范围");
        let conflict = Fact::map([
            ("about", Fact::text("scope")),
            ("document", Fact::text(names.join(", "))),
            ("project", Fact::text(view.system.name.clone())),
        ]);
        out.push(conflict.shown([scope]).shown(reference.iter().cloned()).keyed("scope"));
    }
    Fact::list(out)
}

/// Whether an entry of a scope names something; words about it cannot be compared.
fn is_name(entry: &str) -> bool {
    entry.is_ascii() && entry.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

/// Whether a name in a scope is that of the system, of one of its resources or products, or stands for all.
fn speaks_of(name: &str, view: &View<'_>) -> bool {
    let plain = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let name_plain = plain(name);
    if matches!(name.trim(), "*" | "all" | "全部" | "所有系统") || name_plain.is_empty() {
        return true;
    }
    let own = [view.system.name.as_str(), view.system.id.as_str()];
    let resources = view.system.resources.iter().filter_map(|n| view.resource(*n)).map(|r| &*r.name);
    let products = view.system.sightings.iter().filter_map(|s| view.product(s)).map(|p| p.product.as_str());
    own.into_iter()
        .chain(resources)
        .chain(products)
        .map(plain)
        .any(|known| known == name_plain || known.len() > 3 && name_plain.contains(&known))
}

/// The date as stated, else as a setting gives it.
fn stated_date(view: &View<'_>) -> Option<(Date, Evidence)> {
    if let Some(stated) = view.stated("assessment.date") {
        return Some((stated.values.first()?.parse().ok()?, declared(stated)));
    }
    view.noted("assessment.date").find_map(|note| match note.observation.value {
        Observed::Date(date) => Some((date, observed(note.setting))),
        _ => None,
    })
}

/// A place in the document. It is the project's own word.
fn inside(file: &SourceFile, range: std::ops::Range<usize>, en: &str, zh: &str) -> Evidence {
    Evidence {
        span: Span::new(file.id, range.start, range.end),
        how: How::Declared,
        label: Some(Label { en: en.into(), zh: zh.into() }),
    }
}

/// The title of a document: its first heading, else its first line.
fn title(text: &str) -> std::ops::Range<usize> {
    let mut at = 0;
    let mut first = None;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.trim_end().len();
        at += line.len();
        if line.starts_with("# ") {
            return range;
        }
        if first.is_none() && !range.is_empty() && line.trim_end() != "---" {
            first = Some(range);
        }
    }
    first.unwrap_or(0..0)
}
