//! Products that recognise only when a switch is on, or until one turns it off.

use super::Links;
use crate::descriptor::Resource;
use crate::recognition::catalogue::Switch;
use crate::recognition::words::{Pattern, Word, split_all};
use crate::recognition::{Catalogue, Confidence, Sighting, is_off};

/// What the settings around a component say of its switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    On,
    Off,
    NotSet,
}

/// Turns sightings of products that are switched off, or off by default and not switched on, into hints
/// marked `off`. The switch may stand in the component itself or in anything linked to it.
pub fn apply(sightings: &mut [Sighting], resources: &[Resource], catalogue: &Catalogue, links: &Links) {
    for sighting in sightings {
        let Some(switch) = catalogue.products.get(sighting.product).and_then(|p| p.switch.as_ref()) else {
            continue;
        };
        let around = std::iter::once(sighting.resource).chain(links.around(sighting.resource));
        let states: Vec<State> = around.filter_map(|n| resources.get(n)).map(|r| state(switch, r)).collect();
        let on = if states.contains(&State::On) {
            true
        } else if states.contains(&State::Off) {
            false
        } else {
            switch.default
        };
        if !on {
            sighting.confidence = sighting.confidence.min(Confidence::Hint);
            sighting.off = true;
        }
    }
}

fn state(switch: &Switch, resource: &Resource) -> State {
    let patterns = |list: &[String]| list.iter().map(|k| Pattern::new(k)).collect::<Vec<_>>();
    let (on, off, section) = (patterns(&switch.on), patterns(&switch.off), patterns(&switch.section));
    // The last words of the key are the switch; a longer key is another setting.
    let ends = |list: &[Pattern], words: &[Word]| {
        list.iter().any(|p| (0..words.len()).any(|at| p.at(words, at).is_some_and(|n| at + n == words.len())))
    };
    let mut state = State::NotSet;
    for setting in &resource.settings {
        let words = split_all(setting.keys());
        let value = &*setting.value.text;
        if setting.value.has_hole() {
            continue;
        }
        if ends(&on, &words) {
            if is_off(value) {
                state = State::Off;
            } else if !setting.value.is_empty() {
                return State::On;
            }
        } else if ends(&off, &words) {
            if is_off(value) {
                return State::On;
            } else if !setting.value.is_empty() {
                state = State::Off;
            }
        } else if section.iter().any(|p| p.find(&words).is_some()) {
            return State::On;
        }
    }
    state
}
