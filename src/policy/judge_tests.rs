//! Rules over facts built by hand.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;

use super::*;
use crate::source::FileId;

const SIGHTING: (usize, usize) = (900, 909);

fn span(start: usize, end: usize) -> Span {
    Span::new(FileId(0), start, end)
}

fn seen(start: usize, end: usize) -> [Evidence; 1] {
    [Evidence { span: span(start, end), how: How::Observed, label: None }]
}

fn today() -> Date {
    jiff::civil::date(2026, 1, 1)
}

/// A pack with one rule; `body` holds what differs.
fn pack(law: &str, body: &str) -> Pack {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("rules")).unwrap();
    let law = format!(
        "pack: p\ntitle: {{ en: L, zh: 法 }}\nshort: {{ en: L, zh: 法 }}\nurl: u\n{law}\nduties:\n  - {{ duty: \"1\", article: 1, title: {{ en: A, zh: 甲 }}, text: {{ en: A, zh: 甲 }}, proof: V2 }}\n"
    );
    let rule = format!(
        "rule: r\nduty: \"1\"\nseverity: error\ntitle: {{ en: T, zh: 题 }}\nmessage: {{ en: \"m {{system.name}}\", zh: 讯 }}\nunknown_message: {{ en: u, zh: 未 }}\nnone_message: {{ en: none, zh: 无 }}\nhelp: {{ en: h, zh: 助 }}\nexamples: [{{ name: x, files: {{ a: b }}, expect: pass }}]\n{body}\n"
    );
    fs::write(dir.path().join("law.yaml"), law).unwrap();
    fs::write(dir.path().join("rules/r.yaml"), rule).unwrap();
    Pack::load(dir.path()).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn facts() -> Fact {
    let flow = |name: &str, methods: &[&str], at: usize| {
        let list = Fact::list(methods.iter().map(|m| Fact::text(*m))).shown(seen(at, at + 6));
        Fact::map([("name", Fact::text(name)), ("methods", list)])
            .shown(seen(at - 10, at))
            .keyed(format!("flow.{name}"))
    };
    Fact::map([
        ("name", Fact::text("door")),
        ("role", Fact::text("handler")),
        ("exempt", Fact::text("")),
        ("flows", Fact::list([flow("login", &["face"], 20), flow("pay", &["face", "sms"], 60)])),
        ("empty", Fact::list([])),
        ("gone", Fact::default()),
        ("consent", Fact::map([("state", Fact::text("absent").shown(seen(300, 305)))])),
    ])
}

fn judged(pack: Pack, facts: &Fact) -> Judged {
    judge(&[pack], 3, facts, span(SIGHTING.0, SIGHTING.1), today())
}

fn outcomes(body: &str) -> Vec<(Outcome, String)> {
    let judged = judged(pack("", body), &facts());
    assert!(judged.problems.is_empty(), "{:#?}", judged.problems);
    judged.judgements.into_iter().map(|j| (j.outcome, j.element)).collect()
}

#[test]
fn one_judgement_for_each_element() {
    let body = "each: { flow: system.flows }\nrequire: flow.methods.exists(m, m != 'face')\nat: flow.methods\nrelated: [system.consent.state]";
    let judged = judged(pack("", body), &facts());
    let [login, pay] = &judged.judgements[..] else { panic!("{judged:#?}") };
    assert_eq!((login.outcome, login.element.as_str(), login.system), (Outcome::Fail, "flow.login", 3));
    assert_eq!(login.primary, span(20, 26));
    let related: Vec<Span> = login.related.iter().map(|place| place.span).collect();
    assert_eq!(related, [span(10, 20), span(300, 305), span(SIGHTING.0, SIGHTING.1)]);
    assert_eq!(login.severity, Some(Severity::Error));
    assert_eq!(login.message.en, "m door");
    assert_eq!((pay.outcome, pay.element.as_str(), pay.severity), (Outcome::Pass, "flow.pay", None));
    assert_eq!(pay.evidence.first().map(|place| place.span), Some(span(60, 66)));
}

#[test]
fn elements_are_passed_over() {
    let require = "each: { flow: system.flows }\nrequire: \"false\"";
    assert_eq!(
        outcomes(&format!("{require}\nwhen: flow.name == 'pay'")),
        [(Outcome::Fail, "flow.pay".into())]
    );
    assert_eq!(outcomes(&format!("{require}\nwhen: \"false\"")), [(Outcome::NotApplicable, String::new())]);
}

