//! What the system does (1:1, 1:N), the flows in which it verifies people, and the other ways in (Art. 10).

use std::collections::BTreeSet;

use super::reader::{MethodExpr, Observed};
use super::view::{Noted, View, component, declared, observed, truth};
use super::{Evidence, Fact, Label};
use crate::descriptor::{Role, Segment, Setting};
use crate::recognition::words::{Pattern, split_all};
use crate::recognition::{Function, Mode, SightingKind};
use crate::source::Span;

/// Settings that speak of a way to verify people which is not a face. One of these beside a face flow does
/// not show that the flow has another way, but it may.
const OTHER_WAYS: &[&str] =
    &["sms", "otp", "totp", "passkey", "webauthn", "fingerprint", "nfc", "短信", "验证码", "指纹"];

/// The modes of the system, the strongest evidence only: what an application does says more than what its
/// engine could do.
pub(super) fn modes(view: &View<'_>) -> BTreeSet<Mode> {
    if let Some(stated) = view.stated("mode") {
        return stated.values.iter().flat_map(|v| mode_words(v)).collect();
    }
    let mut out: BTreeSet<Mode> = BTreeSet::new();
    for note in view.noted("verification.mode") {
        match &note.observation.value {
            Observed::Text(text) => out.extend(mode_words(text)),
            _ => out.extend(note.observation.about.iter().flat_map(|a| mode_words(a))),
        }
    }
    let by_function = |function: Function| match function {
        Function::Verification => Some(Mode::Verification),
        Function::Identification => Some(Mode::Identification),
        _ => None,
    };
    // What a role may call says what is called; names of functions beside it may mislead.
    for kind in [SightingKind::Permission, SightingKind::CloudResource] {
        let granted = view.in_use().filter(|s| s.kind == kind).filter_map(|s| by_function(s.function));
        if out.is_empty() {
            out.extend(granted);
        }
    }
    for sighting in view.in_use() {
        if let Some([only]) = view.product(sighting).map(|p| p.modes.as_slice()) {
            out.insert(*only);
        }
    }
    if !visible_flows(view).is_empty() {
        out.insert(Mode::Verification);
    }
    for flow in view.noted("verification.flow") {
        match flow.observation.about.as_deref() {
            Some("login" | "payment" | "registration" | "verification") => {
                out.insert(Mode::Verification);
            }
            Some("attendance" | "surveillance") => {
                out.insert(Mode::Identification);
            }
            _ => {}
        }
    }
    if view.in_use().any(|s| view.product(s).is_some_and(|p| p.login)) {
        out.insert(Mode::Verification);
    }
    if out.is_empty() {
        out.extend(application(view));
    }
    if out.is_empty() {
        for sighting in view.in_use() {
            if sighting.function == Function::Both {
                out.extend([Mode::Verification, Mode::Identification]);
            }
            out.extend(by_function(sighting.function));
            out.extend(view.product(sighting).into_iter().flat_map(|p| p.modes.iter().copied()));
        }
    }
    out
}

/// Words in the names and descriptions of a system that tell what people use it for.
const SEARCHES: &[&str] = &[
    "photo",
    "photos",
    "album",
    "gallery",
    "media",
    "doorbell",
    "surveillance",
    "nvr",
    "cctv",
    "watchlist",
    "attendance",
    "相册",
    "考勤",
    "监控",
    "访客",
];
const VERIFIES: &[&str] = &["kyc", "ekyc", "login", "signin", "payment", "登录", "实名", "支付"];

/// What the application does, by what it is called and what it looks at: a camera stream is searched.
fn application(view: &View<'_>) -> Option<Mode> {
    let (mut searches, mut verifies) = (false, false);
    let members = view.system.components.iter().filter_map(|n| view.resource(*n));
    for setting in members.flat_map(|r| &r.settings) {
        let text = &*setting.value.text;
        searches |= text.starts_with("rtsp://") || text.starts_with("rtsps://");
        if matches!(setting.role, Role::Name | Role::Prose) {
            for word in split_all([text]) {
                searches |= SEARCHES.contains(&word.text.as_str());
                verifies |= VERIFIES.contains(&word.text.as_str());
            }
        }
    }
    match (searches, verifies) {
        (true, false) => Some(Mode::Identification),
        (false, true) => Some(Mode::Verification),
        _ => None,
    }
}

