//! Rules held against the facts of one system.
//!
//! For every rule of every law in force on the day asked:
//!
//! 1. The law's `applies`, the system's role and the rule's `applies` say whether it concerns the system
//!    at all: else `not-applicable`.
//! 2. Without `each`, the system itself is judged. With `each`, every element of the list for which
//!    `when` holds is; when `when` passes over all of them: `not-applicable`. When the list is empty or
//!    unknown, `if_none` answers for the system; without it: `unknown`.
//! 3. `unknown_if`, then `require`.
//!
//! An expression may itself give `"unknown"` or `"not-applicable"`. One that fails (a fact that is not
//! there, values that do not compare) gives `unknown` and a problem that points into the rule.

use jiff::civil::Date;

use super::error::{PackFile, PolicyError};
use super::expression::{Answer, Scope};
use super::pack::{Lazy, words};
use super::template::fill;
use super::{Judgement, Outcome, Pack, Rule, Severity};
use crate::facts::{Evidence, Fact, FactValue, How, Label};
use crate::source::Span;

/// What rules say of a system.
#[derive(Debug, Default)]
pub struct Judged {
    /// One or more for each rule of a law in force.
    pub judgements: Vec<Judgement>,
    /// Expressions that failed.
    pub problems: Vec<PolicyError>,
}

/// Holds the facts of a system (`facts` is what expressions call `system`) against packs. `first_sighting`
/// is underlined where no fact has a place.
pub fn judge(packs: &[Pack], system: usize, facts: &Fact, first_sighting: Span, as_of: Date) -> Judged {
    let mut judged = Judged::default();
    let packs: Vec<&Pack> = packs.iter().filter(|pack| pack.judges(as_of)).collect();
    if packs.is_empty() {
        return judged;
    }
    let mut scope = Scope::new(facts);
    for pack in packs {
        let (applies, file) = pack.applies();
        let concerned = ask(applies, file, &scope, &mut judged.problems).unwrap_or(Answer::Yes);
        for rule in &pack.rules {
            let mut case = Case { pack, rule, system, facts, first_sighting, judged: &mut judged };
            // A law that may or may not concern the system is judged: silence would hide too much.
            if matches!(concerned, Answer::No | Answer::NotApplicable) {
                case.conclude(Outcome::NotApplicable, None);
            } else {
                case.judge(&mut scope);
            }
        }
    }
    judged
}

/// Answer of an expression; `None` when the file has no such key.
fn ask(lazy: &Lazy, source: &PackFile, scope: &Scope, problems: &mut Vec<PolicyError>) -> Option<Answer> {
    let problem = match lazy.get(source)? {
        Err(error) => error.clone(),
        Ok(expression) => match expression.ask(scope) {
            Ok(answer) => return Some(answer),
            Err(said) => source.error(lazy.key(), format!("`{}` cannot be judged: {said}", lazy.key())),
        },
    };
    if !problems.contains(&problem) {
        problems.push(problem);
    }
    Some(Answer::Unknown)
}

/// One rule and one system.
struct Case<'a> {
    pack: &'a Pack,
    rule: &'a Rule,
    system: usize,
    facts: &'a Fact,
    first_sighting: Span,
    judged: &'a mut Judged,
}

/// An element of the list and the name it has in the rule.
#[derive(Clone, Copy)]
struct Element<'a> {
    variable: &'a str,
    fact: &'a Fact,
}

impl<'a> Case<'a> {
    fn ask(&mut self, lazy: &Lazy, scope: &Scope) -> Option<Answer> {
        ask(lazy, self.rule.source(), scope, &mut self.judged.problems)
    }

    fn judge(&mut self, scope: &mut Scope) {
        let (rule, facts) = (self.rule, self.facts);
        let compiled = rule.compiled();
        if facts.at("role").and_then(Fact::as_text) == Some("product") && !rule.file.product {
            return self.conclude(Outcome::NotApplicable, None);
        }
        match self.ask(&compiled.applies, scope).unwrap_or(Answer::Yes) {
            Answer::Yes => {}
            Answer::No | Answer::NotApplicable => return self.conclude(Outcome::NotApplicable, None),
            Answer::Unknown => return self.conclude(Outcome::Unknown, None),
        }
        let Some((variable, path)) = rule.file.each.iter().flatten().next() else {
            let outcome = match self.ask(&compiled.when, scope).unwrap_or(Answer::Yes) {
                Answer::Yes => self.outcome(scope),
                Answer::No | Answer::NotApplicable => Outcome::NotApplicable,
                Answer::Unknown => Outcome::Unknown,
            };
            return self.conclude(outcome, None);
        };

        let elements =
            path.strip_prefix("system.").and_then(|path| facts.at(path)).map_or(&[][..], Fact::items);
        if elements.is_empty() {
            let answer = self.ask(&compiled.if_none, scope).unwrap_or(Answer::Unknown);
            return self.conclude(outcome_of(&answer), None);
        }
        let mut judged = false;
        for fact in elements {
            scope.bind(variable, fact);
            let outcome = match self.ask(&compiled.when, scope).unwrap_or(Answer::Yes) {
                Answer::Yes => self.outcome(scope),
                Answer::No | Answer::NotApplicable => continue,
                Answer::Unknown => Outcome::Unknown,
            };
            judged = true;
            self.conclude(outcome, Some(Element { variable, fact }));
        }
        if !judged {
            self.conclude(Outcome::NotApplicable, None);
        }
    }

