//! `facelint deadline`: the last day, and the days that were counted on the way to it, week by week.

use std::fmt::Write as _;

use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::text::{hang, pad, wrap};
use super::{Style, words};
use crate::Lang;
use crate::calendar::{Basis, Calendar, DayKind, Deadline, FILING_DAYS, IN_FORCE, MissingYear};
use crate::failure::Failure;

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Working days.
    pub working_days: u32,
    /// The day from which the days left are counted.
    pub as_of: Date,
}

/// The deadline as text, or as JSON.
pub fn render(
    deadline: &Deadline,
    calendar: &Calendar,
    question: Question,
    json: bool,
    style: &Style,
) -> String {
    let left = calendar.working_days_left(question.as_of, deadline.date).ok();
    if json {
        return as_json(deadline, calendar, question, left);
    }
    let lang = style.lang;
    let mut out = String::new();
    let mut say = |text: String| {
        for line in wrap(&text, style.width) {
            out.push_str(&line);
            out.push('\n');
        }
    };
    let date = day_name(lang, deadline.date);
    let trigger = day_name(lang, deadline.trigger);
    let n = question.working_days;
    match (deadline.basis, lang) {
        (Basis::Counted, Lang::En) => {
            say(format!("Deadline: {date}"));
            say(format!("the {} working day after {trigger}, which is not counted itself", ordinal(n)));
        }
        (Basis::Counted, Lang::Zh) => {
            say(format!("截止日：{date}"));
            say(format!("自 {trigger}起第 {n} 个工作日，当日不计入"));
        }
        (Basis::Stock, Lang::En) => {
            say(format!("Deadline: {date}"));
            say(format!(
                "{trigger} lies before {IN_FORCE}, the first day in force: for numbers reached before it, the announcement names this day"
            ));
        }
        (Basis::Stock, Lang::Zh) => {
            say(format!("截止日：{date}"));
            say(format!(
                "{trigger}早于《办法》施行日 {IN_FORCE}：施行前已达到数量的，公告规定在该日前完成备案"
            ));
        }
    }
    say(remaining(lang, question.as_of, deadline.date, left));
    if !deadline.days.is_empty() {
        say(String::new());
        grid(&mut out, deadline, calendar, lang);
    }
    closing(&mut out, deadline, calendar, question, style);
    out
}

/// What is said where a year is missing.
pub fn missing_year(missing: MissingYear, lang: Lang) -> Failure {
    let year = missing.0;
    match lang {
        Lang::En => Failure::new(format!(
            "the deadline cannot be computed: the working-day calendar of {year} is missing"
        ))
        .help(format!(
            "write the days off and the make-up working days of the State Council's notice for {year} into a file, as docs/configuration.md shows, and name it in `facelint.toml`:\n  calendar = [\"calendar-{year}.yaml\"]"
        )),
        Lang::Zh => Failure::new(format!("无法计算截止日：缺少 {year} 年的工作日日历")).help(format!(
            "按 docs/configuration.md 的格式，将国务院办公厅 {year} 年放假通知中的放假日和调休上班日写入文件，并在 `facelint.toml` 中注明：\n  calendar = [\"calendar-{year}.yaml\"]"
        )),
    }
}

fn remaining(lang: Lang, as_of: Date, last: Date, left: Option<i64>) -> String {
    match (left, lang) {
        (None, Lang::En) => format!("as of {as_of}: the days left cannot be counted, a calendar is missing"),
        (None, Lang::Zh) => format!("截至 {as_of}：缺少日历，无法计算剩余工作日"),
        (Some(0), Lang::En) if as_of == last => format!("as of {as_of}: this is the last day"),
        (Some(0), Lang::Zh) if as_of == last => format!("截至 {as_of}：当日即为截止日"),
        (Some(left), Lang::En) if left >= 0 => {
            let days =
                words::count(lang, usize::try_from(left).unwrap_or(0), "working day", "working days", "");
            format!("as of {as_of}: {days} left")
        }
        (Some(left), Lang::Zh) if left >= 0 => format!("截至 {as_of}：剩余 {left} 个工作日"),
        (Some(left), Lang::En) => {
            let late = usize::try_from(left.unsigned_abs()).unwrap_or(usize::MAX);
            format!(
                "as of {as_of}: overdue by {}",
                words::count(lang, late, "working day", "working days", "")
            )
        }
        (Some(left), Lang::Zh) => format!("截至 {as_of}：已逾期 {} 个工作日", left.unsigned_abs()),
    }
}