fn mode_words(text: &str) -> Vec<Mode> {
    match text.trim().to_lowercase().as_str() {
        "verification" | "verify" | "1:1" | "one-to-one" => vec![Mode::Verification],
        "identification" | "identify" | "1:n" | "search" | "one-to-many" => vec![Mode::Identification],
        "both" => vec![Mode::Verification, Mode::Identification],
        _ => Vec::new(),
    }
}

/// One way in which people are verified.
struct Flow {
    name: String,
    about: String,
    methods: Vec<String>,
    fallback: &'static str,
    after_failure: bool,
    required: bool,
    /// Face and another factor are both asked for in every way through.
    joined: bool,
    /// For whom the other way is open, where the files say it is not for everyone.
    audience: Option<Fact>,
    /// After how many seconds the other way opens.
    delay: Option<Fact>,
    evidence: Vec<Evidence>,
    declared: bool,
}

/// `verification`: whether it is used, the flows, and their fallback at a glance.
pub(super) fn read(view: &View<'_>, modes: &BTreeSet<Mode>) -> Fact {
    let mut flows = method_lists(view);
    let listed = flows.len();
    single_flow(view, &mut flows, listed);
    declared_fallback(view, &mut flows);
    let used = modes.contains(&Mode::Verification) || !flows.is_empty();
    let summary = if flows.is_empty() && modes.iter().eq([&Mode::Identification]) {
        "not-applicable"
    } else if flows.iter().any(|f| f.fallback == "absent") {
        "absent"
    } else if flows.iter().any(|f| f.fallback == "unknown") || flows.is_empty() {
        "unknown"
    } else {
        "present"
    };
    let exception = super::purpose::exception(view);
    let citation = exception.at("citation").and_then(Fact::as_text).unwrap_or_default();
    let cited = view.stated("exception.citation").filter(|_| !citation.is_empty());
    let flows = flows.into_iter().map(|flow| {
        let exception = Fact::text(citation).shown(cited.map(declared));
        Fact::map([
            ("name", Fact::text(flow.name.clone())),
            ("about", Fact::text(flow.about.clone())),
            (
                "methods",
                Fact::list(flow.methods.iter().map(Fact::text)).shown(flow.evidence.first().cloned()),
            ),
            ("fallback", Fact::text(flow.fallback).shown(flow.evidence.first().cloned())),
            ("after_failure_only", Fact::bool(flow.after_failure)),
            ("required", Fact::bool(flow.required)),
            ("declared", Fact::bool(flow.declared)),
            ("exception", exception),
            // In the words of a message; a second factor on top of the face is no other way.
            ("lets", Fact::text(if flow.joined { "face-and-other" } else { "face-only" })),
            ("audience", flow.audience.clone().unwrap_or_default()),
            ("delay", flow.delay.clone().unwrap_or_default()),
        ])
        .shown(flow.evidence)
        .keyed(format!("flow:{}", flow.name))
    });
    Fact::map([("used", Fact::bool(used)), ("fallback", Fact::text(summary)), ("flows", Fact::list(flows))])
}

