//! What people are told before their faces are captured (Art. 5).

use super::Fact;
use super::reader::Observed;
use super::referred::referred;
use super::value::parse_duration;
use super::view::{View, declared, observed};

const DAY: i64 = 86_400;

/// `notice`: its state, the limit that it tells (seconds; the largest number for "for ever"), and the
/// recipients that it names.
pub(super) fn read(view: &View<'_>) -> Fact {
    let state = referred(view, "notice.ref", &["notice.reference"]);
    let retention = match view.stated("notice.retention") {
        Some(stated) => {
            let limit = stated.values.first().and_then(|v| parse_duration(v, None, None));
            Some((limit.unwrap_or(i64::MAX), declared(stated)))
        }
        None => view.noted("notice.retention").find_map(|note| match note.observation.value {
            Observed::Seconds(n) => Some((n, observed(note.setting))),
            Observed::Forever => Some((i64::MAX, observed(note.setting))),
            _ => None,
        }),
    };
    let (retention, days) = match retention {
        Some((limit, place)) => {
            (Fact::int(limit).shown([place.clone()]), Fact::int(limit / DAY).shown([place]))
        }
        None => (Fact::default(), Fact::default()),
    };
    let recipients = view
        .stated("notice.recipients")
        .map_or_else(|| Fact::list([]), |s| Fact::list(s.values.iter().map(Fact::text)).shown([declared(s)]));
    let places = state.evidence.clone();
    Fact::map([
        ("state", state),
        ("retention", retention),
        ("retention_days", days),
        ("recipients", recipients),
    ])
    .shown(places)
    .keyed("notice")
}
