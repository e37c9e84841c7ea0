//! The formats of others: what they hold, what they must not do, and how much.

use serde_json::Value;

use super::model::{Related, Rulebook};
use super::tests::{finding, place, report, sample};
use super::*;
use crate::facts::Label;
use crate::policy::Pack;
use crate::source::Span;

fn rulebooks() -> Vec<Rulebook> {
    vec![rulebook(&Pack::builtin("cn-2025").unwrap())]
}

/// A report with everything and a problem, below the top of its repository.
fn full(lang: Lang) -> (Report, Sources) {
    let (mut report, sources) = sample(lang);
    report.rulebooks = rulebooks();
    report.prefix = "services/a b/".into();
    report.root = "/home/me/repo/services/a b".into();
    report.problems.push(model::Problem {
        place: place(&sources, "config/application.yml", "\tretention"),
        message: "a tab cannot begin a token".into(),
        help: Some("Indent with spaces.".into()),
        relevant: true,
    });
    (report, sources)
}

fn style(lang: Lang) -> Style {
    Style { lang, notes: true, ..Style::default() }
}

fn sarif_of(report: &Report, sources: &Sources, style: &Style) -> Value {
    let text = render(Format::Sarif, report, sources, style);
    let log: Value = serde_json::from_str(&text).unwrap();
    let schema = include_str!("../../tests/schemas/sarif-2.1.0.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        schema.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

#[test]
fn every_format_in_both_languages() {
    for (name, lang) in [("en", Lang::En), ("zh", Lang::Zh)] {
        let (report, sources) = full(lang);
        for format in [Format::Github, Format::Gitlab, Format::Junit, Format::Markdown, Format::Checkstyle] {
            let out = render(format, &report, &sources, &style(lang));
            insta::assert_snapshot!(format!("{format:?}_{name}").to_lowercase(), out);
        }
        let mut log = sarif_of(&report, &sources, &style(lang));
        // The rules are those of the pack, whose texts change; one of them shows the shape.
        let rules = log["runs"][0]["tool"]["driver"]["rules"].take();
        log["runs"][0]["taxonomies"] = Value::Null;
        log["runs"][0]["tool"]["driver"]["supportedTaxonomies"] = Value::Null;
        for result in log["runs"][0]["results"].as_array_mut().unwrap() {
            result.as_object_mut().unwrap().retain(|key, _| !["taxa", "ruleIndex"].contains(&key.as_str()));
        }
        insta::assert_snapshot!(format!("sarif_{name}"), serde_json::to_string_pretty(&log).unwrap());
        assert!(rules.as_array().unwrap().len() >= 4);
    }
}

#[test]
fn every_rule_is_listed_with_help_in_both_languages() {
    let mut empty = report(vec![], vec![]);
    empty.rulebooks = rulebooks();
    let log = sarif_of(&empty, &Sources::new(), &Style::default());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let (own, rules): (Vec<&Value>, Vec<&Value>) =
        rules.iter().partition(|r| r["id"].as_str().unwrap().starts_with("facelint/"));
    assert_eq!(own.len(), 5);
    assert_eq!(rules.len(), Pack::builtin("cn-2025").unwrap().rules.len());
    assert_eq!(run["results"].as_array().unwrap().len(), 0);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    for rule in rules {
        let markdown = rule["help"]["markdown"].as_str().unwrap();
        assert!(markdown.contains("怎样修改") && markdown.contains("What to write"), "{markdown}");
        assert!(markdown.contains("https://"), "{markdown}");
        assert!(rule["fullDescription"]["text"].as_str().unwrap().chars().count() <= 1024);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
        // Every reference leads to an article of a taxonomy.
        for relationship in rule["relationships"].as_array().unwrap() {
            let target = &relationship["target"];
            let law = target["toolComponent"]["index"].as_u64().unwrap() as usize;
            let article = target["index"].as_u64().unwrap() as usize;
            assert_eq!(run["taxonomies"][law]["name"], target["toolComponent"]["name"]);
            assert_eq!(run["taxonomies"][law]["taxa"][article]["id"], target["id"]);
        }
    }
}

#[test]
fn columns_count_utf16_units() {
    let sources = Sources::new();
    let text = "名: x\n人脸𠮷: [face]\n";
    let file = sources.add("门禁.yml", text, "UTF-8");
    let start = text.find("face").unwrap();
    let at = model::Place::new(&file, Span::new(file.id, start, start + 4));
    assert_eq!((at.line, at.column), (2, 7));
    let only = report(vec![], vec![finding("r", Severity::Error, at, "m")]);
    let log = sarif_of(&only, &sources, &Style::default());
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["region"]["startLine"], 2);
    assert_eq!(location["region"]["startColumn"], 8);
    assert_eq!(location["region"]["endColumn"], 12);
    assert_eq!(location["artifactLocation"]["uri"], "%E9%97%A8%E7%A6%81.yml");
    // Annotations and checkstyle count characters, as the report does.
    let out = render(Format::Github, &only, &sources, &Style::default());
    assert!(out.contains("line=2,endLine=2,col=7,endColumn=11"), "{out}");
}

#[test]
fn of_many_results_the_most_severe_are_kept() {
    let sources = Sources::new();
    let file = sources.add("a.yml", "face: 1\n", "UTF-8");
    let at = model::Place::new(&file, Span::new(file.id, 0, 4));
    let findings = (0..5_001)
        .map(|n| {
            let severity = if n == 5_000 { Severity::Error } else { Severity::Warning };
            finding("r", severity, at.clone(), "m")
        })
        .collect();
    let many = report(vec![], findings);
    let log = sarif_of(&many, &sources, &Style::default());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5_000);
    assert_eq!(results[0]["level"], "error");
    let note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(note.starts_with("1 results beyond 5000"), "{note}");
    let hashes: std::collections::HashSet<&str> = results
        .iter()
        .map(|r| r["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), 5_000);

    let out = render(Format::Github, &many, &sources, &Style::default());
    assert_eq!(out.lines().filter(|l| l.starts_with("::error")).count(), 1);
    assert_eq!(out.lines().filter(|l| l.starts_with("::warning")).count(), 10);
    assert!(out.ends_with("facelint: 4990 more than GitHub shows as annotations; see the job summary\n"));
    assert!(render(Format::Markdown, &many, &sources, &Style::default()).len() < 1 << 20);
}

#[test]
fn waived_results_are_left_out_unless_asked_for() {
    let (report, sources) = full(Lang::En);
    let log = sarif_of(&report, &sources, &Style::default());
    assert!(log["runs"][0]["results"].as_array().unwrap().iter().all(|r| r["suppressions"].is_null()));
    let all = Style { verbose: true, ..Style::default() };
    let log = sarif_of(&report, &sources, &all);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let waived: Vec<&Value> = results.iter().filter(|r| !r["suppressions"].is_null()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0]["suppressions"][0]["justification"], "adults only (legal@example.com, 2026-01-01)");
    for format in [Format::Github, Format::Gitlab, Format::Checkstyle] {
        assert!(!render(format, &report, &sources, &all).contains("minors"), "{format:?}");
    }
}

/// Text that tries to become markup, a link or a command wherever it is printed.
const HOSTILE: &str = "a\n::error::x\r\n##[add-path]/tmp %0A::warning:: <script>alert(1)</script> ]]> &lt; \
    [x](javascript:y) ![i](http://e) @team |cell| `tick ``` \u{1b}[31m\u{202e}\u{0} \u{ffff} \"q\" 'p'";

#[test]
fn nothing_from_a_file_is_a_command_or_markup() {
    let sources = Sources::new();
    let path = "dir/a ::error::,\n%0A<b>.yml";
    let file = sources.add(path, "face: 1\n", "UTF-8");
    let at = model::Place::new(&file, Span::new(file.id, 0, 4));
    let mut bad = finding("r", Severity::Error, at.clone(), HOSTILE);
    bad.help = format!("{HOSTILE}\n```\n::error::x\n");
    bad.related = vec![Related { message: HOSTILE.into(), place: at.clone() }];
    bad.title = Label { en: HOSTILE.into(), zh: HOSTILE.into() };
    bad.citation = bad.title.clone();
    let (mut all, _) = full(Lang::En);
    all.findings = vec![bad.clone()];
    all.systems[1].name = HOSTILE.into();
    bad.system = all.systems[1].id.clone();
    bad.waived = None;
    all.findings.push(bad);
    all.problems = vec![model::Problem {
        place: at,
        message: HOSTILE.into(),
        help: Some(HOSTILE.into()),
        relevant: true,
    }];
    all.prefix = String::new();

    let out = render(Format::Github, &all, &sources, &style(Lang::En));
    assert_eq!(out.lines().count(), 3, "{out}");
    assert!(
        out.lines().all(|l| l.starts_with("::error file=dir/a %3A%3Aerror%3A%3A%2C\\n%250A<b>.yml,line=1")
            || l.starts_with("::warning file=dir/a ")),
        "{out}"
    );
    assert!(!out.contains("##[") && !out.contains('\u{1b}') && !out.contains('\r'));

    for format in [Format::Junit, Format::Checkstyle] {
        let out = render(format, &all, &sources, &style(Lang::En));
        let input = crate::syntax::Input::file(crate::source::FileId(0), &out);
        let parsed = crate::syntax::parse(crate::syntax::Format::Xml, &input);
        assert!(parsed.problems.is_empty(), "{:?}\n{out}", parsed.problems);
        assert!(!out.contains("<script") && !out.contains('\u{ffff}') && !out.contains('\u{0}'));
    }

    let out = render(Format::Markdown, &all, &sources, &style(Lang::En));
    // Outside code, nothing is a tag or a link.
    let mut fence = None;
    for line in out.lines() {
        let mark = line.trim_start().split(|c| c != '`').next().unwrap_or_default();
        match fence {
            None if mark.len() >= 3 => fence = Some(mark.len()),
            Some(n) if mark.len() >= n && line.trim().len() == mark.len() => fence = None,
            Some(_) => {}
            None => {
                let outside = outside_code(line);
                assert!(!line.starts_with("::") && !outside.contains("](javascript"), "{line}");
                assert!(!outside.contains("<script") && !outside.contains("@team"), "{line}");
            }
        }
    }
    assert!(fence.is_none(), "{out}");

    let log = sarif_of(&all, &sources, &style(Lang::En));
    let text = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(!text.contains("](javascript") && text.contains("](1)"), "{text}");
    let gitlab: Value =
        serde_json::from_str(&render(Format::Gitlab, &all, &sources, &style(Lang::En))).unwrap();
    let prints: std::collections::HashSet<&str> =
        gitlab.as_array().unwrap().iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 2);
}

/// A line of Markdown without its code spans: a run of backquotes up to the next run of that length.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(rest[..at].strip_suffix('\\').unwrap_or(&rest[..at]));
        let run = rest[at..].split(|c| c != '`').next().unwrap().len();
        let after = &rest[at + run..];
        let escaped = rest[..at].ends_with('\\');
        let mut from = 0;
        let close = loop {
            let Some(next) = after[from..].find('`').map(|n| from + n).filter(|_| !escaped) else {
                break None;
            };
            let len = after[next..].split(|c| c != '`').next().unwrap().len();
            if len == run {
                break Some(next + len);
            }
            from = next + len;
        };
        rest = close.map_or(after, |close| &after[close..]);
    }
    out.push_str(rest);
    out
}

#[test]
fn junit_fails_what_the_gate_fails() {
    let (report, sources) = full(Lang::En);
    let with = |gate| render(Format::Junit, &report, &sources, &Style { gate, ..style(Lang::En) });
    assert_eq!(with(Some(Severity::Error)).matches("<failure").count(), 2);
    assert_eq!(with(Some(Severity::Warning)).matches("<failure").count(), 3);
    assert_eq!(with(None).matches("<failure").count(), 0);
    assert_eq!(with(None).matches("<skipped").count(), 2);
}
