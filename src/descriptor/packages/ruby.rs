//! Ruby, and CocoaPods, whose files are Ruby: `Gemfile`, `*.gemspec`, `Podfile`, `*.podspec`.

use super::scan::{Comments, Kind, Token, tokens};
use super::{Document, Lines, List, Project};
use crate::descriptor::Role;

/// Whether a file (in lower case) lists gems.
pub(super) fn is_gems(name: &str) -> bool {
    let lock = name.ends_with(".lock");
    !lock
        && (name == "gemfile"
            || name == "gems.rb"
            || name.starts_with("gemfile.")
            || name.ends_with(".gemspec"))
}

/// Whether a file (in lower case) lists pods.
pub(super) fn is_pods(name: &str) -> bool {
    name == "podfile" || name.ends_with(".podspec")
}

/// `Gemfile` and `*.gemspec`.
pub(super) fn gems(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let verbs = ["gem", "add_dependency", "add_runtime_dependency", "add_development_dependency"];
    calls(doc, list, "gem", &verbs);
}

/// `Podfile` and `*.podspec`.
pub(super) fn pods(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    calls(doc, list, "cocoapods", &["pod", "dependency"]);
}

/// The first texts of the calls of these methods, and what the file says about itself.
fn calls(doc: &Document<'_>, list: &mut List<'_>, ecosystem: &'static str, verbs: &[&str]) {
    let text = Lines::of(doc);
    let tokens = tokens(text.text(), Comments::Hash);
    for (n, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Comment {
            list.comment(&text.value, token.range.clone(), 1);
        }
        if token.kind != Kind::Word {
            continue;
        }
        let word = text.get(token.range.clone());
        let after = tokens.get(n + 1..).unwrap_or_default();
        if verbs.contains(&word)
            && starts_statement(&tokens, n)
            && let Some(name) = argument(after)
        {
            list.add("dependencies", ecosystem, text.part(name.range.clone()));
        }
        let assigned = match after {
            [Token { kind: Kind::Sign('='), .. }, value, ..] if value.kind == Kind::Text => value,
            _ => continue,
        };
        let value = text.part(assigned.range.clone());
        let key = text.value.sub_span(token.range.start, token.range.end);
        match word {
            "name" => list.name_value(key, value),
            "summary" | "description" => list.setting(word, key, value, Role::Prose),
            _ => {}
        }
    }
}

/// The first argument of a call, if it is text.
fn argument(after: &[Token]) -> Option<&Token> {
    match after {
        [first, ..] if first.kind == Kind::Text => Some(first),
        [open, first, ..] if open.kind == Kind::Sign('(') && first.kind == Kind::Text => Some(first),
        _ => None,
    }
}

/// Whether a word is where a call starts: nothing but a receiver before it.
fn starts_statement(tokens: &[Token], n: usize) -> bool {
    match n.checked_sub(1).and_then(|p| tokens.get(p)).map(|t| t.kind) {
        None | Some(Kind::End | Kind::Sign('.' | ';' | '{' | '|') | Kind::Comment) => true,
        Some(Kind::Word | Kind::Text | Kind::Sign(_)) => false,
    }
}
