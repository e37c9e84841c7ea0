//! What people see, from reports made by hand.

#![allow(clippy::panic)]

use proptest::prelude::*;

use super::model::{
    DutyReport, Finding, Place, Problem, Related, SightingReport, Summary, SystemReport, Tool, Waived,
};
use super::*;
use crate::facts::{Label, Profile};
use crate::policy::Outcome;
use crate::recognition::{Confidence, Function, SightingKind};
use crate::source::Span;

fn en_zh(en: &str, zh: &str) -> Label {
    Label { en: en.into(), zh: zh.into() }
}

/// The place of `text` in a file; `\n` line ends and all.
pub(super) fn place(sources: &Sources, file: &str, text: &str) -> Place {
    let file = sources.all().into_iter().find(|f| &*f.path == file).unwrap();
    let start = file.text.find(text).unwrap_or_else(|| panic!("no {text:?}"));
    Place::new(&file, Span::new(file.id, start, start + text.len()))
}

pub(super) fn finding(rule: &str, severity: Severity, place: Place, message: &str) -> Finding {
    Finding {
        rule: rule.into(),
        pack: "cn-2025".into(),
        duty: "10.1".into(),
        severity,
        outcome: Outcome::Fail,
        system: "gate".into(),
        message: message.into(),
        help: String::new(),
        place,
        related: vec![],
        fingerprint: "cn-2025/3f2a91bc".into(),
        waived: None,
        citation: en_zh("Measures Art. 10(1)", "《办法》第十条第一款"),
        title: en_zh("", ""),
        url: "https://www.cac.gov.cn/2025-03/21/c_1744174262156096.htm".into(),
    }
}

fn system(id: &str, name: &str, sightings: Vec<SightingReport>) -> SystemReport {
    SystemReport {
        id: id.into(),
        name: name.into(),
        role: "handler".into(),
        modes: vec!["verification".into()],
        profile: Profile {
            mode: "verification".into(),
            fallback: "absent".into(),
            transfer: "internet".into(),
            consent: "unknown".into(),
            retention: "absent".into(),
            assessment: "unknown".into(),
        },
        sightings,
        facts: serde_json::json!({}),
        duties: vec![],
        assessment: None,
    }
}

fn sighting(product: &str, kind: SightingKind, place: Place, text: &str) -> SightingReport {
    SightingReport {
        product: product.into(),
        kind,
        function: Function::Verification,
        confidence: Confidence::Certain,
        place,
        text: text.into(),
    }
}

pub(super) fn report(systems: Vec<SystemReport>, findings: Vec<Finding>) -> Report {
    let count = |severity| findings.iter().filter(|f| f.severity == severity && f.waived.is_none()).count();
    Report {
        version: 1,
        tool: Tool { name: "facelint", version: "0.1.0" },
        root: ".".into(),
        packs: vec!["cn-2025".into()],
        as_of: "2025-07-01".into(),
        summary: Summary {
            files: 1234,
            parsed: 5,
            systems: systems.len(),
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            note: count(Severity::Note),
            waived: findings.iter().filter(|f| f.waived.is_some()).count(),
        },
        systems,
        findings,
        problems: vec![],
        compared: vec![],
        whole: true,
        rulebooks: vec![],
        prefix: String::new(),
    }
}

const APP: &str = "\
server:
  port: 8080
# 登录方式
login:
  name: 员工登录
  methods: [face]   # 仅人脸
\tretention: \"永久保存\"
";

const DEPLOY: &str = "apiVersion: apps/v1\r\nkind: Deployment\r\nspec:\r\n  containers:\r\n  - image: exadel/compreface-core:1.2.0\r\n    env:\r\n    - name: FACE_API\r\n      value: https://api.example.com/face/v3/match\r\n";

