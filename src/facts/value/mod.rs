//! Reading values: what people write where a truth, a length of time, a date or a place is meant.
//!
//! Everything here is total: any text gives an answer or `None`, never a panic. A text with a
//! [hole](crate::descriptor::HOLE) is the caller's to deal with, except for hosts, where the known rest
//! often tells enough.

mod duration;
mod host;

pub use duration::{Unit, normal_duration, parse_duration};
pub use host::{Endpoint, Scope, endpoints, host_scope, parse_endpoint};

/// Values that mean "for ever" where a vocabulary entry names none of its own.
pub const FOREVER: &[&str] = &[
    "0",
    "-1",
    "never",
    "forever",
    "always",
    "unlimited",
    "infinite",
    "infinity",
    "inf",
    "permanent",
    "permanently",
    "indefinite",
    "indefinitely",
    "no limit",
    "no-limit",
    "nolimit",
    "no expiry",
    "永久",
    "永久保存",
    "永久保留",
    "永不",
    "永不过期",
    "永不删除",
    "无限",
    "无限期",
    "不限",
    "不限制",
    "不过期",
    "不删除",
    "长期",
    "长期保存",
    "长期有效",
];

const TRUE: &[&str] = &[
    "true",
    "yes",
    "y",
    "t",
    "on",
    "1",
    "enable",
    "enabled",
    "active",
    "activated",
    "allow",
    "allowed",
    "open",
    "opened",
    "required",
    "mandatory",
    "must",
    "force",
    "forced",
    "always",
    "是",
    "开",
    "开启",
    "打开",
    "启用",
    "允许",
    "需要",
    "必须",
    "必填",
    "强制",
    "有",
    "真",
];

const FALSE: &[&str] = &[
    "false",
    "no",
    "n",
    "f",
    "off",
    "0",
    "disable",
    "disabled",
    "inactive",
    "deactivated",
    "none",
    "never",
    "deny",
    "denied",
    "forbid",
    "forbidden",
    "close",
    "closed",
    "optional",
    "否",
    "关",
    "关闭",
    "禁用",
    "停用",
    "禁止",
    "不需要",
    "不允许",
    "可选",
    "无",
    "没有",
    "假",
];

/// A text without blanks and matching quotes around it.
pub fn bare(text: &str) -> &str {
    let mut text = text.trim();
    for quote in ['"', '\'', '`'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            text = inner.trim();
        }
    }
    text
}

/// Whether the text is one of the values that mean "for ever" (case and blanks aside). Numbers are
/// compared as numbers: `0`, `0d` and `0.0` are all `0`.
pub fn is_forever<S: AsRef<str>>(text: &str, list: &[S]) -> bool {
    let text = bare(text).to_lowercase();
    let number = leading_number(&text);
    list.iter().any(|value| {
        let value = value.as_ref().to_lowercase();
        value == text || number.is_some_and(|n| value.parse::<f64>().is_ok_and(|v| (v - n).abs() < 1e-9))
    })
}

/// The number that a text is, with at most one short unit word after it.
fn leading_number(text: &str) -> Option<f64> {
    let end = text
        .char_indices()
        .find(|(i, c)| !(c.is_ascii_digit() || *c == '.' || (*i == 0 && *c == '-')))
        .map_or(text.len(), |(i, _)| i);
    let (number, unit) = text.split_at_checked(end)?;
    let unit = unit.trim();
    (unit.is_empty() || duration::Unit::parse(unit).is_some()).then(|| number.parse().ok()).flatten()
}

