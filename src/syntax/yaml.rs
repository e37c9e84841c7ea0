//! YAML: every document of a stream, with anchors shared, merge keys resolved and comments kept.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};

use super::common::{MAX_DEPTH, MAX_DOCUMENTS, char_floor, is_number};
use super::yaml_scalar;
use super::{Comment, Data, Entry, Input, Node, Parsed, Scalar, ScalarKind, TextMap, Tree};

/// Entries that merge keys may copy in one text. Each merge copies references only, but many merges of a large
/// mapping would still grow with the square of the file.
const MAX_MERGED: usize = 200_000;

/// Reads a YAML stream. A broken document is kept as far as it could be read; the documents after it are read.
pub(super) fn parse(input: &Input<'_>) -> Parsed {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        block_scalar_eof_without_line_feed: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(input.text, options);
    let mut builder = Builder::new(input);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                if !builder.event(event, range) {
                    break;
                }
            }
            Err(error) => {
                builder.error(&error);
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    builder.finish()
}

/// A collection that is still open.
struct Frame {
    start: usize,
    /// End of the last thing in it.
    end: usize,
    tag: Option<Box<str>>,
    anchor: usize,
    /// Nesting of the deepest thing in it.
    height: usize,
    open: Open,
}

enum Open {
    Sequence(Vec<Arc<Node>>),
    Mapping {
        entries: Vec<Entry>,
        key: Option<Arc<Node>>,
        /// The waiting key is a plain `<<`.
        merge: bool,
        /// Entries whose key is `<<`.
        merges: Vec<usize>,
    },
}

/// The value of an anchor and how deep it nests.
struct Anchored {
    node: Arc<Node>,
    height: usize,
}

struct Builder<'a> {
    input: &'a Input<'a>,
    out: Parsed,
    frames: Vec<Frame>,
    root: Option<Arc<Node>>,
    anchors: HashMap<usize, Anchored>,
    comments: Vec<Comment>,
    in_document: bool,
    /// Open collections below the depth limit, which are passed over.
    skipped: usize,
    merge_budget: usize,
    /// End of the last token.
    last_end: usize,
}

impl<'a> Builder<'a> {
    fn new(input: &'a Input<'a>) -> Self {
        Builder {
            input,
            out: Parsed::default(),
            frames: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            comments: Vec::new(),
            in_document: false,
            skipped: 0,
            merge_budget: MAX_MERGED,
            last_end: 0,
        }
    }

