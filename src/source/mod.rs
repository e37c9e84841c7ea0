//! Files: which are read, how their bytes become text, and how an offset becomes a line and a column.
//!
//! Everything downstream speaks of a place as a [`Span`]: a file and two byte offsets into its
//! *decoded* text. Lines and columns are worked out only when a place is shown.

pub mod decode;
mod position;
pub mod prefilter;
mod problem;
pub mod project;
pub mod walk;

pub use decode::{Decoded, MAX_FILE, decode};
pub use position::{Position, SourceFile, Sources};
pub use prefilter::{Boundary, Literal, Prefilter};
pub use problem::{FileProblem, ProblemKind};
pub use project::{Given, Parser, ProjectFiles};
pub use walk::{CONFIG_NAME, Discovery, Excludes, Found, discover, path_in, root_of};

/// One file of a run; an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets in the decoded text of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets past 4 GiB are clamped (files that large are never read).
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The byte range as `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside this span (same file).
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both; `self` when they are in different files.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
