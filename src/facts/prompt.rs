//! Prompts that leave a person no choice (Art. 12).

use super::Fact;
use super::reader::Observed;
use super::view::{View, observed};
use crate::recognition::words::split_all;

/// `prompt.signs`: settings that press a person to show a face. `refusal`: the sign is about what becomes of
/// a person who refuses; `denied`: that person gets nothing.
pub(super) fn read(view: &View<'_>) -> Fact {
    let signs = view.noted("prompt.coercion").filter_map(|note| {
        let Observed::Text(text) = &note.observation.value else { return None };
        let words: Vec<String> = split_all(note.setting.keys()).into_iter().map(|w| w.text).collect();
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        let refusal =
            has(&["refusal", "refuse", "refused", "decline", "declined", "deny", "block", "reject"]);
        let value = text.trim().to_lowercase();
        let off = crate::recognition::is_off(&value) && !matches!(value.as_str(), "deny" | "denied");
        let says = split_all([value.as_str()]);
        let denies =
            ["deny", "denied", "block", "blocked", "reject", "refuse", "exit", "terminate", "true", "拒绝"];
        let denied = refusal && says.iter().any(|w| denies.contains(&w.text.as_str()));
        let harmless = off || (refusal && !denied);
        Some(
            Fact::map([
                ("name", Fact::text(note.setting.dotted())),
                ("value", Fact::text(text.clone())),
                ("refusal", Fact::bool(refusal)),
                ("denied", Fact::bool(denied && !off)),
                ("presses", Fact::bool(!harmless)),
            ])
            .shown([observed(note.setting)])
            .keyed(format!("prompt:{}", note.setting.key())),
        )
    });
    Fact::map([("signs", Fact::list(signs.collect::<Vec<_>>()))]).keyed("prompt")
}
