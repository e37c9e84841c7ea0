use super::testing::{Files, resources, setting, with_role};
use super::*;

#[test]
fn plain_documents_have_names_and_defaults() {
    let text = "name: gate\nface:\n  url: ${URL:-http://f}/x\n  image: {repository: a/face, tag: '1'}\n\
                summary: who it is for\n# tail\n";
    let (files, all) = resources("deploy/values.yaml", text);
    let [resource] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((&*resource.name, resource.kind, &*resource.dir), ("gate", ResourceKind::AppConfig, "deploy"));
    assert_eq!(
        files.show_all(resource),
        [
            "name | name | gate",
            "face.url | url | ${URL:-http://f}/x | http://f/x",
            "face.image.repository | repository | a/face",
            "face.image.tag | tag | '1' | 1",
            "summary | summary | who it is for",
        ]
    );
    assert_eq!(setting(resource, "face.image.repository").role, Role::Image);
    assert_eq!(setting(resource, "summary").role, Role::Prose);
    assert_eq!(with_role(resource, &Role::Name), ["name"]);
    assert_eq!(resource.comments.len(), 1);
}

#[test]
fn property_keys_are_split() {
    let (files, all) = resources("conf/face.properties", "face.url[0].x = http://a\n%dev.y=1\n");
    assert_eq!(
        files.show_all(all.first().unwrap()),
        ["face.url[0].x | face.url[0].x | http://a", "%dev.y | %dev.y | 1"]
    );
}

#[test]
fn policy_statements_grant_and_deny() {
    let text = r#"{"Statement": [
        {"Effect": "Allow", "Action": ["rekognition:IndexFaces", "s3:*"]},
        {"Effect": "Deny", "Action": "rekognition:DeleteFaces"},
        {"Effect": "Allow", "NotAction": "rekognition:*"}
    ], "Action": "no statement"}"#;
    let (_, all) = resources("iam.json", text);
    let resource = all.first().unwrap();
    assert_eq!(
        with_role(resource, &Role::Action { allow: true }),
        ["Statement[0].Action[0]", "Statement[0].Action[1]"]
    );
    assert_eq!(
        with_role(resource, &Role::Action { allow: false }),
        ["Statement[1].Action", "Statement[2].NotAction"]
    );
}