/// Cells of the label of a week, and of a day.
const LABEL: usize = 12;
const CELL: usize = 9;

/// A line a week, Monday first: every day with its number, or with the mark that says why it has none.
fn grid(out: &mut String, deadline: &Deadline, calendar: &Calendar, lang: Lang) {
    let mut line = pad("", LABEL);
    for day in 0..7_i8 {
        let name = Weekday::from_monday_zero_offset(day).map_or("", |w| weekday(lang, w, true));
        line.push_str(&pad(name, CELL));
    }
    let _ = writeln!(out, "{}", line.trim_end());
    let mut number = 0_u32;
    let first = (deadline.trigger, None);
    let all: Vec<(Date, Option<DayKind>)> =
        std::iter::once(first).chain(deadline.days.iter().map(|(day, kind)| (*day, Some(*kind)))).collect();
    let mut line = String::new();
    for (day, kind) in all {
        let column = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        if line.is_empty() || column == 0 {
            if !line.is_empty() {
                let _ = writeln!(out, "{}", line.trim_end());
            }
            let monday = day.saturating_sub(jiff::Span::new().days(i64::try_from(column).unwrap_or(0)));
            line = pad(&monday.to_string(), LABEL) + &pad("", CELL * column);
        }
        let mark = match kind {
            None => "0".to_owned(),
            Some(DayKind::Weekend) => "-".to_owned(),
            Some(DayKind::Holiday) => "*".to_owned(),
            Some(kind) => {
                number += 1;
                if kind == DayKind::MakeUp { format!("+{number}") } else { number.to_string() }
            }
        };
        line.push_str(&pad(&format!("{:02} {mark:>4}", day.day()), CELL));
    }
    let _ = writeln!(out, "{}", line.trim_end());
    let legend = match lang {
        Lang::En => "0 day of the event  1, 2, 3 counted  +n weekend day worked  * holiday  - weekend",
        Lang::Zh => "0 事件当日  1、2、3 计入的工作日  +n 调休上班日  * 放假  - 周末",
    };
    let _ = writeln!(out, "\n{legend}");
    for (first, last, kind) in special(deadline) {
        let name = calendar.holiday(first).map_or("", |name| words::label(lang, name));
        let when = if first == last {
            day_name(lang, first)
        } else {
            match lang {
                Lang::En => format!("{first} to {last}"),
                Lang::Zh => format!("{first} 至 {last}"),
            }
        };
        let _ = match (kind, lang) {
            (DayKind::MakeUp, Lang::En) => writeln!(out, "  + {when}, worked for {name}"),
            (DayKind::MakeUp, Lang::Zh) => writeln!(out, "  + {when}，{name}调休上班"),
            (_, Lang::En) => writeln!(out, "  * {when}, {name}"),
            (_, Lang::Zh) => writeln!(out, "  * {when}，{name}放假"),
        };
    }
}

/// The stretches of holidays and the weekend days worked, in order.
fn special(deadline: &Deadline) -> Vec<(Date, Date, DayKind)> {
    let mut out: Vec<(Date, Date, DayKind)> = Vec::new();
    for (day, kind) in &deadline.days {
        match (kind, out.last_mut()) {
            (DayKind::Holiday, Some((_, last, DayKind::Holiday))) if last.tomorrow().ok() == Some(*day) => {
                *last = *day;
            }
            (DayKind::Holiday | DayKind::MakeUp, _) => out.push((*day, *day, *kind)),
            _ => {}
        }
    }
    out
}

