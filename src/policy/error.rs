//! Errors in a pack's own files, and the way from a key to its place in the file.

use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser};

/// Something is wrong in a pack. It points into the pack's file, as a finding points into a descriptor.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct PolicyError {
    /// The file, as the pack was named (`policies/cn-2025/law.yaml`, `my-pack/rules/x.yaml`).
    pub file: String,
    /// Its text, for showing the place; empty when the file could not be read.
    pub text: Arc<str>,
    /// The bytes that are wrong; empty at 0 when it is about the file as a whole.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Without the text of the whole file.
impl std::fmt::Debug for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicyError")
            .field("file", &self.file)
            .field("place", &self.line_column())
            .field("text", &self.text.get(self.span.clone()))
            .field("message", &self.message)
            .field("help", &self.help)
            .finish()
    }
}

impl PolicyError {
    /// An error about a whole file.
    pub(super) fn whole(file: &str, message: impl Into<String>) -> Self {
        PolicyError {
            file: file.to_owned(),
            text: Arc::from(""),
            span: 0..0,
            message: message.into(),
            help: None,
        }
    }

    /// The same error with help.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Line and column of the place, both from 1, columns in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

/// A pack's file and its text.
#[derive(Debug, Clone)]
pub(super) struct PackFile {
    /// As shown in errors.
    pub(super) path: String,
    /// The text.
    pub(super) text: Arc<str>,
}

impl PackFile {
    /// An error at the value of a key (`require`, `examples.0.name`); at the start when it is not there.
    pub(super) fn error(&self, key: &str, message: impl Into<String>) -> PolicyError {
        self.error_at(place(&self.text, key).unwrap_or(0..0), message)
    }

    /// An error at a place.
    pub(super) fn error_at(&self, span: Range<usize>, message: impl Into<String>) -> PolicyError {
        PolicyError {
            file: self.path.clone(),
            text: Arc::clone(&self.text),
            span,
            message: message.into(),
            help: None,
        }
    }

    /// Reads the file as YAML of a known form.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, PolicyError> {
        serde_yaml::from_str(&self.text).map_err(|error| {
            let message = error.to_string();
            let start = error.location().map_or(0, |location| location.index());
            let start = (0..=start.min(self.text.len()))
                .rev()
                .find(|at| self.text.is_char_boundary(*at))
                .unwrap_or(0);
            let unknown = quoted(&message, "unknown field `")
                .or_else(|| quoted(&message, "unknown variant `"))
                .map(str::to_owned);
            // serde says where the map starts; the key itself is the narrower place.
            let span = unknown
                .as_deref()
                .and_then(|name| {
                    let at = self.text.get(start..)?.find(name)? + start;
                    Some(at..at + name.len())
                })
                .unwrap_or_else(|| start..line_end(&self.text, start));
            // The location stands in the span; nobody needs it twice.
            let said = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
            let wrong = self.error_at(span, said);
            let known: Vec<&str> = message
                .split_once("expected")
                .map(|(_, list)| list.split('`').skip(1).step_by(2).collect())
                .unwrap_or_default();
            match unknown.as_deref().and_then(|name| nearest(name, known)) {
                Some(name) => wrong.help(format!("did you mean `{name}`?")),
                None => wrong,
            }
        })
    }
}

/// The end of the line in which `start` lies.
fn line_end(text: &str, start: usize) -> usize {
    text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |n| start + n)
}

/// The text between `before` and the next backquote.
fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    rest.split('`').next()
}

/// The known name nearest to a wrong one, if one is near.
pub(super) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count().max(3)) / 3)
        .min()
        .map(|(_, name)| name)
}

/// The bytes of the value at a dotted path of a YAML file (`title.en`, `examples.0.name`): the first
/// document only, without quotes.
pub(super) fn place(text: &str, path: &str) -> Option<Range<usize>> {
    // What encloses the node that comes next: a map with the key just read, or a list with an index.
    enum Frame {
        Map(Option<String>),
        List(usize),
    }
    fn here(stack: &[Frame]) -> String {
        let names = stack.iter().map(|frame| match frame {
            Frame::Map(key) => key.clone().unwrap_or_default(),
            Frame::List(index) => index.to_string(),
        });
        names.collect::<Vec<_>>().join(".")
    }
    fn advance(stack: &mut [Frame]) {
        match stack.last_mut() {
            Some(Frame::Map(key)) => *key = None,
            Some(Frame::List(index)) => *index += 1,
            None => {}
        }
    }

    let mut stack: Vec<Frame> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        match event {
            Event::Scalar(value, ..) => {
                if let Some(Frame::Map(key @ None)) = stack.last_mut() {
                    *key = Some(value.into_owned());
                    continue;
                }
                if here(&stack) == path {
                    let range = span.byte_range()?;
                    let source = text.get(range.clone())?;
                    let quoted = source.len() >= 2 && source.starts_with(['"', '\'']);
                    return Some(if quoted { range.start + 1..range.end - 1 } else { range });
                }
                advance(&mut stack);
            }
            Event::Alias(..) => advance(&mut stack),
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if !stack.is_empty() && here(&stack) == path {
                    let start = span.byte_range()?.start;
                    return Some(start..line_end(text, start));
                }
                stack.push(match event {
                    Event::MappingStart(..) => Frame::Map(None),
                    _ => Frame::List(0),
                });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                stack.pop();
                advance(&mut stack);
            }
            Event::DocumentEnd => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at<'a>(text: &'a str, path: &str) -> &'a str {
        &text[place(text, path).unwrap()]
    }

    #[test]
    fn a_value_is_found_by_its_path() {
        let text = "# c\nrule: a\ntitle: { en: One, zh: \"一个\" }\nexamples:\n  - name: x\n    files: { a.yml: \"b: 1\" }\n  - name: y\n";
        assert_eq!(at(text, "rule"), "a");
        assert_eq!(at(text, "title.en"), "One");
        assert_eq!(at(text, "title.zh"), "一个");
        assert_eq!(at(text, "examples.0.name"), "x");
        assert_eq!(at(text, "examples.1.name"), "y");
        assert_eq!(place(text, "missing"), None);
        assert_eq!(place("a: [", "b"), None);
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Form {
        require: String,
        severity: String,
    }

    #[test]
    fn a_misspelt_key_is_underlined_and_the_right_one_named() {
        let file = PackFile { path: "p.yaml".into(), text: "severity: error\nrequre: \"true\"\n".into() };
        let error = file.parse::<Form>().unwrap_err();
        assert_eq!(&file.text[error.span.clone()], "requre");
        assert_eq!(error.help.as_deref(), Some("did you mean `require`?"));
        assert_eq!(error.line_column(), (2, 1));
    }

    #[test]
    fn broken_yaml_is_an_error_with_a_place() {
        let file = PackFile { path: "p.yaml".into(), text: "a: [1\nb: \"x\n".into() };
        let error = file.parse::<Form>().unwrap_err();
        assert!(error.span.start <= file.text.len());
        assert!(!error.message.is_empty());
    }
}