    /// Takes one event; false when nothing more is to be read.
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> bool {
        if self.skipped > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipped += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipped -= 1,
                _ => {}
            }
            self.last_end = self.last_end.max(range.end);
            return true;
        }
        match event {
            Event::DocumentStart(explicit, _) => return self.start_document(explicit, range),
            Event::DocumentEnd => self.end_document(),
            Event::Comment(_, _) => {
                let text = (range.start + 1).min(range.end)..range.end;
                let comment = self.input.comment(range.clone(), text);
                self.comments.push(comment);
                self.last_end = self.last_end.max(range.end);
            }
            Event::Scalar(value, style, anchor, tag) => self.scalar(value, style, anchor, tag, range),
            Event::SequenceStart(_, anchor, tag) => {
                self.open(range.start, anchor, tag, Open::Sequence(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                let open = Open::Mapping { entries: Vec::new(), key: None, merge: false, merges: Vec::new() };
                self.open(range.start, anchor, tag, open);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // Only the end of a flow collection has bytes of its own.
                let end = if range.is_empty() { None } else { Some(range.end) };
                self.close(end);
            }
            Event::Alias(id) => self.alias(id, range),
            Event::UnresolvedAlias(name) => {
                let message = format!("`*{name}` refers to an anchor that is not defined above it");
                self.bad_alias(range, message);
            }
            _ => {}
        }
        true
    }

    fn start_document(&mut self, explicit: bool, range: Range<usize>) -> bool {
        if self.out.documents.len() >= MAX_DOCUMENTS {
            let message = format!("more than {MAX_DOCUMENTS} documents; the rest is not read");
            self.out.problem(self.input, range, message);
            self.comments.clear();
            return false;
        }
        // What stands above `---` belongs to the document that it closes.
        if explicit && let Some(last) = self.out.documents.last_mut() {
            last.comments.append(&mut self.comments);
        }
        self.in_document = true;
        self.last_end = if explicit { range.end } else { range.start };
        true
    }

    fn end_document(&mut self) {
        self.skipped = 0;
        while !self.frames.is_empty() {
            self.close(None);
        }
        if self.in_document {
            let root = self.root.take().unwrap_or_else(|| Arc::new(self.input.null(self.last_end)));
            self.out.documents.push(Tree { root, comments: std::mem::take(&mut self.comments) });
        }
        self.root = None;
        self.in_document = false;
        self.anchors.clear();
    }

    fn finish(mut self) -> Parsed {
        self.end_document();
        if let Some(last) = self.out.documents.last_mut() {
            last.comments.append(&mut self.comments);
        }
        self.out
    }

    fn error(&mut self, error: &ScanError) {
        let (range, message) = describe(self.input, error);
        self.out.problem(self.input, range, message);
        if self.root.is_none() && self.frames.is_empty() {
            // Nothing of the document was read; there is no tree to keep.
            self.in_document = false;
        }
        self.end_document();
    }

    fn open(&mut self, start: usize, anchor: usize, tag: Option<Cow<'_, Tag>>, open: Open) {
        if self.frames.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels; what is inside is not read");
            self.out.problem(self.input, start..self.input.word_end(start), message);
            self.add(self.input.null(start), start, 0, false);
            self.skipped = 1;
            return;
        }
        self.last_end = self.last_end.max(start);
        let tag = tag.map(|t| t.original().into());
        self.frames.push(Frame { start, end: start, tag, anchor, height: 0, open });
    }

    fn close(&mut self, end: Option<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        let end = end.unwrap_or(frame.end).max(frame.start);
        let data = match frame.open {
            Open::Sequence(items) => Data::Sequence(items.into()),
            Open::Mapping { mut entries, key, merges, .. } => {
                if let Some(key) = key {
                    let value = Arc::new(self.input.null(end));
                    entries.push(Entry { key, value, merged: false });
                }
                if !merges.is_empty() {
                    entries = self.merge(entries, &merges);
                }
                Data::Mapping(entries.into())
            }
        };
        let node = Node { data, span: self.input.span(frame.start, end), tag: frame.tag };
        self.last_end = self.last_end.max(end);
        let height = frame.height + 1;
        let node = Arc::new(node);
        self.anchor(frame.anchor, &node, height);
        self.add_shared(node, end, height, false);
    }

    fn anchor(&mut self, id: usize, node: &Arc<Node>, height: usize) {
        if id != 0 {
            self.anchors.insert(id, Anchored { node: node.clone(), height });
        }
    }

    fn add(&mut self, node: Node, end: usize, height: usize, merge: bool) {
        self.add_shared(Arc::new(node), end, height, merge);
    }

    /// Puts a finished node where it belongs; `merge` says that it is a plain `<<`.
    fn add_shared(&mut self, node: Arc<Node>, end: usize, height: usize, merge: bool) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = frame.end.max(end);
        frame.height = frame.height.max(height);
        match &mut frame.open {
            Open::Sequence(items) => items.push(node),
            Open::Mapping { entries, key, merge: waiting, merges } => match key.take() {
                None => {
                    *key = Some(node);
                    *waiting = merge;
                }
                Some(name) => {
                    if *waiting {
                        merges.push(entries.len());
                        *waiting = false;
                    }
                    entries.push(Entry { key: name, value: node, merged: false });
                }
            },
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) {
        let Some(target) = self.anchors.get(&id) else {
            let message = "an alias to a value that contains it".to_owned();
            return self.bad_alias(range, message);
        };
        // Aliases of aliases nest although the text does not.
        if self.frames.len() + target.height > MAX_DEPTH {
            let message = format!("aliases nested deeper than {MAX_DEPTH} levels");
            return self.bad_alias(range, message);
        }
        let height = target.height;
        let node = Node {
            data: target.node.data.clone(),
            span: self.input.span(range.start, range.end),
            tag: target.node.tag.clone(),
        };
        self.last_end = self.last_end.max(range.end);
        self.add(node, range.end, height, false);
    }

    fn bad_alias(&mut self, range: Range<usize>, message: String) {
        self.out.problem(self.input, range.clone(), message);
        let mut node = self.input.null(range.start);
        node.span = self.input.span(range.start, range.end);
        self.last_end = self.last_end.max(range.end);
        self.add(node, range.end, 0, false);
    }

    fn scalar(
        &mut self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
        range: Range<usize>,
    ) {
        let text = self.input.text;
        let (range, scalar) = match style {
            ScalarStyle::Plain if range.is_empty() => {
                // A missing value: after the colon rather than before it.
                let at = after_colon(text, range.start, self.awaits_value());
                let kind = kind_of("", true, tag.as_deref());
                (at..at, self.input.copied(at..at, kind))
            }
            ScalarStyle::Plain => {
                let kind = kind_of(&value, true, tag.as_deref());
                let scalar = self.flow_scalar(&value, range.clone(), style, kind);
                (range, scalar)
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                let kind = kind_of(&value, false, tag.as_deref());
                (range, self.flow_scalar(&value, inner, style, kind))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let kind = kind_of(&value, false, tag.as_deref());
                let folded = style == ScalarStyle::Folded;
                let block = yaml_scalar::block(text, self.last_end, range.clone(), &value, folded);
                let map = self.input.outward(&block.map, block.range.end, value.len());
                (block.range, Scalar { text: Arc::from(&*value), kind, map })
            }
        };
        let merge = style == ScalarStyle::Plain && &*scalar.text == "<<" && tag.is_none();
        let mut node = self.input.node(range.clone(), scalar);
        node.tag = tag.map(|t| t.original().into());
        self.last_end = self.last_end.max(range.end);
        let node = Arc::new(node);
        self.anchor(anchor, &node, 0);
        self.add_shared(node, range.end, 0, merge);
    }

    /// Whether the next node is the value of a key.
    fn awaits_value(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { open: Open::Mapping { key: Some(_), .. }, .. }))
    }

    fn flow_scalar(&self, value: &str, inner: Range<usize>, style: ScalarStyle, kind: ScalarKind) -> Scalar {
        if self.input.text.get(inner.clone()) == Some(value) {
            return self.input.copied(inner, kind);
        }
        let decoder = yaml_scalar::flow(self.input.text, inner.clone(), style);
        if decoder.text == value {
            return self.input.decoded(decoder, inner.start, kind);
        }
        let map = self.input.outward(&TextMap::whole(inner.clone()), inner.start, value.len());
        Scalar { text: Arc::from(value), kind, map }
    }

    /// Puts the entries of merged mappings in the place of `<<`; a key written out wins over a merged one, an
    /// earlier merged mapping over a later one.
    fn merge(&mut self, entries: Vec<Entry>, merges: &[usize]) -> Vec<Entry> {
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        for (n, entry) in entries.iter().enumerate() {
            if let Some(scalar) = entry.key.as_scalar()
                && merges.binary_search(&n).is_err()
            {
                seen.insert(scalar.text.clone());
            }
        }
        let mut out: Vec<Entry> = Vec::with_capacity(entries.len());
        for (n, entry) in entries.into_iter().enumerate() {
            if merges.binary_search(&n).is_err() {
                out.push(entry);
                continue;
            }
            let sources = match &entry.value.data {
                Data::Mapping(_) => std::slice::from_ref(&entry.value),
                Data::Sequence(items) if items.iter().all(|i| matches!(i.data, Data::Mapping(_))) => items,
                _ => {
                    out.push(entry);
                    continue;
                }
            };
            for source in sources {
                let start = out.len();
                for merged in source.entries().iter().rev() {
                    if self.merge_budget == 0 {
                        break;
                    }
                    self.merge_budget -= 1;
                    let new = merged.key.as_scalar().is_none_or(|s| seen.insert(s.text.clone()));
                    if new {
                        out.push(Entry { merged: true, ..merged.clone() });
                    }
                }
                if let Some(added) = out.get_mut(start..) {
                    added.reverse();
                }
            }
            if self.merge_budget == 0 {
                let span = entry.key.span;
                let message = format!("merge keys copy more than {MAX_MERGED} entries; the rest is left out");
                if !self.out.problems.iter().any(|p| p.message == message) {
                    self.out.problems.push(super::SyntaxProblem { span, message });
                }
            }
        }
        out
    }
}