/// What a count of Monday to Friday would give, on what the count rests, and where the days come from.
fn closing(out: &mut String, deadline: &Deadline, calendar: &Calendar, question: Question, style: &Style) {
    let lang = style.lang;
    let mut say = |text: &str| {
        let _ = writeln!(out, "{}", hang("", text, style.width));
    };
    say("");
    if deadline.basis == Basis::Counted {
        let plain = plain(deadline.trigger, question.working_days);
        match (plain == Some(deadline.date), plain, lang) {
            (false, Some(plain), Lang::En) => {
                say(&format!("Monday to Friday alone would give {plain}, which is wrong."));
            }
            (false, Some(plain), Lang::Zh) => say(&format!("若只按周一至周五计算会得出 {plain}，并不正确。")),
            _ => {}
        }
        say(words::pick(
            lang,
            "The Measures give no rule for counting. The day of the event is left out and the last day counts whole (Civil Code Arts. 201 and 203, by analogy).",
            "《办法》未规定计算方法：参照《民法典》第二百零一条、第二百零三条，开始的当日不计入，最后一日全天有效。",
        ));
    }
    let days = std::iter::once(deadline.trigger).chain(deadline.days.iter().map(|(day, _)| *day));
    let sources: Vec<(String, String)> = match deadline.basis {
        Basis::Stock => vec![(
            words::pick(lang, "CAC announcement of 2025-05-30", "国家互联网信息办公室2025年5月30日公告")
                .to_owned(),
            "https://www.cac.gov.cn/2025-05/30/c_1750315544241157.htm".to_owned(),
        )],
        Basis::Counted => calendar
            .notices(days)
            .into_iter()
            .map(|year| (words::label(lang, &year.notice).to_owned(), year.source.clone()))
            .collect(),
    };
    for (name, url) in sources {
        say(&super::escape(&name));
        if !url.is_empty() {
            say(&format!("  {}", super::escape(&url)));
        }
    }
    if question.working_days == FILING_DAYS {
        say(words::pick(
            lang,
            "Due is the filing of Article 15: with the cyberspace authority of the province where the handler is. This is not legal advice.",
            "所涉义务：《办法》第十五条规定的备案，向处理者所在地省级以上网信部门办理。以上不构成法律意见。",
        ));
    }
}

/// The deadline if only weekends were left out.
fn plain(trigger: Date, working_days: u32) -> Option<Date> {
    let mut day = trigger;
    let mut counted = 0;
    while counted < working_days {
        day = day.tomorrow().ok()?;
        counted += u32::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    Some(day)
}

/// `Monday 2025-08-18`, `2025-08-18（星期一）`.
fn day_name(lang: Lang, day: Date) -> String {
    match lang {
        Lang::En => format!("{} {day}", weekday(lang, day.weekday(), false)),
        Lang::Zh => format!("{day}（{}）", weekday(lang, day.weekday(), false)),
    }
}

fn weekday(lang: Lang, day: Weekday, short: bool) -> &'static str {
    let (en, en_short, zh, zh_short) = match day {
        Weekday::Monday => ("Monday", "Mon", "星期一", "一"),
        Weekday::Tuesday => ("Tuesday", "Tue", "星期二", "二"),
        Weekday::Wednesday => ("Wednesday", "Wed", "星期三", "三"),
        Weekday::Thursday => ("Thursday", "Thu", "星期四", "四"),
        Weekday::Friday => ("Friday", "Fri", "星期五", "五"),
        Weekday::Saturday => ("Saturday", "Sat", "星期六", "六"),
        Weekday::Sunday => ("Sunday", "Sun", "星期日", "日"),
    };
    match (lang, short) {
        (Lang::En, false) => en,
        (Lang::En, true) => en_short,
        (Lang::Zh, false) => zh,
        (Lang::Zh, true) => zh_short,
    }
}

fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    trigger: String,
    working_days: u32,
    deadline: String,
    basis: Basis,
    as_of: String,
    working_days_left: Option<i64>,
    days: Vec<JsonDay<'a>>,
}

#[derive(Serialize)]
struct JsonDay<'a> {
    date: String,
    weekday: &'static str,
    kind: DayKind,
    /// Number of the working day.
    counted: Option<usize>,
    holiday: Option<&'a crate::facts::Label>,
}

fn as_json(deadline: &Deadline, calendar: &Calendar, question: Question, left: Option<i64>) -> String {
    let mut counted = 0;
    let days = deadline.days.iter().map(|(day, kind)| {
        counted += usize::from(kind.works());
        JsonDay {
            date: day.to_string(),
            weekday: weekday(Lang::En, day.weekday(), false),
            kind: *kind,
            counted: kind.works().then_some(counted),
            holiday: calendar.holiday(*day),
        }
    });
    let json = Json {
        version: 1,
        trigger: deadline.trigger.to_string(),
        working_days: question.working_days,
        deadline: deadline.date.to_string(),
        basis: deadline.basis,
        as_of: question.as_of.to_string(),
        working_days_left: left,
        days: days.collect(),
    };
    let mut out = serde_json::to_string_pretty(&json).unwrap_or_else(|_| "{}".to_owned());
    out.push('\n');
    out
}
