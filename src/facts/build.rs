//! All facts of one system, as rules and reports see them.

use super::view::{View, declared};
use super::{Fact, Profile, assessment, consent, digest, filing, retention, transfer, verification};
use super::{attributes, liveness, minors, notice, prompt, purpose, safeguards, storage, venue};
use crate::recognition::Mode;

/// The facts of a system and its profile.
pub fn build(view: &View<'_>) -> (Fact, Profile) {
    let modes = verification::modes(view);
    let verification = verification::read(view, &modes);
    let transfer = transfer::read(view);
    let consent = consent::read(view);
    let retention = retention::read(view);
    let digest = digest::Digest::of(view, &modes, &transfer, &retention);
    let assessment = assessment::read(view, &digest);
    let filing = filing::read(view, &digest);
    let text =
        |fact: &Fact, path: &str| fact.at(path).and_then(Fact::as_text).unwrap_or("unknown").to_owned();
    let seen = |state: String| match state.as_str() {
        "present" | "unknown" => state,
        _ => "absent".into(),
    };
    let profile = Profile {
        mode: match (modes.contains(&Mode::Verification), modes.contains(&Mode::Identification)) {
            (true, true) => "both",
            (true, false) => "verification",
            (false, true) => "identification",
            (false, false) => "unknown",
        }
        .into(),
        fallback: text(&verification, "fallback"),
        transfer: text(&transfer, "scope"),
        consent: seen(text(&consent, "state")),
        retention: text(&retention, "state"),
        assessment: seen(text(&assessment, "state")),
    };
    let role =
        view.stated("role").and_then(|s| s.values.first().cloned()).unwrap_or_else(|| "handler".into());
    let mode_names = modes.iter().map(|m| match m {
        Mode::Verification => Fact::text("verification"),
        Mode::Identification => Fact::text("identification"),
    });
    let no_flows = Fact::list([]);
    let scope = purpose::scope(view, verification.at("flows").unwrap_or(&no_flows));
    let facts = Fact::map([
        ("id", Fact::text(view.system.id.clone())),
        ("name", Fact::text(view.system.name.clone())),
        ("role", Fact::text(role)),
        ("exempt", exempt(&scope)),
        ("scope", scope),
        ("purpose", purpose::read(view)),
        ("exception", purpose::exception(view)),
        ("products", products(view)),
        ("modes", Fact::list(mode_names)),
        ("verification", verification),
        ("transfer", transfer),
        ("consent", consent),
        ("retention", retention),
        ("assessment", assessment),
        ("filing", filing),
        ("digest", Fact::text(digest.text())),
        ("incidents", super::referred::listed(view, "incidents")),
        ("notice", notice::read(view)),
        ("liveness", liveness::read(view)),
        ("prompt", prompt::read(view)),
        ("attributes", attributes::read(view)),
        ("minors", minors::read(view)),
        ("storage", storage::read(view)),
        ("venue", venue::read(view)),
        ("safeguards", safeguards::read(view)),
        ("records", safeguards::records(view)),
        ("declared", declarations(view)),
    ]);
    (facts, profile)
}

/// Research and training only (Art. 2): by the project's own word, unless the files show that people are
/// served.
fn exempt(scope: &Fact) -> Fact {
    let says = |name: &str| scope.at(name).is_some_and(|part| *part == Fact::bool(true));
    if says("only") && !says("serves") {
        let places = scope.at("claimed").map(|claimed| claimed.evidence.clone()).unwrap_or_default();
        Fact::text("research").shown(places)
    } else {
        Fact::text("")
    }
}

fn products(view: &View<'_>) -> Fact {
    let mut names: Vec<&str> = Vec::new();
    let mut list = Vec::new();
    for sighting in view.in_use() {
        let Some(product) = view.product(sighting) else { continue };
        if names.contains(&product.product.as_str()) {
            continue;
        }
        names.push(&product.product);
        let place = super::view::component(sighting.span);
        list.push(
            Fact::map([
                ("name", Fact::text(product.product.clone())),
                ("vendor", Fact::text(product.vendor.clone().unwrap_or_default())),
            ])
            .shown([place]),
        );
    }
    Fact::list(list)
}

/// Everything that the project states, nested by the dots of the names. A length of time is a text as it was
/// written (`retention.max`) and, unless it is for ever, a number of seconds (`retention.max_seconds`).
fn declarations(view: &View<'_>) -> Fact {
    let mut root = Fact::map::<String>([]);
    for stated in view.stated {
        let leaf = match stated.values.as_slice() {
            [one] => Fact::text(one.clone()),
            many => Fact::list(many.iter().map(Fact::text)),
        }
        .shown([declared(stated)]);
        let duration = crate::config::Declarations::builtin()
            .get(&stated.name)
            .is_some_and(|spec| spec.kind == crate::config::FactType::Duration);
        let seconds = stated.values.first().filter(|_| duration);
        if let Some(limit) = seconds.and_then(|text| super::value::parse_duration(text, None, None)) {
            let name = format!("{}_seconds", stated.name);
            insert(&mut root, &name, Fact::int(limit).shown([declared(stated)]));
        }
        insert(&mut root, &stated.name, leaf);
    }
    root
}

fn insert(root: &mut Fact, path: &str, leaf: Fact) {
    let super::FactValue::Map(parts) = &mut root.value else { return };
    match path.split_once('.') {
        None => {
            parts.insert(path.replace('-', "_"), leaf);
        }
        Some((first, rest)) => {
            let inner = parts.entry(first.replace('-', "_")).or_insert_with(|| Fact::map::<String>([]));
            insert(inner, rest, leaf);
        }
    }
}
