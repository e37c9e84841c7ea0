//! What was assessed or filed, in a few characters: whether it is still what the files say, and which
//! part of it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

use super::view::View;
use super::{Fact, FactValue};
use crate::fnv::Fnv;
use crate::recognition::Mode;

/// The parts, in the order in which the digest has them.
pub(super) const PARTS: [&str; 5] = ["purposes", "mode", "recipients", "stores", "limits"];

/// Hexadecimal digits of a part.
const DIGITS: usize = 6;

/// The digest of a system: one group of digits for each of [`PARTS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest([String; 5]);

/// How a stated digest compares.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// It is of the same configuration.
    Same,
    /// These parts have changed.
    Changed(Vec<&'static str>),
    /// It is no digest that facelint has made.
    Foreign,
}

impl Digest {
    pub(super) fn of(view: &View<'_>, modes: &BTreeSet<Mode>, transfer: &Fact, retention: &Fact) -> Self {
        let purposes: BTreeSet<String> = view
            .stated("purpose")
            .into_iter()
            .flat_map(|stated| stated.values.iter())
            .map(|value| value.trim().to_lowercase())
            .collect();
        let modes: BTreeSet<String> = modes.iter().map(|mode| format!("{mode:?}")).collect();
        let recipients = rows(transfer.at("endpoints"), &["direction", "name", "scope", "region"]);
        let mut stores = rows(retention.at("stores"), &["name", "kind"]);
        stores.extend(view.stated("stores").into_iter().flat_map(|s| s.values.iter().cloned()));
        let limits = rows(retention.at("stores"), &["name", "state", "limit"]);
        Digest([purposes, modes, recipients, stores, limits].map(|rows| group(&rows)))
    }

    pub(super) fn text(&self) -> String {
        self.0.join("-")
    }

    pub(super) fn compare(&self, stated: &str) -> Compared {
        let groups: Vec<&str> = stated.trim().split('-').collect();
        let hexadecimal = |g: &&str| g.len() == DIGITS && g.chars().all(|c| c.is_ascii_hexdigit());
        if groups.len() != PARTS.len() || !groups.iter().all(hexadecimal) {
            return Compared::Foreign;
        }
        let changed: Vec<&str> = PARTS
            .iter()
            .zip(&self.0)
            .zip(&groups)
            .filter(|((_, now), then)| !now.eq_ignore_ascii_case(then))
            .map(|((part, _), _)| *part)
            .collect();
        if changed.is_empty() { Compared::Same } else { Compared::Changed(changed) }
    }

    /// The state of a stated digest as rules see it, and the parts that changed.
    pub(super) fn state(&self, stated: Option<&str>) -> (&'static str, Fact) {
        match stated.map(|stated| self.compare(stated)) {
            None => ("absent", Fact::list([])),
            Some(Compared::Same) => ("match", Fact::list([])),
            Some(Compared::Changed(parts)) => ("drift", Fact::list(parts.into_iter().map(Fact::text))),
            Some(Compared::Foreign) => ("foreign", Fact::list([])),
        }
    }
}

/// Some parts of every element of a list, in an order that is not that of the files.
fn rows(list: Option<&Fact>, parts: &[&str]) -> BTreeSet<String> {
    let empty = BTreeMap::new();
    list.map(Fact::items)
        .unwrap_or_default()
        .iter()
        .map(|item| {
            let known = match &item.value {
                FactValue::Map(known) => known,
                _ => &empty,
            };
            let say = |part: &&str| known.get(*part).map(|f| f.to_json().to_string()).unwrap_or_default();
            parts.iter().map(say).collect::<Vec<_>>().join("\u{1f}")
        })
        .collect()
}

fn group(rows: &BTreeSet<String>) -> String {
    let mut hash = Fnv::new();
    for row in rows {
        hash.write(row.as_bytes());
        hash.write(&[0]);
    }
    let hash = hash.finish();
    // All bits have a say in the few that are shown.
    format!("{:06x}", (hash ^ (hash >> 24) ^ (hash >> 48)) & 0xff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(groups: [&str; 5]) -> Digest {
        Digest(groups.map(str::to_owned))
    }

    #[test]
    fn the_parts_that_changed_are_named() {
        let now = digest(["00000a", "00000b", "00000c", "00000d", "00000e"]);
        assert_eq!(now.compare(&now.text()), Compared::Same);
        assert_eq!(now.compare(&now.text().to_uppercase()), Compared::Same);
        let then = "00000a-00000b-ffffff-00000d-eeeeee";
        assert_eq!(now.compare(then), Compared::Changed(vec!["recipients", "limits"]));
        for foreign in ["", "6f1a0c2b", "00000a-00000b-ffffff-00000d", "00000a-00000b-ffffff-00000d-zzzzzz"] {
            assert_eq!(now.compare(foreign), Compared::Foreign, "{foreign}");
        }
    }

    #[test]
    fn order_does_not_matter_and_content_does() {
        let set = |items: &[&str]| items.iter().map(|i| (*i).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(group(&set(&["a", "b"])), group(&set(&["b", "a"])));
        assert_ne!(group(&set(&["a", "b"])), group(&set(&["ab"])));
        assert_ne!(group(&set(&[])), group(&set(&["a"])));
        assert_eq!(group(&set(&["a"])).len(), DIGITS);
    }
}
