//! The first `facelint.toml`.

use std::fmt::Write as _;

use super::{ASSESSMENT, name, products};
use crate::Lang;
use crate::config::Declarations;
use crate::config::declarations::FactSpec;
use crate::report::model::SystemReport;
use crate::report::{escape, wrap};

/// What a table of a system offers, in the order in which people think of it.
const OFFERED: &[&str] = &[
    "role",
    "purpose",
    "necessity",
    "mode",
    "legal-basis",
    "venue",
    "go-live",
    "consent.separate",
    "consent.record",
    "consent.acts",
    "notice.ref",
    "notice.retention",
    "notice.recipients",
    "fallback",
    "storage",
    "transfer",
    "retention.max",
    "persons.stored",
];

/// Cells of a line of a comment.
const WIDTH: usize = 88;

/// The text of a `facelint.toml` for these systems.
pub fn starter(systems: &[SystemReport], lang: Lang) -> String {
    let mut out = String::new();
    let intro: &[&str] = match lang {
        Lang::En => &[
            "What the files of this project cannot show is declared here. A declaration is the project's word: facelint reports it as declared, never as verified, and holds it against the configuration.",
            "A line counts once its `#` is taken away. All names: docs/configuration.md of facelint, or `facelint schema config`.",
        ],
        Lang::Zh => &[
            "描述文件无法体现的事项在此声明。声明是项目自己的说法：facelint 只标明“据声明”，不视为已核实，并会与实际配置相互核对。",
            "去掉行首的 `#` 即生效。全部名称见 facelint 的 docs/configuration.md，或运行 `facelint schema config`。",
        ],
    };
    for text in intro {
        comment(&mut out, text);
    }
    for (number, system) in systems.iter().enumerate() {
        out.push('\n');
        table(&mut out, system, systems, lang, number == 0);
    }
    out
}

fn table(out: &mut String, system: &SystemReport, all: &[SystemReport], lang: Lang, first: bool) {
    let join = |items: Vec<String>| {
        let items: Vec<String> = items.iter().map(|item| escape(item).into_owned()).collect();
        items.join(match lang {
            Lang::En => ", ",
            Lang::Zh => "、",
        })
    };
    let mut files: Vec<String> = Vec::new();
    for sighting in &system.sightings {
        if !files.contains(&sighting.place.file) {
            files.push(sighting.place.file.clone());
        }
    }
    let (products, files) = (join(products(system)), join(files));
    comment(
        out,
        &match lang {
            Lang::En => format!("Found: {products}; in {files}."),
            Lang::Zh => format!("发现：{products}；位于 {files}。"),
        },
    );
    let _ = writeln!(out, "[[system]]\nname = {}", quoted(name(system, all)));
    comment(
        out,
        match lang {
            Lang::En => {
                "The impact assessment: a path in the repository, a URL or a document number. The template counts once it has been written."
            }
            Lang::Zh => "个人信息保护影响评估：仓库内的路径、网址或文件编号。模板填写完成后才算数。",
        },
    );
    let _ = writeln!(out, "assessment.ref = {}", quoted(ASSESSMENT));
    let table = Declarations::builtin();
    let more = ["assessment.date"].iter().chain(OFFERED).filter_map(|name| table.get(name));
    for spec in more {
        if first {
            out.push('\n');
            comment(
                out,
                match lang {
                    Lang::En => &spec.doc.en,
                    Lang::Zh => &spec.doc.zh,
                },
            );
        }
        let _ = writeln!(out, "# {} = {}", spec.name, value(spec, system));
    }
}

/// What the files show, else the example of the table.
fn value(spec: &FactSpec, system: &SystemReport) -> String {
    let profile = &system.profile;
    let seen = match spec.name.as_str() {
        "mode" => Some(profile.mode.as_str()),
        "transfer" => Some(profile.transfer.as_str()),
        _ => None,
    };
    if let Some(seen) = seen.filter(|seen| spec.values.iter().any(|known| known == seen)) {
        return quoted(seen);
    }
    match &spec.example {
        // A date is written as such; a text that looks like one is one in the table.
        serde_json::Value::String(text) if text.parse::<jiff::civil::Date>().is_ok() => text.clone(),
        serde_json::Value::String(text) => quoted(text),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|i| i.as_str()).map(quoted).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn comment(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH) {
        let _ = writeln!(out, "# {line}");
    }
}
