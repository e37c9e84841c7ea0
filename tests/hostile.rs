//! Files that mean harm: no path in one leads out of the project.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use facelint::report::{Format, Style, render};
use support::{findings, project, run};

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
