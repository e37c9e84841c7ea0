//! What is estimated of a person beyond who they are: age, sex, emotion (Art. 4).

use super::Fact;
use super::liveness::tokens;
use super::reader::Observed;
use super::view::{View, observed, truth};
use crate::recognition::words::split;

/// `attributes.items`: switches (`kind` = `switch`, named as the setting) and listed attributes (`kind` =
/// `listed`, named as listed, in lower case), each `on` or not; `words` is the name as words in lower case.
pub(super) fn read(view: &View<'_>) -> Fact {
    let mut items = Vec::new();
    for note in view.noted("attributes.estimation") {
        let on = match (&note.observation.value, truth(note)) {
            (_, Some(on)) => Fact::bool(on),
            (Observed::Unknown, _) => Fact::default(),
            _ => continue,
        };
        items.push(item(note.setting.key(), "switch", on, observed(note.setting)));
    }
    for note in view.noted("attributes.kinds") {
        match &note.observation.value {
            Observed::Text(text) => {
                for kind in tokens(text) {
                    items.push(item(&kind, "listed", Fact::bool(true), observed(note.setting)));
                }
            }
            Observed::Unknown => {
                items.push(item(note.setting.key(), "switch", Fact::default(), observed(note.setting)));
            }
            _ => {}
        }
    }
    Fact::map([("items", Fact::list(items))]).keyed("attributes")
}

fn item(name: &str, kind: &str, on: Fact, place: super::Evidence) -> Fact {
    let words: Vec<String> = split(name).into_iter().map(|w| w.text).collect();
    Fact::map([
        ("name", Fact::text(name)),
        ("words", Fact::text(words.join(" "))),
        ("kind", Fact::text(kind)),
        ("on", on),
    ])
    .shown([place])
    .keyed(format!("attribute:{name}"))
}
