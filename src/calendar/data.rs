//! Calendar files: `policies/calendar/*.yaml` and those of a project.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::facts::Label;

/// A fault in a calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError {
    /// The file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The bytes that are wrong.
    pub bytes: Range<usize>,
    /// What is wrong, no full stop.
    pub message: Label,
}

/// One year of a file.
#[derive(Debug)]
pub(super) struct ReadYear {
    pub(super) number: i16,
    pub(super) notice: Label,
    pub(super) source: String,
    pub(super) off: BTreeMap<Date, Label>,
    pub(super) work: BTreeMap<Date, Label>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    years: Vec<YearForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearForm {
    year: i16,
    notice: Words,
    #[serde(default)]
    source: String,
    holidays: Vec<HolidayForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayForm {
    name: Words,
    #[serde(default)]
    off: Vec<String>,
    #[serde(default)]
    work: Vec<String>,
}

/// Text in both languages, or one for both.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Both(Label),
}

impl Words {
    fn label(self) -> Label {
        match self {
            Words::One(text) => Label { en: text.clone(), zh: text },
            Words::Both(label) => label,
        }
    }
}

/// Reads a file.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<ReadYear>, Vec<CalendarError>> {
    let fault = |bytes, en: String, zh: String| CalendarError {
        file: path.to_owned(),
        text: text.to_owned(),
        bytes,
        message: Label { en, zh },
    };
    let file: File = serde_yaml::from_str(text).map_err(|error| {
        let at = error.location().map_or(0, |at| at.index().min(text.len()));
        let start = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let end =
            text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
        vec![fault(
            start..end,
            format!("not a calendar file: {error}"),
            format!("不是有效的日历文件：{error}"),
        )]
    })?;
    let mut faults = Vec::new();
    let mut years: Vec<ReadYear> = Vec::new();
    for form in file.years {
        let number = form.year;
        if years.iter().any(|y| y.number == number) {
            let year = number.to_string();
            faults.push(fault(
                place_of(text, &year),
                format!("`{year}` is there twice"),
                format!("`{year}` 年重复"),
            ));
        }
        let mut year = ReadYear {
            number,
            notice: form.notice.label(),
            source: form.source,
            off: BTreeMap::new(),
            work: BTreeMap::new(),
        };
        for holiday in form.holidays {
            let name = holiday.name.label();
            for (written, working) in
                holiday.off.iter().map(|w| (w, false)).chain(holiday.work.iter().map(|w| (w, true)))
            {
                match days(written, number).and_then(|days| judged(days, working)) {
                    Ok(days) => {
                        let into = if working { &mut year.work } else { &mut year.off };
                        into.extend(days.into_iter().map(|day| (day, name.clone())));
                    }
                    Err((en, zh)) => faults.push(fault(
                        place_of(text, written),
                        format!("`{written}` {en}"),
                        format!("`{written}` {zh}"),
                    )),
                }
            }
        }
        if let Some(both) = year.off.keys().find(|day| year.work.contains_key(day)) {
            let day = both.to_string();
            faults.push(fault(
                place_of(text, &day),
                format!("`{day}` is both off and a working day"),
                format!("`{day}` 既是放假日又是上班日"),
            ));
        }
        years.push(year);
    }
    if faults.is_empty() { Ok(years) } else { Err(faults) }
}

type Wrong = (&'static str, &'static str);

/// The days of a date or a range.
fn days(written: &str, year: i16) -> Result<Vec<Date>, Wrong> {
    let (first, last) = written.split_once("..").unwrap_or((written, written));
    let parse = |text: &str| -> Result<Date, Wrong> {
        text.trim().parse().map_err(|_| ("is no date such as `2027-01-01`", "不是日期，应写成 `2027-01-01`"))
    };
    let (first, last) = (parse(first)?, parse(last)?);
    if first > last || (last - first).get_days() > 31 {
        return Err((
            "is no range of at most a month, earlier day first",
            "不是有效的日期范围（先早后晚，不超过一个月）",
        ));
    }
    let own = |day: Date| day.year() == year || (day.year() == year - 1 && day.month() == 12);
    if !own(first) || last.year() != year && !own(last) {
        return Err(("is not in the year of its entry", "不属于所在条目的年份"));
    }
    Ok(first.series(1.day()).take_while(|day| *day <= last).collect())
}

/// A working day that a notice makes is a weekend day: any other would be none without the notice too.
fn judged(days: Vec<Date>, working: bool) -> Result<Vec<Date>, Wrong> {
    let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    if working && !days.iter().all(weekend) {
        return Err(("is no weekend day, so no notice makes it a working day", "不是周末，无须调休上班"));
    }
    Ok(days)
}

/// Where a text stands in the file; the file's first byte where it cannot be found.
fn place_of(text: &str, part: &str) -> Range<usize> {
    text.find(part).map_or(0..0, |at| at..at + part.len())
}
