//! From judgements to a report: places become lines and columns, findings get their fingerprints.

use std::hash::Hasher;

use super::model::{
    DutyReport, EvidenceReport, Finding, Place, Related, RuleInfo, Rulebook, SightingReport, SystemReport,
};
use crate::Lang;
use crate::facts::{Evidence, Fact, Label, Profile};
use crate::fnv::Fnv;
use crate::policy::{Judgement, Outcome, Pack, Severity, plain};
use crate::recognition::{Catalogue, Confidence, Sighting};
use crate::source::{Sources, Span};
use crate::system::System;

/// One judged system on its way into the report.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The system.
    pub system: &'a System,
    /// Its facts.
    pub facts: &'a Fact,
    /// It at a glance.
    pub profile: Profile,
    /// What the rules say.
    pub judgements: Vec<Judgement>,
}

/// A text in the language of the run.
pub fn say(label: &Label, lang: Lang) -> &str {
    match lang {
        Lang::En => &label.en,
        Lang::Zh => &label.zh,
    }
}

/// The place of a span.
pub fn place(sources: &Sources, span: Span) -> Place {
    Place::new(&sources.get(span.file), span)
}

/// What there is to say of a pack's law and rules.
pub fn rulebook(pack: &Pack) -> Rulebook {
    let rules = pack.rules.iter().map(|rule| {
        let form = &rule.file;
        RuleInfo {
            rule: form.rule.clone(),
            duty: form.duty.clone(),
            severity: if pack.law.draft { Severity::Note } else { form.severity },
            title: form.title.clone(),
            help: Label { en: plain(&form.help.en), zh: plain(&form.help.zh) },
            explain: form.explain.clone(),
            citation: pack.citation(&form.duty),
            absolute: form.absolute,
        }
    });
    let mut rules: Vec<RuleInfo> = rules.collect();
    rules.sort_by(|a, b| a.rule.cmp(&b.rule));
    Rulebook { law: pack.law.clone(), rules }
}

/// The text of a span on one line, cut to a length that a report can show.
fn text(sources: &Sources, span: Span) -> String {
    let file = sources.get(span.file);
    let line = file.slice(span).lines().next().unwrap_or_default();
    match line.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// The system's part of the report.
pub fn system(
    judged: &Judged<'_>,
    catalogue: &Catalogue,
    sources: &Sources,
    hints: bool,
    lang: Lang,
) -> SystemReport {
    let facts = judged.facts;
    let role = facts.at("role").and_then(Fact::as_text).unwrap_or("handler").to_owned();
    let modes = facts.at("modes").map(Fact::items).unwrap_or_default();
    let sightings = shown(&judged.system.sightings, hints);
    let mut reported: Vec<SightingReport> = sightings
        .into_iter()
        .filter_map(|s| {
            Some(SightingReport {
                product: catalogue.products.get(s.product)?.product.clone(),
                kind: s.kind,
                function: s.function,
                confidence: s.confidence,
                place: place(sources, s.span),
                text: text(sources, s.span),
            })
        })
        .collect();
    reported.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.product.cmp(&b.product)));
    SystemReport {
        id: judged.system.id.clone(),
        name: judged.system.name.clone(),
        role,
        modes: modes.iter().filter_map(Fact::as_text).map(str::to_owned).collect(),
        profile: judged.profile.clone(),
        sightings: reported,
        facts: facts.to_json(),
        assessment: facts
            .at("assessment.ref")
            .and_then(|fact| fact.evidence.first())
            .map(|e| place(sources, e.span)),
        duties: judged
            .judgements
            .iter()
            .map(|j| DutyReport {
                rule: j.rule.clone(),
                pack: j.pack.clone(),
                duty: j.duty.clone(),
                outcome: j.outcome,
                evidence: j.evidence.iter().map(|e| evidence(e, sources)).collect(),
                help: (j.outcome == Outcome::Unknown)
                    .then(|| say(&j.help, lang).to_owned())
                    .filter(|help| !help.is_empty()),
            })
            .collect(),
    }
}

