//! The template of the impact assessment, with the contents that Art. 9 names.

use std::fmt::Write as _;

use serde_json::Value;

use super::{name, products, texts};
use crate::Lang;
use crate::report::escape;
use crate::report::model::SystemReport;

/// A section of the template: its heading and what to write there.
struct Section {
    heading: (&'static str, &'static str),
    guide: (&'static str, &'static str),
}

const SECTIONS: [Section; 4] = [
    Section {
        heading: (
            "1. Purpose and way: lawful, legitimate and necessary",
            "一、处理目的、处理方式的合法性、正当性、必要性",
        ),
        guide: (
            "What the faces are for, in specific words; on which basis; which other ways were looked at, and why they do less.",
            "写明人脸信息的具体用途和合法性基础；考虑过哪些不用人脸的方式，为何不能达到同等要求。",
        ),
    },
    Section {
        heading: (
            "2. Effect on the rights of individuals, and whether mitigation works",
            "二、对个人权益的影响，以及降低不利影响的措施是否有效",
        ),
        guide: (
            "Who is affected (children, people with disabilities, staff); how they refuse and what they use instead; errors of recognition and who corrects them.",
            "写明受影响的人群（未成年人、残疾人、员工等）；拒绝刷脸的人如何选择其他方式；识别错误如何发现和纠正。",
        ),
    },
    Section {
        heading: (
            "3. Risk of leak, tampering, loss, damage or illegal use, and the harm",
            "三、泄露、篡改、丢失、毁损或者被非法获取、出售、使用的风险及可能造成的危害",
        ),
        guide: (
            "For every store and every recipient above: what may go wrong, how likely, and what it would do to the people.",
            "针对上表每个存放位置和接收方：可能发生什么、可能性多大、对个人造成什么后果。",
        ),
    },
    Section {
        heading: (
            "4. Protective measures: lawful, effective and fit for the risk",
            "四、所采取的保护措施是否合法、有效并与风险程度相适应",
        ),
        guide: (
            "Encryption, access control, audit, intrusion detection, deletion; who has checked that they work, and when.",
            "写明加密、访问控制、安全审计、入侵检测和防御、到期删除等措施；由谁、于何时验证其有效。",
        ),
    },
];

/// The text of the template for these systems.
pub fn template(systems: &[SystemReport], lang: Lang) -> String {
    let pick = |en: &'static str, zh: &'static str| match lang {
        Lang::En => en,
        Lang::Zh => zh,
    };
    let mut out = String::new();
    let scope: Vec<&str> = systems.iter().map(|system| name(system, systems)).collect();
    let title = pick("Impact assessment of face recognition", "人脸识别个人信息保护影响评估报告");
    let scope = scope.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(", ");
    let _ =
        writeln!(out, "---\ntitle: {title}\ndate: TODO\nscope: [{scope}]\nauthor: TODO\n---\n\n# {title}\n");
    let intro = pick(
        "Article 9 asks for this assessment before any face is processed. Write every section in place of its TODO, set the date in the head and in facelint.toml, then run `facelint init --digest`. Keep the report for three years at least; assess again when purpose or way changes, or after a major incident.",
        "《办法》第九条要求在处理人脸信息之前完成本评估。请逐节填写并删去 TODO，在文首和 facelint.toml 中写明日期，然后运行 `facelint init --digest`。报告至少保存三年；处理目的、方式发生变化，或者发生重大安全事件的，应当重新评估。",
    );
    let _ = writeln!(out, "<!-- {intro} -->\n\n## {}\n", pick("What is assessed", "评估对象"));
    let seen = pick(
        "As facelint read it in the files; put right what they do not show.",
        "以下由 facelint 从文件中读出，文件未体现的请自行补正。",
    );
    let _ = writeln!(out, "<!-- {seen} -->\n");
    for system in systems {
        overview(&mut out, system, systems, lang);
    }
    for Section { heading, guide } in SECTIONS {
        let _ = writeln!(
            out,
            "## {}\n\n<!-- {} -->\n\nTODO\n",
            pick(heading.0, heading.1),
            pick(guide.0, guide.1)
        );
    }
    let _ = writeln!(
        out,
        "## {}\n\n<!-- {} -->\n\nTODO",
        pick("Conclusion", "结论"),
        pick(
            "Whether processing may begin, who decided, and on which day.",
            "能否开始处理，由谁、于何时作出决定。"
        )
    );
    out
}

/// A table of what the files show of one system.
fn overview(out: &mut String, system: &SystemReport, all: &[SystemReport], lang: Lang) {
    let (head, unknown) = match lang {
        Lang::En => (["Products", "Mode", "Recipients", "Stores", "Kept"], "not seen in the files"),
        Lang::Zh => (["产品", "方式", "接收方", "存放位置", "保存期限"], "文件中未见"),
    };
    let kept: Vec<String> = system
        .facts
        .pointer("/retention/stores")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|store| {
            let days = store.get("limit_days").and_then(Value::as_i64)?;
            let name = store.get("name").and_then(Value::as_str).unwrap_or_default();
            Some(match lang {
                Lang::En => format!("{name}: {days} d"),
                Lang::Zh => format!("{name}：{days} 天"),
            })
        })
        .collect();
    let modes: Vec<String> = system
        .modes
        .iter()
        .map(|mode| match mode.as_str() {
            "verification" => "1:1".to_owned(),
            "identification" => "1:N".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    let rows = [
        products(system),
        modes,
        texts(system, "/transfer/endpoints", "name"),
        texts(system, "/retention/stores", "name"),
        kept,
    ];
    let _ = writeln!(out, "| {} | |\n|---|---|", cell(name(system, all)));
    for (head, row) in head.iter().zip(rows) {
        let row: Vec<String> = row.iter().map(|text| cell(text)).collect();
        let text = if row.is_empty() { unknown.to_owned() } else { row.join(", ") };
        let _ = writeln!(out, "| {head} | {text} |");
    }
    out.push('\n');
}

/// Text of a file inside a table of Markdown.
fn cell(text: &str) -> String {
    escape(text).replace('|', "\\|").replace('<', "&lt;")
}
