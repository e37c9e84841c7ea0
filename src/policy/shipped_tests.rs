//! The shipped rules over facts built by hand: every state of every fact, and no expression that fails.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::facts::{Evidence, Fact, FactValue, How};
use crate::policy::{Judgement, Outcome, Pack, Severity, judge};
use crate::source::{FileId, Span};

fn text(text: &str) -> Fact {
    if text == "unknown" { Fact::default() } else { Fact::text(text) }
}

fn at(start: usize) -> [Evidence; 1] {
    [Evidence { span: Span::new(FileId(0), start, start + 1), how: How::Observed, label: None }]
}

/// A system about which nothing is known but that it is one.
fn nothing_known() -> Fact {
    let unknown = Fact::default;
    Fact::map([
        ("id", text("door")),
        ("name", text("door")),
        ("role", text("handler")),
        ("exempt", text("")),
        ("products", Fact::list([])),
        ("modes", Fact::list([])),
        (
            "verification",
            Fact::map([
                ("used", Fact::bool(true)),
                ("fallback", text("unknown")),
                ("flows", Fact::list([])),
                ("liveness", unknown()),
            ]),
        ),
        (
            "transfer",
            Fact::map([("scope", unknown()), ("endpoints", Fact::list([])), ("declared", unknown())]),
        ),
        (
            "consent",
            Fact::map([
                ("state", unknown()),
                ("separate", unknown()),
                ("acts", Fact::list([])),
                ("record", unknown()),
                ("basis", text("")),
                ("preset", unknown()),
                ("withdrawal", text("absent")),
            ]),
        ),
        ("retention", Fact::map([("state", unknown()), ("stores", Fact::list([]))])),
        (
            "assessment",
            Fact::map([
                ("state", text("absent")),
                ("ref", unknown()),
                ("date", unknown()),
                ("document", text("not-opened")),
                ("contents", text("unknown")),
                ("parts", Fact::list([])),
                ("missing", Fact::list([])),
                ("placeholders", Fact::list([])),
                ("scope", Fact::list([])),
                ("conflicts", Fact::list([])),
                ("digest_state", text("absent")),
                ("changed", Fact::list([])),
            ]),
        ),
        ("digest", text("000000-000000-000000-000000-000000")),
        (
            "scope",
            Fact::map([
                ("claimed", Fact::bool(false)),
                ("only", Fact::bool(false)),
                ("serves", Fact::bool(false)),
            ]),
        ),
        (
            "purpose",
            Fact::map([
                ("stated", Fact::bool(false)),
                ("texts", Fact::list([])),
                ("placeholder", Fact::bool(false)),
                ("necessity", text("absent")),
            ]),
        ),
        ("exception", Fact::map([("state", text("none")), ("citation", text(""))])),
        (
            "notice",
            Fact::map([
                ("state", text("absent")),
                ("retention", unknown()),
                ("retention_days", unknown()),
                ("recipients", Fact::list([])),
            ]),
        ),
        (
            "liveness",
            Fact::map([
                ("used", unknown()),
                ("kinds", Fact::list([])),
                ("classes", Fact::list([])),
                ("open", Fact::bool(false)),
            ]),
        ),
        ("prompt", Fact::map([("signs", Fact::list([]))])),
        ("attributes", Fact::map([("items", Fact::list([]))])),
        (
            "minors",
            Fact::map([
                ("present", unknown()),
                ("hint", Fact::bool(false)),
                ("min_age", unknown()),
                ("guardian", text("absent")),
                ("rules", text("absent")),
            ]),
        ),
        (
            "storage",
            Fact::map([
                ("declared", unknown()),
                ("stores", Fact::list([])),
                ("saves", Fact::list([])),
                ("unknown_faces", Fact::list([])),
            ]),
        ),
        (
            "venue",
            Fact::map([
                ("kind", unknown()),
                ("spaces", Fact::list([])),
                ("signage", text("absent")),
                ("area", text("absent")),
                ("basis", text("absent")),
                ("live", Fact::bool(false)),
            ]),
        ),
        (
            "safeguards",
            Fact::map([
                ("tls", Fact::list([])),
                ("at_rest", Fact::list([])),
                ("auth", Fact::list([])),
                ("audit", Fact::list([])),
                ("ids", text("absent")),
                ("mlps", Fact::map([("level", unknown()), ("record", text("absent"))])),
            ]),
        ),
        ("incidents", Fact::list([])),
        ("records", Fact::map([("retention", unknown()), ("retention_days", unknown())])),
        (
            "filing",
            Fact::map([
                ("state", text("unknown")),
                ("persons", unknown()),
                ("reached", unknown()),
                ("reached_on", unknown()),
                ("deadline", unknown()),
                ("working_days_left", unknown()),
                ("working_days_late", unknown()),
                ("missing_year", Fact::int(0)),
                ("filed", Fact::bool(false)),
                ("number", unknown()),
                ("date", unknown()),
                ("digest_state", text("absent")),
                ("changed", Fact::list([])),
                ("materials", Fact::list([])),
                ("ended", unknown()),
                ("terminated_on", unknown()),
                ("deregister_by", unknown()),
                ("deregister_days_left", unknown()),
            ]),
        ),
        ("declared", Fact::map([("none", unknown())])),
    ])
}

