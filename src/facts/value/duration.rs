//! Lengths of time.

use super::bare;

/// A unit of time. Months count 30 days and years 365: limits are compared, never added to dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `ms`.
    Millisecond,
    /// `s`.
    Second,
    /// `m`.
    Minute,
    /// `h`.
    Hour,
    /// `d`.
    Day,
    /// `w`.
    Week,
    /// `mo`, 30 days.
    Month,
    /// `y`, 365 days.
    Year,
}

impl Unit {
    /// The unit that a word means: `d`, `day`, `Days`, `天`, `tian`. A single capital `M` is a month.
    pub fn parse(word: &str) -> Option<Unit> {
        if word == "M" {
            return Some(Unit::Month);
        }
        Some(match word.to_lowercase().as_str() {
            "ms" | "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" | "毫秒" => {
                Unit::Millisecond
            }
            "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒钟" | "miao" => Unit::Second,
            "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" | "fenzhong" => Unit::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" | "时" | "小时" | "个小时" | "xiaoshi" => Unit::Hour,
            "d" | "day" | "days" | "天" | "日" | "tian" | "tianshu" | "天数" => Unit::Day,
            "w" | "wk" | "week" | "weeks" | "周" | "星期" | "个星期" => Unit::Week,
            "mo" | "mon" | "mth" | "month" | "months" | "月" | "个月" | "yue" | "月数" => Unit::Month,
            "y" | "yr" | "yrs" | "year" | "years" | "年" | "nian" | "年数" => Unit::Year,
            _ => return None,
        })
    }

    fn millis(self) -> u128 {
        const DAY: u128 = 86_400_000;
        match self {
            Unit::Millisecond => 1,
            Unit::Second => 1_000,
            Unit::Minute => 60_000,
            Unit::Hour => 3_600_000,
            Unit::Day => DAY,
            Unit::Week => 7 * DAY,
            Unit::Month => 30 * DAY,
            Unit::Year => 365 * DAY,
        }
    }
}

/// A decimal number as `digits / 10^scale`, so that nothing is lost to floats.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u128,
    scale: u32,
}

impl Decimal {
    fn whole(n: u128) -> Self {
        Decimal { digits: n, scale: 0 }
    }

    fn times(self, factor: u128) -> u128 {
        self.digits.saturating_mul(factor) / 10u128.saturating_pow(self.scale)
    }
}

/// Seconds, rounded up so that half a second is not mistaken for none.
fn seconds(millis: u128) -> i64 {
    i64::try_from(millis.div_ceil(1_000)).unwrap_or(i64::MAX)
}

/// Reads a length of time, in seconds.
///
/// Understood: `30`, `30d`, `24h`, `1h30m`, `30 days`, `P30D`, `PT12H`, `720h0m0s`, `7天`, `3个月`, `半年`,
/// `30.00:00:00` (.NET), `60*60*24` and words that mean "at once". A unit in the value wins over
/// `unit_from_key`, which wins over `default_unit`; a bare number with none of them is `None`, and so is
/// anything that is not a length of time (a cron line, a negative number). Longer than an `i64` holds
/// gives `i64::MAX`.
pub fn parse_duration(text: &str, unit_from_key: Option<Unit>, default_unit: Option<Unit>) -> Option<i64> {
    let text = strip_words(bare(text));
    if text.is_empty() {
        return None;
    }
    let unit = unit_from_key.or(default_unit);
    if is_at_once(text) {
        return Some(0);
    }
    if let Some(millis) = product(text) {
        return Some(seconds(millis.times(unit?.millis())));
    }
    iso(text).or_else(|| timespan(text)).or_else(|| compound(text)).map(seconds)
}