/// Lists of methods in which a face is one: each is a flow of its own.
fn method_lists(view: &View<'_>) -> Vec<Flow> {
    let mut groups: Vec<(usize, Vec<Segment>, Vec<&Noted<'_>>)> = Vec::new();
    for note in view.noted("verification.methods") {
        let mut path = note.setting.path.clone();
        while matches!(path.last(), Some(Segment::Item(..))) {
            path.pop();
        }
        match groups.iter_mut().find(|(r, p, _)| *r == note.resource && *p == path) {
            Some((.., list)) => list.push(note),
            None => groups.push((note.resource, path, vec![note])),
        }
    }
    let mut flows = Vec::new();
    for (_, path, notes) in groups {
        let texts: Vec<&str> = notes.iter().map(|n| &*n.setting.value.text).collect();
        let expr = match notes.as_slice() {
            [one] => match &one.observation.value {
                Observed::Methods(expr) => expr.clone(),
                _ => view.vocabulary.methods_of(&texts),
            },
            _ => view.vocabulary.methods_of(&texts),
        };
        let ways = ways(&expr);
        if !ways.iter().flatten().any(|m| m == "face") {
            continue;
        }
        let other = ways.iter().any(|way| !way.is_empty() && !way.contains(&"face".to_owned()));
        let span = notes.iter().map(|n| n.setting.value.span).reduce(Span::to);
        let unknown = notes.iter().any(|n| n.setting.value.has_hole());
        let fallback = match (other, unknown) {
            (true, _) => "present",
            (false, true) => "unknown",
            (false, false) => "absent",
        };
        let about = notes.iter().find_map(|n| n.observation.about.clone()).unwrap_or_else(|| about_of(&path));
        let mut methods: Vec<String> = ways.iter().flatten().cloned().collect();
        methods.dedup();
        flows.push(Flow {
            name: dotted(&path),
            about,
            methods,
            fallback,
            after_failure: false,
            required: false,
            evidence: span
                .map(|span| Evidence { span, how: super::How::Observed, label: None })
                .into_iter()
                .collect(),
            joined: ways.iter().all(|way| way.len() > 1),
            audience: None,
            delay: None,
            declared: false,
        });
    }
    flows
}

/// The alternatives of an expression, each a set of methods that are all needed.
fn ways(expr: &MethodExpr) -> Vec<Vec<String>> {
    expr.alternatives.iter().map(|way| way.iter().cloned().collect()).collect()
}

fn dotted(path: &[Segment]) -> String {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|s| match s {
            Segment::Key(key) => Some(&**key),
            Segment::Item(_, Some(name)) => Some(&**name),
            Segment::Item(_, None) => None,
        })
        .collect();
    keys.join(".")
}

fn about_of(path: &[Segment]) -> String {
    let words = split_all(path.iter().filter_map(|s| match s {
        Segment::Key(key) => Some(&**key),
        Segment::Item(..) => None,
    }));
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    if has(&["pay", "payment", "checkout", "支付"]) {
        "payment"
    } else if has(&["door", "gate", "entry", "access", "turnstile", "门禁"]) {
        "entry"
    } else if has(&["register", "registration", "enroll", "enrollment", "注册"]) {
        "registration"
    } else if has(&["attendance", "checkin", "punch", "clock", "考勤", "打卡"]) {
        "attendance"
    } else if has(&["login", "auth", "signin", "sso", "登录"]) {
        "login"
    } else {
        "verification"
    }
    .to_owned()
}

/// Addresses of a flow: an in-use path or page that speaks of a face and of an occasion (`/#/facelogin`,
/// `/face/login`).
fn visible_flows(view: &View<'_>) -> Vec<(&'static str, Span)> {
    const OCCASIONS: &[(&str, &[&str])] = &[
        ("login", &["face login", "login face", "face signin", "face sign in", "face auth", "auth face"]),
        ("payment", &["face pay", "pay face", "face payment"]),
        ("registration", &["face register", "face enroll", "register face"]),
    ];
    let mut out = Vec::new();
    for sighting in view.in_use().filter(|s| s.kind == SightingKind::Endpoint) {
        let setting = view.resource(sighting.resource).and_then(|r| {
            r.settings
                .iter()
                .find(|s| s.value.span.contains(sighting.span) || s.key_span.contains(sighting.span))
        });
        let Some(setting) = setting else { continue };
        let words = split_all([&*setting.value.text]);
        for (about, patterns) in OCCASIONS {
            if patterns.iter().any(|p| Pattern::new(p).find(&words).is_some()) {
                out.push((*about, sighting.span));
            }
        }
    }
    out
}

