//! Swift: `Package.swift`.

use super::scan::{Comments, Kind, Token, tokens};
use super::{Document, Lines, List, Project};
use crate::descriptor::{Value, part_of};

/// `Package.swift`: `.package(url:)`, and the packages that targets name.
pub(super) fn package(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    let tokens: Vec<Token> =
        tokens(text.text(), Comments::Slashes).into_iter().filter(|t| t.kind != Kind::End).collect();
    let mut named = false;
    for (n, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Comment {
            list.comment(&text.value, token.range.clone(), 2);
        }
        let [_, Token { kind: Kind::Sign(':'), .. }, argument, ..] = tokens.get(n..).unwrap_or_default()
        else {
            continue;
        };
        if token.kind != Kind::Word || argument.kind != Kind::Text {
            continue;
        }
        let value = text.part(argument.range.clone());
        match text.get(token.range.clone()) {
            "url" => {
                if let Some(name) = repository(&value) {
                    list.add("dependencies", "swift", name);
                }
            }
            "package" => list.add("targets", "swift", value),
            "id" => list.add("dependencies", "swift", value),
            "name" if !named => {
                named = true;
                list.name_value(text.value.sub_span(token.range.start, token.range.end), value);
            }
            _ => {}
        }
    }
}

/// `host/owner/name` of a repository's address.
pub(super) fn repository(value: &Value) -> Option<Value> {
    let text = &*value.text;
    let start = text.find("://").map(|n| n + 3).or_else(|| text.find('@').map(|n| n + 1))?;
    let rest = text.get(start..)?;
    let start = start + rest.find('@').map_or(0, |n| n + 1);
    let rest = text.get(start..)?.trim_end_matches('/');
    let len = rest.strip_suffix(".git").unwrap_or(rest).len();
    let mut name = part_of(value, start..start + len);
    if name.text.contains(':') {
        // `git@host:owner/name`
        name = super::list::renamed(&name, name.text.replace(':', "/"));
    }
    Some(name)
}
