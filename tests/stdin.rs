//! Text from standard input.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use facelint::{Options, Run, check};
use support::{facelint, findings, project};

const CONFIG_MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: { name: gate-config }
data:
  auth.login.methods: face
  face.image.retention.days: \"0\"
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: gate }
spec:
  selector: { matchLabels: { app: gate } }
  template:
    metadata: { labels: { app: gate } }
    spec:
      containers:
        - name: engine
          image: exadel/compreface-api:1.2.0
          envFrom: [{ configMapRef: { name: gate-config } }]
";

fn given(bytes: &[u8], name: Option<&str>) -> Run {
    check(&Options {
        stdin: Some(bytes.to_vec()),
        stdin_name: name.map(str::to_owned),
        as_of: Some(jiff::civil::date(2026, 1, 15)),
        ..Options::default()
    })
    .unwrap()
}

fn retention(run: &Run) -> Vec<String> {
    findings(run).into_iter().filter(|f| f.starts_with("retention")).collect()
}

#[test]
fn a_nameless_text_is_read_as_what_it_looks_like() {
    for (text, expected) in [
        (
            "services:\n  api:\n    image: exadel/compreface-api:1.2.0\n    environment:\n      FACE_IMAGE_RETENTION_DAYS: 0\n",
            "retention-limit stdin.yaml: 0",
        ),
        (
            "{\"face\": {\"endpoint\": \"https://api-cn.faceplusplus.com/facepp/v3\", \"imageRetentionDays\": 0}}",
            "retention-limit stdin.json: 0",
        ),
        (
            "face.endpoint=https://api-cn.faceplusplus.com/facepp/v3\nface.image-retention-days=0\n",
            "retention-limit stdin.properties: 0",
        ),
        (
            "FACE_ENDPOINT=https://api-cn.faceplusplus.com/facepp/v3\nFACE_IMAGE_RETENTION_DAYS=0\n",
            "retention-limit stdin.env: 0",
        ),
    ] {
        assert_eq!(retention(&given(text.as_bytes(), None)), [expected], "{text}");
    }
}

#[test]
fn any_encoding_is_read() {
    let text = "# 人脸识别门禁系统配置，员工考勤使用\nFACE_ENDPOINT=https://api-cn.faceplusplus.com/facepp/v3\nFACE_IMAGE_RETENTION_DAYS=0\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    for bytes in [wide.as_slice(), &gb] {
        assert_eq!(retention(&given(bytes, None)), ["retention-limit stdin.env: 0"]);
    }
}

#[test]
fn the_name_tells_the_format() {
    let run = given(b"face.url: https://api-cn.faceplusplus.com/facepp/v3\n", Some("application.properties"));
    assert_eq!(run.report.systems[0].sightings[0].place.file, "application.properties");
    assert_eq!((run.report.summary.files, run.report.problems.len()), (1, 0));
}

#[test]
fn a_name_in_a_directory_puts_the_text_into_the_project() {
    let dir = project(&[("k8s/map.yaml", b"old: text\n"), ("k8s/gate.yaml", DEPLOYMENT.as_bytes())]);
    let name = dir.path().join("k8s/map.yaml");
    let run = given(CONFIG_MAP.as_bytes(), name.to_str());
    let found = findings(&run);
    assert!(found.contains(&"retention-limit k8s/map.yaml: \"0\"".to_owned()), "{found:#?}");
    assert!(found.contains(&"sole-verification k8s/map.yaml: face".to_owned()), "{found:#?}");
    // The file need not be there yet, and the one on disk stays as it is.
    let new = dir.path().join("k8s/new.yaml");
    assert_eq!(
        retention(&given(CONFIG_MAP.as_bytes(), new.to_str())),
        ["retention-limit k8s/new.yaml: \"0\""]
    );
    assert_eq!(std::fs::read_to_string(&name).unwrap(), "old: text\n");
}

#[test]
fn an_excluded_name_is_left_alone() {
    let dir = project(&[("facelint.toml", b"exclude = [\"k8s/\"]\n"), ("k8s/x.yaml", b"a: 1\n")]);
    let name = dir.path().join("k8s/x.yaml");
    assert_eq!(given(DEPLOYMENT.as_bytes(), name.to_str()).report.systems.len(), 0);
}

#[test]
fn nothing_at_all_is_a_file_without_faces() {
    let run = given(b"", None);
    assert_eq!((run.report.summary.files, run.report.systems.len(), run.report.problems.len()), (1, 0, 0));
}

#[test]
fn the_command_line_passes_it_on() {
    let dir = project(&[]);
    let mut child =
        facelint(&["-", "--format", "concise", "--as-of", "2026-01-15", "--stdin-filename", "gate.yaml"])
            .current_dir(Path::new(dir.path()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
    child.stdin.take().unwrap().write_all(DEPLOYMENT.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "{text}");
    assert!(text.contains("gate.yaml:11:18"), "{text}");
}
