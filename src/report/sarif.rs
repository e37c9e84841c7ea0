//! SARIF 2.1.0, as code scanning services read it.
//!
//! What decides the details (GitHub is the strictest reader): every rule is listed, with help in both
//! languages; every result has exactly one location, the narrowest; related places are linked from the
//! message, because nothing else shows them; `primaryLocationLineHash` is our own fingerprint, because it
//! is the only one that is read; columns count UTF-16 units, which is what viewers count whatever
//! `columnKind` says; paths are relative to the top of the repository. Waived results are left out unless
//! they are asked for: readers show them as open.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::escape::{code_block, markdown, uri};
use super::model::{Finding, Place, Report, RuleInfo, Rulebook};
use super::text::escape_lines;
use super::{Files, Style, most_severe_first, occurrences, words};
use crate::Lang;
use crate::policy::{Law, Severity};
use crate::source::Sources;

/// Results that code scanning keeps.
const MOST: usize = 5_000;
/// Characters of a description that code scanning keeps.
const DESCRIPTION: usize = 1_024;

/// The log, indented.
pub(super) fn render(report: &Report, sources: &Sources, style: &Style) -> String {
    let log = Log::new(report, sources, style).log();
    let mut out = serde_json::to_string_pretty(&log).unwrap_or_else(|_| "{}".to_owned());
    out.push('\n');
    out
}

/// The findings about the project's own waivers: name, what is wrong, what to do, each in English and in
/// Chinese.
const OWN: [(&str, [&str; 2], [&str; 2]); 5] = [
    (
        "waiver-absolute",
        ["A rule that cannot be waived", "规则不可豁免"],
        ["Remove the waiver; the law forbids this without exception", "请删除该豁免；法律对此没有例外"],
    ),
    (
        "waiver-expired",
        ["A waiver past its end", "豁免已到期"],
        ["Mend what the finding says, or decide anew", "请按发现项的要求整改，或重新决定"],
    ),
    (
        "waiver-invalid",
        ["An incomplete waiver", "豁免不完整"],
        ["Write the rule, a reason, an owner and an end", "请写明规则、理由、责任人和截止日期"],
    ),
    (
        "waiver-unknown-rule",
        ["A waiver of a rule that does not exist", "豁免的规则不存在"],
        ["Choose one of the rules that `facelint rules` lists", "请从 `facelint rules` 列出的规则中选择"],
    ),
    (
        "waiver-unused",
        ["A waiver that accepts nothing", "豁免没有对应的发现项"],
        ["Remove the waiver", "请删除该豁免"],
    ),
];

/// A rule of our own as SARIF lists it.
fn own_rule((name, title, help): &(&str, [&str; 2], [&str; 2])) -> Value {
    json!({
        "id": format!("facelint/{name}"),
        "name": name,
        "shortDescription": { "text": title[0] },
        "fullDescription": { "text": title[0] },
        "help": {
            "text": help[0],
            "markdown": format!("{}\n\n{}\n\n---\n\n{}\n\n{}\n", title[1], help[1], title[0], help[0]),
        },
        "defaultConfiguration": { "level": "warning" },
        "properties": { "tags": ["maintainability"], "precision": "very-high", "problem.severity": "warning" },
    })
}

struct Log<'r> {
    report: &'r Report,
    files: Files,
    style: &'r Style,
    laws: Vec<Taxonomy>,
    /// Pack and rule → index.
    rules: HashMap<(&'r str, &'r str), usize>,
}

/// A law and those of its articles that are spoken of.
struct Taxonomy {
    name: String,
    json: Value,
    /// Id and the rest of the taxon.
    taxa: Vec<(String, Value)>,
}

impl<'r> Log<'r> {
    fn new(report: &'r Report, sources: &Sources, style: &'r Style) -> Self {
        let all = report.rulebooks.iter().flat_map(|b| b.rules.iter().map(|r| (&*b.law.pack, &*r.rule)));
        let own = OWN.iter().map(|(rule, ..)| ("facelint", *rule));
        let rules = all.chain(own).enumerate().map(|(i, key)| (key, i)).collect();
        Log { report, files: Files::new(sources), style, laws: taxonomies(report), rules }
    }