/// Where a missing value stands: after the `:` that follows its key.
fn after_colon(text: &str, at: usize, value: bool) -> usize {
    if !value {
        return at;
    }
    let bytes = text.as_bytes();
    let mut next = at;
    while matches!(bytes.get(next), Some(b' ' | b'\t')) {
        next += 1;
    }
    if bytes.get(next) == Some(&b':') { next + 1 } else { at }
}

/// The type of a scalar, as YAML 1.1 readers (Compose, Spring, kubectl) resolve it.
fn kind_of(value: &str, plain: bool, tag: Option<&Tag>) -> ScalarKind {
    match tag.map(|t| (t.core_suffix(), t)) {
        None if plain => plain_kind(value),
        None => ScalarKind::Text,
        Some((Some(core), _)) => match core {
            "null" => ScalarKind::Null,
            "bool" => ScalarKind::Bool,
            "int" | "float" => ScalarKind::Number,
            _ => ScalarKind::Text,
        },
        // A tag of an application (`!Sub`) says nothing about the type; nothing at all after it is still nothing.
        Some((None, _)) => ScalarKind::Text,
    }
}

fn plain_kind(value: &str) -> ScalarKind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "yes" | "Yes" | "YES" | "no" | "No"
        | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => ScalarKind::Bool,
        _ if is_number(value) => ScalarKind::Number,
        _ => ScalarKind::Text,
    }
}

/// The place and the message of a parser error.
fn describe(input: &Input<'_>, error: &ScanError) -> (Range<usize>, String) {
    let text = input.text;
    let at = char_floor(text, error.marker().byte_offset().unwrap_or(text.len()));
    let bytes = text.as_bytes();
    let range = at..input.word_end(at);
    match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => {
            let mut start = at;
            while start > 0 && bytes.get(start - 1) == Some(&b'\t') {
                start -= 1;
            }
            let mut end = at;
            while bytes.get(end) == Some(&b'\t') {
                end += 1;
            }
            let tabs = if start < end { start..end } else { range };
            (tabs, "a tab is used as indentation, where YAML allows only spaces".to_owned())
        }
        ErrorKind::UnclosedFlowCollection { open } => (at..at + 1, format!("`{open}` is never closed")),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            (at..char_floor(text, at + 1), "the quote is never closed".to_owned())
        }
        ErrorKind::MappingValueNotAllowed => (
            at..char_floor(text, at + 1),
            "a `: ` is not allowed here; text that holds one must be quoted".to_owned(),
        ),
        ErrorKind::RecursionLimitExceeded => {
            (range, format!("nested deeper than {MAX_DEPTH} levels; the document is not read further"))
        }
        _ => (range, error.info()),
    }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
