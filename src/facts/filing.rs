//! The filing at 100,000 persons (Art. 15): the number, the day it was reached, the last day, and what is
//! left until then.

use jiff::civil::Date;

use super::digest::Digest;
use super::reader::Observed;
use super::view::{View, declared, observed};
use super::{Evidence, Fact};
use crate::calendar::{FILING_DAYS, FILING_PERSONS, MissingYear};

/// `filing`: see [`state`] for the states. Dates are texts (`2025-07-14`), days are working days.
pub(super) fn read(view: &View<'_>, digest: &Digest) -> Fact {
    let persons = persons(view);
    let reached_on = stated_date(view, "persons.threshold-reached-on");
    let number = number(view);
    let filed_on = date(view);
    let terminated_on = stated_date(view, "terminated-on");

    let reached = match (&persons, &reached_on) {
        (_, Some((day, _))) if *day <= view.around.as_of => Some(true),
        (Some((persons, _)), _) => Some(*persons >= FILING_PERSONS),
        _ => None,
    };
    let due = reached_on.as_ref().map(|(day, _)| view.around.calendar.filing_deadline(*day));
    let due = due.map(|due| due.map(|d| d.date));
    let left = due.and_then(Result::ok).map(|last| left(view, last));
    let filed = number.as_ref().is_some_and(|(_, place)| place.is_some())
        || filed_on.as_ref().is_some_and(|(day, _)| *day <= view.around.as_of);
    let missing = [due.and_then(Result::err), left.and_then(Result::err)].into_iter().flatten().next();
    let left = left.and_then(Result::ok);
    let state = state(reached, filed, reached_on.is_some(), missing, left);

    let mut places: Vec<Evidence> = Vec::new();
    places.extend(reached_on.iter().map(|(_, place)| place.clone()));
    places.extend(persons.iter().map(|(_, place)| place.clone()));
    let digest_stated = view.stated("filing.digest");
    let (digest_state, changed) =
        digest.state(digest_stated.and_then(|s| s.values.first()).map(String::as_str));
    let digest_place: Vec<Evidence> = digest_stated.into_iter().map(declared).collect();

    let ended = terminated_on.as_ref().map(|(day, _)| view.around.calendar.deadline(*day, FILING_DAYS));
    let ended = ended.and_then(Result::ok).map(|deadline| deadline.date);
    let ended_left = ended.and_then(|last| left_of(view, last));
    Fact::map([
        ("state", Fact::text(state).shown(places.clone())),
        ("persons", persons.map_or_else(Fact::default, |(n, place)| Fact::int(n).shown([place]))),
        ("reached", reached.map_or_else(Fact::default, Fact::bool)),
        ("reached_on", dated(reached_on)),
        ("deadline", day(due.and_then(Result::ok)).shown(places.clone())),
        ("working_days_left", left.map_or_else(Fact::default, Fact::int)),
        ("working_days_late", left.map_or_else(Fact::default, |left| Fact::int((-left).max(0)))),
        ("missing_year", Fact::int(missing.map_or(0, |MissingYear(year)| i64::from(year)))),
        ("filed", Fact::bool(filed)),
        ("number", number_fact(number)),
        ("date", dated(filed_on)),
        ("materials", super::referred::listed(view, "filing.materials")),
        ("digest_state", Fact::text(digest_state).shown(digest_place.clone())),
        ("changed", changed.shown(digest_place)),
        (
            "ended",
            terminated_on
                .as_ref()
                .map_or_else(Fact::default, |(day, _)| Fact::bool(*day <= view.around.as_of)),
        ),
        ("terminated_on", dated(terminated_on)),
        ("deregister_by", day(ended)),
        ("deregister_days_left", ended_left.map_or_else(Fact::default, Fact::int)),
    ])
    .shown(places)
    .keyed("filing")
}

