//! Facts that refer to something else: a notice, a record, a set of rules, a sign.

use super::reader::Observed;
use super::view::{Reference, View, declared, observed};
use super::{Evidence, Fact};

/// The state of what a declaration or a setting refers to, with its places: `present`, `placeholder`,
/// `missing` and `outside` (see [`Reference`]), `disabled` (a switch says no), `unknown` (the value is set
/// elsewhere), or `absent`.
pub(super) fn referred(view: &View<'_>, name: &str, noted: &[&str]) -> Fact {
    let mut best: Option<(u8, &'static str, Evidence)> = None;
    let mut consider = |rank: u8, state: &'static str, place: Evidence| {
        if best.as_ref().is_none_or(|(known, ..)| rank > *known) {
            best = Some((rank, state, place));
        }
    };
    if let Some(stated) = view.stated(name) {
        match stated.reference {
            Some(Reference::Given) => consider(9, "present", declared(stated)),
            Some(other) => consider(5, other.state(), declared(stated)),
            None => {
                let text = stated.values.first().map(String::as_str).unwrap_or_default();
                let state = if super::value::is_placeholder(text) { "placeholder" } else { "present" };
                consider(if state == "present" { 9 } else { 5 }, state, declared(stated));
            }
        }
    }
    for note in noted.iter().flat_map(|name| view.noted(name)) {
        let place = observed(note.setting);
        match &note.observation.value {
            Observed::Bool(true) => consider(8, "present", place),
            Observed::Bool(false) => consider(4, "disabled", place),
            Observed::Unknown => consider(1, "unknown", place),
            Observed::Placeholder(_) => consider(3, "placeholder", place),
            Observed::Reference(text) | Observed::Text(text) => match (view.reference)(text) {
                Reference::Given => consider(7, "present", place),
                // A path in a setting is one of the deployed program, not of the repository.
                Reference::Missing | Reference::Outside => consider(7, "present", place),
                Reference::Placeholder => consider(3, "placeholder", place),
            },
            _ => consider(6, "present", place),
        }
    }
    match best {
        Some((_, state, place)) => Fact::text(state).shown([place]),
        None => Fact::text("absent"),
    }
}

/// The items of a declared list, each with the list's place; none where nothing is declared.
pub(super) fn listed(view: &View<'_>, name: &str) -> Fact {
    let Some(stated) = view.stated(name) else { return Fact::list([]) };
    Fact::list(stated.values.iter().map(Fact::text)).shown([declared(stated)])
}