#[test]
fn an_empty_list_is_unknown_unless_the_rule_says_more() {
    for list in ["empty", "gone", "not_there"] {
        let each = format!("each: {{ x: system.{list} }}\nrequire: \"true\"");
        assert_eq!(outcomes(&each), [(Outcome::Unknown, String::new())]);
        for (text, outcome) in [
            ("\"true\"", Outcome::Pass),
            ("system.name == 'gate'", Outcome::Fail),
            ("system.gone", Outcome::Unknown),
            ("\"'not-applicable'\"", Outcome::NotApplicable),
        ] {
            assert_eq!(outcomes(&format!("{each}\nif_none: {text}")), [(outcome, String::new())]);
        }
    }
}

#[test]
fn an_unknown_is_shown_only_with_a_severity() {
    let gone = judged(pack("", "require: system.gone"), &facts());
    assert_eq!((gone.judgements[0].outcome, gone.judgements[0].severity), (Outcome::Unknown, None));
    assert_eq!(gone.judgements[0].primary, span(SIGHTING.0, SIGHTING.1));
    let shown = judged(
        pack("", "require: \"true\"\nunknown_if: system.gone == 'unknown'\nunknown: warning"),
        &facts(),
    );
    assert_eq!(shown.judgements[0].severity, Some(Severity::Warning));
    assert_eq!(shown.judgements[0].message.en, "u");
}

#[test]
fn what_does_not_apply_says_nothing() {
    assert_eq!(
        outcomes("require: \"false\"\napplies: system.name == 'gate'"),
        [(Outcome::NotApplicable, String::new())]
    );
    assert_eq!(outcomes("require: \"false\"\napplies: system.gone"), [(Outcome::Unknown, String::new())]);
    let mut research = facts();
    if let FactValue::Map(parts) = &mut research.value {
        parts.insert("exempt".into(), Fact::text("research"));
    }
    let judged = judged(pack("applies: system.exempt != 'research'", "require: \"false\""), &research);
    assert_eq!(judged.judgements[0].outcome, Outcome::NotApplicable);
}

#[test]
fn a_product_is_asked_only_what_it_can_breach() {
    let mut product = facts();
    if let FactValue::Map(parts) = &mut product.value {
        parts.insert("role".into(), Fact::text("product"));
    }
    let asked = judged(pack("", "require: \"false\""), &product);
    assert_eq!(asked.judgements[0].outcome, Outcome::NotApplicable);
    let asked = judged(pack("", "require: \"false\"\nproduct: true"), &product);
    assert_eq!(asked.judgements[0].outcome, Outcome::Fail);
}

#[test]
fn a_failing_expression_is_a_problem_and_the_run_goes_on() {
    let body = "each: { flow: system.flows }\nrequire: flow.metods.exists(m, m != 'face')";
    let judged = judged(pack("", body), &facts());
    assert!(judged.judgements.iter().all(|j| j.outcome == Outcome::Unknown));
    let [problem] = &judged.problems[..] else { panic!("{judged:#?}") };
    assert_eq!(&problem.text[problem.span.clone()], "flow.metods.exists(m, m != 'face')");
    assert!(problem.message.contains("metods"), "{problem:?}");
}

#[test]
fn a_law_not_in_force_says_nothing_and_a_draft_only_notes() {
    let rule = "require: \"false\"";
    assert!(judged(pack("in_force: 2026-01-02", rule), &facts()).judgements.is_empty());
    assert!(judged(pack("until: 2025-12-31", rule), &facts()).judgements.is_empty());
    assert_eq!(judged(pack("in_force: 2026-01-01\nuntil: 2026-01-01", rule), &facts()).judgements.len(), 1);
}

#[test]
fn elements_of_the_same_name_have_different_names() {
    let store = |at| Fact::map([("name", Fact::text("s3"))]).shown(seen(at, at + 2));
    let system = Fact::map([("name", Fact::text("x")), ("stores", Fact::list([store(1), store(5)]))]);
    let judged = judged(pack("", "each: { s: system.stores }\nrequire: \"false\""), &system);
    let names: Vec<&str> = judged.judgements.iter().map(|j| j.element.as_str()).collect();
    assert_eq!(names, ["s3", "s3#2"]);
}