/// `unknown`: nothing says how many persons; `not-reached`; `filed`; `no-date`: reached, nobody says when;
/// `no-calendar`: the last day or the days left lie in a year without a calendar; `open`: inside the
/// window; `overdue`.
fn state(
    reached: Option<bool>,
    filed: bool,
    dated: bool,
    missing: Option<MissingYear>,
    left: Option<i64>,
) -> &'static str {
    match (reached, left) {
        (None, _) => "unknown",
        (Some(false), _) => "not-reached",
        (Some(true), _) if filed => "filed",
        (Some(true), _) if !dated => "no-date",
        (Some(true), Some(left)) if left < 0 => "overdue",
        (Some(true), Some(_)) if missing.is_none() => "open",
        (Some(true), _) => "no-calendar",
    }
}

/// Working days left; a last day that has passed is late whatever the calendar knows.
fn left(view: &View<'_>, last: Date) -> Result<i64, MissingYear> {
    match view.around.calendar.working_days_left(view.around.as_of, last) {
        // The exact number is not known, that it is late is.
        Err(_) if view.around.as_of > last => {
            let end = Date::new(last.year(), 12, 31).unwrap_or(last);
            Ok(view.around.calendar.working_days_left(end, last).unwrap_or(-1).min(-1))
        }
        other => other,
    }
}

fn left_of(view: &View<'_>, last: Date) -> Option<i64> {
    left(view, last).ok()
}

/// The number of persons: as stated, else the largest that a setting gives.
fn persons(view: &View<'_>) -> Option<(i64, Evidence)> {
    if let Some(stated) = view.stated("persons.stored") {
        let n = stated.values.first().and_then(|v| v.parse().ok())?;
        return Some((n, declared(stated)));
    }
    view.noted("scale.persons")
        .filter_map(|note| match note.observation.value {
            Observed::Count(n) => Some((n, observed(note.setting))),
            _ => None,
        })
        .max_by_key(|(n, _)| *n)
}

fn stated_date(view: &View<'_>, name: &str) -> Option<(Date, Evidence)> {
    let stated = view.stated(name)?;
    Some((stated.values.first()?.parse().ok()?, declared(stated)))
}

/// The day of the filing: as stated, else as a setting gives it.
fn date(view: &View<'_>) -> Option<(Date, Evidence)> {
    stated_date(view, "filing.date").or_else(|| {
        view.noted("filing.date").find_map(|note| match note.observation.value {
            Observed::Date(day) => Some((day, observed(note.setting))),
            _ => None,
        })
    })
}

/// The number of the filing; without a place where the text only holds the place.
fn number(view: &View<'_>) -> Option<(String, Option<Evidence>)> {
    use crate::config::Reference as Text;
    let given = |text: &str, place: Evidence| {
        let placeholder = matches!(Text::of(text), Text::Placeholder(_));
        (text.to_owned(), (!placeholder).then_some(place))
    };
    if let Some(stated) = view.stated("filing.number") {
        return Some(given(stated.values.first()?, declared(stated)));
    }
    view.noted("filing.number").find_map(|note| match &note.observation.value {
        Observed::Reference(text) | Observed::Text(text) => Some(given(text, observed(note.setting))),
        _ => None,
    })
}

fn number_fact(number: Option<(String, Option<Evidence>)>) -> Fact {
    match number {
        Some((text, Some(place))) => Fact::text(text).shown([place]),
        _ => Fact::default(),
    }
}

fn dated(date: Option<(Date, Evidence)>) -> Fact {
    date.map_or_else(Fact::default, |(day, place)| Fact::text(day.to_string()).shown([place]))
}

fn day(date: Option<Date>) -> Fact {
    date.map_or_else(Fact::default, |day| Fact::text(day.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        let late = Some(MissingYear(2027));
        assert_eq!(state(None, false, false, None, None), "unknown");
        assert_eq!(state(Some(false), false, true, None, Some(3)), "not-reached");
        assert_eq!(state(Some(true), true, true, None, Some(-3)), "filed");
        assert_eq!(state(Some(true), false, false, None, None), "no-date");
        assert_eq!(state(Some(true), false, true, None, Some(0)), "open");
        assert_eq!(state(Some(true), false, true, None, Some(-1)), "overdue");
        assert_eq!(state(Some(true), false, true, late, None), "no-calendar");
        assert_eq!(state(Some(true), false, true, late, Some(-1)), "overdue");
    }
}
