//! Descriptors of clouds, from the files to the report.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use support::{fixture, run};

/// The sightings of a fixture's only system as `file: text`.
fn seen(name: &str) -> Vec<String> {
    let run = run(&fixture(name));
    assert_eq!(run.report.problems.len(), 0, "{:#?}", run.report.problems);
    let [system] = run.report.systems.as_slice() else { panic!("{:#?}", run.report.systems) };
    system.sightings.iter().map(|s| format!("{}: {}", s.place.file, s.text)).collect()
}

#[test]
fn terraform_from_a_policy_template_to_a_module() {
    let seen = seen("terraform-face");
    for expected in [
        "main.tf: aws_rekognition_collection",
        "policy.json.tpl: rekognition:SearchFacesByImage",
        "modules/match/main.tf: REKOGNITION_COLLECTION_ID",
    ] {
        assert!(seen.iter().any(|s| s == expected), "{expected} is not in {seen:#?}");
    }
}

#[test]
fn a_sam_template() {
    let seen = seen("cloudformation-face");
    for expected in [
        "template.yaml: AWS::Rekognition::Collection",
        "template.yaml: rekognition:SearchFacesByImage",
        "template.yaml: REKOGNITION_COLLECTION_ID",
    ] {
        assert!(seen.iter().any(|s| s == expected), "{expected} is not in {seen:#?}");
    }
}
