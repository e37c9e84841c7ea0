//! Children under fourteen (Art. 7).

use super::reader::Observed;
use super::referred::referred;
use super::view::{View, declared, observed, truth};
use super::{Evidence, Fact, How};

/// `minors`: whether their faces are processed, signs that they may be, and what there is for them.
pub(super) fn read(view: &View<'_>) -> Fact {
    let present = match view.stated("minors.under-14") {
        Some(stated) => {
            Fact::bool(stated.values.first().is_some_and(|v| v == "true")).shown([declared(stated)])
        }
        None => view
            .noted("minors.present")
            .find_map(|note| Some(Fact::bool(truth(note)?).shown([observed(note.setting)])))
            .unwrap_or_default(),
    };
    let hints = hints(view);
    let min_age = view.noted("minors.min-age").find_map(|note| match note.observation.value {
        Observed::Count(n) => Some(Fact::int(n).shown([observed(note.setting)])),
        _ => None,
    });
    let guardian =
        referred(view, "guardian-consent.record", &["minors.guardian", "minors.guardian-required"]);
    Fact::map([
        ("present", present),
        ("hint", Fact::bool(!hints.is_empty()).shown(hints)),
        ("min_age", min_age.unwrap_or_default()),
        ("guardian", guardian),
        ("rules", referred(view, "minors.rules", &["minors.rules"])),
    ])
    .keyed("minors")
}

/// Places whose words speak of children: the kind of place, the purpose, the names of what runs.
fn hints(view: &View<'_>) -> Vec<Evidence> {
    let speaks = |text: &str| view.vocabulary.about_text("place", text) == Some("children");
    let mut out: Vec<Evidence> = Vec::new();
    for note in view.noted("venue.kind").chain(view.noted("venue.purpose")) {
        if speaks(&note.setting.value.text) {
            out.push(observed(note.setting));
        }
    }
    if let Some(stated) = view.stated("purpose").filter(|s| s.values.iter().any(|v| speaks(v))) {
        out.push(declared(stated));
    }
    for resource in view.system.components.iter().filter_map(|n| view.resource(*n)) {
        if speaks(&resource.name) {
            out.push(Evidence { span: resource.name_span, how: How::Observed, label: None });
        }
    }
    out
}