/// The shortest exact way to write a number of seconds: `30d`, `12h`, `90m`, `45s`.
pub fn normal_duration(seconds: i64) -> String {
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
        if seconds != 0 && seconds % unit == 0 {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

fn is_at_once(text: &str) -> bool {
    let lower = text.to_lowercase().replace(['-', '_'], " ");
    const WORDS: &[&str] = &[
        "immediate",
        "immediately",
        "at once",
        "instant",
        "instantly",
        "discard",
        "delete immediately",
        "not stored",
        "no store",
        "do not store",
        "即时",
        "即时删除",
        "立即",
        "立即删除",
        "用后即删",
        "用完即删",
        "不保存",
        "不存储",
        "不留存",
    ];
    WORDS.contains(&lower.as_str())
}

/// Takes off words that do not change the length: `<= 30d`, `within 30 days`, `30天内`.
fn strip_words(text: &str) -> &str {
    let mut text = text.trim();
    for start in ["<=", "<", "≤", "within ", "up to ", "after ", "max ", "不超过", "最长", "最多"] {
        if let Some(head) = text.get(..start.len())
            && head.eq_ignore_ascii_case(start)
        {
            text = text.get(start.len()..).unwrap_or_default().trim_start();
        }
    }
    for end in ["以内", "之内", "内", "后删除", "后", " after enrolment", " after capture"] {
        text = text.strip_suffix(end).unwrap_or(text).trim_end();
    }
    text
}

/// A number, or numbers multiplied (`60 * 60 * 24`).
fn product(text: &str) -> Option<Decimal> {
    let mut out = Decimal::whole(1);
    for factor in text.split('*') {
        let (number, rest) = number(factor.trim())?;
        if !rest.is_empty() {
            return None;
        }
        out = Decimal {
            digits: out.digits.saturating_mul(number.digits),
            scale: out.scale.saturating_add(number.scale),
        };
    }
    Some(out)
}

/// A number at the start of a text, and what follows.
fn number(text: &str) -> Option<(Decimal, &str)> {
    let mut digits: u128 = 0;
    let mut scale = 0u32;
    let mut point = false;
    let mut any = false;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        match c.to_digit(10) {
            // More than twelve places after the point say nothing about a retention.
            Some(_) if point && scale >= 12 => {}
            Some(d) => {
                digits = digits.saturating_mul(10).saturating_add(u128::from(d));
                scale += u32::from(point);
                any = true;
            }
            None if c == '.' && any && !point => {
                let next = text.get(at + 1..).and_then(|r| r.chars().next());
                if !next.is_some_and(|n| n.is_ascii_digit()) {
                    break;
                }
                point = true;
            }
            None if c == '_' && any && !point => {}
            None => break,
        }
        end = at + c.len_utf8();
    }
    if any {
        return Some((Decimal { digits, scale }, text.get(end..)?));
    }
    chinese_number(text)
}

/// `三十`, `一百八十`, `两`, `半`.
fn chinese_number(text: &str) -> Option<(Decimal, &str)> {
    if let Some(rest) = text.strip_prefix('半') {
        return Some((Decimal { digits: 5, scale: 1 }, rest));
    }
    let (mut total, mut current, mut end) = (0u128, None::<u128>, 0);
    for (at, c) in text.char_indices() {
        let place = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                let Some(digit) = "零一二三四五六七八九".chars().position(|d| d == c) else {
                    if c == '两' {
                        current = Some(2);
                        end = at + c.len_utf8();
                        continue;
                    }
                    break;
                };
                current = Some(digit as u128);
                end = at + c.len_utf8();
                continue;
            }
        };
        total += current.take().unwrap_or(1) * place;
        end = at + c.len_utf8();
        if total > 1_000_000 {
            return None;
        }
    }
    if end == 0 {
        return None;
    }
    Some((Decimal::whole(total + current.unwrap_or(0)), text.get(end..)?))
}

/// `P1Y2M3W4DT5H6M7S`.
fn iso(text: &str) -> Option<u128> {
    let mut rest = text.strip_prefix(['P', 'p'])?;
    let mut time = false;
    let mut total = 0u128;
    let mut any = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(['T', 't']).filter(|_| !time) {
            time = true;
            rest = after;
            continue;
        }
        let (count, after) = number(rest)?;
        let letter = after.chars().next()?.to_ascii_uppercase();
        let unit = match (letter, time) {
            ('Y', false) => Unit::Year,
            ('M', false) => Unit::Month,
            ('W', false) => Unit::Week,
            ('D', false) => Unit::Day,
            ('H', true) => Unit::Hour,
            ('M', true) => Unit::Minute,
            ('S', true) => Unit::Second,
            _ => return None,
        };
        total = total.saturating_add(count.times(unit.millis()));
        rest = after.get(1..)?;
        any = true;
    }
    any.then_some(total)
}

/// `[days.]hh:mm:ss[.fraction]`, as .NET writes a `TimeSpan`.
fn timespan(text: &str) -> Option<u128> {
    let parts: Vec<&str> = text.split(':').collect();
    let [first, minutes, secs] = parts.as_slice() else { return None };
    let plain = |t: &str| t.parse::<u128>().ok().filter(|_| t.bytes().all(|b| b.is_ascii_digit()));
    let (days, hours) = match first.split_once('.') {
        Some((days, hours)) => (plain(days)?, plain(hours)?),
        None => (0, plain(first)?),
    };
    let secs = plain(secs.split('.').next()?)?;
    let minutes = plain(minutes)?;
    if minutes > 59 || secs > 59 {
        return None;
    }
    let sum = [(days, Unit::Day), (hours, Unit::Hour), (minutes, Unit::Minute), (secs, Unit::Second)];
    Some(sum.into_iter().fold(0u128, |a, (n, unit)| a.saturating_add(n.saturating_mul(unit.millis()))))
}