/// The same system with one fact set.
fn with(mut system: Fact, path: &str, fact: Fact) -> Fact {
    fn set(into: &mut Fact, path: &str, fact: Fact) {
        let FactValue::Map(parts) = &mut into.value else { panic!("{path}") };
        match path.split_once('.') {
            Some((first, rest)) => set(parts.get_mut(first).unwrap(), rest, fact),
            None => drop(parts.insert(path.to_owned(), fact)),
        }
    }
    set(&mut system, path, fact);
    system
}

fn judgements(system: &Fact, rule: &str) -> Vec<Judgement> {
    let pack = Pack::builtin("cn-2025").unwrap();
    let sighting = Span::new(FileId(0), 900, 901);
    let judged = judge(&[pack], 0, system, sighting, jiff::civil::date(2026, 1, 1));
    assert!(judged.problems.is_empty(), "{:#?}", judged.problems);
    judged.judgements.into_iter().filter(|judgement| judgement.rule == rule).collect()
}

fn only(system: &Fact, rule: &str) -> Judgement {
    let mut judgements = judgements(system, rule);
    assert_eq!(judgements.len(), 1, "{judgements:#?}");
    judgements.remove(0)
}

fn outcome(system: &Fact, rule: &str) -> (Outcome, Option<Severity>) {
    let judgement = only(system, rule);
    (judgement.outcome, judgement.severity)
}

const PASS: (Outcome, Option<Severity>) = (Outcome::Pass, None);
const FAIL: (Outcome, Option<Severity>) = (Outcome::Fail, Some(Severity::Error));
const UNKNOWN: (Outcome, Option<Severity>) = (Outcome::Unknown, Some(Severity::Warning));
const NONE: (Outcome, Option<Severity>) = (Outcome::NotApplicable, None);

fn flow(fallback: &str, exception: &str) -> Fact {
    Fact::map([
        ("name", text("login")),
        ("about", text("login")),
        ("methods", Fact::list([text("face")]).shown(at(10))),
        ("fallback", text(fallback)),
        ("after_failure_only", Fact::bool(false)),
        ("declared", Fact::bool(false)),
        ("exception", text(exception)),
        ("required", Fact::bool(false)),
        ("lets", text("face-only")),
        ("audience", Fact::default()),
        ("delay", Fact::default()),
    ])
    .shown(at(5))
}

#[test]
fn sole_verification() {
    let rule = "sole-verification";
    let one = |fallback, exception| {
        with(nothing_known(), "verification.flows", Fact::list([flow(fallback, exception)]))
    };
    assert_eq!(outcome(&one("present", ""), rule), PASS);
    assert_eq!(outcome(&one("absent", ""), rule), FAIL);
    assert_eq!(outcome(&one("unknown", ""), rule), UNKNOWN);
    assert_eq!(outcome(&one("absent", "Order 5, Art. 3"), rule), NONE);
    assert_eq!(outcome(&one("unknown", "Order 5, Art. 3"), rule), NONE);
    let fail = only(&one("absent", ""), rule);
    assert_eq!(fail.primary.start, 10, "the methods are underlined");
    assert_eq!(fail.message.en, "`login` accepts nothing but a face");
    assert_eq!(fail.message.zh, "`login` 只接受人脸验证");

    let whole = |fallback| with(nothing_known(), "verification.fallback", text(fallback));
    assert_eq!(outcome(&whole("unknown"), rule), UNKNOWN);
    assert_eq!(outcome(&whole("present"), rule), PASS);
    assert_eq!(outcome(&whole("absent"), rule), FAIL);
    assert_eq!(outcome(&whole("not-applicable"), rule), NONE);
    assert_eq!(outcome(&with(whole("unknown"), "role", text("product")), rule), NONE);
    assert_eq!(outcome(&with(one("absent", ""), "role", text("product")), rule), FAIL);
    assert_eq!(outcome(&with(whole("unknown"), "verification.used", Fact::bool(false)), rule), NONE);
    assert_eq!(outcome(&with(whole("unknown"), "exempt", text("research")), rule), NONE);
    assert!(!only(&whole("absent"), rule).message.en.contains('…'));
}

