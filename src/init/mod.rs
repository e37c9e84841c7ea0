//! `facelint init`: a first `facelint.toml` and a template of the impact assessment, for the systems that
//! were found; and the digests of what was assessed.
//!
//! What facelint writes claims nothing: every statement that only the project can make stands in a
//! comment, and the template holds places (`TODO`) that do not count as an assessment.

mod digest;
mod starter;
mod template;

pub use digest::{DigestError, Renewed, renew};
pub use starter::starter;
pub use template::template;

use serde_json::Value;

use crate::report::model::SystemReport;

/// Where the template is written, relative to the project's root.
pub const ASSESSMENT: &str = "docs/face-impact-assessment.md";

/// The name by which a `[[system]]` table finds a system: its own, or its id where several have the name.
fn name<'a>(system: &'a SystemReport, all: &[SystemReport]) -> &'a str {
    let same = all.iter().filter(|s| s.name == system.name).count();
    if same > 1 { &system.id } else { &system.name }
}

/// The texts at a path of the facts, each once.
fn texts(system: &SystemReport, list: &str, part: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in system.facts.pointer(list).and_then(Value::as_array).into_iter().flatten() {
        if let Some(text) = item.get(part).and_then(Value::as_str) {
            let text = text.to_owned();
            if !out.contains(&text) {
                out.push(text);
            }
        }
    }
    out
}

/// The products of a system, each once.
fn products(system: &SystemReport) -> Vec<String> {
    texts(system, "/products", "name")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
