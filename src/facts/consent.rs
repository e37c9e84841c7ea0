//! Separate consent (Arts. 5, 6 and 8).

use super::reader::Observed;
use super::referred::referred;
use super::view::{Reference, View, declared, observed, truth};
use super::{Evidence, Fact, FactValue};

/// `consent`: its state, whether it is separate, the acts it covers, its record, the legal basis that is
/// declared, whether the box is ticked beforehand, and how it is withdrawn.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut present: Vec<Evidence> = Vec::new();
    let mut disabled: Vec<Evidence> = Vec::new();
    let mut unknown: Vec<Evidence> = Vec::new();
    for name in ["consent.required", "consent.separate", "consent.record"] {
        for note in view.noted(name) {
            let list = match (&note.observation.value, truth(note)) {
                (_, Some(true)) => &mut present,
                (_, Some(false)) => &mut disabled,
                (Observed::Unknown, _) => &mut unknown,
                (Observed::Placeholder(_), _) => &mut disabled,
                (Observed::Reference(text) | Observed::Text(text), _) => match (view.reference)(text) {
                    Reference::Given => &mut present,
                    _ => &mut disabled,
                },
                _ => &mut present,
            };
            list.push(observed(note.setting));
        }
    }
    let mut separate = Fact::default();
    let mut record = Fact::default();
    if let Some(stated) = view.stated("consent.separate") {
        let yes = stated.values.first().is_some_and(|v| v == "true");
        separate = Fact::bool(yes).shown([declared(stated)]);
        if yes { present.push(declared(stated)) } else { disabled.push(declared(stated)) }
    } else if let Some(note) = view.noted("consent.separate").find(|n| truth(n).is_some()) {
        separate = Fact::bool(truth(note) == Some(true)).shown([observed(note.setting)]);
    }
    if let Some(stated) = view.stated("consent.record") {
        let state = stated.reference.unwrap_or(Reference::Given);
        record = Fact::text(state.state()).shown([declared(stated)]);
        if state == Reference::Given {
            present.push(declared(stated))
        } else {
            disabled.push(declared(stated))
        }
    }
    let acts = view
        .stated("consent.acts")
        .map_or_else(|| Fact::list([]), |s| Fact::list(s.values.iter().map(Fact::text)).shown([declared(s)]));
    let (state, evidence) = if !disabled.is_empty() {
        // A gate that is off somewhere is not made good by one that is on elsewhere.
        ("disabled", disabled)
    } else if !present.is_empty() {
        ("present", present)
    } else if !unknown.is_empty() {
        ("unknown", unknown)
    } else {
        ("absent", Vec::new())
    };
    let basis = view.stated("legal-basis").map_or_else(
        || Fact::text(""),
        |s| Fact::text(s.values.first().cloned().unwrap_or_default()).shown([declared(s)]),
    );
    let preset = view
        .noted("consent.default")
        .find_map(|n| Some(Fact::bool(truth(n)?).shown([observed(n.setting)])))
        .unwrap_or_default();
    let separate = match separate.value {
        FactValue::Unknown => Fact::text("unknown"),
        _ => separate,
    };
    Fact::map([
        ("state", Fact::text(state).shown(evidence.clone())),
        ("separate", separate),
        ("acts", acts),
        ("record", record),
        ("basis", basis),
        ("preset", preset),
        ("withdrawal", referred(view, "consent.withdraw", &["consent.withdraw", "consent.withdraw-enabled"])),
    ])
    .shown(evidence)
    .keyed("consent")
}