/// Switches and visible flows that are not lists: together they speak of one flow for each occasion.
fn single_flow(view: &View<'_>, flows: &mut Vec<Flow>, listed: usize) {
    for note in view.noted("verification.flow") {
        if truth(note) == Some(false) {
            continue;
        }
        let about = note.observation.about.clone().unwrap_or_else(|| "verification".into());
        let place = shown(note.setting);
        match flows.iter_mut().find(|f| f.about == about) {
            Some(flow) => push(flow, place),
            None => flows.push(seen_flow(&about, vec![place])),
        }
    }
    for (about, span) in visible_flows(view) {
        let place = Evidence { span, how: super::How::Observed, label: None };
        match flows.iter_mut().find(|f| f.about == about) {
            Some(flow) => push(flow, place),
            None => flows.push(seen_flow(about, vec![place])),
        }
    }
    let login = view.in_use().find(|s| view.product(s).is_some_and(|p| p.login));
    if let Some(sighting) = login
        && !flows.iter().any(|f| f.about == "login")
    {
        flows.push(seen_flow("login", vec![component(sighting.span)]));
    }
    for note in view.noted("verification.required") {
        let Some(required) = truth(note) else { continue };
        let flow = target(flows, listed, note, required);
        if let Some(flow) = flow {
            if required && flow.fallback != "present" {
                flow.required = true;
                flow.evidence.insert(0, observed(note.setting));
            } else if !required {
                flow.fallback = "present";
                flow.evidence.insert(0, observed(note.setting));
            }
        }
    }
    for name in ["verification.fallback", "verification.fallback-after-failure"] {
        for note in view.noted(name) {
            let state = fallback_of(note);
            let Some(flow) = target(flows, listed, note, true) else { continue };
            let after = matches!(note.observation.value, Observed::Count(n) if n > 0)
                && name == "verification.fallback-after-failure";
            match state {
                // A number of failures says when the other way opens, not that there is one.
                Some(false) if after => {
                    flow.after_failure = true;
                    if flow.fallback != "present" {
                        flow.fallback = "absent";
                    }
                }
                Some(true) if name == "verification.fallback-after-failure" => {
                    flow.after_failure = true;
                    flow.fallback = "present";
                }
                Some(true) => flow.fallback = "present",
                Some(false) => flow.fallback = "absent",
                None => flow.fallback = "unknown",
            }
            flow.evidence.insert(0, observed(note.setting));
            if let Observed::Methods(expr) = &note.observation.value {
                for method in ways(expr).into_iter().flatten() {
                    if !flow.methods.contains(&method) {
                        flow.methods.push(method);
                    }
                }
            }
        }
    }
    default_fallback(view, flows);
    for note in view.noted("verification.fallback-for") {
        let Observed::Text(text) = &note.observation.value else { continue };
        let Some(flow) = target(flows, listed, note, false) else { continue };
        flow.audience = Some(Fact::text(text.trim().to_lowercase()).shown([observed(note.setting)]));
    }
    for note in view.noted("verification.fallback-delay") {
        let Observed::Seconds(n) = note.observation.value else { continue };
        let Some(flow) = target(flows, listed, note, false) else { continue };
        flow.delay = Some(Fact::int(n).shown([observed(note.setting)]));
    }
    // A flow of which nothing but its existence is known, beside settings of another way.
    let other = other_ways(view);
    for flow in flows.iter_mut().filter(|f| f.fallback == "seen") {
        if let (Some(span), false) = (other, flow.required) {
            flow.fallback = "unknown";
            let label = Label { en: "may be another way".into(), zh: "可能是另一种方式".into() };
            flow.evidence.push(Evidence { span, how: super::How::Observed, label: Some(label) });
        } else {
            flow.fallback = "absent";
        }
    }
}

/// A product that keeps another way open by itself.
fn default_fallback(view: &View<'_>, flows: &mut [Flow]) {
    for sighting in view.in_use() {
        let keeps = view
            .product(sighting)
            .and_then(|p| p.defaults.iter().find(|d| d.fact == "verification.fallback"));
        let Some(default) = keeps else { continue };
        for flow in flows.iter_mut().filter(|f| f.fallback == "seen" && !f.required) {
            flow.fallback = "present";
            if !flow.methods.contains(&default.value) {
                flow.methods.push(default.value.clone());
            }
            for place in &mut flow.evidence {
                place.how = super::How::Default;
            }
        }
    }
}

