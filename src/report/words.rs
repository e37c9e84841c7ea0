//! What the tool itself says in text output, in both languages. Messages of rules come from their packs.

use super::model::{Compared, Finding, Summary};
use super::text::number;
use crate::Lang;
use crate::facts::{Label, Profile};
use crate::policy::Severity;
use crate::recognition::SightingKind;

/// One of two texts.
pub(super) fn pick(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// The text of a label in a language.
pub(super) fn label(lang: Lang, label: &Label) -> &str {
    match lang {
        Lang::En => &label.en,
        Lang::Zh => &label.zh,
    }
}

/// `3 files`, `3 个文件`: a number with its noun.
pub(super) fn count(lang: Lang, n: usize, one: &str, many: &str, zh: &str) -> String {
    match lang {
        Lang::En => format!("{} {}", number(n, lang), if n == 1 { one } else { many }),
        Lang::Zh => format!("{n} {zh}"),
    }
}

/// The name of a severity in machine-readable output and options.
pub(super) fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The name of a severity for people.
pub(super) fn severity(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Error => pick(lang, "error", "错误"),
        Severity::Warning => pick(lang, "warning", "警告"),
        Severity::Note => pick(lang, "note", "提示"),
    }
}

/// Mark of a finding that a waiver accepts.
pub(super) fn waived(lang: Lang) -> &'static str {
    pick(lang, " (waived)", "（已豁免）")
}

/// What stands before the help.
pub(super) fn help(lang: Lang) -> &'static str {
    pick(lang, "help: ", "建议：")
}

/// What stands before the name of a system.
pub(super) fn system(lang: Lang) -> &'static str {
    pick(lang, "system", "系统")
}

/// One to one or one to many.
pub(super) fn mode(lang: Lang, profile: &Profile) -> String {
    match profile.mode.as_str() {
        "verification" => pick(lang, "1:1 verification", "1:1 验证").to_owned(),
        "identification" => pick(lang, "1:N identification", "1:N 辨识").to_owned(),
        "both" => pick(lang, "1:1 and 1:N", "1:1 验证和 1:N 辨识").to_owned(),
        "unknown" | "" => pick(lang, "1:1 or 1:N unknown", "未知是 1:1 还是 1:N").to_owned(),
        other => super::escape(other).into_owned(),
    }
}

/// Where face data go.
pub(super) fn transfer(lang: Lang, profile: &Profile) -> String {
    match profile.transfer.as_str() {
        "internet" => pick(lang, "internet", "互联网").to_owned(),
        "lan" => pick(lang, "local network", "局域网").to_owned(),
        "none" => pick(lang, "nowhere", "不外传").to_owned(),
        "unknown" | "" => unknown(lang).to_owned(),
        other => super::escape(other).into_owned(),
    }
}

/// `present`, `absent`, `unknown`, `not-applicable` for people.
pub(super) fn presence(lang: Lang, value: &str) -> String {
    match value {
        "present" => pick(lang, "stated", "已说明").to_owned(),
        "absent" => pick(lang, "none", "无").to_owned(),
        "not-applicable" => pick(lang, "not needed", "不适用").to_owned(),
        "unknown" | "" => unknown(lang).to_owned(),
        other => super::escape(other).into_owned(),
    }
}

/// Nothing in the files says it.
pub(super) fn unknown(lang: Lang) -> &'static str {
    pick(lang, "unknown", "未知")
}

/// What a sighting is.
pub(super) fn sighting(lang: Lang, kind: SightingKind) -> &'static str {
    match kind {
        SightingKind::Image => pick(lang, "image", "镜像"),
        SightingKind::Env => pick(lang, "environment variable", "环境变量"),
        SightingKind::Endpoint => pick(lang, "address", "接口地址"),
        SightingKind::Library => pick(lang, "dependency", "依赖"),
        SightingKind::Model => pick(lang, "model", "模型"),
        SightingKind::ConfigKey => pick(lang, "setting", "配置项"),
        SightingKind::CloudResource => pick(lang, "cloud resource", "云资源"),
        SightingKind::Permission => pick(lang, "permission", "权限"),
    }
}

/// The one line for a project without face recognition.
pub(super) fn nothing_found(lang: Lang, files: usize) -> String {
    match lang {
        Lang::En => {
            format!("facelint: {}, no face recognition", count(lang, files, "file", "files", ""))
        }
        Lang::Zh => format!("facelint：{files} 个文件，未发现人脸识别"),
    }
}

/// What was read and what was found.
pub(super) fn summary(lang: Lang, s: &Summary) -> String {
    match lang {
        Lang::En => format!(
            "{} looked at, {} parsed, {}",
            count(lang, s.files, "file", "files", ""),
            number(s.parsed, lang),
            count(lang, s.systems, "face recognition system", "face recognition systems", ""),
        ),
        Lang::Zh => {
            format!("检查 {} 个文件，解析 {} 个，人脸识别系统 {} 个", s.files, s.parsed, s.systems)
        }
    }
}

/// `3 errors, 2 warnings`.
pub(super) fn tally(lang: Lang, error: usize, warning: usize, note: usize) -> String {
    let parts = [
        (error, "error", "errors", "个错误"),
        (warning, "warning", "warnings", "个警告"),
        (note, "note", "notes", "个提示"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|part| part.0 > 0)
        .map(|(n, one, many, zh)| count(lang, *n, one, many, zh))
        .collect();
    if parts.is_empty() {
        pick(lang, "no findings", "无发现项").to_owned()
    } else {
        parts.join(pick(lang, ", ", "，"))
    }
}

/// What a comparison hid and what is gone.
pub(super) fn compared(lang: Lang, compared: &Compared) -> Vec<String> {
    let with = super::escape(&compared.with);
    let mut out = vec![match lang {
        Lang::En => format!(
            "{} that `{with}` has already: not shown",
            count(lang, compared.hidden, "finding", "findings", "")
        ),
        Lang::Zh => format!("`{with}` 中已有的 {} 个发现项未显示", compared.hidden),
    }];
    if !compared.gone.is_empty() {
        let names: Vec<String> =
            compared.gone.iter().map(|name| format!("`{}`", super::escape(name))).collect();
        out.push(match lang {
            Lang::En => format!(
                "{} of `{with}` no longer there: {}",
                count(lang, names.len(), "finding", "findings", ""),
                names.join(", ")
            ),
            Lang::Zh => {
                format!("`{with}` 中的 {} 个发现项已不存在：{}", names.len(), names.join("、"))
            }
        });
    }
    out
}

/// What the first findings lead to.
pub(super) fn explain(lang: Lang, finding: &Finding) -> String {
    match lang {
        Lang::En => format!("`facelint explain {}` tells what the law asks and what passes", finding.rule),
        Lang::Zh => format!("`facelint explain {}` 查看法条要求和合格写法", finding.rule),
    }
}

/// The last line of every report.
pub(super) fn disclaimer(lang: Lang) -> &'static str {
    pick(
        lang,
        "This is what the files show or declare; it is not legal advice.",
        "以上依据文件内容和声明得出，不构成法律意见。",
    )
}
