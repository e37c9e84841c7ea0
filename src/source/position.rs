//! Decoded files and the way from a byte offset to a line and a column.

use std::sync::{Arc, OnceLock};

use super::{FileId, Span};

/// A file whose text is in memory.
#[derive(Debug)]
pub struct SourceFile {
    /// Its number in this run.
    pub id: FileId,
    /// Path relative to the project's root, with forward slashes.
    pub path: Arc<str>,
    /// The decoded text, without a byte order mark.
    pub text: Arc<str>,
    /// Name of the encoding it was decoded from (`UTF-8`, `UTF-16LE`, `gb18030`, …).
    pub encoding: &'static str,
    lines: OnceLock<Vec<u32>>,
}

/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl SourceFile {
    /// A file with the given decoded text.
    pub fn new(
        id: FileId,
        path: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        encoding: &'static str,
    ) -> Self {
        SourceFile { id, path: path.into(), text: text.into(), encoding, lines: OnceLock::new() }
    }

    /// Byte offsets at which lines start; `\n`, `\r\n` and lone `\r` end a line.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for (i, b) in bytes.iter().enumerate() {
                let ends = *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
                if ends {
                    starts.push(u32::try_from(i + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
    }

    /// Line and column of a byte offset, both from 1. Offsets past the end give the last position;
    /// an offset inside a character gives that character's column.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = lines.get(line).copied().unwrap_or(0) as usize;
        let column = self.text.as_bytes().get(start..offset as usize).map_or(0, |bytes| {
            // Continuation bytes do not start a character.
            bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
        });
        (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column + 1).unwrap_or(u32::MAX))
    }

    /// The position of a span.
    pub fn position(&self, span: Span) -> Position {
        let (line, column) = self.line_column(span.start);
        let (end_line, end_column) = self.line_column(span.end.max(span.start));
        Position { line, column, end_line, end_column }
    }

    /// The text of a span; empty where the span does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The text of a line (from 1) without its line end, and the byte offset of its start.
    pub fn line(&self, line: u32) -> (usize, &str) {
        let lines = self.lines();
        let index = (line.max(1) - 1) as usize;
        let start = lines.get(index).map_or(self.text.len(), |s| *s as usize);
        let end = lines.get(index + 1).map_or(self.text.len(), |s| *s as usize);
        (start, self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']))
    }
}

/// All files of a run whose text was read, by number.
#[derive(Debug, Default)]
pub struct Sources {
    files: std::sync::RwLock<Vec<Arc<SourceFile>>>,
}

impl Sources {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives it its number.
    pub fn add(&self, path: &str, text: impl Into<Arc<str>>, encoding: &'static str) -> Arc<SourceFile> {
        let mut files = self.files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
        let file = Arc::new(SourceFile::new(id, path, text, encoding));
        files.push(file.clone());
        file
    }

    /// The file with this number.
    ///
    /// # Panics
    /// Never for numbers that came from [`Sources::add`] of the same run; an unknown number gives an
    /// empty file instead.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let files = self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        files.get(id.0 as usize).cloned().unwrap_or_else(|| Arc::new(SourceFile::new(id, "?", "", "UTF-8")))
    }

    /// Every file, in the order of their numbers.
    pub fn all(&self) -> Vec<Arc<SourceFile>> {
        self.files.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = SourceFile::new(FileId(0), "a.yml", "人脸: yes\r\nb: 2\rc", "UTF-8");
        let at = file.text.find("yes").unwrap();
        let span = Span::new(FileId(0), at, at + 3);
        assert_eq!(file.position(span), Position { line: 1, column: 5, end_line: 1, end_column: 8 });
        assert_eq!(file.line_column(13), (2, 1));
        assert_eq!(file.line(2).1, "b: 2");
        assert_eq!(file.line(3).1, "c");
    }
}