#[test]
fn an_image_beside_a_picture() {
    let (_, all) = resources("x.json", r#"{"a": {"image": "face/api:1"}, "b": {"image": "img/logo.png"}}"#);
    assert_eq!(with_role(all.first().unwrap(), &Role::Image), ["a.image"]);
}

#[test]
fn schemas_set_nothing() {
    let (_, all) =
        resources("s.json", r#"{"type": "object", "properties": {"face_login": {"type": "boolean"}}}"#);
    assert!(all.first().unwrap().settings.iter().all(|s| s.role == Role::Schema));
}

#[test]
fn interface_descriptions() {
    let text = "openapi: 3.0.0\ninfo:\n  title: Face gate\n  x-facelint: {retention: {images: 30d}, flows: [{name: door}]}\n\
                paths:\n  /face/verify:\n    post:\n      summary: compares\n      operationId: verify\n\
                components:\n  schemas:\n    Face: {type: object}\n";
    let (files, all) = resources("api.yaml", text);
    let api = all.first().unwrap();
    assert_eq!((api.kind, &*api.name, api.dialect), (ResourceKind::Api, "Face gate", "openapi"));
    let path = setting(api, "paths./face/verify");
    assert_eq!(
        (&path.role, &*path.value.text, files.slice(path.key_span).as_str()),
        (&Role::ApiPath, "/face/verify", "/face/verify")
    );
    assert_eq!(with_role(api, &Role::Prose), ["info.title", "paths./face/verify.post.summary"]);
    assert_eq!(with_role(api, &Role::Schema), ["components.schemas.Face.type"]);
    let declared: Vec<_> = api.declarations.iter().map(|d| (d.key(), files.show(d))).collect();
    assert_eq!(
        declared,
        [
            ("retention.images", "retention.images | images | 30d".to_owned()),
            ("flows.name", "[door].flows.name | name | door".to_owned()),
        ]
    );
}

#[test]
fn env_files() {
    let text = "# gate\nHOST=r.io\nIMAGE=${HOST}/face:${TAG:-1}\nLIT='${HOST}'\nNONE=\n";
    let (files, all) = resources("deploy/.env", text);
    let resource = all.first().unwrap();
    assert_eq!((resource.kind, &*resource.name, resource.comments.len()), (ResourceKind::EnvFile, ".env", 1));
    assert_eq!(
        files.show_all(resource),
        [
            "HOST | HOST | r.io",
            "IMAGE | IMAGE | ${HOST}/face:${TAG:-1} | r.io/face:1 <- HOST=r.io",
            "LIT | LIT | '${HOST}' | ${HOST}",
            "NONE | NONE | ",
        ]
    );
    assert!(resource.settings.iter().all(|s| s.role == Role::Env));
}

#[test]
fn values_known_later_are_holes() {
    let (_, all) = resources("configuration.yaml", "key: !secret face_key\nurl: '{{ .Values.url }}/face'\n");
    let resource = all.first().unwrap();
    assert!(setting(resource, "key").value.is_unknown());
    assert_eq!(&*setting(resource, "url").value.text, "\u{FFFC}/face");
}

#[test]
fn comments_go_to_their_resource() {
    let text = "# top\nservices:\n  # of a\n  a:\n    image: a/a:1 # in a\n  # of b\n  b:\n    image: b/b:1\n# end\n";
    let (_, all) = resources("compose.yaml", text);
    let comments: Vec<_> =
        all.iter().map(|r| r.comments.iter().map(|c| c.text.trim()).collect::<Vec<_>>()).collect();
    assert_eq!(comments, [vec!["top", "of a", "in a"], vec!["of b", "end"]]);
}

#[test]
fn bombs_end() {
    let mut text =
        String::from("apiVersion: v1\nkind: List\na0: &a0 [{name: x, containers: [{image: y}]}]\n");
    for n in 1..40 {
        text.push_str(&format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1));
    }
    text.push_str("items:\n");
    for _ in 0..50 {
        text.push_str("- {kind: X, b: *a39}\n");
    }
    let files = Files::new(&[("bomb.yaml", &text)]);
    let description = files.describe("bomb.yaml");
    let settings: usize = description.resources.iter().map(|r| r.settings.len()).sum();
    assert!(settings <= MAX_SETTINGS);
    assert_eq!(description.problems.len(), 1);
}

mod arbitrary {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::testing::Files;
    use super::super::*;
    use crate::source::{FileId, Span};
    use crate::syntax::{Entry, ScalarKind, TextMap};

    /// Keys and values that some dialect looks at.
    const WORDS: &[&str] = &[
        "apiVersion",
        "kind",
        "metadata",
        "name",
        "data",
        "stringData",
        "spec",
        "template",
        "containers",
        "image",
        "env",
        "valueFrom",
        "configMapKeyRef",
        "envFrom",
        "volumes",
        "items",
        "List",
        "Deployment",
        "Secret",
        "ConfigMap",
        "Service",
        "Ingress",
        "services",
        "environment",
        "env_file",
        "extends",
        "build",
        "configs",
        "content",
        "command",
        "labels",
        "openapi",
        "paths",
        "Effect",
        "Action",
        "x-facelint",
        "annotations",
        "${A:-${B}}",
        "$",
        "${",
        "a=${A}",
        "%prod.x",
        "a.b[0]",
        "--a=b",
        "aGVsbG8=",
        "{\"a\": 1}",
        "a: 1\nb: 2\n",
        "人脸",
        "",
        "Host(`a",
        "facelint.dev/x",
        "rules",
        "hosts",
        "type",
        "LoadBalancer",
    ];

    fn node() -> impl Strategy<Value = Node> {
        let span = Span::new(FileId(0), 0, 0);
        let scalar = (prop::sample::select(WORDS), any::<bool>()).prop_map(move |(text, null)| {
            let kind = if null { ScalarKind::Null } else { ScalarKind::Text };
            Node::scalar(span, text, kind, TextMap::at(0))
        });
        scalar.prop_recursive(6, 64, 5, move |inner| {
            let key = prop::sample::select(WORDS)
                .prop_map(move |text| Node::scalar(span, text, ScalarKind::Text, TextMap::at(0)));
            let entry = (key, inner.clone()).prop_map(|(key, value)| Entry {
                key: Arc::new(key),
                value: Arc::new(value),
                merged: false,
            });
            prop_oneof![
                prop::collection::vec(inner.prop_map(Arc::new), 0..5)
                    .prop_map(move |items| Node::sequence(span, items)),
                prop::collection::vec(entry, 0..6).prop_map(move |entries| Node::mapping(span, entries)),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_tree_is_too_odd(root in node(), pick in 0usize..5) {
            let path = ["a.yaml", "compose.yaml", "application.properties", ".env", "api.json"][pick];
            let format = crate::syntax::format_of(path).unwrap();
            let file = SourceFile::new(FileId(0), path, "", "UTF-8");
            let root = Arc::new(root);
            // Every dialect must stand every tree, claimed or not.
            let parsed = Parsed {
                documents: vec![Tree { root: root.clone(), comments: Vec::new() }],
                problems: Vec::new(),
            };
            let project = Files::new(&[(".env", "A=1")]);
            let mut all = describe(&file, &parsed, format, &project).resources;
            resolve(&mut all);
            let budget = Budget::default();
            for (index, tree) in parsed.documents.iter().enumerate() {
                let doc = Document { file: &file, tree, index, format, all: &parsed.documents, budget: &budget };
                for dialect in DIALECTS {
                    (dialect.read)(&doc, &project, &mut Description::default());
                }
            }
        }
    }
}
