//! JSON: the report as it is. The shape is a contract, see `facelint schema report`.

use super::{Report, Style};
use crate::source::Sources;

/// The whole report, indented, with a line end.
pub(super) fn render(report: &Report, _sources: &Sources, _style: &Style) -> String {
    // Every type in the report writes itself with string keys and finite numbers, so this cannot fail;
    // an empty object would still be JSON.
    let mut out = serde_json::to_string_pretty(report).unwrap_or_else(|_| "{}".to_owned());
    out.push('\n');
    out
}
