//! What was there before: findings that a baseline or an older revision holds are hidden.
//!
//! Findings are compared by their fingerprints, and by how many there are of each: a second one of the same
//! name is new.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::report::model::{Compared, Finding, Report};

/// The file of `--write-baseline`: the findings that a project starts with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Version of this shape.
    pub version: u32,
    /// The findings, sorted.
    pub findings: Vec<Entry>,
}

/// One known finding. Only the fingerprint is compared; the rest is for people who read the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The system.
    pub system: String,
    /// The file.
    pub file: String,
    /// The finding.
    pub fingerprint: String,
}

impl Entry {
    fn of(finding: &Finding) -> Self {
        Entry {
            rule: finding.rule.clone(),
            system: finding.system.clone(),
            file: finding.place.file.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.rule, self.system, self.file)
    }
}

impl Baseline {
    /// The findings of a report; waived ones are no debt.
    pub fn of(report: &Report) -> Self {
        let mut findings: Vec<Entry> =
            report.findings.iter().filter(|f| f.waived.is_none()).map(Entry::of).collect();
        findings.sort();
        Baseline { version: 1, findings }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// The file cannot be read, or is no baseline.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format!("the baseline `{shown}` cannot be read: {error}"))
                .help("write one with `facelint --write-baseline FILE`")
        })?;
        let broken = |why: String| {
            Failure::new(format!("`{shown}` is no baseline: {why}"))
                .help("write it anew with `facelint --write-baseline FILE`")
        };
        let baseline: Baseline = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        match baseline.version {
            1 => Ok(baseline),
            n => Err(broken(format!("version {n} is not known"))),
        }
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut out = serde_json::to_string_pretty(self).unwrap_or_else(|_| "{}".to_owned());
        out.push('\n');
        out
    }
}

/// Takes the known findings out of a report, and says how many, and which are gone. `name` is what was
/// compared with.
pub(crate) fn hide(report: &mut Report, known: &Baseline, name: &str) {
    let mut left: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in known.findings.iter().rev() {
        left.entry(&entry.fingerprint).or_default().push(entry);
    }
    let before = report.findings.len();
    let mut waived = Vec::new();
    report.findings.retain(|finding| {
        if finding.waived.is_some() {
            waived.push(finding.fingerprint.clone());
            return true;
        }
        left.get_mut(finding.fingerprint.as_str()).and_then(Vec::pop).is_none()
    });
    // What is waived now is still there.
    for fingerprint in &waived {
        left.get_mut(fingerprint.as_str()).and_then(Vec::pop);
    }
    let mut gone: Vec<String> = left.values().flatten().map(|entry| entry.name()).collect();
    gone.sort();
    // A run over some files cannot tell what became of the others.
    if !report.whole {
        gone.clear();
    }
    report.compared.push(Compared { with: name.to_owned(), hidden: before - report.findings.len(), gone });
}
