//! Joins the outputs of the two branches of a condition that is not known.
//!
//! Blocks of YAML lines are both kept: a component that is there under some condition must be seen. Pieces of a
//! line cannot both be kept without giving a value that neither branch gives, so these become a hole.

use std::ops::Range;

use super::eval::Out;
use super::text::{HOLE_TEXT, Text};

/// Appends what is known of two branches to `out`. `range` is the action that decides, `condition` its text.
pub(super) fn join(out: &mut Out, first: Out, second: Out, range: &Range<usize>, condition: &str) {
    let (a, b) = (first.text.as_str(), second.text.as_str());
    if a == b {
        out.append(first);
        return;
    }
    let at_line_start = out.text.as_str().rsplit('\n').next().unwrap_or_default().trim().is_empty();
    let condition = condition.trim_start_matches("{{-").trim_start_matches("{{");
    let condition = condition.trim_end_matches("}}").trim_end_matches('-').trim();
    let lines = |t: &str| t.trim().is_empty() || t.contains('\n');
    // Nothing but white space differs: no line is lost with it.
    if a.trim() == b.trim() {
        out.append(if a.len() >= b.len() { first } else { second });
        return;
    }
    if lines(a) && lines(b) {
        keep(out, first, condition);
        keep(out, second, &format!("not {condition}"));
        return;
    }
    let (key_a, key_b) = (key(a), key(b));
    let blank = |t: &str| t.trim().is_empty();
    if at_line_start && (key_a.is_some() || blank(a)) && (key_b.is_some() || blank(b)) {
        match (key_a, key_b) {
            (Some(x), Some(y)) if x == y => {
                let mut text = Text::plain(format!("{x}: {HOLE_TEXT}"));
                text = Text::derived(text.as_str(), &[&first.text, &second.text]);
                out.value(&text, range);
            }
            (Some(_), Some(_)) => {
                let indent: String = out.text.as_str().rsplit('\n').next().unwrap_or_default().to_owned();
                keep(out, first, condition);
                out.value(&Text::plain(format!("\n{indent}")), range);
                keep(out, second, &format!("not {condition}"));
            }
            _ => {
                keep(out, first, condition);
                keep(out, second, &format!("not {condition}"));
            }
        }
        return;
    }
    let text = Text::derived(HOLE_TEXT, &[&first.text, &second.text]);
    out.value(&text, range);
}

fn keep(out: &mut Out, branch: Out, condition: &str) {
    let start = out.text.len();
    let text = branch.text.as_str();
    let (lead, tail) = (text.len() - text.trim_start().len(), text.trim_end().len());
    out.append(branch);
    if lead < tail {
        out.uncertain.push((start + lead..start + tail, condition.to_owned()));
    }
}

/// The key of a line `key: value`.
fn key(line: &str) -> Option<&str> {
    let line = line.trim();
    let (key, rest) = line.split_once(':')?;
    let plain = !key.is_empty()
        && !line.contains('\n')
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    (plain && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}