#[test]
fn off_device_transfer() {
    let rule = "off-device-transfer";
    let to = |scope: &str| {
        let endpoint = Fact::map([
            ("name", text("api.example.com")),
            ("direction", text("outbound")),
            ("scope", text(scope)),
            ("region", text("cn")),
            ("product", text("x")),
            ("encrypted", Fact::default()),
            ("told", Fact::default()),
        ]);
        with(nothing_known(), "transfer.endpoints", Fact::list([endpoint.shown(at(20))]))
    };
    let agreed = |system: Fact, state: &str, separate: Option<bool>| {
        let separate = separate.map(Fact::bool).unwrap_or_default();
        with(with(system, "consent.state", text(state)), "consent.separate", separate)
    };
    for state in ["absent", "disabled", "unknown"] {
        let expected = if state == "unknown" { UNKNOWN } else { FAIL };
        assert_eq!(outcome(&agreed(to("internet"), state, None), rule), expected, "{state}");
        assert_eq!(outcome(&agreed(to("internet"), state, Some(true)), rule), expected, "{state}");
        assert_eq!(outcome(&agreed(to("lan"), state, None), rule), PASS, "{state}");
        assert_eq!(outcome(&agreed(to("none"), state, None), rule), PASS, "{state}");
        assert_eq!(outcome(&agreed(to("unknown"), state, None), rule), UNKNOWN, "{state}");
    }
    assert_eq!(outcome(&agreed(to("internet"), "present", Some(true)), rule), PASS);
    assert_eq!(outcome(&agreed(to("internet"), "present", Some(false)), rule), FAIL);
    assert_eq!(outcome(&agreed(to("internet"), "present", None), rule), UNKNOWN);
    let acts = |acts: &[&str]| {
        let acts = Fact::list(acts.iter().map(|act| text(act)));
        with(agreed(to("internet"), "present", Some(true)), "consent.acts", acts)
    };
    assert_eq!(outcome(&acts(&["recognition", "internet-transfer"]), rule), PASS);
    assert_eq!(outcome(&acts(&["recognition"]), rule), FAIL, "consent to another act");
    let refused = with(to("internet"), "consent.state", text("absent"));
    assert_eq!(only(&refused, rule).primary.start, 20);
    assert!(only(&refused, rule).message.zh.contains("`api.example.com`"));
    assert_eq!(outcome(&with(to("internet"), "role", text("product")), rule), NONE);

    let scope = |scope: &str| with(nothing_known(), "transfer.scope", text(scope));
    assert_eq!(outcome(&scope("unknown"), rule), UNKNOWN);
    assert_eq!(outcome(&scope("lan"), rule), PASS);
    assert_eq!(outcome(&scope("none"), rule), PASS);
    assert_eq!(outcome(&scope("internet"), rule), UNKNOWN);
    assert_eq!(outcome(&with(scope("internet"), "consent.state", text("absent")), rule), FAIL);
}

#[test]
fn retention_limit() {
    let rule = "retention-limit";
    let store = |state: &str, limit: Fact| {
        let store = Fact::map([
            ("name", text("minio")),
            ("kind", text("images")),
            ("state", text(state)),
            ("limit_days", limit.clone()),
            ("limit", limit),
            ("declared", Fact::bool(false)),
        ]);
        with(nothing_known(), "retention.stores", Fact::list([store.shown(at(30))]))
    };
    assert_eq!(outcome(&store("finite", Fact::int(86_400)), rule), PASS);
    for state in ["infinite", "absent", "disabled"] {
        assert_eq!(outcome(&store(state, Fact::default()), rule), FAIL, "{state}");
    }
    assert_eq!(outcome(&store("unknown", Fact::default()), rule), UNKNOWN);
    let fail = only(&store("infinite", Fact::default()), rule);
    assert_eq!(fail.primary.start, 30);
    assert_eq!(fail.message.en, "`door` keeps face images in `minio` without a time limit (for ever)");
    assert_eq!(fail.message.zh, "`door` 在 `minio` 中保存人脸图片，没有期限（永久）");
    let product = |system| with(system, "role", text("product"));
    assert_eq!(outcome(&product(store("absent", Fact::default())), rule), NONE);
    assert_eq!(outcome(&product(store("infinite", Fact::default())), rule), FAIL);

    let none = Fact::map([("storage", text("none"))]);
    let keeps_nothing = with(with(nothing_known(), "retention.state", text("absent")), "declared", none);
    assert_eq!(outcome(&keeps_nothing, rule), PASS);

    let state = |state: &str| with(nothing_known(), "retention.state", text(state));
    assert_eq!(outcome(&state("absent"), rule), FAIL);
    assert_eq!(outcome(&state("present"), rule), PASS);
    assert_eq!(outcome(&state("unknown"), rule), UNKNOWN);
    assert_eq!(outcome(&product(state("absent")), rule), NONE);
    assert_eq!(only(&state("absent"), rule).primary.start, 900, "the sighting is underlined");
}