/// Two systems, two files, every severity, in a language.
pub(super) fn sample(lang: Lang) -> (Report, Sources) {
    let sources = Sources::new();
    sources.add("config/application.yml", APP, "UTF-8");
    sources.add("deploy/门禁.yaml", DEPLOY, "UTF-8");
    let say = |en: &'static str, zh: &'static str| words::pick(lang, en, zh).to_owned();
    let at = |file: &str, text: &str| place(&sources, file, text);
    let image =
        sighting("CompreFace", SightingKind::Image, at("deploy/门禁.yaml", "exadel/compreface-core"), "");
    let api = sighting(
        "Example Face",
        SightingKind::Endpoint,
        at("deploy/门禁.yaml", "https://api.example.com/face/v3/match"),
        "https://api.example.com/face/v3/match",
    );

    let mut sole = finding(
        "sole-verification",
        Severity::Error,
        at("config/application.yml", "face"),
        &say("`员工登录` accepts nothing but a face", "`员工登录` 只接受人脸验证"),
    );
    sole.help = say(
        "Offer another way to log in that reaches the same place, for example\n    methods: [face, sms]\nand tell people that they may choose.",
        "增加一种同样可用的登录方式，例如\n    methods: [face, sms]\n并告知个人可以自行选择。",
    );
    sole.related = vec![
        Related {
            message: say("the flow", "验证流程"), place: at("config/application.yml", "员工登录")
        },
        Related {
            message: say("the component that verifies", "执行验证的组件"),
            place: at("deploy/门禁.yaml", "exadel/compreface-core"),
        },
    ];
    let mut retention = finding(
        "retention-limit",
        Severity::Error,
        at("config/application.yml", "永久保存"),
        &say(
            "Face images are kept for ever",
            "人脸图像被永久保存，没有设置保存期限，到期后也没有删除或者匿名化的处理方式，个人无从知晓",
        ),
    );
    retention.help = say("Set a limit.", "设置保存期限。");
    let mut assessment = finding(
        "assessment",
        Severity::Warning,
        at("deploy/门禁.yaml", "exadel/compreface-core"),
        &say("No file refers to an impact assessment", "没有文件指向个人信息保护影响评估"),
    );
    assessment.outcome = Outcome::Unknown;
    assessment.help = say("Add `pia` to `facelint.toml`.", "在 `facelint.toml` 中写明 `pia`。");
    let note = finding("prefer-national", Severity::Note, at("config/application.yml", "port"), "note");
    let mut waived = finding("minors", Severity::Error, at("config/application.yml", "8080"), "waived");
    waived.waived = Some(Waived {
        reason: "adults only".into(),
        owner: "legal@example.com".into(),
        until: "2026-01-01".into(),
        in_source: false,
    });
    let mut gate = system("gate", &say("staff gate", "员工门禁"), vec![image, api]);
    gate.duties = vec![DutyReport {
        rule: "separate-consent".into(),
        pack: "cn-2025".into(),
        duty: "6.1".into(),
        outcome: Outcome::Unknown,
        evidence: vec![],
        help: None,
    }];
    let lib =
        sighting("InsightFace", SightingKind::Library, at("config/application.yml", "server"), "insightface");
    let other = system("album", &say("album", "相册"), vec![lib]);
    (report(vec![other, gate], vec![assessment, sole, retention, note, waived]), sources)
}

fn style(lang: Lang, width: usize) -> Style {
    Style { lang, width, ..Style::default() }
}

#[test]
fn pretty_in_english() {
    let (report, sources) = sample(Lang::En);
    let out = render(Format::Pretty, &report, &sources, &style(Lang::En, 80));
    insta::assert_snapshot!(out);
    assert!(out.lines().all(|line| width(line) <= 80));
}

#[test]
fn pretty_in_chinese() {
    let (report, sources) = sample(Lang::Zh);
    let out = render(Format::Pretty, &report, &sources, &style(Lang::Zh, 80));
    insta::assert_snapshot!(out);
    assert!(out.lines().all(|line| width(line) <= 80));
}

