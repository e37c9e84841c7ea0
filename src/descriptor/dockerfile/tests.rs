use crate::descriptor::testing::{Files, resources, with_role};
use crate::descriptor::{ResourceKind, Role};

fn shown(text: &str) -> Vec<String> {
    let (files, all) = resources("Dockerfile", text);
    files.show_all(&all[0])
}

fn has(shown: &[String], line: &str) {
    assert!(shown.iter().any(|s| s == line), "{line} not in {shown:#?}");
}

#[test]
fn images_and_stages() {
    let text = "# syntax=docker/dockerfile:1\nARG TAG=1.2\nFROM --platform=linux/amd64 exadel/compreface-core:${TAG} AS base\n\
                FROM base\nFROM scratch\nCOPY --from=base /a /b\nCOPY --from=serengil/deepface:latest /a /b\nFROM ${REGISTRY}/x\n";
    let (files, all) = resources("docker/Dockerfile.gpu", text);
    assert_eq!(all[0].kind, ResourceKind::Build);
    let images: Vec<String> = all[0]
        .settings
        .iter()
        .filter(|s| s.role == Role::Image)
        .map(|s| format!("{} {}", s.value.text.replace('\u{FFFC}', "?"), files.slice(s.value.span)))
        .collect();
    assert_eq!(
        images,
        [
            "exadel/compreface-core:1.2 exadel/compreface-core:${TAG}",
            "serengil/deepface:latest serengil/deepface:latest",
            "?/x ${REGISTRY}/x"
        ]
    );
    assert_eq!(all[0].comments.len(), 1);
}

#[test]
fn commands_over_lines() {
    let text = "FROM a\r\nRUN apt-get update \\\r\n  # why\r\n  && pip install \\\r\n    insightface==0.7 \\\r\n    numpy\r\n\
                ENV FACE_MODEL=buffalo_l OTHER=\"a b\"\r\nENV OLD some text\r\nCMD [\"python\", \"--model=buffalo_l\"]\r\n\
                LABEL face=\"yes\"\r\nADD models/arcface.onnx /models/\r\nARG ONLY\r\n";
    let shown = shown(text);
    has(&shown, "RUN[insightface] | insightface | insightface");
    has(&shown, "ENV.FACE_MODEL | FACE_MODEL | buffalo_l");
    has(&shown, "ENV.OTHER | OTHER | a b");
    has(&shown, "ENV.OLD | OLD | some text");
    has(&shown, "LABEL.face | face | yes");
    has(&shown, "ADD[0] | models/arcface.onnx | models/arcface.onnx");
    has(&shown, "CMD.model | model | buffalo_l");
    has(&shown, "ARG.ONLY | ONLY | ");
}

#[test]
fn heredocs() {
    let text = "FROM a\nRUN <<EOF\npip install dlib\nEOF\nCOPY <<-'X' /etc/a\n\tface: 1\n\tX\nRUN echo 1 << 2\nENV A=1\n";
    let shown = shown(text);
    has(&shown, "RUN[dlib] | dlib | dlib");
    has(&shown, "ENV.A | A | 1");
}

#[test]
fn variables_reach_commands() {
    let text = "FROM a\nENV MODEL=buffalo_l\nRUN fetch $MODEL $HOME\nONBUILD RUN pip install mtcnn\n";
    let shown = shown(text);
    assert!(shown.iter().any(|s| s.contains("fetch buffalo_l ${HOME}")), "{shown:#?}");
    has(&shown, "RUN[mtcnn] | mtcnn | mtcnn");
}

#[test]
fn near_misses() {
    let (_, all) = resources("Dockerfile", "FROM a\nRUN echo 'pip install dlib'\n# pip install dlib\n");
    assert!(with_role(&all[0], &Role::Package { ecosystem: "pypi" }).is_empty());
    assert!(Files::new(&[("Dockerfile", "")]).describe("Dockerfile").resources.is_empty());
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn never_panics(text in "(FROM |RUN |ENV |COPY |ARG A=|LABEL |CMD |ONBUILD |<<EOF|EOF\n|[a-z=\"'$\\\\{}\\[\\]#人 \r\n-]|pip install ){0,60}") {
            let files = Files::new(&[("Dockerfile", &text)]);
            for resource in files.try_describe("Dockerfile").resources {
                for setting in &resource.settings {
                    prop_assert!(setting.value.span.end as usize <= text.len());
                    let span = setting.value.span;
                    prop_assert!(span.start == span.end || !files.slice(span).is_empty());
                }
            }
        }
    }
}
