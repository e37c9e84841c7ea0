//! Text that remembers where it came from.

use std::ops::Range;

use crate::descriptor::HOLE;
use crate::source::Span;

/// The hole as a text.
pub(super) const HOLE_TEXT: &str = "\u{FFFC}";

/// A stretch of a text and the place that supplied it. Marks may overlap: text that was computed from several
/// places carries a mark for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) span: Span,
    /// The stretch is the span, byte for byte; a part of it has a part of the span.
    pub(super) exact: bool,
}

impl Mark {
    /// The part of the mark that lies in `range`.
    pub(super) fn cut(&self, range: &Range<usize>) -> Option<Mark> {
        let (start, end) = (self.start.max(range.start), self.end.min(range.end));
        if start >= end {
            return None;
        }
        let mut mark = Mark { start, end, ..*self };
        if self.exact {
            let from = self.span.start as usize + (start - self.start);
            mark.span = Span::new(self.span.file, from, from + (end - start));
        }
        Some(mark)
    }
}

/// A text and its marks, in order of their starts.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    text: String,
    marks: Vec<Mark>,
}

/// Marks that one text keeps. A text of more pieces keeps its first ones: it is a listing, not a value.
const MAX_MARKS: usize = 50_000;

impl Text {
    /// Text that stands in no file.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Text { text: text.into(), marks: Vec::new() }
    }

    /// Text that is a piece of a file, byte for byte.
    pub(super) fn copied(text: &str, span: Span) -> Self {
        let mut out = Text::default();
        out.push_marked(text, span, true);
        out
    }

    /// Text for which a place of a file stands as a whole.
    pub(super) fn from_place(text: &str, span: Option<Span>) -> Self {
        let mut out = Text::default();
        match span {
            Some(span) => out.push_marked(text, span, false),
            None => out.push(text),
        }
        out
    }

    /// Text computed from others: every place of theirs stands for all of it.
    pub(super) fn derived(text: impl Into<String>, from: &[&Text]) -> Self {
        let text = text.into();
        let mut marks: Vec<Mark> = Vec::new();
        for mark in from.iter().flat_map(|t| &t.marks) {
            if marks.len() < 8 && !marks.iter().any(|m| m.span == mark.span) && !text.is_empty() {
                marks.push(Mark { start: 0, end: text.len(), span: mark.span, exact: false });
            }
        }
        Text { text, marks }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn has_hole(&self) -> bool {
        self.text.contains(HOLE)
    }

    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Appends text that stands in no file.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_marked(&mut self, text: &str, span: Span, exact: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        self.mark(Mark { start, end: self.text.len(), span, exact });
    }

    pub(super) fn push_text(&mut self, other: &Text) {
        self.push_slice(other, 0..other.len());
    }

    /// Appends a part of another text; a range that cuts a character gives nothing.
    pub(super) fn push_slice(&mut self, other: &Text, range: Range<usize>) {
        let Some(piece) = other.text.get(range.clone()) else { return };
        let base = self.text.len();
        self.text.push_str(piece);
        // Marks that overlap have the same bytes, so marks are in order of their ends too.
        let first = other.marks.partition_point(|m| m.end <= range.start);
        let near = other.marks.get(first..).unwrap_or_default();
        for mark in near.iter().take_while(|m| m.start < range.end) {
            if let Some(cut) = mark.cut(&range) {
                let moved = |n: usize| n - range.start + base;
                self.mark(Mark { start: moved(cut.start), end: moved(cut.end), ..cut });
            }
        }
    }

    fn mark(&mut self, mark: Mark) {
        if mark.start >= mark.end || self.marks.len() >= MAX_MARKS {
            return;
        }
        if let Some(last) = self.marks.last_mut()
            && last.end == mark.start
            && last.exact == mark.exact
            && last.span.file == mark.span.file
        {
            if mark.exact && last.span.end == mark.span.start {
                last.end = mark.end;
                last.span.end = mark.span.end;
                return;
            }
            if !mark.exact && last.span == mark.span {
                last.end = mark.end;
                return;
            }
        }
        self.marks.push(mark);
    }

    /// A part of this text.
    pub(super) fn slice(&self, range: Range<usize>) -> Text {
        let mut out = Text::default();
        out.push_slice(self, range);
        out
    }

    /// The part of this text that a piece borrowed from it is.
    pub(super) fn part(&self, piece: &str) -> Text {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if start <= self.text.len() && start + piece.len() <= self.text.len() {
            self.slice(start..start + piece.len())
        } else {
            Text::derived(piece, &[self])
        }
    }

    /// The place that stands for this text, if one does; the place of its first mark otherwise.
    pub(super) fn first_span(&self) -> Option<Span> {
        self.marks.first().map(|m| m.span)
    }

    /// With `prefix` before every line, as Sprig's `indent` does.
    pub(super) fn indented(&self, prefix: &str, newline_first: bool) -> Text {
        let mut out = Text::default();
        if newline_first {
            out.push("\n");
        }
        let mut at = 0;
        let mut marks = self.marks.iter().peekable();
        let mut open: Vec<Mark> = Vec::new();
        for line in self.text.split_inclusive('\n') {
            out.push(prefix);
            let range = at..at + line.len();
            while let Some(mark) = marks.next_if(|m| m.start < range.end) {
                open.push(*mark);
            }
            let base = out.text.len();
            out.text.push_str(line);
            for mark in &open {
                if let Some(cut) = mark.cut(&range) {
                    let moved = |n: usize| n - range.start + base;
                    out.mark(Mark { start: moved(cut.start), end: moved(cut.end), ..cut });
                }
            }
            open.retain(|m| m.end > range.end);
            at = range.end;
        }
        if self.text.is_empty() || self.text.ends_with('\n') {
            out.push(prefix);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn span(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn slices_keep_their_places() {
        let text = Text::copied("hello world", span(10, 21));
        let part = text.slice(6..11);
        assert_eq!((part.as_str(), part.first_span()), ("world", Some(span(16, 21))));
        let value = Text::from_place("abc", Some(span(3, 8)));
        assert_eq!(value.slice(1..2).first_span(), Some(span(3, 8)));
        let trimmed = text.part(text.as_str().trim_start_matches("hello "));
        assert_eq!(trimmed.first_span(), Some(span(16, 21)));
    }

    #[test]
    fn indentation_moves_marks() {
        let mut text = Text::plain("a: ");
        text.push_marked("1", span(4, 5), false);
        text.push("\nb: ");
        text.push_marked("2", span(9, 10), false);
        let out = text.indented("  ", true);
        assert_eq!(out.as_str(), "\n  a: 1\n  b: 2");
        let marks: Vec<(&str, Span)> =
            out.marks().iter().map(|m| (&out.as_str()[m.start..m.end], m.span)).collect();
        assert_eq!(marks, [("1", span(4, 5)), ("2", span(9, 10))]);
    }
}