    fn log(&self) -> Value {
        let mut findings = most_severe_first(self.report, self.style);
        let over = findings.len().saturating_sub(MOST);
        findings.truncate(MOST);
        let numbers = occurrences(&findings);
        let results: Vec<Value> =
            findings.iter().zip(numbers).map(|(finding, n)| self.result(finding, n)).collect();
        let mut rules: Vec<Value> = self
            .report
            .rulebooks
            .iter()
            .flat_map(|book| book.rules.iter().map(|rule| self.rule(book, rule)))
            .collect();
        rules.extend(OWN.iter().map(own_rule));
        let version = self.report.tool.version;
        let supported: Vec<Value> = self
            .laws
            .iter()
            .enumerate()
            .map(|(index, law)| json!({ "name": law.name, "index": index }))
            .collect();
        let taxonomies: Vec<Value> = self
            .laws
            .iter()
            .map(|law| {
                let mut json = law.json.clone();
                json["taxa"] = law.taxa.iter().map(|(_, taxon)| taxon.clone()).collect();
                json
            })
            .collect();
        json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "facelint",
                    "version": version,
                    "semanticVersion": version,
                    "rules": rules,
                    "supportedTaxonomies": supported,
                } },
                "taxonomies": taxonomies,
                "automationDetails": { "id": self.category() },
                "originalUriBaseIds": { "%SRCROOT%": { "uri": self.root() } },
                "columnKind": "utf16CodeUnits",
                "invocations": [self.invocation(over)],
                "results": results,
            }],
        })
    }

    /// One for each project and set of packs, so that two runs in one workflow do not replace each other.
    fn category(&self) -> String {
        format!("facelint/{}/{}", self.report.packs.join("+"), self.report.prefix)
    }

    /// The top of the repository as a URI.
    fn root(&self) -> String {
        let root = &self.report.root;
        // `root` ends with the prefix, but for the slash.
        let inner = self.report.prefix.trim_end_matches('/');
        let top = root.strip_suffix(inner).unwrap_or(root).trim_end_matches('/').trim_start_matches("//?/");
        format!("file:///{}{}", uri(top.trim_start_matches('/')), if top.is_empty() { "" } else { "/" })
    }

    fn invocation(&self, over: usize) -> Value {
        let problems = &self.report.problems;
        let mut notes: Vec<Value> = problems
            .iter()
            .map(|problem| {
                let mut text = problem.message.trim_end().to_owned();
                if let Some(help) = &problem.help {
                    text.push('\n');
                    text.push_str(help);
                }
                json!({
                    "level": if problem.relevant { "error" } else { "note" },
                    "message": { "text": message(&text) },
                    "locations": [{ "physicalLocation": self.place(&problem.place) }],
                })
            })
            .collect();
        let nothing = self.report.summary.files == 0;
        if nothing {
            let text = words::pick(self.style.lang, "no file was examined", "没有检查任何文件");
            notes.push(json!({ "level": "error", "message": { "text": text } }));
        }
        if over > 0 {
            let text = match self.style.lang {
                Lang::En => format!("{over} results beyond {MOST} are left out, the least severe ones"),
                Lang::Zh => format!("结果超过 {MOST} 条，已略去最轻的 {over} 条"),
            };
            notes.push(json!({ "level": "warning", "message": { "text": text } }));
        }
        json!({
            "executionSuccessful": !nothing && problems.iter().all(|p| !p.relevant),
            "toolExecutionNotifications": notes,
        })
    }

    fn rule(&self, book: &Rulebook, rule: &RuleInfo) -> Value {
        let law = &book.law;
        let duty = law.duties.iter().find(|d| d.duty == rule.duty);
        let (en, zh) = duty.map_or(("", ""), |d| (d.text.en.as_str(), d.text.zh.as_str()));
        let explain = rule.explain.clone().unwrap_or_default();
        let mut page = format!("**{}** ({})\n\n", markdown(&rule.title.zh), markdown(&rule.citation.zh));
        for (text, explain, title, help) in
            [(zh, &explain.zh, "怎样修改", &rule.help.zh), (en, &explain.en, "What to write", &rule.help.en)]
        {
            if title == "What to write" {
                page.push_str(&format!(
                    "---\n\n**{}** ({})\n\n",
                    markdown(&rule.title.en),
                    markdown(&rule.citation.en)
                ));
            }
            for paragraph in
                [text, explain.as_str()].into_iter().flat_map(str::lines).filter(|l| !l.is_empty())
            {
                page.push_str(&format!("{}\n\n", markdown(paragraph)));
            }
            page.push_str(&format!("{title}\n\n{}\n", code_block(help.trim_end(), "")));
        }
        page.push_str(&format!("<{}>\n", law.url));
        let article = rule.duty.split('.').next().unwrap_or_default();
        let (level, score) = match rule.severity {
            Severity::Error => ("error", "8.0"),
            Severity::Warning => ("warning", "5.0"),
            Severity::Note => ("note", "2.0"),
        };
        let mut relationships = vec![json!({
            "target": self.taxon(&law.pack, article),
            "kinds": ["relevant"],
        })];
        for backing in duty.map(|d| d.backing.as_slice()).unwrap_or_default() {
            let (name, id) = backing_law(law, backing);
            relationships.push(json!({ "target": self.taxon(name, id), "kinds": ["relevant"] }));
        }
        json!({
            "id": format!("{}/{}", law.pack, rule.rule),
            "name": rule.rule,
            "shortDescription": { "text": cut(&rule.title.en) },
            "fullDescription": { "text": cut(if en.is_empty() { &rule.title.en } else { en }) },
            "help": {
                "text": format!("{}\n{}: {en}\n\n{}\n{}", rule.title.en, rule.citation.en, rule.help.en.trim_end(), law.url),
                "markdown": page,
            },
            "helpUri": law.url,
            "defaultConfiguration": { "level": level },
            "relationships": relationships,
            "properties": {
                "tags": ["security", "privacy", "face-recognition", law.pack, format!("article-{article}")],
                "precision": "high",
                "problem.severity": if level == "note" { "recommendation" } else { level },
                "security-severity": score,
                "article": rule.citation.en,
                "effective-from": law.in_force.as_deref().unwrap_or("never"),
                "zh": { "title": rule.title.zh, "article": rule.citation.zh },
            },
        })
    }

    /// A reference to an article of a law.
    fn taxon(&self, law: &str, id: &str) -> Value {
        let Some((at, taxonomy)) = self.laws.iter().enumerate().find(|(_, l)| l.name == law) else {
            return json!({ "id": id });
        };
        let component = json!({ "name": law, "index": at });
        match taxonomy.taxa.iter().position(|(known, _)| known == id) {
            Some(index) => json!({ "id": id, "index": index, "toolComponent": component }),
            None => json!({ "id": id, "toolComponent": component }),
        }
    }

    fn result(&self, finding: &Finding, n: usize) -> Value {
        let lang = self.style.lang;
        let article = finding.duty.split('.').next().unwrap_or_default();
        let mut text = message(finding.message.trim_end());
        let citation = words::label(lang, &finding.citation);
        if !citation.is_empty() {
            text.push_str(&format!(" ({})", message(citation)));
        }
        let mut related = Vec::new();
        for (id, place) in (1..).zip(&finding.related) {
            let label = if place.message.is_empty() { &place.place.file } else { &place.message };
            text.push_str(&format!("\n[{}]({id})", link_text(label)));
            related.push(json!({
                "id": id,
                "physicalLocation": self.place(&place.place),
                "message": { "text": message(label) },
            }));
        }
        let name = self.report.systems.iter().find(|s| s.id == finding.system).map(|s| s.name.as_str());
        let mut result = json!({
            "ruleId": format!("{}/{}", finding.pack, finding.rule),
            "level": words::severity_id(finding.severity),
            "message": { "text": text },
            "locations": [{
                "physicalLocation": self.place(&finding.place),
                "logicalLocations": [{
                    "name": name.unwrap_or(&finding.system),
                    "fullyQualifiedName": finding.system,
                    "kind": "module",
                }],
            }],
            "partialFingerprints": {
                "primaryLocationLineHash": format!("{}:{n}", finding.fingerprint),
                "facelint/v1": finding.fingerprint,
            },
            "properties": {
                "system": finding.system,
                "pack": finding.pack,
                "duty": finding.duty,
                "outcome": finding.outcome,
                "help": finding.help.trim_end(),
            },
        });
        if let Some(index) = self.rules.get(&(finding.pack.as_str(), finding.rule.as_str())) {
            result["ruleIndex"] = json!(index);
        }
        if !article.is_empty() {
            result["taxa"] = json!([self.taxon(&finding.pack, article)]);
        }
        if !related.is_empty() {
            result["relatedLocations"] = json!(related);
        }
        if finding.related.iter().any(|r| r.place.file != finding.place.file) {
            result["codeFlows"] = self.flow(finding);
        }
        if let Some(waived) = &finding.waived {
            let why = format!("{} ({}, {})", waived.reason, waived.owner, waived.until);
            let kind = if waived.in_source { "inSource" } else { "external" };
            result["suppressions"] = json!([{ "kind": kind, "status": "accepted", "justification": why }]);
        }
        result
    }

    /// The way through the files that leads to the finding.
    fn flow(&self, finding: &Finding) -> Value {
        let step = |place: &Place, text: &str, importance: &str| {
            json!({
                "location": { "physicalLocation": self.place(place), "message": { "text": message(text) } },
                "importance": importance,
            })
        };
        let mut steps: Vec<Value> = finding
            .related
            .iter()
            .map(|r| {
                step(&r.place, if r.message.is_empty() { &r.place.file } else { &r.message }, "important")
            })
            .collect();
        steps.push(step(&finding.place, finding.message.trim_end(), "essential"));
        json!([{ "threadFlows": [{ "locations": steps }] }])
    }

    fn place(&self, place: &Place) -> Value {
        let mut json = json!({
            "artifactLocation": { "uri": uri(&self.report.from_top(&place.file)), "uriBaseId": "%SRCROOT%" },
        });
        if place.line > 0 {
            let (start, end) = self.columns(place);
            json["region"] = json!({
                "startLine": place.line,
                "startColumn": start,
                "endLine": place.end_line.max(place.line),
                "endColumn": end,
            });
        }
        json
    }

    /// The columns of a place in UTF-16 units, from 1.
    fn columns(&self, place: &Place) -> (usize, usize) {
        let Some(file) = self.files.get(&place.file) else {
            return (place.column.max(1) as usize, place.end_column.max(1) as usize);
        };
        let column = |line: u32, characters: u32| {
            let (_, text) = file.line(line);
            let before = text.chars().take(characters.saturating_sub(1) as usize);
            before.map(char::len_utf16).sum::<usize>() + 1
        };
        let start = column(place.line, place.column);
        let end = column(place.end_line, place.end_column);
        (start, if place.end_line == place.line { end.max(start) } else { end })
    }
}

