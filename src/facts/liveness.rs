//! What a person has to do to be taken for a living one (Art. 5, third paragraph).

use super::reader::Observed;
use super::view::{View, observed, truth};
use super::{Evidence, Fact};
use crate::recognition::words::split;

/// `liveness`: whether it is asked for; the kinds or actions as words in lower case (`blink`, `eye blink`,
/// `silent`, `眨眼`); and what each asks for: `blink`, `action` or `other`.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut kinds: Vec<(String, Evidence)> = Vec::new();
    let mut unknown = Vec::new();
    for note in view.noted("verification.liveness-kind") {
        let place = observed(note.setting);
        match &note.observation.value {
            Observed::Text(text) => {
                for kind in tokens(text) {
                    if kinds.iter().all(|(known, _)| *known != kind) {
                        kinds.push((kind, place.clone()));
                    }
                }
            }
            Observed::Unknown => unknown.push(place),
            _ => {}
        }
    }
    let used = view.noted("verification.liveness").find_map(|n| Some((truth(n)?, observed(n.setting))));
    let used = match used {
        Some((used, place)) => Fact::bool(used).shown([place]),
        None if !kinds.is_empty() => Fact::bool(true),
        None => Fact::default(),
    };
    let open = Fact::bool(!unknown.is_empty()).shown(unknown);
    let classes: Vec<Fact> = kinds
        .iter()
        .map(|(kind, place)| {
            let class = view.vocabulary.about_text("liveness", kind).unwrap_or("other");
            Fact::text(class).shown([place.clone()])
        })
        .collect();
    let kinds = kinds.into_iter().map(|(kind, place)| Fact::text(kind).shown([place]));
    Fact::map([
        ("used", used),
        ("kinds", Fact::list(kinds)),
        ("classes", Fact::list(classes)),
        ("open", open),
    ])
    .keyed("liveness")
}

/// The items of a list in one text, each as its words in lower case.
pub(super) fn tokens(text: &str) -> Vec<String> {
    text.split([',', ';', '|', '、', '，', '；', '+', '[', ']', '"', '\''])
        .flat_map(|item| {
            let item = item.trim();
            // Blanks part items only where the items are single words (`blink mouth`).
            let plain = item.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == ' ');
            if plain { item.split(' ').collect::<Vec<_>>() } else { vec![item] }
        })
        .map(|item| split(item).into_iter().map(|w| w.text).collect::<Vec<_>>().join(" "))
        .filter(|item| !item.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn kinds_in_one_text() {
        assert_eq!(tokens("BLINK"), ["blink"]);
        assert_eq!(tokens("eye_blink, mouthOpen"), ["eye blink", "mouth open"]);
        assert_eq!(tokens("blink mouth"), ["blink", "mouth"]);
        assert_eq!(tokens("[\"silent\"]"), ["silent"]);
        assert_eq!(tokens("眨眼、张嘴"), ["眨眼", "张嘴"]);
        assert!(tokens("").is_empty());
    }
}
