//! Bad input: every one gives a diagnostic or is read rightly, and the run goes on.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::time::{Duration, Instant};

use facelint::{Failure, Run, check};
use support::{findings, judged, options, problems, project, run};

const ENGINE: &str = "services:\n  api:\n    image: exadel/compreface-api:1.2.0\n    environment:\n      FACE_IMAGE_RETENTION_DAYS: 0\n";
const FOUND: &str = "retention-limit good/compose.yaml: 0";
const GOOD: (&str, &[u8]) = ("good/compose.yaml", ENGINE.as_bytes());

/// The good file among these is judged, whatever the others are.
fn among(files: &[(&str, &[u8])]) -> Run {
    let all: Vec<(&str, &[u8])> = files.iter().copied().chain([GOOD]).collect();
    let run = judged(&all);
    assert!(findings(&run).contains(&FOUND.to_owned()), "{:#?}", findings(&run));
    run
}

/// The only problem of a run.
fn problem(run: &Run) -> String {
    let all = problems(run);
    let [one] = all.as_slice() else { panic!("{all:#?}") };
    one.clone()
}

/// Runs within a time that no machine under load needs for honest work of this size.
fn in_time<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
    out
}

/// The failure of a run that cannot begin, with the text that it points at.
fn failure(files: &[(&str, &[u8])]) -> (Failure, String) {
    let dir = project(files);
    let failure = check(&options(dir.path())).unwrap_err();
    let text = failure.place.as_ref().map(|place| place.text[place.bytes.clone()].to_owned());
    (failure, text.unwrap_or_default())
}

#[test]
fn a_broken_document_among_good_ones() {
    let stream =
        format!("{ENGINE}---\nface: [unclosed\n---\nface_url: https://api-cn.faceplusplus.com/facepp/v3\n");
    let run = among(&[("stream.yaml", stream.as_bytes())]);
    assert!(problem(&run).starts_with("stream.yaml:"), "{}", problem(&run));
    // The document before it and the one after it are read.
    let found = findings(&run);
    assert!(found.contains(&"retention-limit stream.yaml: 0".to_owned()), "{found:#?}");
    let hosts =
        run.report.systems.iter().flat_map(|s| &s.sightings).filter(|s| s.text.contains("faceplusplus"));
    assert!(hosts.count() > 0);
    assert!(run.report.problems[0].relevant);
}

