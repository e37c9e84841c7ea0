//! What every text format needs: escaping, widths, wrapping, tables.
//!
//! Text out of a file is never printed as it is. A descriptor that someone else wrote must not be able to
//! move the cursor, recolour the screen, reverse the reading direction or hide characters in a report.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Whether a character is shown by its code point because it is invisible or steers the terminal:
/// controls, format characters (bidirectional controls, zero-width characters, tags), variation
/// selectors, fillers, and every blank other than the space and the ideographic space.
pub(super) fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' | '\u{3000}' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        c => c.is_control() || c.is_whitespace() || c.width().is_none(),
    }
}

/// Adds a character as it may be printed: itself, or its escape.
pub(super) fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_hidden(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// Text on one line: line ends and tabs become `\n`, `\r`, `\t`, hidden characters `\u{…}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_escaped(&mut out, c));
    Cow::Owned(out)
}

/// Text that may have several lines: as [`escape`], but `\n` stays.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<Cow<'_, str>> = text.lines().map(escape).collect();
    Cow::Owned(lines.join("\n"))
}

/// Cells that a text takes on a terminal; Chinese characters take two.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text with spaces up to `cells`.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = text.to_owned();
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(text))));
    out
}

/// The text cut to `cells` with `ellipsis` at the end where something was left out.
pub fn shorten(text: &str, cells: usize, ellipsis: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(width(ellipsis));
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= room
    });
    kept.chain(ellipsis.chars()).collect()
}

/// Lines of at most `cells`. Line ends in the text stay, and lines that begin with a blank (text to be
/// pasted) are left whole. Chinese is broken as UAX #14 allows, so punctuation does not begin a line.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    wrap_with(text, cells, textwrap::WordSplitter::NoHyphenation)
}

fn wrap_with(text: &str, cells: usize, splitter: textwrap::WordSplitter) -> Vec<String> {
    let cells = cells.max(8);
    let mut out = Vec::new();
    for line in text.trim_end().lines() {
        if line.starts_with([' ', '\t']) {
            out.push(line.trim_end().to_owned());
        } else {
            let options = textwrap::Options::new(cells)
                .word_splitter(splitter.clone())
                .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
            out.extend(textwrap::wrap(line, options).into_iter().map(Cow::into_owned));
        }
    }
    if out.is_empty() {
        out.push(String::new());
    }
    out
}

/// The text wrapped to `cells` in all, after `first` on the first line and as many blanks on the others.
pub fn hang(first: &str, text: &str, cells: usize) -> String {
    let indent = width(first);
    let mut out = String::new();
    for (i, line) in wrap(text, cells.saturating_sub(indent)).iter().enumerate() {
        if i == 0 {
            out.push_str(first);
        } else {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', if line.is_empty() { 0 } else { indent }));
        }
        out.push_str(line);
    }
    out
}