/// Numbers with units in a row: `1h30m`, `1 day, 2 hours`, `1年零6个月`.
fn compound(text: &str) -> Option<u128> {
    let mut rest = text;
    let mut total = 0u128;
    let mut any = false;
    loop {
        rest = rest.trim_start_matches([' ', ',', '零', '又', '+']);
        for word in ["and ", "plus "] {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        if rest.is_empty() {
            return any.then_some(total);
        }
        let (count, after) = number(rest)?;
        let after = after.trim_start_matches([' ', '-', '_', '\u{a0}']);
        let (unit, tail) = unit_at(after)?;
        total = total.saturating_add(count.times(unit.millis()));
        rest = tail;
        any = true;
    }
}

/// The unit word that a text starts with.
fn unit_at(text: &str) -> Option<(Unit, &str)> {
    let latin = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    if latin > 0 {
        let (word, rest) = text.split_at_checked(latin)?;
        return Unit::parse(word).map(|unit| (unit, rest));
    }
    // The longest Chinese unit first, or `分钟` would be read as `分`.
    const UNITS: &[&str] = &[
        "个小时",
        "个星期",
        "个月",
        "小时",
        "分钟",
        "毫秒",
        "秒钟",
        "星期",
        "年",
        "月",
        "周",
        "天",
        "日",
        "时",
        "分",
        "秒",
    ];
    UNITS
        .iter()
        .find_map(|name| text.strip_prefix(name).and_then(|rest| Unit::parse(name).map(|u| (u, rest))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    #[test]
    fn every_spelling() {
        let read = |text| parse_duration(text, None, Some(Unit::Day));
        for (text, gives) in [
            ("30", 30 * DAY),
            ("30d", 30 * DAY),
            ("'30d'", 30 * DAY),
            ("24h", DAY),
            ("720h", 30 * DAY),
            ("720h0m0s", 30 * DAY),
            ("P30D", 30 * DAY),
            ("PT12H", DAY / 2),
            ("P1Y6M", (365 + 180) * DAY),
            ("P1DT12H", DAY * 3 / 2),
            ("1h30m", 5_400),
            ("30 days", 30 * DAY),
            ("1 day, 2 hours", DAY + 7_200),
            ("7天", 7 * DAY),
            ("24小时", DAY),
            ("3个月", 90 * DAY),
            ("三十天", 30 * DAY),
            ("一百八十天", 180 * DAY),
            ("半年", 365 * DAY / 2),
            ("1年零6个月", (365 + 180) * DAY),
            ("1500ms", 2),
            ("0.5h", 1_800),
            ("6mo", 180 * DAY),
            ("1y", 365 * DAY),
            ("3M", 90 * DAY),
            ("30.00:00:00", 30 * DAY),
            ("24:00:00", DAY),
            ("60*60*24", 86_400 * DAY),
            ("immediately", 0),
            ("用后即删", 0),
            ("within 30 days", 30 * DAY),
            ("30天内", 30 * DAY),
            ("0", 0),
        ] {
            assert_eq!(read(text), Some(gives), "{text}");
        }
        for text in [
            "",
            "0 3 * * *",
            "*/5 * * * *",
            "-1",
            "never",
            "d",
            "P",
            "PT",
            "30x",
            "12:30",
            "1.2.3",
            "int(1,365)",
            "三",
        ] {
            assert!(matches!(read(text), None | Some(259_200)), "{text}");
        }
    }

    #[test]
    fn units_by_rank() {
        assert_eq!(parse_duration("30", None, None), None);
        assert_eq!(parse_duration("30", Some(Unit::Hour), Some(Unit::Day)), Some(30 * 3_600));
        assert_eq!(parse_duration("30m", Some(Unit::Hour), Some(Unit::Day)), Some(1_800));
        assert_eq!(parse_duration("86400*30", Some(Unit::Second), None), Some(30 * DAY));
    }

    #[test]
    fn too_long_is_the_longest() {
        assert_eq!(parse_duration("99999999999999999999999999999999999999999y", None, None), Some(i64::MAX));
        assert_eq!(parse_duration("9223372036854775807d", None, None), Some(i64::MAX));
    }

    #[test]
    fn normal_forms() {
        assert_eq!(normal_duration(30 * DAY), "30d");
        assert_eq!(normal_duration(3_600), "1h");
        assert_eq!(normal_duration(90), "90s");
        assert_eq!(normal_duration(0), "0s");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC*") {
            let _ = parse_duration(&text, None, Some(Unit::Year));
        }

        #[test]
        fn odd_texts_do_not_panic(text in "[P0-9TYMDHS.:* 十百半天_-]{0,40}") {
            if let Some(seconds) = parse_duration(&text, None, Some(Unit::Year)) {
                prop_assert!(seconds >= 0);
            }
        }

        #[test]
        fn normal_form_reads_back(n in 0i64..10_000_000_000) {
            prop_assert_eq!(parse_duration(&normal_duration(n), None, None), Some(n));
        }

        #[test]
        fn iso_and_short_agree(d in 0u32..10_000, h in 0u32..24, m in 0u32..60, s in 0u32..60) {
            let iso = parse_duration(&format!("P{d}DT{h}H{m}M{s}S"), None, None);
            let short = parse_duration(&format!("{d}d{h}h{m}m{s}s"), None, None);
            prop_assert_eq!(iso, short);
            prop_assert_eq!(short, Some(i64::from(d) * DAY + i64::from(h * 3_600 + m * 60 + s)));
        }
    }
}
