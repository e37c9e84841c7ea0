//! Waivers held against findings.

use jiff::civil::Date;

use super::{Found, Scope, Waiver};
use crate::Lang;
use crate::facts::Label;
use crate::policy::{Outcome, Pack, Severity};
use crate::report::model::{Finding, Report, Waived};
use crate::report::{self};
use crate::source::{Sources, Span};

/// What the judgement of waivers rests on.
pub(crate) struct Judging<'a> {
    /// The packs of the run.
    pub packs: &'a [Pack],
    /// The day.
    pub as_of: Date,
    /// The language of messages.
    pub lang: Lang,
    /// The files.
    pub sources: &'a Sources,
    /// Whether findings in this file are reported.
    pub reported: &'a dyn Fn(&str) -> bool,
}

/// Marks the findings that a waiver accepts, and adds a finding for everything that is wrong with waivers.
pub(crate) fn apply(report: &mut Report, found: &Found, judging: &Judging<'_>) {
    let mut used = vec![false; found.waivers.len()];
    for finding in &mut report.findings {
        let names = [
            finding.system.clone(),
            report
                .systems
                .iter()
                .find(|s| s.id == finding.system)
                .map(|s| s.name.clone())
                .unwrap_or_default(),
        ];
        for (waiver, used) in found.waivers.iter().zip(&mut used) {
            if waiver.rule != finding.rule || !waiver.scope.covers(finding, &names) {
                continue;
            }
            *used = true;
            if finding.waived.is_none() && waiver.until >= judging.as_of && !judging.absolute(&waiver.rule) {
                finding.waived = Some(Waived {
                    reason: waiver.reason.clone(),
                    owner: waiver.owner.clone(),
                    until: waiver.until.to_string(),
                    in_source: !matches!(waiver.scope, Scope::Config { .. }),
                });
            }
        }
    }
    let mut news = Vec::new();
    for fault in &found.faults {
        news.push(judging.finding("waiver-invalid", fault.span, &fault.message, &fault.help));
    }
    for (waiver, used) in found.waivers.iter().zip(used) {
        news.extend(judging.stale(waiver, used));
    }
    report.findings.extend(news.into_iter().filter(|f| (judging.reported)(&f.place.file)));
}

impl Judging<'_> {
    fn absolute(&self, rule: &str) -> bool {
        self.packs.iter().filter_map(|pack| pack.rule(rule)).any(|rule| rule.file.absolute)
    }

    /// What is wrong with a complete waiver, if anything is.
    fn stale(&self, waiver: &Waiver, used: bool) -> Option<Finding> {
        let (rule, until) = (&waiver.rule, waiver.until);
        let say = |en: String, zh: String| Label { en, zh };
        if self.packs.iter().all(|pack| pack.rule(rule).is_none()) {
            let all = Pack::builtin_ids().filter_map(|id| Pack::builtin(id).ok()).collect::<Vec<_>>();
            // A rule of a pack that does not judge today.
            if all.iter().any(|pack| pack.rule(rule).is_some()) {
                return None;
            }
            let known = self.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.file.rule.as_str());
            let help = match crate::config::nearest(rule, known) {
                Some(near) => say(format!("write `{near}`"), format!("请改为 `{near}`")),
                None => say(
                    "choose one of the rules that `facelint rules` lists, or remove the waiver".into(),
                    "请从 `facelint rules` 列出的规则中选择，或删除该豁免".into(),
                ),
            };
            let message =
                say(format!("there is no rule `{rule}` to waive"), format!("没有可豁免的规则 `{rule}`"));
            return Some(self.finding("waiver-unknown-rule", waiver.rule_span, &message, &help));
        }
        if self.absolute(rule) {
            let message = say(format!("`{rule}` cannot be waived"), format!("规则 `{rule}` 不可豁免"));
            let help = say(
                "remove the waiver; the law forbids this without exception".into(),
                "请删除该豁免；法律对此没有例外".into(),
            );
            return Some(self.finding("waiver-absolute", waiver.rule_span, &message, &help));
        }
        if until < self.as_of {
            let message = say(
                format!("the waiver of `{rule}` ended on {until}"),
                format!("对 `{rule}` 的豁免已于 {until} 到期"),
            );
            let help = if used {
                say(
                    "mend what the finding says, or decide anew and set another end".into(),
                    "请按发现项的要求整改，或重新决定并设定新的截止日期".into(),
                )
            } else {
                say(
                    "remove the waiver; it accepts nothing any more".into(),
                    "请删除该豁免，它已不对应任何发现项".into(),
                )
            };
            return Some(self.finding("waiver-expired", waiver.until_span, &message, &help));
        }
        if !used {
            let message = say(
                format!("the waiver of `{rule}` accepts nothing"),
                format!("对 `{rule}` 的豁免没有对应的发现项"),
            );
            let help = say(
                "remove it, or move it to the line that the finding underlines".into(),
                "请删除该豁免，或移到发现项标出的那一行".into(),
            );
            return Some(self.finding("waiver-unused", waiver.rule_span, &message, &help));
        }
        None
    }

    fn finding(&self, rule: &str, span: Span, message: &Label, help: &Label) -> Finding {
        let place = report::place(self.sources, span);
        let file = self.sources.get(span.file);
        let fingerprint = report::hash(&["facelint", rule, &place.file, file.slice(span)]);
        Finding {
            rule: rule.to_owned(),
            pack: "facelint".to_owned(),
            duty: String::new(),
            severity: Severity::Warning,
            outcome: Outcome::Fail,
            system: String::new(),
            message: report::say(message, self.lang).to_owned(),
            help: report::say(help, self.lang).to_owned(),
            place,
            related: Vec::new(),
            fingerprint,
            waived: None,
            citation: Label::default(),
            title: message.clone(),
            url: String::new(),
        }
    }
}

impl Scope {
    /// Whether a finding is where this scope is; `names` are those of its system.
    fn covers(&self, finding: &Finding, names: &[String; 2]) -> bool {
        let place = &finding.place;
        match self {
            Scope::Lines { file, lines: (first, last) } => {
                **file == *place.file && (*first..=*last).contains(&place.line)
            }
            Scope::Bytes { file, bytes } => {
                **file == *place.file && bytes.start <= place.bytes.0 && place.bytes.1 <= bytes.end
            }
            Scope::Config { system, path } => {
                system.as_ref().is_none_or(|system| names.contains(system))
                    && path.as_ref().is_none_or(|path| path.is_match(&place.file))
            }
        }
    }
}
