//! Helpers for the tests of the parsers.

use std::sync::Arc;

use super::{Data, Format, Input, Node, Parsed, Scalar, TextMap, parse};
use crate::source::{FileId, Span};

/// Parses a text as a file of its own.
pub(super) fn read(format: Format, text: &str) -> Parsed {
    parse(format, &Input::file(FileId(0), text))
}

/// Parses a text that must have no problem and one document.
pub(super) fn clean(format: Format, text: &str) -> Arc<Node> {
    let parsed = read(format, text);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_eq!(parsed.documents.len(), 1);
    parsed.documents[0].root.clone()
}

/// The text of a span.
pub(super) fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_else(|| panic!("{span:?} is not in {text:?}"))
}

/// The source of a part of a scalar's value.
pub(super) fn origin<'a>(text: &'a str, scalar: &Scalar, part: &str) -> &'a str {
    let at = scalar.text.find(part).unwrap_or_else(|| panic!("no {part:?} in {:?}", scalar.text));
    text.get(scalar.map.range(at, at + part.len())).unwrap()
}

/// Checks that every span of a result lies in the text, on character boundaries, and that every character of
/// every value maps into the text.
pub(super) fn check(text: &str, parsed: &Parsed) {
    for problem in &parsed.problems {
        slice(text, problem.span);
        assert!(!problem.message.is_empty());
    }
    for tree in &parsed.documents {
        check_node(text, &tree.root);
        for comment in &tree.comments {
            slice(text, comment.span);
        }
    }
}

fn check_node(text: &str, node: &Node) {
    slice(text, node.span);
    match &node.data {
        Data::Scalar(scalar) => {
            for (at, c) in scalar.text.char_indices() {
                let range = scalar.map.range(at, at + c.len_utf8());
                let source = text.get(range.clone());
                assert!(source.is_some(), "{range:?} of {:?}", scalar.text);
                // A folded line break has the length of the blank it became.
                if matches!(scalar.map, TextMap::Linear(_)) && !c.is_whitespace() {
                    assert_eq!(source, scalar.text.get(at..at + c.len_utf8()));
                }
            }
            assert!(text.get(scalar.map.range(0, 0)).is_some());
        }
        Data::Sequence(items) => items.iter().for_each(|item| check_node(text, item)),
        Data::Mapping(entries) => {
            for entry in entries.iter() {
                check_node(text, &entry.key);
                check_node(text, &entry.value);
            }
        }
    }
}
