//! Where the devices are (Art. 13).

use super::reader::Observed;
use super::referred::referred;
use super::value::parse_bool;
use super::view::{Noted, View, declared, observed};
use super::{Evidence, Fact, How};
use crate::descriptor::Segment;
use crate::recognition::words::split_all;

/// `venue`: its kind, the sign, the area of capture, the public-security basis, and every place that a camera
/// or a zone is named after.
pub(super) fn read(view: &View<'_>) -> Fact {
    let spaces = spaces(view);
    let zones: Vec<Evidence> = view.noted("venue.zone").map(|n| observed(n.setting)).collect();
    let mut area = referred(view, "capture-area.ref", &[]);
    if area.as_text() == Some("absent") && !zones.is_empty() {
        area = Fact::text("present").shown(zones);
    }
    Fact::map([
        ("kind", kind(view)),
        ("spaces", Fact::list(spaces)),
        ("signage", referred(view, "signage.ref", &["venue.signage"])),
        ("area", area),
        ("basis", referred(view, "public-security-basis", &[])),
        ("live", live(view)),
    ])
    .keyed("venue")
}

/// The kind of place: as declared, or where a setting says outright that it is public. Other names (`lobby`,
/// `mall`) prove nothing: what is a public place is a question of law.
fn kind(view: &View<'_>) -> Fact {
    if let Some(stated) = view.stated("venue") {
        let text = stated.values.first().map(String::as_str).unwrap_or_default();
        return Fact::text(text).shown([declared(stated)]);
    }
    let public = view.noted("venue.kind").find(|note| {
        matches!(
            note.setting.value.text.trim().to_lowercase().as_str(),
            "public" | "public place" | "public-place" | "public_place" | "公共场所"
        )
    });
    public.map_or_else(Fact::default, |note| Fact::text("public").shown([observed(note.setting)]))
}

/// Places by their names. `private`: a room in which nobody may be watched; the corridor outside it is none.
fn spaces(view: &View<'_>) -> Vec<Fact> {
    let mut out: Vec<(String, bool, Evidence)> = Vec::new();
    let mut add = |name: &str, place: Evidence| {
        if out.iter().all(|(known, ..)| known != name) {
            let private = view.vocabulary.about_text("place", name) == Some("private-space");
            out.push((name.to_owned(), private, place));
        }
    };
    for note in view.noted("venue.camera").chain(view.noted("venue.zone")) {
        let Observed::Text(name) = &note.observation.value else { continue };
        if is_off(view, note, name) {
            continue;
        }
        add(name, named(note, name));
    }
    if let Some(stated) = view.stated("venue").filter(|s| s.values.iter().any(|v| v == "private-space")) {
        out.push(("private-space".into(), true, declared(stated)));
    }
    let fact = |(name, private, place): (String, bool, Evidence)| {
        Fact::map([("name", Fact::text(name.clone())), ("private", Fact::bool(private))])
            .shown([place])
            .keyed(format!("space:{name}"))
    };
    out.into_iter().map(fact).collect()
}

/// The place of a name: the value that is it, else the setting that stands below it.
fn named(note: &Noted<'_>, name: &str) -> Evidence {
    let setting = note.setting;
    let span = if *setting.value.text == *name { setting.value.span } else { setting.key_span };
    Evidence { span, how: How::Observed, label: None }
}

/// Whether a camera is switched off, or its face recognition is.
fn is_off(view: &View<'_>, note: &Noted<'_>, name: &str) -> bool {
    let at = note.setting.path.iter().position(|s| matches!(s, Segment::Key(key) if **key == *name));
    let Some(prefix) = at.and_then(|at| note.setting.path.get(..=at)) else { return false };
    let Some(resource) = view.resource(note.resource) else { return false };
    resource.settings.iter().any(|setting| {
        let Some(rest) = setting.path.strip_prefix(prefix) else { return false };
        let words: Vec<String> = split_all(rest.iter().filter_map(|s| match s {
            Segment::Key(key) => Some(&**key),
            Segment::Item(..) => None,
        }))
        .into_iter()
        .map(|w| w.text)
        .collect();
        let switch = words.last().is_some_and(|w| w == "enabled");
        let whole = words.len() == 1 || words.first().is_some_and(|w| w == "face");
        switch && whole && parse_bool(&setting.value.text) == Some(false)
    })
}

/// Cameras whose streams are watched as they come, without anybody stepping up to them.
fn live(view: &View<'_>) -> Fact {
    let streams: Vec<Evidence> = view
        .system
        .components
        .iter()
        .filter_map(|n| view.resource(*n))
        .flat_map(|r| &r.settings)
        .filter(|s| s.value.text.starts_with("rtsp://") || s.value.text.starts_with("rtsps://"))
        .map(observed)
        .collect();
    Fact::bool(!streams.is_empty()).shown(streams)
}