fn seen_flow(about: &str, evidence: Vec<Evidence>) -> Flow {
    Flow {
        name: about.to_owned(),
        about: about.to_owned(),
        methods: vec!["face".into()],
        fallback: "seen",
        after_failure: false,
        required: false,
        joined: false,
        audience: None,
        delay: None,
        evidence,
        declared: false,
    }
}

fn push(flow: &mut Flow, place: Evidence) {
    if flow.evidence.iter().all(|e| e.span != place.span) {
        flow.evidence.push(place);
    }
}

/// The flow that a switch speaks of: the one it names, the only one there is, or a new one.
fn target<'f>(
    flows: &'f mut Vec<Flow>,
    listed: usize,
    note: &Noted<'_>,
    create: bool,
) -> Option<&'f mut Flow> {
    let about = note.observation.about.clone();
    let index = match &about {
        Some(about) => flows.iter().position(|f| f.about == *about),
        None if flows.len() == 1 => Some(0),
        None => flows.iter().enumerate().skip(listed).map(|(n, _)| n).next(),
    };
    let index = match index {
        Some(index) => index,
        None if create => {
            flows.push(seen_flow(about.as_deref().unwrap_or("verification"), Vec::new()));
            flows.len() - 1
        }
        None => return None,
    };
    flows.get_mut(index)
}

/// Whether a fallback setting names or allows another way; `None` when it is not known.
fn fallback_of(note: &Noted<'_>) -> Option<bool> {
    match &note.observation.value {
        Observed::Bool(b) => Some(*b),
        Observed::Methods(expr) => {
            let ways = ways(expr);
            Some(ways.iter().any(|w| !w.is_empty() && w.iter().all(|m| m != "face" && m != "none")))
        }
        Observed::Text(text) if !text.is_empty() => Some(!crate::recognition::is_off(text)),
        Observed::Unknown => None,
        _ => Some(false),
    }
}

/// The place that shows a flow: the key when the value says nothing by itself.
fn shown(setting: &Setting) -> Evidence {
    observed(setting)
}

fn other_ways(view: &View<'_>) -> Option<Span> {
    let patterns: Vec<Pattern> = OTHER_WAYS.iter().map(|w| Pattern::new(w)).collect();
    view.system.resources.iter().filter_map(|n| view.resource(*n)).flat_map(|r| &r.settings).find_map(|s| {
        let words = split_all(s.keys());
        patterns.iter().any(|p| p.find(&words).is_some()).then_some(s.key_span)
    })
}

/// `fallback = ["sms"]` in a declaration: another way exists by the project's word, unless the
/// configuration says that it is off.
fn declared_fallback(view: &View<'_>, flows: &mut Vec<Flow>) {
    let Some(stated) = view.stated("fallback") else { return };
    let others: Vec<String> =
        stated.values.iter().filter(|v| !matches!(v.as_str(), "face" | "none" | "")).cloned().collect();
    if flows.is_empty() {
        let mut flow = seen_flow("verification", vec![declared(stated)]);
        flow.declared = true;
        flow.fallback = if others.is_empty() { "absent" } else { "present" };
        flow.methods.extend(others);
        flows.push(flow);
        return;
    }
    for flow in flows {
        let by_config = flow.evidence.first().is_some_and(|_| flow.fallback == "absent" && !only_seen(flow));
        if others.is_empty() {
            flow.fallback = "absent";
            flow.evidence.insert(0, declared(stated));
        } else if !by_config {
            flow.fallback = "present";
            flow.declared = true;
            flow.methods.extend(others.iter().cloned());
            flow.evidence.push(declared(stated));
        } else {
            // The configuration contradicts the declaration: both places are shown.
            flow.evidence.push(declared(stated));
        }
    }
}

/// Whether nothing but the flow's existence speaks against another way.
fn only_seen(flow: &Flow) -> bool {
    !flow.required && flow.name == flow.about && flow.evidence.iter().all(|e| e.label.is_some())
}
