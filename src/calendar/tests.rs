#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn deadlines_of_the_two_years() {
    let vectors = [
        ("2025-06-01", "2025-07-14"),
        ("2025-06-03", "2025-07-15"),
        ("2025-08-18", "2025-09-28"),
        ("2025-09-01", "2025-10-17"),
        ("2025-09-28", "2025-11-14"),
        ("2025-10-11", "2025-11-21"),
        ("2025-12-31", "2026-02-12"),
        ("2026-01-15", "2026-03-04"),
        ("2026-02-13", "2026-04-02"),
        ("2026-05-09", "2026-06-22"),
        ("2026-08-24", "2026-10-10"),
        ("2026-09-20", "2026-11-06"),
        ("2026-11-19", "2026-12-31"),
    ];
    for (trigger, last) in vectors {
        let deadline = Calendar::builtin().filing_deadline(day(trigger)).unwrap();
        assert_eq!(deadline.date, day(last), "{trigger}");
        assert_eq!(deadline.counted().count(), 30, "{trigger}");
        assert_eq!(deadline.basis, Basis::Counted);
    }
    assert_eq!(Calendar::builtin().filing_deadline(day("2026-11-20")), Err(MissingYear(2027)));
    assert_eq!(Calendar::builtin().deadline(day("2024-12-01"), 30), Err(MissingYear(2024)));
}

#[test]
fn what_was_stored_before_has_a_fixed_day() {
    for trigger in ["2021-01-01", "2025-05-31"] {
        let deadline = Calendar::builtin().filing_deadline(day(trigger)).unwrap();
        assert_eq!((deadline.date, deadline.basis), (STOCK_DEADLINE, Basis::Stock));
        assert!(deadline.days.is_empty());
    }
}

#[test]
fn the_years_hold_what_the_notices_name() {
    let calendar = Calendar::builtin();
    let all = calendar.years().keys().copied().collect::<Vec<_>>();
    assert_eq!(all, [2025, 2026]);
    for (year, off, work) in [(2025, 28, 5), (2026, 33, 6)] {
        let of_year = |days: &BTreeMap<Date, Label>| days.keys().filter(|d| d.year() == year).count();
        assert_eq!((of_year(&calendar.off), of_year(&calendar.work)), (off, work));
        let working = date(year, 1, 1)
            .series(1.day())
            .take_while(|d| d.year() == year)
            .filter(|d| calendar.kind(*d).unwrap().works())
            .count();
        assert_eq!(working, 248);
    }
    assert_eq!(calendar.kind(day("2025-09-28")), Ok(DayKind::MakeUp));
    assert_eq!(calendar.kind(day("2025-10-05")), Ok(DayKind::Holiday));
    assert_eq!(calendar.kind(day("2025-10-12")), Ok(DayKind::Weekend));
    assert_eq!(calendar.kind(day("2025-10-09")), Ok(DayKind::Working));
    assert_eq!(calendar.holiday(day("2025-09-28")).unwrap().en, "National Day and Mid-Autumn Festival");
}

#[test]
fn days_left() {
    let left = |today: &str, last: &str| Calendar::builtin().working_days_left(day(today), day(last));
    assert_eq!(left("2025-07-14", "2025-07-14"), Ok(0));
    assert_eq!(left("2025-07-11", "2025-07-14"), Ok(1));
    assert_eq!(left("2025-06-01", "2025-07-14"), Ok(30));
    assert_eq!(left("2025-07-15", "2025-07-14"), Ok(-1));
    assert_eq!(left("2025-07-21", "2025-07-14"), Ok(-5));
    // The day after the last is late, worked or not.
    assert_eq!(left("2025-11-22", "2025-11-21"), Ok(-1));
    assert_eq!(left("2027-01-04", "2026-12-31"), Err(MissingYear(2027)));
}

const YEAR: &str = "\
years:
  - year: 2027
    notice: 某号通知
    holidays:
      - name: { en: New Year, zh: 元旦 }
        off: [2026-12-31..2027-01-02]
        work: [2027-01-03]
";

#[test]
fn a_project_adds_a_year() {
    let with = Calendar::with_files(&[("2027.yaml".into(), YEAR.into())]).unwrap();
    assert_eq!(with.filing_deadline(day("2026-11-20")).unwrap().date, day("2027-01-04"));
    assert_eq!(with.kind(day("2026-12-31")), Ok(DayKind::Holiday));
    assert_eq!(with.kind(day("2027-01-03")), Ok(DayKind::MakeUp));
    assert_eq!(with.years().get(&2027).unwrap().notice.zh, "某号通知");
    // The same year again takes its place.
    let empty = "years: [{ year: 2027, notice: x, holidays: [] }]".to_owned();
    let with = Calendar::with_files(&[("a".into(), YEAR.into()), ("b".into(), empty)]).unwrap();
    assert_eq!(with.kind(day("2027-01-01")), Ok(DayKind::Working));
}

#[test]
fn faults_of_a_file_have_places() {
    let fault = |text: &str| {
        let faults = Calendar::with_files(&[("x.yaml".into(), text.into())]).unwrap_err();
        let first = &faults[0];
        assert!(!first.message.zh.is_empty());
        (first.text[first.bytes.clone()].to_owned(), first.message.en.clone())
    };
    let with = |days: &str| YEAR.replace("[2027-01-03]", days);
    assert_eq!(fault(&with("[2027-01-32]")).0, "2027-01-32");
    assert_eq!(fault(&with("[2027-01-04]")).0, "2027-01-04");
    assert_eq!(fault(&with("[2028-01-01]")).0, "2028-01-01");
    assert_eq!(fault(&with("[2027-03-06..2027-01-01]")).0, "2027-03-06..2027-01-01");
    assert!(fault(&with("[2027-01-02]")).1.contains("both off and a working day"));
    assert!(fault("years: [").1.starts_with("not a calendar file"));
    assert!(fault("year: []").1.contains("unknown field"));
    assert!(fault(&format!("{YEAR}{}", YEAR.replace("years:\n", ""))).1.contains("twice"));
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..530_i64).prop_map(|n| date(2025, 6, 1).saturating_add(n.days()))
}

proptest! {
    /// A later event has no earlier deadline, and the last day is worked.
    #[test]
    fn deadlines_keep_their_order(a in any_day(), b in any_day(), n in 1..40_u32) {
        let calendar = Calendar::builtin();
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        if let (Ok(first), Ok(second)) = (calendar.deadline(a, n), calendar.deadline(b, n)) {
            prop_assert!(first.date <= second.date);
            prop_assert!(first.date > a);
            prop_assert!(calendar.kind(first.date).unwrap().works());
        }
    }

    /// Exactly so many working days lie behind the event, and as many are left on its day.
    #[test]
    fn the_days_are_counted(a in any_day(), n in 1..40_u32) {
        let calendar = Calendar::builtin();
        if let Ok(deadline) = calendar.deadline(a, n) {
            prop_assert_eq!(deadline.counted().count(), n as usize);
            prop_assert_eq!(calendar.working_days_left(a, deadline.date), Ok(i64::from(n)));
            prop_assert!(deadline.days.windows(2).all(|w| w[0].0.tomorrow().unwrap() == w[1].0));
        }
    }
}
