//! Files that mean harm: nothing that stands in one may act on a terminal or a build log, or lead out of the
//! project.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use std::time::{Duration, Instant};

use clap::ValueEnum;
use facelint::Lang;
use facelint::report::{Format, Style, render, render_inventory};
use support::{findings, judged, problems, project, run};

/// Names and values with terminal sequences, text that runs backwards, and commands of build systems.
const NASTY: &str = "x\u{1b}[31m\u{1b}]8;;http://evil\u{7}\u{9b}2J\u{202e}cod\u{2066}e\u{200b}::error file=a::b\n::stop-commands::t\r\n##[error]c\u{85}d\u{2028}e\u{8}";

fn nasty_project() -> tempfile::TempDir {
    let quoted = serde_json::to_string(NASTY).unwrap();
    let compose = format!(
        "{{\"services\": {{{quoted}: {{\"image\": \"exadel/compreface-api:1.2.0\", \"container_name\": {quoted}, \
         \"environment\": {{{quoted}: \"1\", \"FACE_IMAGE_RETENTION_DAYS\": \"0\", \"FACE_LOGIN_METHODS\": \"face\"}}, \
         \"x-facelint\": {{\"fallback\": [{quoted}], {quoted}: 1, \"assessment\": {{\"ref\": {quoted}}}}}}}}}}}"
    );
    let raw = format!(
        "face.url=https://api-cn.faceplusplus.com/{}\nface.image-retention-days=0\n",
        NASTY.replace(['\n', '\r'], " ")
    );
    let broken = format!("image: exadel/compreface:1 {}\nx: [\n", NASTY.replace(['\n', '\r'], " "));
    project(&[
        ("compose.json", compose.as_bytes()),
        ("app.properties", raw.as_bytes()),
        ("broken.yaml", broken.as_bytes()),
    ])
}

#[test]
fn nothing_reaches_the_terminal() {
    let dir = nasty_project();
    #[cfg(unix)]
    support::write(
        dir.path(),
        "na\u{1b}[2Jme\u{202e}::error::x/compose.yaml",
        b"services: { a: { image: exadel/compreface:1 } }\n",
    );
    let run = run(dir.path());
    assert!(run.report.systems.len() > 1);
    let forbidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
    };
    for lang in [Lang::En, Lang::Zh] {
        for unicode in [true, false] {
            for width in [40, 80] {
                let style = Style { lang, unicode, width, notes: true, verbose: true, ..Style::default() };
                let mut pages: Vec<(String, String)> = Format::value_variants()
                    .iter()
                    .map(|f| (format!("{f:?}"), render(*f, &run.report, &run.sources, &style)))
                    .collect();
                pages.push(("inventory".into(), render_inventory(Format::Pretty, &run.report, &style)));
                for (name, page) in pages {
                    if let Some(at) = page.find(forbidden) {
                        let from = page[..at].char_indices().rev().nth(60).map_or(0, |c| c.0);
                        panic!("{name}: {:?}", page[from..].chars().take(120).collect::<String>());
                    }
                    if name == "Json" {
                        continue;
                    }
                    for line in page.lines() {
                        let own = name == "Github";
                        assert!(own || !line.trim_start().starts_with("::"), "{name}: {line}");
                        assert!(!line.trim_start().starts_with("##["), "{name}: {line}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_path_leads_out_of_the_project() {
    let outside = project(&[
        ("secret.env", b"FACE_IMAGE_RETENTION_DAYS=0\nSECRET=tell-nobody\n"),
        ("pia.md", b"# x\n"),
    ]);
    let secret = outside.path().join("secret.env");
    let pia = outside.path().join("pia.md");
    let compose = format!(
        "services:\n  api:\n    image: exadel/compreface-api:1.2.0\n    env_file: [{}, ../../../../../../../..{}, ../secret.env]\n    extends: {{ file: {}, service: x }}\n    x-facelint:\n      assessment: {{ ref: {} }}\n      retention: {{ max: 30d }}\n",
        secret.display(),
        secret.display(),
        secret.display(),
        pia.display()
    );
    let inside = outside.path().join("root");
    support::write(&inside, "compose.yaml", compose.as_bytes());
    support::write(&inside, "facelint.toml", b"");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, inside.join(".env")).unwrap();
    let run = run(&inside);
    for file in run.sources.all() {
        assert!(!file.text.contains("tell-nobody"), "{}", file.path);
    }
    let page = render(Format::Json, &run.report, &run.sources, &Style::default());
    assert!(!page.contains("tell-nobody"));
    assert!(findings(&run).iter().any(|f| f.starts_with("impact-assessment")), "{:#?}", findings(&run));
}

#[test]
fn long_lines_cost_little() {
    let mib = 1 << 20;
    let mut files: Vec<(&str, String)> = Vec::new();
    let line = |middle: &str| middle.repeat(mib / middle.len());
    files.push((
        "wide.yaml",
        format!("image: exadel/compreface:1 # {}\nface_image_retention_days: 0\n", line("人脸 ")),
    ));
    files.push((
        "wide.json",
        format!(
            "{{\"pad\": \"{}\", \"image\": \"exadel/compreface:1\", \"faceImageRetentionDays\": 0}}",
            line("ab ")
        ),
    ));
    files.push(("braces.env", format!("FACE_URL=https://api-cn.faceplusplus.com/{}\n", line("${"))));
    files.push(("braces.properties", format!("face.url=https://api-cn.faceplusplus.com/{}\n", line("${a:"))));
    files.push(("holes.yaml", format!("image: compreface\nv: \"{}\"\n", line("{{ "))));
    files.push(("k8s.yaml", format!("kind: Pod\napiVersion: v1\nmetadata: {{ name: a }}\nspec: {{ containers: [{{ name: a, image: compreface, args: [\"{}\"] }}] }}\n", line("$("))));
    files
        .push(("urls.yaml", format!("face_urls: \"{}\"\n", line("https://api-cn.faceplusplus.com/facepp,"))));
    files.push(("words.yaml", format!("{}: 1\nimage: compreface\n", line("face_"))));
    files.push(("key.properties", format!("{}=1\nimage=compreface\n", line("face."))));
    files.push(("quotes.yaml", format!("image: compreface\nx: '{}'\n", line("''"))));
    files.push((
        "b64.yaml",
        format!(
            "kind: Secret\napiVersion: v1\nmetadata: {{ name: a }}\ndata: {{ face: {} }}\n",
            line("ZmFj")
        ),
    ));
    for (name, text) in &files {
        let start = Instant::now();
        let run = judged(&[(name, text.as_bytes())]);
        for format in Format::value_variants() {
            let page = render(*format, &run.report, &run.sources, &Style::default());
            assert!(*format == Format::Json || page.len() < 300_000, "{name} {format:?}: {}", page.len());
        }
        let took = start.elapsed();
        println!("{name}: {took:?} {:?}", problems(&run).len());
        assert!(took < Duration::from_secs(40), "{name}: {took:?}");
    }
}