/// A taxonomy for each law, with its articles; the laws behind it have theirs.
fn taxonomies(report: &Report) -> Vec<Taxonomy> {
    let mut out: Vec<Taxonomy> = Vec::new();
    for Rulebook { law, .. } in &report.rulebooks {
        let mut json = json!({
            "name": law.pack,
            "fullName": law.title.en,
            "organization": "facelint",
            "informationUri": law.url,
            "shortDescription": { "text": cut(&law.title.en) },
            "fullDescription": { "text": cut(&law.title.zh) },
            "isComprehensive": false,
        });
        if let Some(day) = &law.in_force {
            json["properties"] = json!({ "in-force": day });
        }
        let mut articles: Vec<u16> = law.duties.iter().map(|d| d.article).collect();
        articles.sort_unstable();
        articles.dedup();
        let taxon = |article: u16| {
            let duties = || law.duties.iter().filter(|d| d.article == article);
            let join = |texts: Vec<&str>, by: &str| texts.join(by);
            let titles = join(duties().map(|d| d.title.en.as_str()).collect(), "; ");
            let texts = join(duties().map(|d| d.text.en.as_str()).collect(), "\n");
            let chinese = join(duties().map(|d| d.text.zh.as_str()).collect(), "\n");
            let json = json!({
                "id": article.to_string(),
                "name": format!("Article {article}"),
                "shortDescription": { "text": cut(&titles) },
                "fullDescription": { "text": cut(&texts) },
                "helpUri": law.url,
                "properties": { "zh": chinese },
            });
            (article.to_string(), json)
        };
        let taxa = articles.into_iter().map(taxon).collect();
        out.push(Taxonomy { name: law.pack.clone(), json, taxa });
    }
    for Rulebook { law, rules } in &report.rulebooks {
        let used = law.duties.iter().filter(|d| rules.iter().any(|r| r.duty == d.duty));
        for backing in used.flat_map(|d| &d.backing) {
            let (name, id) = backing_law(law, backing);
            let words = law.words.get(name);
            let taxonomy = match out.iter().position(|t| t.name == name) {
                Some(at) => out.get_mut(at),
                None => {
                    let full = words.map_or(name, |w| w.en.as_str());
                    let chinese = words.map_or(name, |w| w.zh.as_str());
                    let json = json!({
                        "name": name,
                        "shortDescription": { "text": cut(full) },
                        "fullDescription": { "text": cut(chinese) },
                        "isComprehensive": false,
                    });
                    out.push(Taxonomy { name: name.to_owned(), json, taxa: Vec::new() });
                    out.last_mut()
                }
            };
            let Some(taxonomy) = taxonomy else { continue };
            if taxonomy.taxa.iter().all(|(known, _)| known != id) {
                let name = if id == "all" { name.to_owned() } else { format!("Article {id}") };
                taxonomy.taxa.push((id.to_owned(), json!({ "id": id, "name": name })));
            }
        }
    }
    out
}

/// The law and the article of a backing such as `PIPL 29`; `all` where it names no article.
fn backing_law<'t>(law: &Law, text: &'t str) -> (&'t str, &'t str) {
    match text.rsplit_once(' ') {
        Some((name, article))
            if !law.words.contains_key(text)
                && !article.is_empty()
                && article.chars().all(|c| c.is_ascii_digit()) =>
        {
            (name, article)
        }
        _ => (text, "all"),
    }
}

/// A text within what code scanning keeps.
fn cut(text: &str) -> String {
    match text.char_indices().nth(DESCRIPTION) {
        None => text.to_owned(),
        Some(_) => text.chars().take(DESCRIPTION - 1).chain(['…']).collect(),
    }
}

/// The text of a message. What a file holds must not become a link.
fn message(text: &str) -> String {
    escape_lines(text).replace("](", "] (")
}

/// The text of a link.
fn link_text(text: &str) -> String {
    let text = message(text).replace('\n', " ");
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
