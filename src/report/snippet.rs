//! Source around the marked places, in the form that miette draws.
//!
//! miette is never handed a file. It is handed a small made-up text: for each place the marked lines and
//! one line of context, already escaped, tabs expanded, long lines cut around the mark. So a place in a
//! file of 10 MB, or in a line of 5 MB, costs what one in a small file costs, and nothing that a file
//! holds reaches the terminal as it is. Places in several files become several windows of the one text,
//! each with its own file name and line numbers.

use std::ops::Range;
use std::sync::Arc;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

use super::Files;
use super::model::Place;
use super::text::{escape, push_escaped, width, wrap};
use crate::Lang;
use crate::source::SourceFile;

/// Lines shown before and after a mark.
const CONTEXT: u32 = 1;
/// Marks over more lines than this are drawn on their first line only.
const MOST_LINES: u32 = 5;
const TAB: usize = 4;

/// A place to underline.
pub(super) struct Mark<'a> {
    pub(super) place: &'a Place,
    /// What is said there; may be empty.
    pub(super) text: String,
}

/// How windows are drawn.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Width of the terminal in cells.
    pub(super) width: usize,
    pub(super) ellipsis: &'static str,
    pub(super) lang: Lang,
}

/// The windows of one diagnostic.
pub(super) struct Snippet {
    windows: Vec<Window>,
    /// Labels in the made-up text, in its order; the first mark is the primary one.
    pub(super) labels: Vec<LabeledSpan>,
    /// Indices of marks whose file is not at hand.
    pub(super) missing: Vec<usize>,
}

struct Window {
    /// Name of the file, escaped.
    name: String,
    /// Where its text begins in the made-up text.
    base: usize,
    text: String,
    /// Number of its first line in the file.
    first: u32,
    lines: usize,
    /// Offset in the made-up text, line and column of each mark.
    places: Vec<(usize, u32, u32)>,
}

/// A mark with what is needed to draw it.
struct Located {
    index: usize,
    file: Arc<SourceFile>,
    /// Bytes, on character boundaries, within the lines below.
    range: Range<usize>,
    first: u32,
    last: u32,
    column: u32,
    text: String,
}

impl Snippet {
    /// The windows for some marks, the primary one first.
    pub(super) fn new(files: &Files, marks: &[Mark<'_>], frame: Frame) -> Self {
        let mut snippet = Snippet { windows: Vec::new(), labels: Vec::new(), missing: Vec::new() };
        let mut waiting: Vec<Located> = Vec::new();
        for (index, mark) in marks.iter().enumerate() {
            match files.get(&mark.place.file) {
                Some(file) => waiting.push(Located::new(index, file.clone(), mark, frame.lang)),
                None => snippet.missing.push(index),
            }
        }
        // The primary mark's window comes first, then the rest of its file, then other files.
        let home = waiting.first().map(|mark| mark.file.path.clone());
        let place = |m: &Located| (Some(&m.file.path) != home.as_ref(), m.file.id, m.range.start);
        if let Some(rest) = waiting.get_mut(1..) {
            rest.sort_by_key(place);
        }
        let mut base = 0;
        while !waiting.is_empty() {
            let mut group = vec![waiting.remove(0)];
            let mut later = Vec::new();
            for mark in waiting {
                if fits(&group, &mark, frame) { group.push(mark) } else { later.push(mark) }
            }
            waiting = later;
            let window = Window::new(group, base, frame, &mut snippet.labels);
            base += window.text.len() + 1;
            snippet.windows.push(window);
        }
        snippet.labels.sort_by_key(LabeledSpan::offset);
        snippet
    }

    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }
}

impl Located {
    fn new(index: usize, file: Arc<SourceFile>, mark: &Mark<'_>, lang: Lang) -> Self {
        let text = &file.text;
        let boundary = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = boundary(mark.place.bytes.0 as usize);
        let end = boundary((mark.place.bytes.1 as usize).max(start));
        // A place that ends with a line end is drawn up to the last character before it.
        let slice = text.get(start..end).unwrap_or_default();
        let trimmed = slice.trim_end_matches(['\n', '\r']);
        let mut end = if trimmed.is_empty() { start } else { start + trimmed.len() };
        let on_line = |line: u32, at: usize| {
            let (from, line_text) = file.line(line);
            line > 0 && from <= at && at <= from + line_text.len()
        };
        // The place says its line already; only a place made by hand may be wrong.
        let (first, column) = if on_line(mark.place.line, start) {
            (mark.place.line, mark.place.column)
        } else {
            file.line_column(u32::try_from(start).unwrap_or(u32::MAX))
        };
        let mut last = first;
        let mut said = mark.text.clone();
        while last - first <= MOST_LINES && !on_line(last, end) && file.line(last).0 < end {
            last += 1;
        }
        let (from, line) = file.line(first);
        if last - first >= MOST_LINES {
            last = first;
            end = (from + line.len()).max(start);
            let end_line = mark.place.end_line;
            let until = match lang {
                Lang::En => format!("to line {end_line}"),
                Lang::Zh => format!("至第 {end_line} 行"),
            };
            said = if said.is_empty() { until } else { format!("{said} ({until})") };
        }
        Located { index, file, range: start..end.max(start), first, last, column, text: said }
    }
}