#[test]
fn a_broken_file_without_faces_is_nobodys_business() {
    let run = among(&[("broken.yaml", b"a: [1\n- b: {\n"), ("broken.json", b"{\"a\": ")]);
    assert!(problems(&run).is_empty(), "{:#?}", problems(&run));
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let dir = project(&[GOOD, ("closed/x.yaml", b"image: exadel/compreface:1\n")]);
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let closed = dir.path().join("closed");
    mode(dir.path(), 0o755);
    mode(&closed, 0o000);
    let mut command =
        support::facelint(&["--format", "json", "--as-of", "2026-01-15", "--fail-on", "never", "."]);
    command.current_dir(dir.path());
    if std::fs::read_dir(&closed).is_ok() {
        // The superuser may read everything: somebody else has to look.
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    mode(&closed, 0o755);
    let Ok(output) = output else {
        eprintln!("SKIPPED: facelint cannot be started without the rights of the superuser here");
        return;
    };
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{report:#}");
    assert_eq!(report["problems"][0]["file"], "closed");
    assert_eq!(report["summary"]["systems"], 1);
}

#[cfg(unix)]
#[test]
fn links_that_go_in_circles() {
    let dir = project(&[GOOD]);
    std::os::unix::fs::symlink("..", dir.path().join("good/up")).unwrap();
    std::os::unix::fs::symlink("self", dir.path().join("self")).unwrap();
    std::os::unix::fs::symlink("nowhere.yaml", dir.path().join("dangling.yaml")).unwrap();
    let run = in_time(|| run(dir.path()));
    assert_eq!(findings(&run).iter().filter(|f| *f == FOUND).count(), 1);
    assert!(problems(&run).is_empty(), "{:#?}", problems(&run));
}

#[test]
fn fifty_megabytes() {
    let mut big = b"- line: of a file that is far too large to be a descriptor\n".repeat(900_000);
    assert!(big.len() > 50_000_000);
    assert!(problems(&in_time(|| among(&[("big.yaml", &big)]))).is_empty());
    big.extend(b"- image: exadel/compreface:1\n");
    let run = in_time(|| among(&[("big.yaml", &big)]));
    assert!(problem(&run).contains("max-file-size") || problem(&run).contains("MiB"), "{}", problem(&run));
    assert!(run.report.problems[0].relevant);
}

#[test]
fn a_binary_file_with_the_name_of_a_text() {
    let mut bytes = vec![0x89, b'P', b'N', b'G', 0, 1, 2, 3, 4, 5, 6, 7];
    assert!(problems(&among(&[("picture.yaml", &bytes)])).is_empty());
    bytes.extend(b" exadel/compreface-api");
    let run = among(&[("picture.yaml", &bytes)]);
    assert_eq!(problem(&run), "picture.yaml:1: `picture.yaml` holds no text");
}

#[test]
fn empty_files() {
    let run = among(&[
        ("a.yaml", b""),
        ("b.json", b""),
        ("c.toml", b"\n\n"),
        (".env", b""),
        ("d.yaml", b"---\n...\n---\n"),
    ]);
    assert!(problems(&run).is_empty(), "{:#?}", problems(&run));
}

#[test]
fn other_encodings() {
    let text = format!("# 人脸识别门禁系统配置，员工考勤使用\n{ENGINE}");
    let wide = |big: bool, mark: bool| -> Vec<u8> {
        let text = if mark { format!("\u{FEFF}{text}") } else { text.clone() };
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let crlf = format!("\u{FEFF}{}", text.replace('\n', "\r\n")).into_bytes();
    for bytes in [wide(true, true), wide(false, true), wide(true, false), wide(false, false), gb, crlf] {
        let run = judged(&[("compose.yaml", &bytes)]);
        assert!(
            findings(&run).contains(&"retention-limit compose.yaml: 0".to_owned()),
            "{:#?}",
            findings(&run)
        );
        let finding = run.report.findings.iter().find(|f| f.rule == "retention-limit").unwrap();
        assert_eq!((finding.place.line, finding.place.column), (6, 34));
        assert!(problems(&run).is_empty());
    }
}

#[test]
fn tabs_as_indentation() {
    let text = ENGINE.replace("    ", "\t");
    let run = among(&[("tabs/compose.yaml", text.as_bytes())]);
    assert!(problem(&run).starts_with("tabs/compose.yaml:"), "{}", problem(&run));
    // What no parser understands is still looked through line by line.
    let seen =
        run.report.systems.iter().flat_map(|s| &s.sightings).filter(|s| s.place.file == "tabs/compose.yaml");
    assert!(seen.count() > 0);
}

#[test]
fn duplicate_keys() {
    let text = "services:\n  api:\n    image: exadel/compreface-api:1.2.0\n    environment:\n      FACE_IMAGE_RETENTION_DAYS: 30\n      FACE_IMAGE_RETENTION_DAYS: 0\n";
    let run = judged(&[("compose.yaml", text.as_bytes())]);
    let told =
        !problems(&run).is_empty() || findings(&run).contains(&"retention-limit compose.yaml: 0".to_owned());
    assert!(told, "{:#?}", findings(&run));
    let json = b"{\"face\": {\"url\": \"https://api-cn.faceplusplus.com/facepp/v3\", \"image-retention-days\": 30, \"image-retention-days\": 0}}";
    let run = judged(&[("config.json", json)]);
    let told =
        !problems(&run).is_empty() || findings(&run).contains(&"retention-limit config.json: 0".to_owned());
    assert!(told, "{:#?}", findings(&run));
}

#[test]
fn undefined_aliases() {
    let text = ENGINE.replace("FACE_IMAGE_RETENTION_DAYS: 0", "<<: *nothing\n      OTHER: *also_nothing");
    let run = among(&[("alias/compose.yaml", text.as_bytes())]);
    assert!(!problems(&run).is_empty());
    assert!(problems(&run).iter().all(|p| p.starts_with("alias/compose.yaml:")), "{:#?}", problems(&run));
    let seen =
        run.report.systems.iter().flat_map(|s| &s.sightings).filter(|s| s.place.file == "alias/compose.yaml");
    assert!(seen.count() > 0);
}

#[test]
fn ten_thousand_brackets() {
    let open = format!("face: compreface\nx: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let braces =
        format!("{{\"face\": \"compreface\", \"x\": {}1{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let half = format!("face = \"compreface\"\nx = {}", "[".repeat(10_000));
    let indent: String = (0..10_000).map(|n| format!("{}-\n", " ".repeat(n % 2000))).collect();
    let dashes = format!("face: compreface\nx:\n  {}1\n", "- ".repeat(10_000));
    let run = in_time(|| {
        among(&[
            ("deep.yaml", open.as_bytes()),
            ("deep.json", braces.as_bytes()),
            ("deep.toml", half.as_bytes()),
            ("indent.yaml", format!("a: compreface\n{indent}").as_bytes()),
            ("dashes.yaml", dashes.as_bytes()),
        ])
    });
    for file in ["deep.yaml", "deep.json", "deep.toml", "dashes.yaml"] {
        assert!(problems(&run).iter().any(|p| p.starts_with(file)), "{file}: {:#?}", problems(&run));
    }
}

#[test]
fn an_alias_bomb() {
    let mut text =
        "image: exadel/compreface:1\na0: &a0 [face, face, face, face, face, face, face, face, face]\n"
            .to_owned();
    for n in 1..40 {
        let before = format!("*a{}, ", n - 1).repeat(9);
        text.push_str(&format!("a{n}: &a{n} [{before}]\n"));
    }
    let mut maps = "image: exadel/compreface:1\nm0: &m0 { a: face, b: face }\n".to_owned();
    for n in 1..40 {
        let below = n - 1;
        maps.push_str(&format!(
            "m{n}: &m{n} {{ <<: *m{below}, x: *m{below}, y: *m{below}, z: *m{below} }}\n"
        ));
    }
    let quotes = format!(
        "data:\n  application.yml: |\n{}",
        text.lines().map(|l| format!("    {l}\n")).collect::<String>()
    );
    let manifest = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: x }}\n{quotes}");
    let run = in_time(|| {
        among(&[
            ("bomb.yaml", text.as_bytes()),
            ("maps.yaml", maps.as_bytes()),
            ("map/bomb.yaml", manifest.as_bytes()),
        ])
    });
    assert!(run.report.systems.len() <= 4);
}

#[test]
fn variables_that_refer_to_each_other() {
    let env = b"A=${B}${B}${B}${B}\nB=${C}${C}${C}${C}\nC=${A}${A}\nFACE=${A}\n";
    let compose = "services:\n  api:\n    image: exadel/compreface-api:1.2.0\n    env_file: .env\n    environment:\n      FACE_URL: ${A}\n";
    in_time(|| among(&[(".env", env), ("compose.yaml", compose.as_bytes())]));
    let mut env = "V0=facefacefaceface\n".to_owned();
    for n in 1..60 {
        env.push_str(&format!("V{n}=${{V{0}}}${{V{0}}}${{V{0}}}${{V{0}}}\n", n - 1));
    }
    let compose = compose.replace("${A}", "${V59}");
    in_time(|| among(&[(".env", env.as_bytes()), ("compose.yaml", compose.as_bytes())]));
}

#[test]
fn a_misspelt_key_of_the_configuration() {
    let (failure, text) = failure(&[("facelint.toml", b"exclude = []\nexcludes = [\"x\"]\n"), GOOD]);
    assert_eq!(text, "excludes");
    let help = failure.help.unwrap();
    assert!(help.contains("`exclude`"), "{help}");
    assert_eq!(failure.place.unwrap().path, "facelint.toml");
}

#[test]
fn a_misspelt_fact_in_the_configuration() {
    let (failure, text) =
        failure(&[("facelint.toml", b"[[system]]\nname = \"x\"\nassesment.ref = \"a.md\"\n"), GOOD]);
    assert!(text.contains("assesment"), "{text}");
    assert!(failure.help.unwrap().contains("assessment"));
}

#[test]
fn a_wrong_value_in_the_configuration() {
    let (_, text) = failure(&[("facelint.toml", b"fail-on = \"eror\"\n"), GOOD]);
    assert_eq!(text, "\"eror\"");
    let (failure, text) = failure(&[("facelint.toml", b"exclude = [\"x\"\n[[system]\n"), GOOD]);
    assert!(failure.place.is_some(), "{text}: {failure:?}");
}

#[test]
fn a_misspelt_annotation() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: gate\n  annotations:\n    facelint.dev/assesment.ref: docs/a.md\nspec:\n  containers:\n    - name: x\n      image: exadel/compreface:1.2.0\n";
    let run = judged(&[("pod.yaml", text.as_bytes())]);
    let problem = run.report.problems.iter().find(|p| p.place.file == "pod.yaml").unwrap();
    assert_eq!(problem.place.line, 6);
    let said = format!("{} {}", problem.message, problem.help.clone().unwrap_or_default());
    assert!(said.contains("assesment") && said.contains("assessment.ref"), "{said}");
    assert!(problem.relevant);
}

#[test]
fn a_misspelt_extension() {
    let text = "services:\n  api:\n    image: exadel/compreface:1.2.0\n    x-facelint:\n      retention: { maxx: 30d }\n      fallback: [carrier-pigeon]\n";
    let run = judged(&[("compose.yaml", text.as_bytes())]);
    let lines: Vec<u32> = run.report.problems.iter().map(|p| p.place.line).collect();
    assert_eq!(lines, [5, 6], "{:#?}", problems(&run));
    let help = run.report.problems[0].help.clone().unwrap();
    assert!(help.contains("retention.max"), "{help}");
}

#[test]
fn a_pack_with_a_bad_expression() {
    let dir = project(&[("facelint.toml", b"packs = [\"./own\"]\n"), GOOD]);
    let mut broken = 0;
    for (path, text) in facelint::embedded::files("cn-2025/") {
        let bad = text.replace(
            "require: system.assessment.state == \"present\"",
            "require: system.assessment.state === 1",
        );
        broken += usize::from(bad != text);
        support::write(dir.path(), &path.replace("cn-2025/", "own/"), bad.as_bytes());
    }
    assert_eq!(broken, 1);
    let failure = check(&options(dir.path())).unwrap_err();
    let place = failure.place.unwrap();
    assert!(place.path.ends_with("own/rules/impact-assessment.yaml"), "{}: {}", place.path, failure.message);
    let line = place.text[..place.bytes.start].lines().count();
    assert!(
        place.text.lines().nth(line.saturating_sub(1)).unwrap().contains("==="),
        "{failure:?}",
        failure = place
    );
}

#[cfg(unix)]
#[test]
fn file_names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt;
    let dir = project(&[]);
    let name = std::ffi::OsStr::from_bytes(b"face-\xff.yaml");
    std::fs::write(dir.path().join(name), ENGINE).unwrap();
    let run = run(dir.path());
    assert!(
        findings(&run).contains(&"retention-limit face-\u{FFFD}.yaml: 0".to_owned()),
        "{:#?}",
        findings(&run)
    );
}

/// The exit code of the command line.
fn code(dir: &std::path::Path, args: &[&str]) -> i32 {
    let output = support::facelint(args).current_dir(dir).output().unwrap();
    output.status.code().unwrap()
}

#[test]
fn exit_codes() {
    let broken = format!("{ENGINE}---\nface: [unclosed\n");
    let dir = project(&[("a/compose.yaml", broken.as_bytes()), ("none/readme.png", b"")]);
    assert_eq!(code(dir.path(), &["a", "--fail-on", "never"]), 3);
    assert_eq!(code(dir.path(), &["a"]), 1);
    assert_eq!(code(dir.path(), &["missing"]), 2);
    assert_eq!(code(dir.path(), &["a", "missing"]), 2);
    assert_eq!(code(dir.path(), &["-", "a"]), 2);
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(code(nothing.path(), &["."]), 3);
    support::write(dir.path(), "facelint.toml", b"excludes = []\n");
    assert_eq!(code(dir.path(), &["a"]), 2);
}