#[test]
fn pretty_in_colour_differs_only_in_colour() {
    let (report, sources) = sample(Lang::Zh);
    let plain = render(Format::Pretty, &report, &sources, &style(Lang::Zh, 100));
    let color = Style { color: true, ..style(Lang::Zh, 100) };
    let painted = render(Format::Pretty, &report, &sources, &color);
    let mut stripped = String::new();
    for (i, part) in painted.split('\x1b').enumerate() {
        stripped.push_str(if i == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    let trim = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(trim(&stripped), trim(&plain));
}

#[test]
fn pretty_in_ascii_with_everything() {
    let (mut report, sources) = sample(Lang::En);
    report.problems.push(Problem {
        place: place(&sources, "config/application.yml", "\tretention"),
        message: "a tab cannot begin a token".into(),
        help: Some("Indent with spaces.".into()),
        relevant: true,
    });
    report.problems.push(Problem {
        place: Place {
            file: "chart/\x1b[2Jbroken.yaml".into(),
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            bytes: (0, 0),
        },
        message: "the file is larger than 32 MiB".into(),
        help: None,
        relevant: false,
    });
    let all = Style { unicode: false, notes: true, verbose: true, ..style(Lang::En, 80) };
    insta::assert_snapshot!(render(Format::Pretty, &report, &sources, &all));
}

#[test]
fn one_line_where_there_is_no_face_recognition() {
    let report = report(vec![], vec![]);
    let sources = Sources::new();
    let en = render(Format::Pretty, &report, &sources, &style(Lang::En, 80));
    assert_eq!(en, "facelint: 1,234 files, no face recognition\n");
    let zh = render(Format::Pretty, &report, &sources, &style(Lang::Zh, 80));
    assert_eq!(zh, "facelint：1234 个文件，未发现人脸识别\n");
    let quiet = Style { quiet: true, ..style(Lang::En, 80) };
    assert_eq!(render(Format::Pretty, &report, &sources, &quiet), "");
    assert_eq!(render(Format::Concise, &report, &sources, &quiet), "");
}

#[test]
fn concise_has_one_line_a_finding() {
    let (mut report, sources) = sample(Lang::Zh);
    report.findings[0].message = "two\nlines \x1b[31m \u{202e}".into();
    insta::assert_snapshot!(render(Format::Concise, &report, &sources, &style(Lang::Zh, 80)));
}

#[test]
fn json_is_the_contract() {
    let (report, sources) = sample(Lang::En);
    insta::assert_snapshot!(render(Format::Json, &report, &sources, &Style::default()));
}

#[test]
fn json_holds_to_its_schema() {
    let schema = serde_json::from_str(include_str!("../../schemas/report.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let (mut report, sources) = sample(Lang::Zh);
    report.problems.push(Problem {
        place: place(&sources, "config/application.yml", "server"),
        message: "x".into(),
        help: None,
        relevant: true,
    });
    let json = render(Format::Json, &report, &sources, &Style::default());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let errors: Vec<String> =
        schema.iter_errors(&json).map(|e| format!("{e} at {}", e.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn inventory_tables() {
    for (name, lang, width) in [("en", Lang::En, 80), ("zh", Lang::Zh, 80), ("zh_wide", Lang::Zh, 120)] {
        let (report, _) = sample(lang);
        let out = render_inventory(Format::Pretty, &report, &style(lang, width));
        assert!(out.lines().all(|line| super::width(line) <= width), "{out}");
        insta::assert_snapshot!(format!("inventory_{name}"), out);
    }
    let (report, _) = sample(Lang::En);
    insta::assert_snapshot!("inventory_json", render_inventory(Format::Json, &report, &Style::default()));
}

/// One finding at a span of one file.
fn one(text: &str, start: usize, end: usize, related: &[(usize, usize)], width: usize) -> String {
    let sources = Sources::new();
    let file = sources.add("a.yml", text, "UTF-8");
    let at = |s, e| Place::new(&file, Span::new(file.id, s, e));
    let mut only = finding("r", Severity::Error, at(start, end), "message");
    only.related =
        related.iter().map(|(s, e)| Related { message: "关联 related".into(), place: at(*s, *e) }).collect();
    let quiet = Style { quiet: true, ..style(Lang::En, width) };
    render(Format::Pretty, &report(vec![], vec![only]), &sources, &quiet)
}

#[test]
fn odd_spans() {
    let mut out = String::new();
    let mut case = |name: &str, text: &str, start: usize, end: usize| {
        out.push_str(&format!("# {name}\n{}\n", one(text, start, end, &[], 80)));
    };
    case("empty file", "", 0, 0);
    case("end of file without a line end", "a: 1\nb: 2", 9, 9);
    case("end of file after a line end", "a: 1\n", 5, 5);
    case("a line end", "a: 1\r\nb: 2\r\n", 4, 6);
    case("tabs", "\ta:\t人脸\tx\n", 4, 10);
    case("two lines", "a:\n  b: 1\n  c: 2\nd: 3\n", 3, 16);
    case("many lines", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\n", 0, 39);
    case("terminal sequences", "a: \x1b[31mred\u{202e} x\u{200b}y\nb: \x07\n", 3, 11);
    case("lone carriage returns", "a: 1\rb: 2\rc: 3", 8, 9);
    case("a long value", &format!("key: {}\n", "人".repeat(200)), 5, 605);
    insta::assert_snapshot!(out);
}

#[test]
fn underlines_are_on_the_right_cells() {
    // The underline stands below the same cells as the text, whatever comes before it.
    for before in ["", "  ", "\t", "人脸", "\x1b", "e\u{301}", "\u{202e}\t人", &"长".repeat(300)] {
        let text = format!("x: 1\n{before}target: y\nz: 3\n");
        let start = text.find("target").unwrap();
        let out = one(&text, start, start + 6, &[], 80);
        let lines: Vec<&str> = out.lines().collect();
        let row = lines.iter().position(|l| l.contains("target")).unwrap();
        let text_at = width(lines[row].split("target").next().unwrap());
        let mark_at = width(lines[row + 1].split('─').next().unwrap());
        assert_eq!(text_at, mark_at, "{before:?}\n{out}");
        assert_eq!(lines[row + 1].matches(['─', '┬']).count(), 6, "{out}");
    }
}

#[test]
fn a_line_of_five_megabytes_is_cut_around_the_place() {
    let item = "{\"name\":\"人脸\",\"n\":12345},";
    let count = 5_000_000 / item.len();
    let mut text = String::from("[");
    text.push_str(&item.repeat(count));
    text.push_str("{\"methods\":[\"face\"]}]");
    let start = text.find("\"face\"").unwrap();
    let far = text[..text.len() / 2].rfind("12345").unwrap();
    let before = std::time::Instant::now();
    let out = one(&text, start, start + 6, &[(1, 10), (far, far + 5)], 80);
    assert!(before.elapsed().as_secs() < 5);
    insta::assert_snapshot!(out);
}

#[test]
fn labels_of_one_place_and_overlapping_labels() {
    let text = "login:\n  methods: [face]\n  url: https://a.example/face\n";
    let at = |s: &str| (text.find(s).unwrap(), text.find(s).unwrap() + s.len());
    let (start, end) = at("face");
    insta::assert_snapshot!(one(
        text,
        start,
        end,
        &[at("face"), at("[face]"), at("https://a.example/face"), at("login:\n  methods: [face]")],
        80
    ));
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("人脸识别".to_owned()),
        Just("key: value".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("长行".repeat(60)),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any span of any file, on character boundaries or not, is drawn without a panic and shows nothing
    /// raw, at any width.
    #[test]
    fn any_span_is_drawn(
        text in any_text(),
        spans in proptest::collection::vec((0usize..400, 0usize..400), 1..5),
        width in 1usize..130,
    ) {
        let spans: Vec<(usize, usize)> = spans
            .iter()
            .map(|(a, b)| (a % (text.len() + 1), b % (text.len() + 1)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        let out = one(&text, spans[0].0, spans[0].1, &spans[1..], width);
        prop_assert!(out.contains("a.yml:"), "{}", out);
        prop_assert!(!out.contains("Failed to read"), "{}", out);
        prop_assert!(out.chars().all(|c| c == '\n' || !text::is_hidden(c)), "{:?}", out);
    }
}