/// Whether a mark can be drawn in the window of some others without hiding one of them.
fn fits(group: &[Located], mark: &Located, frame: Frame) -> bool {
    let near = |m: &Located| m.first <= mark.last + 2 * CONTEXT + 1 && mark.first <= m.last + 2 * CONTEXT + 1;
    if !group.iter().any(|m| m.file.id == mark.file.id && near(m)) {
        return false;
    }
    group.iter().all(|m| {
        let apart = m.range.end < mark.range.start || mark.range.end < m.range.start;
        let same_line = m.first <= mark.last && mark.first <= m.last;
        if !same_line {
            return true;
        }
        let single = m.first == m.last && mark.first == mark.last;
        let union = m.range.start.min(mark.range.start)..m.range.end.max(mark.range.end);
        let short = |union: Range<usize>| {
            let (_, line) = m.file.line(m.first);
            line.len() < frame.room(m.last) || cells(&m.file.text, union, frame.room(m.last) / 2).is_some()
        };
        apart && single && short(union)
    })
}

/// Cells of a stretch of text; nothing when there are more than `most`.
fn cells(text: &str, range: Range<usize>, most: usize) -> Option<usize> {
    let mut used = 0;
    for c in text.get(range)?.chars() {
        used += shown(c, used).1;
        if used > most {
            return None;
        }
    }
    Some(used)
}

/// A character as it is drawn at a cell, and the cells it takes there.
fn shown(c: char, at: usize) -> (String, usize) {
    let mut text = String::new();
    if c == '\t' {
        let cells = TAB - at % TAB;
        text.extend(std::iter::repeat_n(' ', cells));
        return (text, cells);
    }
    push_escaped(&mut text, c);
    let cells = text.chars().map(|c| c.width().unwrap_or(0)).sum();
    (text, cells)
}

impl Frame {
    /// Cells for the text of a line, when line numbers up to `last` stand before it.
    fn room(self, last: u32) -> usize {
        let numbers = last.saturating_add(CONTEXT).to_string().len();
        self.width.saturating_sub(numbers + 4).max(24)
    }
}

impl Window {
    fn new(group: Vec<Located>, base: usize, frame: Frame, labels: &mut Vec<LabeledSpan>) -> Self {
        let file = group.first().map(|m| m.file.clone());
        let first = group.iter().map(|m| m.first).min().unwrap_or(1);
        let last = group.iter().map(|m| m.last).max().unwrap_or(1);
        let multi = group.iter().filter(|m| m.first != m.last).count();
        let room = frame.room(last).saturating_sub(if multi > 0 { multi + 3 } else { 0 });
        let mut window = Window {
            name: file.as_ref().map_or(String::new(), |f| escape(&f.path).into_owned()),
            base,
            text: String::new(),
            first: first.saturating_sub(CONTEXT).max(1),
            lines: 0,
            places: Vec::new(),
        };
        let Some(file) = file else { return window };
        // Offsets and cells in the window at which each mark begins and ends.
        let mut drawn: Vec<(Range<usize>, Range<usize>)> = vec![(0..0, 0..0); group.len()];
        for number in window.first..=last.saturating_add(CONTEXT) {
            let (from, line) = file.line(number);
            if number > last && from >= file.text.len() {
                break;
            }
            let edges: Vec<usize> = group
                .iter()
                .flat_map(|m| {
                    let start = (m.first == number).then_some(m.range.start);
                    let end = (m.last == number).then_some(m.range.end);
                    start.into_iter().chain(end)
                })
                .map(|at| at.saturating_sub(from).min(line.len()))
                .collect();
            let focus = edges.iter().min().copied()..edges.iter().max().copied();
            let row = Row::new(line, focus.start.zip(focus.end), room, frame.ellipsis);
            for (mark, (bytes, cells)) in group.iter().zip(&mut drawn) {
                if mark.first == number {
                    let (byte, cell) = row.find(mark.range.start.saturating_sub(from));
                    bytes.start = window.text.len() + byte;
                    cells.start = cell;
                }
                if mark.last == number {
                    let (byte, cell) = row.find(mark.range.end.saturating_sub(from));
                    bytes.end = window.text.len() + byte;
                    cells.end = cell;
                }
            }
            window.text.push_str(&row.text);
            window.text.push('\n');
            window.lines += 1;
        }
        for (mark, (bytes, cells)) in group.iter().zip(drawn) {
            let offset = base + bytes.start;
            window.places.push((offset, mark.first, mark.column));
            let span = SourceSpan::from((offset, bytes.end.saturating_sub(bytes.start)));
            // Under a mark, its text begins after the middle of the underline and a corner.
            let middle = if mark.first == mark.last { usize::midpoint(cells.start, cells.end) } else { 4 };
            let text = escape(mark.text.trim());
            let text = if text.is_empty() {
                None
            } else {
                Some(wrap(&text, room.saturating_sub(middle + 4).max(20)).join("\n"))
            };
            labels.push(if mark.index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            });
        }
        window
    }
}