fn evidence(e: &Evidence, sources: &Sources) -> EvidenceReport {
    EvidenceReport { place: place(sources, e.span), how: e.how, text: text(sources, e.span) }
}

/// The sightings that a report shows: a sign says the same thing once a resource, a product's own further
/// keys are evidence and no news, and one place is shown once for each product.
fn shown(all: &[Sighting], hints: bool) -> Vec<&Sighting> {
    let mut seen_sign = std::collections::HashSet::new();
    let mut seen_place = std::collections::HashSet::new();
    let mut out: Vec<&Sighting> = Vec::new();
    for s in all {
        // A component that is named and switched off is part of a system that others make.
        if s.confidence < Confidence::Likely && !hints {
            continue;
        }
        if seen_sign.insert((s.resource, s.signature, s.in_key)) && seen_place.insert((s.product, s.span)) {
            out.push(s);
        }
    }
    out
}

/// A finding from a judgement that is worth showing.
pub fn finding(
    judgement: &Judgement,
    system: &System,
    citation: &Label,
    title: &Label,
    url: &str,
    sources: &Sources,
    lang: Lang,
) -> Option<Finding> {
    let severity = judgement.severity?;
    if !matches!(judgement.outcome, Outcome::Fail | Outcome::Unknown) {
        return None;
    }
    let related = story(judgement)
        .into_iter()
        .map(|e| Related {
            message: e.label.as_ref().map(|l| say(l, lang).to_owned()).unwrap_or_default(),
            place: place(sources, e.span),
        })
        .collect();
    let fingerprint = fingerprint(judgement, &system.id, sources);
    Some(Finding {
        rule: judgement.rule.clone(),
        pack: judgement.pack.clone(),
        duty: judgement.duty.clone(),
        severity,
        outcome: judgement.outcome,
        system: system.id.clone(),
        message: say(&judgement.message, lang).to_owned(),
        help: say(&judgement.help, lang).to_owned(),
        place: place(sources, judgement.primary),
        related,
        fingerprint,
        waived: None,
        citation: citation.clone(),
        title: title.clone(),
        url: url.to_owned(),
    })
}

/// Places beyond these tell the reader nothing new.
const MAX_RELATED: usize = 8;

/// The related places of a finding: none that the primary one or an earlier one already covers.
fn story(judgement: &Judgement) -> Vec<&Evidence> {
    let mut out: Vec<&Evidence> = Vec::new();
    for e in &judgement.related {
        let covers = |s: Span| s.contains(e.span) || e.span.contains(s);
        if !covers(judgement.primary) && !out.iter().any(|o| covers(o.span)) && out.len() < MAX_RELATED {
            out.push(e);
        }
    }
    out
}

/// The stable name of a finding: pack, rule, system, element and the offending value without quotes and
/// spaces. Lines, columns, indentation and order do not enter.
fn fingerprint(judgement: &Judgement, system: &str, sources: &Sources) -> String {
    let file = sources.get(judgement.primary.file);
    let value: String = file
        .slice(judgement.primary)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
        .collect();
    hash(&[&judgement.pack, &judgement.rule, system, &judgement.element, &value])
}

/// A short name for some parts together.
pub(crate) fn hash(parts: &[&str]) -> String {
    let mut hash = Fnv::new();
    for part in parts {
        hash.write(part.as_bytes());
        hash.write(&[0]);
    }
    format!("{:016x}", hash.finish())
}

/// Findings by system, the most severe first, then by place.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let waived = |f: &Finding| f.waived.is_some();
        a.system
            .cmp(&b.system)
            .then(waived(a).cmp(&waived(b)))
            .then(b.severity.cmp(&a.severity))
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.rule.cmp(&b.rule))
    });
}

/// Counts of findings.
pub fn count(findings: &[Finding], summary: &mut super::model::Summary) {
    for finding in findings {
        if finding.waived.is_some() {
            summary.waived += 1;
            continue;
        }
        match finding.severity {
            Severity::Error => summary.error += 1,
            Severity::Warning => summary.warning += 1,
            Severity::Note => summary.note += 1,
        }
    }
}
