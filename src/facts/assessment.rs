//! The personal information protection impact assessment (Art. 9).

use super::reader::Observed;
use super::view::{Reference, View, declared, observed};
use super::{Evidence, Fact};

/// `assessment`: its state, reference and date.
pub(super) fn read(view: &View<'_>) -> Fact {
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
    let date = view.stated("assessment.date").map_or_else(Fact::default, |s| {
        Fact::text(s.values.first().cloned().unwrap_or_default()).shown([declared(s)])
    });
    let (state, reference, evidence) = match (best, unknown) {
        (Some((state, text, place)), _) => (state.state(), Fact::text(text), vec![place]),
        (None, Some(place)) => ("unknown", Fact::default(), vec![place]),
        (None, None) => ("absent", Fact::default(), Vec::new()),
    };
    Fact::map([
        ("state", Fact::text(state).shown(evidence.clone())),
        ("ref", reference.shown(evidence.clone())),
        ("date", date),
    ])
    .shown(evidence)
    .keyed("assessment")
}
