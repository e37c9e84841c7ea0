//! The shipped fixtures tell what their READMEs say.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use facelint::policy::{Outcome, Severity};
use facelint::report::{Format, Style, render};
use support::{copy, findings, fixture, run};

const FOUR: [&str; 4] = [
    "impact-assessment deploy/gate.yaml: api-cn.faceplusplus.com/facepp/v3/compare",
    "off-device-transfer deploy/gate.yaml: api-cn.faceplusplus.com/facepp/v3/compare",
    "retention-limit deploy/gate.yaml: \"0\"",
    "sole-verification deploy/gate.yaml: face",
];

#[test]
fn the_office_gate_breaches_all_four() {
    let run = run(&fixture("office-gate"));
    assert_eq!(findings(&run), FOUR);
    let errors = run.report.findings.iter().filter(|f| f.severity == Severity::Error);
    assert_eq!(errors.count(), 4);
    assert_eq!((run.report.systems.len(), run.report.problems.len()), (1, 0));
    // Inside the ConfigMap: the lines and columns are those of the manifest.
    let places: Vec<(u32, u32)> =
        run.report.findings.iter().map(|f| (f.place.line, f.place.column)).collect();
    assert_eq!(places, [(23, 22), (44, 19), (47, 22), (47, 22)]);
}

#[test]
fn its_corrected_twin_passes() {
    let run = run(&fixture("office-gate-corrected"));
    assert_eq!(findings(&run), Vec::<String>::new());
    let [system] = run.report.systems.as_slice() else { panic!("{:#?}", run.report.systems) };
    assert!(system.duties.iter().filter(|d| FOUR.iter().any(|f| f.starts_with(&d.rule))).count() >= 4);
    // What nothing in the files speaks of is unknown and makes no finding.
    for duty in &system.duties {
        assert!(duty.outcome != Outcome::Fail, "{duty:?}");
        let first = FOUR.iter().any(|four| four.starts_with(&duty.rule));
        assert!(!first || duty.outcome == Outcome::Pass, "{duty:?}");
    }
}

/// The corrected twin with one text replaced in one file.
fn without(file: &str, from: &str, to: &str) -> Vec<String> {
    let dir = copy("office-gate-corrected");
    let path = dir.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds no {from}");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    findings(&run(dir.path()))
}

#[test]
fn each_fact_of_the_twin_is_needed() {
    let [assessment, transfer, retention, face] = FOUR;
    let manifest = "deploy/gate.yaml";
    assert_eq!(without(manifest, "[face, sms, card]", "[face]"), [face]);
    assert_eq!(without(manifest, "\"30\"", "\"0\""), [retention]);
    let toml = "facelint.toml";
    assert_eq!(without(toml, "assessment.ref = \"docs/face-gate-pia.md\"\n", ""), [assessment]);
    assert_eq!(without(toml, "consent.separate = true\n", ""), [transfer]);
    let file = |name: &str| {
        let dir = copy("office-gate-corrected");
        std::fs::remove_file(dir.path().join(name)).unwrap();
        findings(&run(dir.path()))
    };
    let gone = "impact-assessment facelint.toml: \"docs/face-gate-pia.md\"";
    assert_eq!(file("docs/face-gate-pia.md"), [gone]);
}

#[test]
fn the_web_shop_is_silent() {
    let run = run(&fixture("web-shop"));
    assert_eq!((run.report.systems.len(), run.report.findings.len(), run.report.problems.len()), (0, 0, 0));
    let said = render(Format::Pretty, &run.report, &run.sources, &Style::default());
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}

#[test]
fn the_kiosk_contradicts_its_declaration() {
    let run = run(&fixture("kiosk-contradiction"));
    assert_eq!(findings(&run), ["sole-verification docker-compose.yml: face"]);
    let [finding] = run.report.findings.as_slice() else { panic!() };
    let declared = finding.related.iter().filter(|r| r.place.file == "facelint.toml");
    assert_eq!(declared.map(|r| r.place.line).collect::<Vec<_>>(), [4]);
}