#[test]
fn impact_assessment() {
    let rule = "impact-assessment";
    let state = |state: &str| {
        let system = with(nothing_known(), "assessment.ref", text("docs/x.md").shown(at(40)));
        with(system, "assessment.state", text(state))
    };
    assert_eq!(outcome(&state("present"), rule), PASS);
    assert_eq!(outcome(&state("unknown"), rule), UNKNOWN);
    for wrong in ["absent", "placeholder", "missing", "outside"] {
        assert_eq!(outcome(&state(wrong), rule), FAIL, "{wrong}");
    }
    assert_eq!(only(&state("missing"), rule).primary.start, 40);
    assert!(only(&state("placeholder"), rule).message.zh.contains("（占位内容）"));
    for role in ["product", "provider", "entrusted"] {
        assert_eq!(outcome(&with(state("absent"), "role", text(role)), rule), NONE, "{role}");
    }
}

/// A misspelt path in a label is no error at run time: nothing is underlined, nothing filled in.
#[test]
fn every_path_of_a_rule_leads_to_a_fact() {
    use crate::policy::template::placeholders;
    let parts: [(&str, &[&str]); 8] = [
        ("endpoint", &["name", "direction", "scope", "region", "product", "encrypted", "told"]),
        ("store", &["name", "kind", "state", "limit", "limit_days", "declared", "place"]),
        ("conflict", &["about", "document", "project"]),
        ("item", &["name", "words", "kind", "on"]),
        ("sign", &["name", "value", "refusal", "denied", "presses"]),
        ("switch", &["name", "on"]),
        ("space", &["name", "private"]),
        ("save", &["name", "kind", "on"]),
    ];
    // What a project declares is there only when it does.
    let declared = [
        "declared.go_live",
        "declared.retention.max",
        "declared.retention.max_seconds",
        "declared.consent.separate",
    ];
    let flow = flow("absent", "");
    let pack = Pack::builtin("cn-2025").unwrap();
    for rule in &pack.rules {
        let form = &rule.file;
        let texts = [
            Some(&form.message),
            Some(&form.help),
            form.unknown_message.as_ref(),
            form.none_message.as_ref(),
        ];
        let texts = texts.into_iter().flatten().flat_map(|label| [&label.en, &label.zh]);
        let filled = texts.flat_map(|text| placeholders(text).map(|p| p.path.to_owned()));
        let paths: Vec<String> = form
            .at
            .iter()
            .chain(&form.related)
            .chain(form.each.iter().flat_map(|each| each.values()))
            .cloned()
            .chain(filled)
            .collect();
        for path in paths {
            let known = match path.split_once('.') {
                Some(("system", rest)) => nothing_known().at(rest).is_some() || declared.contains(&rest),
                Some(("flow", rest)) => flow.at(rest).is_some(),
                Some((name, rest)) if parts.iter().any(|(part, _)| *part == name) => {
                    parts.iter().any(|(part, names)| *part == name && names.contains(&rest))
                }
                _ => form.each.as_ref().is_some_and(|each| each.contains_key(&path)),
            };
            assert!(known, "{}: {path}", form.rule);
        }
    }
}

#[test]
fn an_empty_system_makes_no_expression_fail() {
    for role in ["handler", "entrusted", "provider", "product"] {
        let system = with(nothing_known(), "role", text(role));
        let sighting = Span::new(FileId(0), 900, 901);
        for pack in Pack::builtin_ids().map(|id| Pack::builtin(id).unwrap()) {
            let rules = pack.rules.len();
            let judged = judge(&[pack], 0, &system, sighting, jiff::civil::date(2026, 1, 1));
            assert!(judged.problems.is_empty(), "{:#?}", judged.problems);
            assert!(judged.judgements.len() >= rules);
        }
    }
}
