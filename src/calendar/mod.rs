//! Working days and deadlines that are counted in them.
//!
//! A day is a working day if a notice makes it one, or if it is Monday to Friday and no notice takes it
//! off. The notices are data (`policies/calendar`); a year without one is [`MissingYear`], never a guess.
//!
//! The Measures give no rule for counting. The day of the event is left out and the last working day
//! counts whole (Civil Code Arts. 201 and 203, by analogy); with that rule the 30th working day after
//! 2025-06-01 is 2025-07-14, the day that the announcement names.

mod data;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use jiff::civil::{Date, Weekday, date};

pub use data::CalendarError;

use crate::facts::Label;

/// Working days in which a filing is due (Art. 15).
pub const FILING_DAYS: u32 = 30;
/// From this many persons on a filing is due (Art. 15): reached means at least.
pub const FILING_PERSONS: i64 = 100_000;
/// The first day in force. Who had reached the number before has until [`STOCK_DEADLINE`].
pub const IN_FORCE: Date = date(2025, 6, 1);
/// The last day for those who had reached the number before the Measures were in force, by the
/// announcement of 2025-05-30.
pub const STOCK_DEADLINE: Date = date(2025, 7, 14);
/// No deadline is counted farther than this many working days.
pub const MOST_DAYS: u32 = 10_000;

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayKind {
    /// Monday to Friday, nothing said.
    Working,
    /// A weekend day that a notice makes a working day.
    MakeUp,
    /// Saturday or Sunday.
    Weekend,
    /// Off by a notice.
    Holiday,
}

impl DayKind {
    /// Whether people work on it.
    pub fn works(self) -> bool {
        matches!(self, DayKind::Working | DayKind::MakeUp)
    }
}

/// The calendar of this year is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the working-day calendar of {0} is missing")]
pub struct MissingYear(
    /// The year.
    pub i16,
);

/// A year and the notice behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The notice, by number and date.
    pub notice: Label,
    /// Its address.
    pub source: String,
}

/// The working days of some years.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
    off: BTreeMap<Date, Label>,
    work: BTreeMap<Date, Label>,
}

/// Why a deadline is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Counted in working days.
    Counted,
    /// Fixed by the announcement for what had been stored before the Measures were in force.
    Stock,
}

/// A deadline and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The day of the event; not counted.
    pub trigger: Date,
    /// The last day.
    pub date: Date,
    /// Every day after the trigger up to the last; empty where the day is fixed.
    pub days: Vec<(Date, DayKind)>,
    /// Why.
    pub basis: Basis,
}

impl Deadline {
    /// The days that count, in order: the first is day 1.
    pub fn counted(&self) -> impl Iterator<Item = Date> {
        self.days.iter().filter(|(_, kind)| kind.works()).map(|(day, _)| *day)
    }
}

impl Calendar {
    /// The calendar that comes with facelint.
    pub fn builtin() -> &'static Calendar {
        static BUILT: OnceLock<Calendar> = OnceLock::new();
        BUILT.get_or_init(|| {
            let mut calendar = Calendar::default();
            for (path, text) in crate::embedded::files("calendar/") {
                // A test keeps the files readable.
                let _ = calendar.add(path, text);
            }
            calendar
        })
    }

    /// The calendar that comes with facelint with further files (name and text). A year that is known
    /// already is taken anew from the file.
    ///
    /// # Errors
    /// The faults of the files, each with its place.
    pub fn with_files(files: &[(String, String)]) -> Result<Calendar, Vec<CalendarError>> {
        let mut calendar = Calendar::builtin().clone();
        let mut faults = Vec::new();
        for (path, text) in files {
            if let Err(more) = calendar.add(path, text) {
                faults.extend(more);
            }
        }
        if faults.is_empty() { Ok(calendar) } else { Err(faults) }
    }

    fn add(&mut self, path: &str, text: &str) -> Result<(), Vec<CalendarError>> {
        for year in data::read(path, text)? {
            self.off.retain(|day, _| day.year() != year.number);
            self.work.retain(|day, _| day.year() != year.number);
            // A notice for New Year may reach into the last days of the year before.
            for (day, name) in year.off {
                self.work.remove(&day);
                self.off.insert(day, name);
            }
            for (day, name) in year.work {
                self.off.remove(&day);
                self.work.insert(day, name);
            }
            self.years.insert(year.number, Year { notice: year.notice, source: year.source });
        }
        Ok(())
    }

    /// The years that are known, with their notices.
    pub fn years(&self) -> &BTreeMap<i16, Year> {
        &self.years
    }

    /// What a day is.
    ///
    /// # Errors
    /// Its year is not known.
    pub fn kind(&self, day: Date) -> Result<DayKind, MissingYear> {
        if !self.years.contains_key(&day.year()) {
            return Err(MissingYear(day.year()));
        }
        Ok(if self.work.contains_key(&day) {
            DayKind::MakeUp
        } else if self.off.contains_key(&day) {
            DayKind::Holiday
        } else if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            DayKind::Weekend
        } else {
            DayKind::Working
        })
    }

    /// The holiday that takes a day off, or for which it is worked.
    pub fn holiday(&self, day: Date) -> Option<&Label> {
        self.work.get(&day).or_else(|| self.off.get(&day))
    }

    /// The last of so many working days after an event, whose own day is not counted.
    ///
    /// # Errors
    /// A day on the way lies in a year that is not known.
    pub fn deadline(&self, trigger: Date, working_days: u32) -> Result<Deadline, MissingYear> {
        let mut days = Vec::new();
        let mut day = trigger;
        let mut counted = 0;
        while counted < working_days.clamp(1, MOST_DAYS) {
            day = day.tomorrow().map_err(|_| MissingYear(day.year()))?;
            let kind = self.kind(day)?;
            days.push((day, kind));
            counted += u32::from(kind.works());
        }
        Ok(Deadline { trigger, date: day, days, basis: Basis::Counted })
    }

    /// The last day of the filing for a handler that reached the number on this day.
    ///
    /// # Errors
    /// As [`Calendar::deadline`].
    pub fn filing_deadline(&self, reached: Date) -> Result<Deadline, MissingYear> {
        if reached < IN_FORCE {
            let (date, basis) = (STOCK_DEADLINE, Basis::Stock);
            return Ok(Deadline { trigger: reached, date, days: Vec::new(), basis });
        }
        self.deadline(reached, FILING_DAYS)
    }

    /// The working days after `today` up to and with `last`: 0 on the last day. Negative once it has
    /// passed: the working days since then, `today` included; at least one, even on a Sunday.
    ///
    /// # Errors
    /// A day between the two lies in a year that is not known.
    pub fn working_days_left(&self, today: Date, last: Date) -> Result<i64, MissingYear> {
        let (from, to) = if today <= last { (today, last) } else { (last, today) };
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = day.tomorrow().map_err(|_| MissingYear(day.year()))?;
            count += i64::from(self.kind(day)?.works());
        }
        Ok(if today <= last { count } else { -count.max(1) })
    }

    /// The known years that some days lie in, with their notices.
    pub fn notices(&self, days: impl Iterator<Item = Date>) -> Vec<&Year> {
        let years: BTreeSet<i16> = days.map(|day| day.year()).collect();
        years.iter().filter_map(|year| self.years.get(year)).collect()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