/// The office gate with its `application.yml` written in another way.
fn written(document: &[u8]) -> Vec<(String, u32, u32)> {
    let dir = copy("office-gate");
    let path = dir.path().join("deploy/gate.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("  application.yml: |\n").unwrap();
    let (_, after) = rest.split_once("---\n").unwrap();
    let mut bytes = before.as_bytes().to_vec();
    bytes.extend(document);
    bytes.extend(b"---\n");
    bytes.extend(after.as_bytes());
    if document.contains(&b'\r') {
        let text = String::from_utf8(bytes).unwrap();
        bytes = text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
    }
    std::fs::write(&path, bytes).unwrap();
    let run = run(dir.path());
    assert_eq!(run.report.problems.len(), 0, "{:#?}", run.report.problems);
    let mut all: Vec<(String, u32, u32)> = run
        .report
        .findings
        .iter()
        .filter(|f| f.rule == "sole-verification" || f.rule == "off-device-transfer")
        .map(|f| (support::underlined(&run, f), f.place.line, f.place.column))
        .collect();
    all.sort();
    all
}

#[test]
fn the_document_inside_may_be_written_in_any_way() {
    let url = "https://api-cn.faceplusplus.com/facepp/v3/compare";
    let shown = url.strip_prefix("https://").unwrap();
    let two = |line: u32, column: u32, face_line: u32, face_column: u32| {
        vec![(shown.to_owned(), line, column), ("face".to_owned(), face_line, face_column)]
    };
    let literal =
        "    # 门禁登录方式\n    auth:\n      login:\n        methods: [face]\n    face:\n      url: URL\n";
    let literal = literal.replace("URL", url);
    let start = 38;
    let head = |style: &str, body: &str| format!("  application.yml: {style}\n{body}").into_bytes();
    let expected = two(start + 6, 20, start + 4, 19);
    for style in ["|", "|-", "|+", "|2", "|2-", "!!str |", "&doc |  # the configuration"] {
        assert_eq!(written(&head(style, &literal)), expected, "{style}");
    }
    let crlf = literal.replace('\n', "\r\n");
    assert_eq!(written(&head("|", &crlf)), expected, "CRLF");
    // An indentation indicator lets the document itself begin with spaces.
    let deeper = literal.replace("    ", "     ");
    assert_eq!(written(&head("|2", &deeper)).len(), 2, "deeper");
    // A folded scalar keeps the lines of what is indented more.
    let folded =
        format!("    auth: {{ login: {{ methods: [\n    face] }} }}\n\n    face: {{ url: \"{url}\" }}\n");
    assert_eq!(written(&head(">", &folded)), two(start + 4, 27, start + 2, 5), "folded");
    // Escapes stand for the characters of the document.
    let quoted = format!(
        "  application.yml: \"auth:\\n  login:\\n    methods: [\\u0066ace]\\nface:\\n  url: {url}\\n\"\n"
    );
    let got = written(quoted.as_bytes());
    let column = |text: &str| u32::try_from(quoted.lines().next().unwrap().find(text).unwrap()).unwrap() + 1;
    let escaped = vec![
        ("\\u0066ace".to_owned(), start, column("\\u0066ace")),
        (shown.to_owned(), start, column("api-cn")),
    ];
    assert_eq!(got, escaped, "quoted");
    let single = format!(
        "  application.yml: '{{\"auth\": {{\"login\": {{\"methods\": [\"face\"]}}}}, \"face\": {{\"url\": \"{url}\"}}}}'\n"
    );
    let got = written(single.as_bytes());
    assert_eq!(got.iter().map(|g| g.1).collect::<Vec<_>>(), [start, start], "{got:?}");
}

#[test]
fn the_document_inside_may_be_base64() {
    use base64::Engine;
    let inner = "auth:\n  login:\n    methods: [face]\nface:\n  url: https://api-cn.faceplusplus.com/facepp/v3/compare\n";
    let coded = base64::engine::general_purpose::STANDARD.encode(inner);
    let dir = copy("office-gate");
    let path = dir.path().join("deploy/gate.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("  application.yml: |\n").unwrap();
    let (_, after) = rest.split_once("---\n").unwrap();
    let before = before
        .replace("kind: ConfigMap", "kind: Secret")
        .replace("          configMap:\n            name:", "          secret:\n            secretName:");
    std::fs::write(&path, format!("{before}  application.yml: {coded}\n---\n{after}")).unwrap();
    let run = run(dir.path());
    let rules: Vec<&str> = run.report.findings.iter().map(|f| &*f.rule).collect();
    for rule in ["sole-verification", "off-device-transfer", "retention-limit", "impact-assessment"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    let face = run.report.findings.iter().find(|f| f.rule == "sole-verification").unwrap();
    let shown = support::underlined(&run, face);
    // Four characters of base64 hold three bytes: what is underlined decodes to the word and its neighbours.
    let line = text.lines().position(|l| l.contains("application.yml: |")).unwrap();
    assert_eq!(face.place.line as usize, line + 1);
    let at = coded.find(&shown).unwrap_or_else(|| panic!("{shown} is not in {coded}"));
    let plain = base64::engine::general_purpose::STANDARD_NO_PAD;
    let from = at / 4 * 4;
    let to = (at + shown.len()).div_ceil(4) * 4;
    let decoded = plain.decode(coded[from..to].trim_end_matches('=')).unwrap();
    assert!(String::from_utf8(decoded).unwrap().contains("face"));
}
