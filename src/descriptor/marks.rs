//! What the place of a leaf says about it in every dialect: permissions of a policy statement, images,
//! texts for people.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::image;
use super::model::{Resource, Role, Segment, Setting};
use crate::syntax::ScalarKind;

/// Keys whose text is for people.
const PROSE: &[&str] = &["description", "summary", "title", "comment", "comments"];

/// Gives roles to the settings of a resource that its dialect left plain.
pub(crate) fn mark(resource: &mut Resource) {
    actions(&mut resource.settings);
    images(&mut resource.settings);
    for setting in &mut resource.settings {
        if setting.role == Role::Plain && setting.value.kind == ScalarKind::Text && is_prose(&setting.path) {
            setting.role = Role::Prose;
        }
    }
}

fn is_prose(path: &[Segment]) -> bool {
    matches!(path.last(), Some(Segment::Key(key)) if PROSE.iter().any(|p| key.eq_ignore_ascii_case(p)))
}

/// A path without its last `drop` segments, as a text that no other path has.
fn parent(path: &[Segment], drop: usize) -> String {
    let mut out = String::new();
    for segment in path.get(..path.len().saturating_sub(drop)).unwrap_or_default() {
        // Writing to a string cannot fail.
        let _ = match segment {
            Segment::Key(key) => write!(out, "\u{1}{key}"),
            Segment::Item(n, _) => write!(out, "\u{2}{n}"),
        };
    }
    out
}

/// The last key of a path and how many segments it and the list position after it take.
fn last_key(path: &[Segment]) -> Option<(&str, usize)> {
    match path {
        [.., Segment::Key(key)] => Some((key, 1)),
        [.., Segment::Key(key), Segment::Item(..)] => Some((key, 2)),
        _ => None,
    }
}

/// Marks the permissions of policy statements: the strings under `Action` beside an `Effect`. What stands
/// under `NotAction` is never granted by its statement.
fn actions(settings: &mut [Setting]) {
    let mut effects = HashMap::new();
    for setting in settings.iter() {
        if let Some((key, 1)) = last_key(&setting.path)
            && key.eq_ignore_ascii_case("effect")
            && matches!(&*setting.value.text, "Allow" | "Deny")
        {
            effects.insert(parent(&setting.path, 1), &*setting.value.text == "Allow");
        }
    }
    if effects.is_empty() {
        return;
    }
    for setting in settings {
        let Some((key, taken)) = last_key(&setting.path) else { continue };
        let negated = key.eq_ignore_ascii_case("notaction") || key.eq_ignore_ascii_case("not_actions");
        if !negated && !key.eq_ignore_ascii_case("action") && !key.eq_ignore_ascii_case("actions") {
            continue;
        }
        if let Some(allowed) = effects.get(&parent(&setting.path, taken))
            && setting.value.kind == ScalarKind::Text
        {
            setting.role = Role::Action { allow: *allowed && !negated };
        }
    }
}

/// Marks container images: `image: name:tag`, and `repository` beside a `tag`.
fn images(settings: &mut [Setting]) {
    let beside: HashSet<String> = settings
        .iter()
        .filter(|s| {
            matches!(last_key(&s.path), Some(("tag" | "digest" | "pullPolicy" | "imagePullPolicy", 1)))
        })
        .map(|s| parent(&s.path, 1))
        .collect();
    for setting in settings {
        if setting.role != Role::Plain || setting.value.kind != ScalarKind::Text {
            continue;
        }
        let Some((key, 1)) = last_key(&setting.path) else { continue };
        let is_image = match key {
            "image" => image::is_likely(&setting.value.text),
            "repository" => {
                let above = setting.path.len().checked_sub(2).and_then(|n| setting.path.get(n));
                let in_image =
                    matches!(above, Some(Segment::Key(key)) if key.to_ascii_lowercase().ends_with("image"));
                (in_image || beside.contains(&parent(&setting.path, 1)))
                    && image::parse(&setting.value.text).is_some()
            }
            _ => false,
        };
        if is_image {
            setting.role = Role::Image;
        }
    }
}