    fn outcome(&mut self, scope: &Scope) -> Outcome {
        let compiled = self.rule.compiled();
        match self.ask(&compiled.unknown_if, scope) {
            Some(Answer::Yes | Answer::Unknown) => Outcome::Unknown,
            Some(Answer::NotApplicable) => Outcome::NotApplicable,
            Some(Answer::No) | None => {
                let answer = self.ask(&compiled.require, scope).unwrap_or(Answer::Unknown);
                outcome_of(&answer)
            }
        }
    }

    /// Writes the judgement down.
    fn conclude(&mut self, outcome: Outcome, element: Option<Element<'a>>) {
        let form = &self.rule.file;
        let severity = match outcome {
            Outcome::Fail => Some(form.severity),
            Outcome::Unknown => form.unknown,
            Outcome::Pass | Outcome::NotApplicable => None,
        };
        let severity = severity.map(|s| if self.pack.law.draft { s.min(Severity::Note) } else { s });
        let find = |path: &str| self.find(path, element);

        // The places, the most telling first: the fact that the rule names, the element, the related facts.
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut add = |fact: Option<&Fact>| {
            let Some(fact) = fact else { return };
            for place in places(fact) {
                if !evidence.iter().any(|known| known.span == place.span) {
                    evidence.push(place.clone());
                }
            }
        };
        if outcome != Outcome::NotApplicable {
            form.at.iter().for_each(|path| add(find(path)));
            add(element.map(|element| element.fact));
        }
        // A related place is never the one to underline, unless there is no other.
        let own = !evidence.is_empty();
        let mut further: Vec<Evidence> = Vec::new();
        if outcome != Outcome::NotApplicable {
            for fact in form.related.iter().filter_map(|path| find(path)) {
                for place in places(fact) {
                    let known = evidence.iter().chain(&further).any(|known| known.span == place.span);
                    if !known {
                        further.push(place.clone());
                    }
                }
            }
        }
        let primary = if own {
            evidence.first().map_or(self.first_sighting, |first| first.span)
        } else {
            self.first_sighting
        };
        evidence.extend(further);
        let mut related: Vec<Evidence> =
            evidence.iter().filter(|place| place.span != primary).cloned().collect();
        let finding = matches!(outcome, Outcome::Fail | Outcome::Unknown);
        if finding && primary != self.first_sighting {
            let told = related.iter().any(|place| place.span == self.first_sighting);
            if !told {
                related.push(self.component());
            }
        }

        let none = form.none_message.as_ref().filter(|_| element.is_none() && form.each.is_some());
        let template = match outcome {
            Outcome::Fail => none.unwrap_or(&form.message),
            Outcome::Unknown => none.or(form.unknown_message.as_ref()).unwrap_or(&form.title),
            Outcome::Pass | Outcome::NotApplicable => &form.title,
        };
        let message = fill(template, words(self.pack), find);
        let help = if finding { fill(&form.help, words(self.pack), find) } else { Label::default() };
        let element = element.map(|element| self.name(element)).unwrap_or_default();
        self.judged.judgements.push(Judgement {
            system: self.system,
            rule: form.rule.clone(),
            pack: self.pack.law.pack.clone(),
            duty: form.duty.clone(),
            outcome,
            severity,
            primary,
            related,
            evidence,
            element,
            message,
            help,
        });
    }

    /// The fact at a path that begins with `system` or the element's name.
    fn find(&self, path: &str, element: Option<Element<'a>>) -> Option<&'a Fact> {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let root = match element {
            Some(element) if element.variable == first => element.fact,
            _ if first == "system" => self.facts,
            _ => return None,
        };
        rest.map_or(Some(root), |rest| root.at(rest))
    }

    /// A name of the element that does not depend on lines or order; two of the same name are told apart
    /// by their number among themselves.
    fn name(&self, element: Element<'_>) -> String {
        let fact = element.fact;
        let name = match (fact.key.as_str(), fact.at("name").and_then(Fact::as_text), fact.as_text()) {
            ("", Some(name), _) | ("", None, Some(name)) => name,
            ("", None, None) => element.variable,
            (key, ..) => key,
        };
        let same = |judgement: &&Judgement| {
            judgement.rule == self.rule.file.rule
                && judgement.pack == self.pack.law.pack
                && judgement
                    .element
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
        };
        match self.judged.judgements.iter().filter(same).count() {
            0 => name.to_owned(),
            n => format!("{name}#{}", n + 1),
        }
    }

    /// The component, for a finding that underlines something else.
    fn component(&self) -> Evidence {
        let name = self.facts.at("name").and_then(Fact::as_text).unwrap_or_default();
        Evidence {
            span: self.first_sighting,
            how: How::Observed,
            label: Some(Label {
                en: format!("the face recognition of `{name}` is here"),
                zh: format!("`{name}` 的人脸识别在此处"),
            }),
        }
    }
}

fn outcome_of(answer: &Answer) -> Outcome {
    match answer {
        Answer::Yes => Outcome::Pass,
        Answer::No => Outcome::Fail,
        Answer::Unknown => Outcome::Unknown,
        Answer::NotApplicable => Outcome::NotApplicable,
    }
}

/// The places of a fact, or, when it has none of its own, those of its parts, its name before the others.
fn places(fact: &Fact) -> Vec<&Evidence> {
    if !fact.evidence.is_empty() {
        return fact.evidence.iter().collect();
    }
    match &fact.value {
        FactValue::List(items) => items.iter().flat_map(places).collect(),
        FactValue::Map(parts) => {
            let name = parts.get("name").map(places).unwrap_or_default();
            let others = parts.iter().filter(|(part, _)| *part != "name");
            name.into_iter().chain(others.flat_map(|(_, part)| places(part))).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
