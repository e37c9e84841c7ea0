//! What it is for (Arts. 2 and 4), and rules of the state that the project relies on (Art. 10).

use super::reader::Observed;
use super::value::is_placeholder;
use super::view::{View, declared, observed};
use super::{Evidence, Fact};
use crate::descriptor::ResourceKind;

const OUTSIDE: [&str; 2] = ["research", "training"];

/// `purpose`: its texts in lower case, declared and configured, and why it is necessary.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut texts: Vec<(String, Evidence)> = Vec::new();
    let mut holders: Vec<Evidence> = Vec::new();
    if let Some(stated) = view.stated("purpose") {
        for value in &stated.values {
            match is_placeholder(value) {
                true => holders.push(declared(stated)),
                false => texts.push((value.trim().to_lowercase(), declared(stated))),
            }
        }
    }
    for note in view.noted("venue.purpose") {
        match &note.observation.value {
            Observed::Text(text) => texts.push((text.trim().to_lowercase(), observed(note.setting))),
            Observed::Placeholder(_) => holders.push(observed(note.setting)),
            _ => {}
        }
    }
    let necessity = super::referred::referred(view, "necessity", &[]);
    let stated = !texts.is_empty() || !holders.is_empty();
    let texts = texts.into_iter().map(|(text, place)| Fact::text(text).shown([place]));
    Fact::map([
        ("stated", Fact::bool(stated)),
        ("texts", Fact::list(texts)),
        ("placeholder", Fact::bool(!holders.is_empty()).shown(holders)),
        ("necessity", necessity),
    ])
    .keyed("purpose")
}

/// `scope`: whether the project says that it is research or training (`claimed`), and nothing else (`only`),
/// and whether the files show that it serves people all the same (`serves`).
pub(super) fn scope(view: &View<'_>, flows: &Fact) -> Fact {
    let stated = view.stated("purpose").filter(|s| s.values.iter().any(|v| OUTSIDE.contains(&v.as_str())));
    let only = stated.is_some_and(|s| s.values.iter().all(|v| OUTSIDE.contains(&v.as_str())));
    let places: Vec<Evidence> = stated.into_iter().map(declared).collect();
    let serving: Vec<Evidence> = serving(view, flows);
    let claimed = Fact::bool(stated.is_some()).shown(places);
    let serves = Fact::bool(!serving.is_empty()).shown(serving);
    Fact::map([("claimed", claimed), ("only", Fact::bool(only)), ("serves", serves)]).keyed("scope")
}

/// Places that show that people are served: a way in, a service in front, a flow that verifies people.
fn serving(view: &View<'_>, flows: &Fact) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = Vec::new();
    let place = |span| Evidence { span, how: super::How::Observed, label: None };
    for resource in view.system.resources.iter().filter_map(|n| view.resource(*n)) {
        out.extend(resource.exposed.iter().map(|span| place(*span)));
        if matches!(resource.kind, ResourceKind::Service | ResourceKind::Ingress | ResourceKind::Api) {
            out.push(place(resource.name_span));
        }
    }
    let declared = |fact: &Fact| fact.at("declared").is_some_and(|d| *d == Fact::bool(true));
    out.extend(flows.items().iter().filter(|f| !declared(f)).flat_map(|f| f.evidence.clone()));
    out
}

/// `exception`: `none`, `cited`, or `uncited` where a rule of the state is claimed and not named by its
/// article. "Finance" is no citation.
pub(super) fn exception(view: &View<'_>) -> Fact {
    let citation = view.stated("exception.citation");
    let text = citation.and_then(|s| s.values.first()).map(String::as_str).unwrap_or_default();
    let cited = is_citation(text);
    let state = match (cited, citation.or(view.stated("exception.basis"))) {
        (true, _) => Fact::text("cited").shown(citation.map(declared)),
        (false, Some(stated)) => Fact::text("uncited").shown([declared(stated)]),
        (false, None) => Fact::text("none"),
    };
    Fact::map([("state", state), ("citation", Fact::text(if cited { text } else { "" }))]).keyed("exception")
}

/// Whether a text names an article of a rule: it has a number, in figures or in Chinese before `条`.
fn is_citation(text: &str) -> bool {
    let article = text.contains('第') && (text.contains('条') || text.contains('款'));
    !is_placeholder(text) && (article || text.chars().any(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_citation;

    #[test]
    fn a_word_is_no_citation() {
        for text in ["《××规定》第×条", "《反洗钱法》第二十九条", "Order No. 5, Art. 3"] {
            assert!(is_citation(text), "{text}");
        }
        for text in ["金融", "公安", "国家另有规定", "finance", "", "TODO"] {
            assert!(!is_citation(text), "{text}");
        }
    }
}
