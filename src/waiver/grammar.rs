//! `RULE[, RULE…]: reason; owner=…; until=2027-01-31`, in comments after `facelint-ignore` and in
//! annotations as it is. Full-width punctuation is read as well.

use std::ops::Range;

use jiff::civil::Date;

use crate::facts::Label;

/// What a waiver says; ranges are bytes of the text that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The rules and where they are named.
    pub rules: Vec<(String, Range<usize>)>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day.
    pub until: Date,
    /// Where the day stands.
    pub until_at: Range<usize>,
}

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub at: Range<usize>,
    pub message: Label,
}

/// The form, for help texts.
pub(super) const FORM: &str = "RULE: reason; owner=name; until=2027-01-31";

/// Reads one waiver.
pub(super) fn read(text: &str) -> Result<Written, Wrong> {
    let whole = trimmed(text, 0..text.len());
    let wrong = |at: Range<usize>, en: &str, zh: &str| Wrong {
        at,
        message: Label { en: en.to_owned(), zh: zh.to_owned() },
    };
    let Some((colon, colon_len)) = find(text, &[':', '：'], whole.clone()) else {
        return Err(wrong(whole, "a waiver needs a reason after `RULE:`", "豁免需要在 `规则:` 之后写明理由"));
    };
    let mut rules = Vec::new();
    let mut from = whole.start;
    for part in text.get(whole.start..colon).unwrap_or_default().split([',', '，', '、']) {
        let at = trimmed(text, from..from + part.len());
        let name = text.get(at.clone()).unwrap_or_default();
        if !name.is_empty() {
            rules.push((name.to_owned(), at));
        }
        // The separators have different lengths.
        from += part.len();
        from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    if let Some((_, at)) = rules.iter().find(|(name, _)| name.contains(char::is_whitespace)) {
        let (en, zh) = ("a waiver names its rule before the colon", "冒号之前应为规则名");
        return Err(wrong(at.clone(), en, zh));
    }
    if rules.is_empty() {
        return Err(wrong(whole, "a waiver names a rule", "豁免需要写明规则"));
    }
    let (mut reason, mut owner, mut until) = (None, None, None);
    let mut from = colon + colon_len;
    while from <= whole.end {
        let (end, len) = find(text, &[';', '；'], from..whole.end).unwrap_or((whole.end, 1));
        let at = trimmed(text, from..end);
        from = end + len;
        let part = text.get(at.clone()).unwrap_or_default();
        let (key, value, value_at) = match part.split_once('=') {
            Some((key, value)) if matches!(key.trim(), "owner" | "until") => {
                let value_at = trimmed(text, at.end - value.len()..at.end);
                (key.trim(), value.trim().trim_matches('"'), value_at)
            }
            _ => ("", part, at.clone()),
        };
        match key {
            "owner" if !value.is_empty() => owner = Some(value.to_owned()),
            "until" => match value.parse::<Date>() {
                Ok(day) => until = Some((day, value_at)),
                Err(_) => {
                    let at = if value_at.is_empty() { at } else { value_at };
                    let (en, zh) =
                        ("`until` needs a date such as `2027-01-31`", "`until` 需要日期，例如 `2027-01-31`");
                    return Err(wrong(at, en, zh));
                }
            },
            _ if !value.is_empty() && key.is_empty() => match &mut reason {
                None => reason = Some(value.to_owned()),
                // A reason may have a semicolon in it.
                Some(reason) => {
                    reason.push_str("; ");
                    reason.push_str(value);
                }
            },
            _ => {}
        }
    }
    match (reason, owner, until) {
        (Some(reason), Some(owner), Some((until, until_at))) => {
            Ok(Written { rules, reason, owner, until, until_at })
        }
        (None, ..) => Err(wrong(whole, "a waiver needs a reason", "豁免需要写明理由")),
        (_, None, _) => Err(wrong(whole, "a waiver needs `owner=`", "豁免需要写明责任人 `owner=`")),
        (.., None) => Err(wrong(whole, "a waiver needs `until=`", "豁免需要写明截止日期 `until=`")),
    }
}

/// The first of some characters in a range: where it is and how long.
fn find(text: &str, wanted: &[char], range: Range<usize>) -> Option<(usize, usize)> {
    let inner = text.get(range.clone())?;
    let at = inner.find(wanted)?;
    let len = inner.get(at..)?.chars().next()?.len_utf8();
    Some((range.start + at, len))
}

/// A range without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inner = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (inner.len() - inner.trim_start().len());
    start..start + inner.trim().len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_complete_waiver() {
        let text = " a-rule, other : pilot; ends in spring; owner=sec@example.cn; until=2027-01-31 ";
        let read = read(text).unwrap();
        let names: Vec<(&str, &str)> =
            read.rules.iter().map(|(n, at)| (n.as_str(), text.get(at.clone()).unwrap())).collect();
        assert_eq!(names, [("a-rule", "a-rule"), ("other", "other")]);
        assert_eq!(read.reason, "pilot; ends in spring");
        assert_eq!(read.owner, "sec@example.cn");
        assert_eq!(text.get(read.until_at).unwrap(), "2027-01-31");
    }

    #[test]
    fn full_width_punctuation() {
        let read = read("a、b：试点；owner=安全组；until=2027-01-31").unwrap();
        assert_eq!(read.rules.len(), 2);
        assert_eq!((read.reason.as_str(), read.owner.as_str()), ("试点", "安全组"));
    }

    #[test]
    fn what_is_missing_is_said() {
        let message = |text: &str| {
            let wrong = read(text).unwrap_err();
            (text.get(wrong.at).unwrap().to_owned(), wrong.message.en)
        };
        assert_eq!(message("a").1, "a waiver needs a reason after `RULE:`");
        assert_eq!(message("a: ; owner=b; until=2027-01-31").1, "a waiver needs a reason");
        assert_eq!(message("a: why; until=2027-01-31").1, "a waiver needs `owner=`");
        assert_eq!(message("a: why; owner=b").1, "a waiver needs `until=`");
        assert_eq!(
            message("a: why; owner=b; until=soon"),
            ("soon".into(), "`until` needs a date such as `2027-01-31`".into())
        );
        assert_eq!(message("a b: why; owner=c; until=2027-01-31").0, "a b");
        for text in ["", ":", "：", ";;", "a:", "a:;owner=;until=", "，：；"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