/// True or false in any common spelling, English or Chinese.
pub fn parse_bool(text: &str) -> Option<bool> {
    let text = bare(text).to_lowercase();
    if TRUE.contains(&text.as_str()) {
        Some(true)
    } else if FALSE.contains(&text.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// A whole number: `100000`, `100_000`, `100,000`, `10k`, `10万`, `1.5e5`.
pub fn parse_count(text: &str) -> Option<i64> {
    let text = bare(text).to_lowercase();
    let (digits, factor) = [("k", 1e3), ("m", 1e6), ("千", 1e3), ("万", 1e4), ("萬", 1e4), ("亿", 1e8)]
        .iter()
        .find_map(|(suffix, factor)| text.strip_suffix(suffix).map(|t| (t.trim(), *factor)))
        .unwrap_or((text.trim_end_matches(['人', '张', '个', '条', '+']).trim(), 1.0));
    let (digits, factor) = match digits.strip_suffix('万') {
        Some(rest) => (rest.trim(), factor * 1e4),
        None => (digits, factor),
    };
    let plain: String = digits.chars().filter(|c| !matches!(c, '_' | ',' | '，' | ' ')).collect();
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        return None;
    }
    if factor == 1.0
        && let Ok(whole) = plain.parse()
    {
        return Some(whole);
    }
    let number = plain.parse::<f64>().ok()? * factor;
    // Beyond 2^53 a float is no exact count any more; nobody stores that many faces.
    (number.is_finite() && number.abs() < 9e15 && (number - number.round()).abs() < 1e-6)
        .then_some(number.round() as i64)
}

/// Words that stand where something should be and is not.
const PLACEHOLDERS: &[&str] = &[
    "-",
    "--",
    "---",
    "—",
    "——",
    "?",
    "??",
    "???",
    "？",
    "/",
    "_",
    ".",
    "..",
    "...",
    "…",
    "……",
    "n/a",
    "na",
    "nil",
    "null",
    "none",
    "undefined",
    "unset",
    "not set",
    "not-set",
    "unknown",
    "tbd",
    "tba",
    "tbc",
    "wip",
    "fixme",
    "pending",
    "to be determined",
    "to be done",
    "to be confirmed",
    "to do",
    "later",
    "soon",
    "coming soon",
    "placeholder",
    "dummy",
    "sample",
    "foo",
    "bar",
    "foobar",
    "lorem ipsum",
    "string",
    "value",
    "change me",
    "changeme",
    "changethis",
    "change this",
    "replace me",
    "replaceme",
    "fill me",
    "fillme",
    "fill in",
    "insert here",
    "secret",
    "待定",
    "待补充",
    "待填写",
    "待填",
    "待完善",
    "待办",
    "待确认",
    "待提供",
    "待评估",
    "暂无",
    "暂缺",
    "无",
    "没有",
    "未知",
    "未填写",
    "未设置",
    "后补",
    "稍后补充",
    "占位",
    "占位符",
    "略",
    "请填写",
    "请输入",
    "示例",
];

/// Whether a text only holds the place of a value: `TODO`, `tbd`, `xxx`, `changeme`, `your-key`,
/// `<path>`, `待定`, `N/A`, `-`, or nothing at all.
pub fn is_placeholder(text: &str) -> bool {
    let text = bare(text).to_lowercase();
    let inner = text.trim_matches(['[', ']', '(', ')', '（', '）', '【', '】']).trim();
    if inner.is_empty() {
        return true;
    }
    let flat = inner.replace(['-', '_'], " ");
    if PLACEHOLDERS.contains(&inner) || PLACEHOLDERS.contains(&flat.trim()) {
        return true;
    }
    let bracketed = |open, close| inner.starts_with(open) && inner.ends_with(close);
    if bracketed('<', '>') || (inner.starts_with("__") && inner.ends_with("__") && inner.len() > 4) {
        return true;
    }
    if inner.chars().all(|c| matches!(c, 'x' | '*' | '?' | '.' | '-' | '_' | '#')) && inner.len() >= 2 {
        return true;
    }
    const STARTS: &[&str] = &[
        "todo",
        "fixme",
        "tbd",
        "xxx",
        "your ",
        "my own ",
        "insert ",
        "enter ",
        "replace ",
        "change me",
        "changeme",
        "put ",
        "<",
        "请填写",
        "请输入",
        "请替换",
        "你的",
        "您的",
        "待",
        "填写",
    ];
    STARTS.iter().any(|start| {
        // `todolist` is a word of its own; `todo:` and `todo-1` are not.
        flat.strip_prefix(start).is_some_and(|rest| {
            !start.ends_with(|c: char| c.is_ascii_alphanumeric())
                || !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
    }) && !looks_like_place(inner)
}

/// A path with an extension or a URL is a place even when it begins with an odd word.
fn looks_like_place(text: &str) -> bool {
    text.contains("://")
        || (text.contains('/')
            && text.rsplit('/').next().is_some_and(|n| n.contains('.') && !n.contains(' ')))
}

/// A calendar date: `2026-08-01` (also with a time after it), `2026/8/1`, `2026.8.1`, `20260801`,
/// `2026年8月1日`.
pub fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    let text = bare(text);
    let head = text.split(['T', 't', ' ']).next().unwrap_or(text);
    let head = head.trim_end_matches(['日', '号']);
    let numbers: Vec<&str> = if head.len() == 8 && head.bytes().all(|b| b.is_ascii_digit()) {
        vec![head.get(..4)?, head.get(4..6)?, head.get(6..)?]
    } else {
        head.split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = numbers.as_slice() else { return None };
    if year.len() != 4 || month.is_empty() || month.len() > 2 || day.is_empty() || day.len() > 2 {
        return None;
    }
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The parts of a value that lists several things: `a, b`, `[a, b]`, `a|b`, `a;b`, `a、b`. Each with the
/// byte at which it starts.
pub fn list_parts(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut start = 0;
    let is_mark = |c: char| {
        matches!(c, ',' | ';' | '|' | '、' | '，' | '；' | '[' | ']' | '{' | '}' | '"' | '\'' | '\n' | '\r')
    };
    let mut add = |from: usize, to: usize| {
        if let Some(part) = text.get(from..to) {
            let trimmed = part.trim_start();
            let at = from + (part.len() - trimmed.len());
            let trimmed = trimmed.trim_end();
            if !trimmed.is_empty() {
                out.push((at, trimmed));
            }
        }
    };
    for (at, c) in text.char_indices() {
        if is_mark(c) {
            add(start, at);
            start = at + c.len_utf8();
        }
    }
    add(start, text.len());
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn truths() {
        for yes in ["true", "Yes", "ON", "1", "enabled", "是", "开启", "打开", "'true'", "required"] {
            assert_eq!(parse_bool(yes), Some(true), "{yes}");
        }
        for no in ["false", "No", "off", "0", "disabled", "none", "否", "关闭", "\"false\"", "optional"] {
            assert_eq!(parse_bool(no), Some(false), "{no}");
        }
        for other in ["", "2", "maybe", "sms", "falsehood"] {
            assert_eq!(parse_bool(other), None, "{other}");
        }
    }

    #[test]
    fn forever() {
        for text in ["0", "-1", "0d", "0s", "Never", "forever", "永久", " unlimited "] {
            assert!(is_forever(text, FOREVER), "{text}");
        }
        for text in ["30", "10d", "", "0.5h", "-10", "100"] {
            assert!(!is_forever(text, FOREVER), "{text}");
        }
        assert!(!is_forever::<&str>("0", &[]));
        assert!(is_forever("9999", &["9999"]));
    }

    #[test]
    fn counts() {
        assert_eq!(parse_count("100000"), Some(100_000));
        assert_eq!(parse_count("100_000"), Some(100_000));
        assert_eq!(parse_count("100,000"), Some(100_000));
        assert_eq!(parse_count("120k"), Some(120_000));
        assert_eq!(parse_count("10万"), Some(100_000));
        assert_eq!(parse_count("12.5万人"), Some(125_000));
        assert_eq!(parse_count("1e5"), Some(100_000));
        assert_eq!(parse_count("many"), None);
        assert_eq!(parse_count("0.5"), None);
        assert_eq!(parse_count(""), None);
    }

    #[test]
    fn placeholders() {
        for text in [
            "TODO",
            "todo: write it",
            "tbd",
            "XXX",
            "xxxxxxxx",
            "changeme",
            "change-me",
            "your-api-key",
            "YOUR_ENDPOINT",
            "<path to the report>",
            "待定",
            "待补充",
            "暂无",
            "N/A",
            "-",
            "?",
            "",
            "[TBD]",
            "__PIA_REF__",
            "****",
            "请填写备案号",
            "'TODO'",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "docs/pia.md",
            "https://example.com/pia",
            "PIA-2026-001",
            "todolist",
            "yours.md",
            "京网信备2025001号",
            "30",
            "xerox",
            "docs/todo/pia.pdf",
            "true",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn dates() {
        let day = jiff::civil::date(2026, 8, 1);
        for text in [
            "2026-08-01",
            "2026/8/1",
            "2026.08.01",
            "20260801",
            "2026年8月1日",
            "2026-08-01T10:00:00Z",
            "'2026-08-01'",
        ] {
            assert_eq!(parse_date(text), Some(day), "{text}");
        }
        for text in ["2026-13-01", "2026-08", "26-08-01", "v1", "", "2026-02-30"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn lists() {
        let parts = |text: &'static str| list_parts(text).into_iter().map(|p| p.1).collect::<Vec<_>>();
        assert_eq!(parts("face,password"), ["face", "password"]);
        assert_eq!(parts(r#"["face", "sms"]"#), ["face", "sms"]);
        assert_eq!(parts("刷脸、短信"), ["刷脸", "短信"]);
        assert_eq!(list_parts("a,  b"), [(0, "a"), (4, "b")]);
        assert!(parts("").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC*") {
            let _ = parse_bool(&text);
            let _ = parse_count(&text);
            let _ = is_placeholder(&text);
            let _ = parse_date(&text);
            let _ = is_forever(&text, FOREVER);
            for (at, part) in list_parts(&text) {
                prop_assert_eq!(text.get(at..at + part.len()), Some(part));
            }
        }

        #[test]
        fn counts_are_what_they_say(n in -1_000_000_000i64..1_000_000_000) {
            prop_assert_eq!(parse_count(&n.to_string()), Some(n));
        }

        #[test]
        fn dates_come_back(y in 1900i16..2200, m in 1i8..=12, d in 1i8..=28) {
            prop_assert_eq!(parse_date(&format!("{y:04}-{m:02}-{d:02}")), jiff::civil::Date::new(y, m, d).ok());
        }
    }
}
