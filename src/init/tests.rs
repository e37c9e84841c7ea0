#![allow(clippy::unwrap_used)]

use crate::source::{FileId, SourceFile};
use crate::{Lang, Options, check};

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn run(dir: &tempfile::TempDir) -> crate::Run {
    let as_of = Some(jiff::civil::date(2026, 3, 1));
    check(&Options { paths: vec![dir.path().to_owned()], as_of, ..Options::default() }).unwrap()
}

fn rules(run: &crate::Run) -> Vec<String> {
    run.report.findings.iter().map(|f| f.rule.clone()).collect()
}

const COMPOSE: &str = "services:\n  gate:\n    image: exadel/compreface-api:1.2.0\n  door:\n    image: registry.cn/insightface-rest:1.0\n";

#[test]
fn the_texts_are_read_without_a_fault_and_claim_nothing() {
    for lang in [Lang::En, Lang::Zh] {
        let dir = project(&[("compose.yaml", COMPOSE)]);
        let before = run(&dir);
        let systems = &before.report.systems;
        assert!(!systems.is_empty());
        let text = super::starter(systems, lang);
        let (config, faults) =
            crate::config::parse(&SourceFile::new(FileId(0), "facelint.toml", &*text, "UTF-8"));
        assert_eq!(faults, [], "{text}");
        assert_eq!(config.systems.len(), systems.len());
        assert!(config.systems.iter().all(|s| s.facts.len() == 1), "only the reference is stated: {text}");
        // Every line that is offered is right too.
        let offered: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest)
                    if rest.split(" = ").next().is_some_and(|k| !k.contains([' ', '（']))
                        && rest.contains(" = ") =>
                {
                    rest
                }
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        let (config, faults) =
            crate::config::parse(&SourceFile::new(FileId(0), "facelint.toml", &*offered, "UTF-8"));
        assert_eq!(faults, [], "{offered}");
        assert!(config.systems.iter().all(|s| s.facts.len() > 15));

        std::fs::write(dir.path().join("facelint.toml"), &text).unwrap();
        std::fs::create_dir_all(dir.path().join("docs")).unwrap();
        let template = super::template(systems, lang);
        std::fs::write(dir.path().join(super::ASSESSMENT), &template).unwrap();
        let empty = run(&dir);
        assert!(rules(&empty).contains(&"impact-assessment".to_owned()), "a template is no assessment");

        let written = template.replace("date: TODO", "date: 2025-06-20").replace("TODO", "Words. 内容。");
        std::fs::write(dir.path().join(super::ASSESSMENT), written).unwrap();
        let after = run(&dir);
        assert!(rules(&after).len() < rules(&before).len(), "{:?} {:?}", rules(&before), rules(&after));
        let of_it = |name: &str| name.contains("assessment") && name != "assessment-drift";
        assert!(!rules(&after).iter().any(|rule| of_it(rule)), "{:?}", rules(&after));
    }
}

#[test]
fn the_digest_tells_what_has_changed() {
    let toml = "[[system]]\nname = \"gate\"\nassessment.ref = \"PIA-2025-1\"\n";
    let dir = project(&[
        ("compose.yaml", "services:\n  gate:\n    image: exadel/compreface-api:1.2.0\n"),
        ("facelint.toml", toml),
    ]);
    let first = run(&dir);
    let system = &first.report.systems[0];
    let digest = system.facts.pointer("/digest").unwrap().as_str().unwrap();
    let at = system.assessment.as_ref().unwrap();
    assert_eq!(at.file, "facelint.toml");
    let (text, _) = super::renew(toml, at.bytes.0 as usize, digest).unwrap();
    std::fs::write(dir.path().join("facelint.toml"), &text).unwrap();
    assert!(!rules(&run(&dir)).contains(&"assessment-drift".to_owned()));

    std::fs::write(
        dir.path().join("facelint.toml"),
        text.replace("name = \"gate\"\n", "name = \"gate\"\npurpose = [\"attendance\"]\n"),
    )
    .unwrap();
    let changed = run(&dir);
    let drift = changed.report.findings.iter().find(|f| f.rule == "assessment-drift").unwrap();
    assert!(drift.message.contains("(changed: purposes)"), "{}", drift.message);
}
