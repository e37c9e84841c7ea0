//! Encryption, access control, audit, intrusion detection (Art. 14), and how long records are kept (Art. 9).

use super::Fact;
use super::reader::Observed;
use super::referred::referred;
use super::value::parse_duration;
use super::view::{View, declared, observed, truth};

/// `safeguards`: switches by what they are about, each with its `name` and whether it is `on`.
pub(super) fn read(view: &View<'_>) -> Fact {
    let level = view.stated("mlps.level").map_or_else(
        || {
            view.noted("filing.mlps")
                .find_map(|n| match &n.observation.value {
                    Observed::Text(text) => Some(Fact::int(level(text)?).shown([observed(n.setting)])),
                    _ => None,
                })
                .unwrap_or_default()
        },
        |s| {
            let n = s.values.first().and_then(|v| v.parse().ok());
            n.map_or_else(Fact::default, Fact::int).shown([declared(s)])
        },
    );
    let mlps = Fact::map([("level", level), ("record", referred(view, "mlps.record", &[]))]);
    Fact::map([
        ("tls", switches(view, "safeguards.tls")),
        ("at_rest", switches(view, "storage.encryption")),
        ("auth", switches(view, "safeguards.auth")),
        ("audit", switches(view, "safeguards.audit")),
        ("ids", referred(view, "ids.ref", &[])),
        ("mlps", mlps),
    ])
    .keyed("safeguards")
}

/// `3`, `三级`, `level 3`, `等保三级`.
fn level(text: &str) -> Option<i64> {
    let digit = text.chars().find_map(|c| c.to_digit(10)).map(i64::from);
    let han = "一二三四五".chars().zip(1..).find(|(c, _)| text.contains(*c)).map(|(_, n)| n);
    digit.or(han).filter(|n| (1..=5).contains(n))
}

fn switches(view: &View<'_>, name: &str) -> Fact {
    Fact::list(
        view.noted(name)
            .filter_map(|note| {
                let on = match (&note.observation.value, truth(note)) {
                    (_, Some(on)) => Fact::bool(on),
                    (Observed::Unknown, _) => Fact::default(),
                    (Observed::Text(text), _) => match mode(text) {
                        Some(on) => Fact::bool(on),
                        None => return None,
                    },
                    _ => return None,
                };
                Some(
                    Fact::map([("name", Fact::text(note.setting.dotted())), ("on", on)])
                        .shown([observed(note.setting)])
                        .keyed(format!("switch:{}", note.setting.dotted())),
                )
            })
            .collect::<Vec<_>>(),
    )
}

/// The modes of PostgreSQL's `sslmode`: `allow` and `prefer` fall back to plain text.
fn mode(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "disable" | "disabled" | "allow" | "prefer" | "none" | "off" => Some(false),
        "require" | "required" | "verify-ca" | "verify-full" | "verify_ca" | "verify_identity" | "true" => {
            Some(true)
        }
        _ => None,
    }
}

/// `records`: how long assessments and processing records are kept, in seconds; the largest number for "for
/// ever". Limits of plain audit logs are no statement about these.
pub(super) fn records(view: &View<'_>) -> Fact {
    let stated = view.stated("records.retention").map(|s| {
        let limit = s.values.first().and_then(|v| parse_duration(v, None, None));
        (limit.unwrap_or(i64::MAX), declared(s))
    });
    let own = ["processing", "assessment", "pia", "dpia", "处理记录", "评估"];
    let configured = || {
        view.noted("safeguards.audit-retention")
            .filter(|n| {
                let path = n.setting.dotted().to_lowercase();
                own.iter().any(|word| path.contains(word))
            })
            .find_map(|n| match n.observation.value {
                Observed::Seconds(limit) => Some((limit, observed(n.setting))),
                Observed::Forever => Some((i64::MAX, observed(n.setting))),
                _ => None,
            })
    };
    let (limit, days) = match stated.or_else(configured) {
        Some((limit, place)) => {
            (Fact::int(limit).shown([place.clone()]), Fact::int(limit / 86_400).shown([place]))
        }
        None => (Fact::default(), Fact::default()),
    };
    Fact::map([("retention", limit), ("retention_days", days)]).keyed("records")
}

#[cfg(test)]
mod tests {
    use super::{level, mode};

    #[test]
    fn levels_and_modes() {
        assert_eq!(level("3"), Some(3));
        assert_eq!(level("等保三级"), Some(3));
        assert_eq!(level("level 2"), Some(2));
        assert_eq!(level("none"), None);
        assert_eq!(mode("verify-full"), Some(true));
        assert_eq!(mode("prefer"), Some(false));
        assert_eq!(mode("odd"), None);
    }
}