/// A number with a comma every three digits (English) or as it is (Chinese).
pub fn number(n: usize, lang: crate::Lang) -> String {
    let digits = n.to_string();
    if lang == crate::Lang::Zh {
        return digits;
    }
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Rows of cells in columns, wrapped to fit `cells`; the first row is the heading. Columns are narrowed
/// widest first, down to their longest word as long as that goes, and never below eight cells.
pub fn table(rows: &[Vec<String>], cells: usize, rule: char) -> Vec<String> {
    const GAP: usize = 2;
    const LEAST: usize = 8;
    const LONGEST_WORD: usize = 20;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns)
        .map(|c| {
            let cells = rows.iter().filter_map(|row| row.get(c));
            cells.flat_map(|cell| cell.lines()).map(width).max().unwrap_or(0)
        })
        .collect();
    let words: Vec<usize> = (0..columns)
        .map(|c| {
            let cells = rows.iter().filter_map(|row| row.get(c));
            let words = cells.flat_map(|cell| cell.split_inclusive([' ', '\n', '-', '/']));
            let words = words.filter(|word| word.is_ascii()).map(|word| width(word.trim_end()));
            words.max().unwrap_or(0).clamp(LEAST, LONGEST_WORD)
        })
        .collect();
    let room = cells.saturating_sub(GAP * columns.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let widest = |above: &dyn Fn(usize) -> usize| {
            let wide = widths.iter().enumerate().filter(|(c, w)| **w > above(*c));
            wide.max_by_key(|(_, w)| **w).map(|(c, _)| c)
        };
        let column = widest(&|c| words.get(c).copied().unwrap_or(LEAST)).or_else(|| widest(&|_| LEAST));
        match column.and_then(|c| widths.get_mut(c)) {
            Some(width) => *width -= 1,
            None => break,
        }
    }
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        // A name in a narrow column may be broken at its hyphens; in prose it stays whole.
        let wrapped = |cell: &str, w: usize| wrap_with(cell, w, textwrap::WordSplitter::HyphenSplitter);
        let cells: Vec<Vec<String>> = widths
            .iter()
            .enumerate()
            .map(|(c, w)| wrapped(row.get(c).map_or("", String::as_str), *w))
            .collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let parts: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, w)| pad(cell.get(line).map_or("", String::as_str), *w))
                .collect();
            out.push(parts.join(&" ".repeat(GAP)).trim_end().to_owned());
        }
        if i == 0 {
            let lines: Vec<String> = widths.iter().map(|w| std::iter::repeat_n(rule, *w).collect()).collect();
            out.push(lines.join(&" ".repeat(GAP)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_file_steers_the_terminal() {
        assert_eq!(escape("\x1b[31mred\x07"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(escape("a\u{202e}b\u{2066}c\u{200b}"), "a\\u{202e}b\\u{2066}c\\u{200b}");
        assert_eq!(escape("\u{9b}31m\u{feff}"), "\\u{9b}31m\\u{feff}");
        assert_eq!(escape("a\r\nb\tc"), "a\\r\\nb\\tc");
        assert_eq!(escape("人脸　识别 é ~"), "人脸　识别 é ~");
        assert_eq!(escape_lines("a\x1b\nb"), "a\\u{1b}\nb");
    }

    #[test]
    fn every_hidden_character_is_escaped_to_ascii() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let mut out = String::new();
            push_escaped(&mut out, c);
            assert!(out.chars().all(|c| !is_hidden(c)), "{c:?}");
        }
    }

    #[test]
    fn chinese_takes_two_cells() {
        assert_eq!(width("人脸ab"), 6);
        assert_eq!(pad("人", 4), "人  ");
        assert_eq!(shorten("人脸识别系统", 7, "…"), "人脸识…");
        assert_eq!(shorten("人脸", 4, "…"), "人脸");
    }

    #[test]
    fn punctuation_does_not_begin_a_line() {
        let lines = wrap("人脸识别系统只接受人脸，没有其他方式。", 12);
        assert_eq!(lines, ["人脸识别系统", "只接受人脸，", "没有其他方", "式。"]);
    }

    #[test]
    fn text_to_paste_is_left_whole() {
        let lines = wrap("Add another method:\n    methods: [face, sms, card, password]\nand so on", 12);
        assert_eq!(lines.get(2).map(String::as_str), Some("    methods: [face, sms, card, password]"));
    }

    #[test]
    fn tables_fit() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let rows = [
            row(&["名称", "where", "products"]),
            row(&["门禁人脸识别系统", "deploy/kubernetes/overlays/production/gate.yaml", "CompreFace"]),
        ];
        let lines = table(&rows, 40, '-');
        assert!(lines.iter().all(|line| width(line) <= 40), "{lines:#?}");
    }

    #[test]
    fn numbers() {
        assert_eq!(number(1_234_567, crate::Lang::En), "1,234,567");
        assert_eq!(number(123, crate::Lang::En), "123");
        assert_eq!(number(1234, crate::Lang::Zh), "1234");
    }
}
