//! From offsets in a decoded value to offsets in the file.

use std::ops::Range;
use std::sync::Arc;

/// Where each byte of a value came from.
///
/// Most values are copied from the source byte by byte: one number is enough. Values with escapes,
/// folding or indentation are a list of runs. A run either copies (`len` bytes of the value are `len`
/// bytes of the source) or replaces (`\u4eba` gave `人`): an offset inside a replaced run maps to the
/// whole of it, so that an underline never cuts an escape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextMap {
    /// Byte `n` of the value is byte `start + n` of the file.
    Linear(u32),
    /// Runs in order of `value`; see [`Run`].
    Runs(Arc<[Run]>),
    /// The value was computed (Base64 with line breaks, an interpolation): every range is the whole.
    Whole(u32, u32),
}

/// A stretch of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// First byte in the value.
    pub value: u32,
    /// Bytes of the value.
    pub value_len: u32,
    /// First byte in the file.
    pub source: u32,
    /// Bytes of the file; equal to `value_len` for a copied run.
    pub source_len: u32,
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl TextMap {
    /// A value copied from `start`.
    pub fn at(start: usize) -> Self {
        TextMap::Linear(small(start))
    }

    /// A value of which only the whole source is known.
    pub fn whole(range: Range<usize>) -> Self {
        TextMap::Whole(small(range.start), small(range.end))
    }

    /// A map from runs `(value length, source range)` in order. A run is taken as copied when both
    /// lengths are equal.
    pub fn from_runs(runs: impl IntoIterator<Item = (usize, Range<usize>)>) -> Self {
        let mut list: Vec<Run> = Vec::new();
        let mut value = 0u32;
        for (len, source) in runs {
            let (len, start, source_len) = (small(len), small(source.start), small(source.len()));
            if let Some(last) = list.last_mut()
                && last.value_len == last.source_len
                && len == source_len
                && last.source + last.source_len == start
            {
                last.value_len += len;
                last.source_len += source_len;
            } else {
                list.push(Run { value, value_len: len, source: start, source_len });
            }
            value = value.saturating_add(len);
        }
        match list.as_slice() {
            [only] if only.value_len == only.source_len => TextMap::Linear(only.source),
            _ => TextMap::Runs(list.into()),
        }
    }

    /// The source range of a range of the value. An empty range maps to an empty range.
    pub fn range(&self, start: usize, end: usize) -> Range<usize> {
        match self {
            TextMap::Linear(at) => *at as usize + start..*at as usize + end.max(start),
            TextMap::Whole(from, to) => *from as usize..*to as usize,
            TextMap::Runs(runs) => {
                let from = Self::find(runs, start, false);
                let to = if end > start { Self::find(runs, end, true) } else { from };
                from..to.max(from)
            }
        }
    }

    /// The source offset of one edge. A left edge (`end == false`) belongs to the byte after it, a right
    /// edge to the byte before it.
    fn find(runs: &[Run], offset: usize, end: bool) -> usize {
        let offset = small(offset);
        let index = if end {
            runs.partition_point(|r| r.value < offset)
        } else {
            runs.partition_point(|r| r.value <= offset)
        };
        let Some(run) = runs.get(index.saturating_sub(1)) else { return 0 };
        // Skip runs that give no bytes (removed indentation) so that an edge never falls into one.
        let inside = offset.saturating_sub(run.value);
        let at = if run.value_len == run.source_len {
            run.source.saturating_add(inside.min(run.source_len))
        } else if end || inside >= run.value_len {
            run.source + run.source_len
        } else {
            run.source
        };
        at as usize
    }

    /// This map seen through an outer one: `self` maps a value to offsets in a text that `outer` maps to
    /// the file.
    pub fn through(&self, outer: &TextMap, len: usize) -> TextMap {
        match (self, outer) {
            (TextMap::Linear(at), TextMap::Linear(base)) => TextMap::Linear(at.saturating_add(*base)),
            (_, TextMap::Whole(a, b)) => TextMap::Whole(*a, *b),
            (TextMap::Whole(a, b), _) => {
                let range = outer.range(*a as usize, *b as usize);
                TextMap::whole(range)
            }
            (TextMap::Runs(runs), TextMap::Linear(base)) => TextMap::Runs(
                runs.iter().map(|r| Run { source: r.source.saturating_add(*base), ..*r }).collect(),
            ),
            (TextMap::Linear(at), TextMap::Runs(_)) => {
                TextMap::from_runs(Self::cut(outer, *at as usize, len))
            }
            (TextMap::Runs(runs), TextMap::Runs(_)) => TextMap::from_runs(runs.iter().flat_map(|r| {
                if r.value_len == r.source_len {
                    Self::cut(outer, r.source as usize, r.value_len as usize)
                } else {
                    let range = outer.range(r.source as usize, (r.source + r.source_len) as usize);
                    vec![(r.value_len as usize, range)]
                }
            })),
        }
    }

    /// The runs of `outer` that cover `len` bytes from `start`.
    fn cut(outer: &TextMap, start: usize, len: usize) -> Vec<(usize, Range<usize>)> {
        let TextMap::Runs(runs) = outer else { return vec![(len, outer.range(start, start + len))] };
        let (start, end) = (small(start), small(start + len));
        let first = runs.partition_point(|r| r.value.saturating_add(r.value_len) <= start);
        let mut out = Vec::new();
        for run in runs.get(first..).unwrap_or_default() {
            if run.value >= end {
                break;
            }
            let from = run.value.max(start);
            let to = (run.value + run.value_len).min(end);
            if to <= from {
                continue;
            }
            if run.value_len == run.source_len {
                let source = (run.source + (from - run.value)) as usize;
                out.push(((to - from) as usize, source..source + (to - from) as usize));
            } else {
                out.push(((to - from) as usize, run.source as usize..(run.source + run.source_len) as usize));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_map_escapes_as_a_whole() {
        // source at 10: a\u4ebab   value: a人b
        let map = TextMap::from_runs([(1, 10..11), (3, 11..17), (1, 17..18)]);
        assert_eq!(map.range(0, 1), 10..11);
        assert_eq!(map.range(1, 4), 11..17);
        assert_eq!(map.range(2, 3), 11..17);
        assert_eq!(map.range(4, 5), 17..18);
        assert_eq!(map.range(0, 5), 10..18);
    }

    #[test]
    fn edges_skip_removed_indentation() {
        // two lines of a block scalar: "ab\ncd" where "    " before "cd" is removed
        let map = TextMap::from_runs([(3, 10..13), (2, 17..19)]);
        assert_eq!(map.range(0, 2), 10..12);
        assert_eq!(map.range(3, 5), 17..19);
        assert_eq!(map.range(0, 3), 10..13);
    }

    #[test]
    fn maps_nest() {
        let outer = TextMap::from_runs([(3, 10..13), (4, 17..21)]);
        let inner = TextMap::Linear(3).through(&outer, 4);
        assert_eq!(inner.range(0, 4), 17..21);
        let across = TextMap::Linear(1).through(&outer, 4);
        assert_eq!(across.range(0, 4), 11..19);
    }
}
