//! Overlays from their files to resources.

use super::super::testing::{Files, setting};
use super::*;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: face}\nspec:\n  template:\n    metadata: {labels: {app: face}}\n    spec:\n      containers:\n      - name: core\n        image: example/face:1\n        env:\n        - {name: SAVE, value: \"true\"}\n        envFrom:\n        - configMapRef: {name: conf}\n";

fn overlay(kustomization: &str, more: &[(&'static str, &'static str)]) -> (Files, Description) {
    let mut files = vec![
        (
            "base/kustomization.yaml",
            "resources: [d.yaml]\nconfigMapGenerator:\n- name: conf\n  literals: [A=1, KEEP=30d]\n",
        ),
        ("base/d.yaml", DEPLOYMENT),
        ("prod/kustomization.yaml", kustomization),
    ];
    files.extend_from_slice(more);
    let files = Files::new(&files);
    let description = describe_overlay("prod", false, &files);
    (files, description)
}

#[test]
fn a_patch_decides_and_is_underlined() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: face}\nspec:\n  template:\n    spec:\n      containers:\n      - name: core\n        env:\n        - {name: SAVE, value: \"false\"}\n";
    let (files, out) = overlay("resources: [../base]\npatches:\n- path: p.yaml\n", &[("prod/p.yaml", patch)]);
    let save = setting(&out.resources[0], "spec.template.spec.containers[core].env.SAVE");
    assert_eq!((&*save.value.text, &*files.file_of(save.value.span)), ("false", "prod/p.yaml"));
    assert_eq!(files.slice(save.value.span), "\"false\"");
    let image = setting(&out.resources[0], "spec.template.spec.containers[core].image");
    assert_eq!(
        (files.slice(image.value.span), &*files.file_of(image.value.span)),
        ("example/face:1".into(), "base/d.yaml")
    );
}

#[test]
fn images_names_and_generators() {
    let kustomization = "resources: [../base]\nnamePrefix: p-\nnamespace: ns\nimages:\n- name: example/face\n  newName: other/face\n  newTag: \"2\"\nconfigMapGenerator:\n- name: conf\n  behavior: merge\n  literals: [KEEP=90d]\ncommonLabels: {team: q}\n";
    let (files, out) = overlay(kustomization, &[]);
    let [deployment, config] = out.resources.as_slice() else { panic!("{out:#?}") };
    assert_eq!((&*deployment.name, &*config.name, &*deployment.scope), ("p-face", "p-conf", "ns"));
    assert!(deployment.links.iter().any(|l| matches!(l, Link::Config { name, .. } if name == "p-conf")));
    let image = &setting(deployment, "spec.template.spec.containers[core].image").value;
    assert_eq!((&*image.text, files.slice(image.span)), ("other/face:2", "other/face".into()));
    let keep = &setting(config, "KEEP").value;
    assert_eq!(
        (files.slice(keep.span), &*files.file_of(keep.span)),
        ("90d".into(), "prod/kustomization.yaml")
    );
    assert_eq!(deployment.labels, [("app".into(), "face".into()), ("team".into(), "q".into())]);
}

#[test]
fn json_patches_change_one_place() {
    let kustomization = "resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: example/face:3\n    - op: add\n      path: /spec/replicas\n      value: 2\n    - op: remove\n      path: /spec/template/spec/containers/0/env/0\n";
    let (files, out) = overlay(kustomization, &[]);
    let image = setting(&out.resources[0], "spec.template.spec.containers[core].image");
    assert_eq!(files.slice(image.value.span), "example/face:3");
    assert_eq!(&*setting(&out.resources[0], "spec.replicas").value.text, "2");
    assert!(!out.resources[0].settings.iter().any(|s| s.key() == "SAVE"));
}

#[test]
fn a_base_is_judged_in_its_overlays_only() {
    let files = [
        ("base/kustomization.yaml", "resources: [d.yaml]\n"),
        ("base/d.yaml", DEPLOYMENT),
        ("a/kustomization.yaml", "resources: [../base]\n"),
        ("b/kustomization.yaml", "resources: [../base, ../b, https://x/y]\n"),
    ];
    let project = Files::new(&files);
    let index = Index::new(files.iter().map(|(p, _)| *p), &project);
    assert_eq!(index.of("base/d.yaml"), ["a", "b"]);
    assert_eq!(index.of("base/kustomization.yaml"), ["a", "b"]);
    assert!(index.of("other.yaml").is_empty());
    let out = describe_overlay("a", true, &project);
    assert_eq!((&*out.resources[0].scope, out.resources[0].condition.as_deref()), ("a", Some("a")));
}