/// One line as it is drawn.
struct Row {
    text: String,
    /// Byte in the line, byte in `text`, cell; for each character drawn and the end.
    stops: Vec<(usize, usize, usize)>,
}

impl Row {
    /// The line, or what fits into `room` cells around `focus` (bytes in the line). Looks at no more of
    /// the line than that.
    fn new(line: &str, focus: Option<(usize, usize)>, room: usize, ellipsis: &str) -> Self {
        let mut begin = 0;
        if let Some((start, end)) = focus
            && cells(line, 0..end, room - 1).is_none()
        {
            // The mark is not in the first screen: begin some cells before it.
            let before = line.get(..start).unwrap_or_default();
            let mut used = 0;
            begin = start;
            for (at, c) in before.char_indices().rev() {
                used += shown(c, 0).1;
                if used > room / 4 {
                    break;
                }
                begin = at;
            }
        }
        let mut row = Row { text: String::new(), stops: Vec::new() };
        let mut cell = 0;
        if begin > 0 {
            row.text.push_str(ellipsis);
            cell = width(ellipsis);
        }
        let rest = line.get(begin..).unwrap_or_default();
        let mut at = begin;
        let mut chars = rest.chars().peekable();
        while let Some(c) = chars.next() {
            let (text, cells) = shown(c, cell);
            let spare = if chars.peek().is_some() { width(ellipsis) } else { 0 };
            if cell + cells + spare > room && !fits_whole(cell + cells, &mut chars.clone(), room) {
                break;
            }
            row.stops.push((at, row.text.len(), cell));
            row.text.push_str(&text);
            cell += cells;
            at += c.len_utf8();
        }
        row.stops.push((at, row.text.len(), cell));
        if at < line.len() {
            row.text.push_str(ellipsis);
            // A mark that goes on is drawn to the end of what is shown.
            row.stops.push((line.len(), row.text.len(), cell + width(ellipsis)));
        }
        row
    }

    /// Where a byte of the line is drawn: the first stop at or after it.
    fn find(&self, at: usize) -> (usize, usize) {
        let index = self.stops.partition_point(|stop| stop.0 < at);
        let stop = self.stops.get(index).or(self.stops.last());
        stop.map_or((0, 0), |stop| (stop.1, stop.2))
    }
}

/// Whether the few characters left fit without an ellipsis.
fn fits_whole(used: usize, rest: &mut dyn Iterator<Item = char>, room: usize) -> bool {
    let mut used = used;
    for c in rest {
        used += shown(c, used).1;
        if used > room {
            return false;
        }
    }
    used <= room
}

impl SourceCode for Snippet {
    /// The whole window in which the span lies; with no context asked for, the place of the mark that
    /// begins there.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let window = self
            .windows
            .iter()
            .find(|w| w.base <= start && end <= w.base + w.text.len())
            .ok_or(MietteError::OutOfBounds)?;
        let place = window.places.iter().find(|place| place.0 == start);
        let (line, column) = match place {
            Some((_, line, column)) if before == 0 && after == 0 => (*line, *column),
            _ => (window.first, 1),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            window.name.clone(),
            window.text.as_bytes(),
            SourceSpan::from((window.base, window.text.len())),
            (line as usize).saturating_sub(1),
            (column as usize).saturating_sub(1),
            window.lines,
        )))
    }
}
