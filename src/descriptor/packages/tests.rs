use crate::descriptor::Role;
use crate::descriptor::testing::{Files, resources};

/// The packages of one file as `ecosystem name @ text of the span`; the text is left out where it is the name.
fn packages(path: &str, text: &str) -> Vec<String> {
    of(&Files::new(&[(path, text)]), path)
}

fn of(files: &Files, path: &str) -> Vec<String> {
    let description = files.describe(path);
    let settings = description.resources.iter().flat_map(|r| &r.settings);
    settings
        .filter_map(|s| match s.role {
            Role::Package { ecosystem } => {
                let raw = files.slice(s.value.span);
                let name = s.value.text.replace('\u{FFFC}', "?");
                Some(if raw == name {
                    format!("{ecosystem} {name}")
                } else {
                    format!("{ecosystem} {name} @ {raw}")
                })
            }
            _ => None,
        })
        .collect()
}

#[test]
fn requirements() {
    let text = "# models\r\n-r base.txt\r\n--index-url https://pypi.org/simple\r\ninsightface[gpu]==0.7 ; python_version > '3.8'\r\n\
                -e git+https://github.com/x/y.git#egg=face_recognition # ours\r\nnumpy>=1 \\\r\n    --hash=sha256:00ff\r\n";
    let (files, all) = resources("requirements/dev.txt", text);
    assert_eq!(
        of(&files, "requirements/dev.txt"),
        ["pypi insightface", "pypi face_recognition", "pypi numpy"]
    );
    assert_eq!(files.show_all(&all[0])[0], "dependencies[insightface] | insightface | insightface");
    assert_eq!(all[0].links, [crate::descriptor::Link::File("requirements/base.txt".into())]);
    let comments: Vec<&str> = all[0].comments.iter().map(|c| &*c.text).collect();
    assert_eq!(comments, [" models", " ours"]);
    assert_eq!(files.slice(all[0].comments[1].span), "# ours");
}

#[test]
fn pyproject() {
    let text = "[project]\nname = \"gate\"\ndescription = \"Opens doors by face recognition\"\n\
                dependencies = [\n  \"insightface>=0.7\",\n]\n[project.optional-dependencies]\nx = ['dlib']\n\
                [dependency-groups]\ndev = [\"deepface\", {include-group = \"x\"}]\n\
                [tool.poetry.dependencies]\npython = \"^3.9\"\nface-recognition = {version = \"1\"}\n\
                [tool.poetry.group.gpu.dependencies]\n\"facenet-pytorch\" = \"*\"\n[tool.uv]\ndev-dependencies = [\"mtcnn\"]\n";
    let (files, all) = resources("pyproject.toml", text);
    let expected = ["insightface", "dlib", "deepface", "face-recognition", "facenet-pytorch", "mtcnn"];
    assert_eq!(of(&files, "pyproject.toml"), expected.map(|n| format!("pypi {n}")));
    assert_eq!(&*all[0].name, "gate");
    let shown = files.show_all(&all[0]);
    assert!(
        shown.contains(&"description | description | Opens doors by face recognition".to_owned()),
        "{shown:?}"
    );
}

#[test]
fn other_python() {
    let text = "[metadata]\nname = gate\n[options]\ninstall_requires =\n    insightface>=0.7\n    # no\n    numpy\n\
                [options.extras_require]\ngpu = onnxruntime-gpu; python_version>'3'\n";
    assert_eq!(packages("setup.cfg", text), ["pypi insightface", "pypi numpy", "pypi onnxruntime-gpu"]);
    let text = "[[source]]\nurl = \"https://pypi.org\"\n[packages]\ninsightface = \"*\"\n[dev-packages]\n\"dlib\" = \"*\"\n";
    assert_eq!(packages("Pipfile", text), ["pypi insightface", "pypi dlib"]);
    let text = "name: face\nchannels: [conda-forge]\ndependencies:\n- conda-forge::dlib=19.24=py39\n- python>=3.9\n- pip:\n  - 'deepface==1'\n";
    assert_eq!(packages("environment.yml", text), ["conda dlib", "conda python", "pypi deepface"]);
}

#[test]
fn package_json() {
    let text = r#"{"name":"gate","description":"x","dependencies":{"face-api.js":"^0.22","f":"npm:@vladmandic/human@3"},
      "resolutions":{"**/@tensorflow-models/blazeface":"1"},"bundledDependencies":["a"],"scripts":{"start":"node a.js"}}"#;
    let expected = ["face-api.js", "f", "@vladmandic/human", "@tensorflow-models/blazeface", "a"];
    assert_eq!(packages("web/package.json", text), expected.map(|n| format!("npm {n}")));
}

#[test]
fn pom() {
    let parent = "<project><properties><face.group>com.arcsoft.face</face.group></properties></project>";
    let text = "<project><parent><groupId>p</groupId></parent><artifactId>gate</artifactId>\n\
        <properties><a>arcsoft-sdk-face</a></properties><!-- face -->\n\
        <dependencies><dependency><groupId>${face.group}</groupId>\n<artifactId>${a}</artifactId>\n\
        <systemPath>${basedir}/libs/arcsoft-sdk-face-3.0.0.0.jar</systemPath>\n\
        <exclusions><exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion></exclusions></dependency></dependencies>\n\
        <dependencyManagement><dependencies><dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId>\
        </dependency><dependency><groupId>${no}</groupId><artifactId>c</artifactId></dependency></dependencies></dependencyManagement></project>";
    let files = Files::new(&[("pom.xml", parent), ("gate/pom.xml", text)]);
    assert_eq!(
        of(&files, "gate/pom.xml"),
        ["maven com.arcsoft.face:arcsoft-sdk-face @ ${a}", "maven p:b @ b", "maven ?:c @ c"]
    );
    let all = files.describe("gate/pom.xml").resources;
    let shown = files.show_all(&all[0]);
    assert!(
        shown.iter().any(|s| s.contains("systemPath") && s.contains("arcsoft-sdk-face-3.0.0.0.jar")),
        "{shown:?}"
    );
    assert!(shown[1].ends_with("<- arcsoft-sdk-face <- com.arcsoft.face"), "{shown:?}");
    assert_eq!(all[0].comments.len(), 1);
}

#[test]
fn gradle() {
    let text = "// app\nplugins { id 'com.android.application' }\next.face = 'com.arcsoft.face:core:1.0'\n\
        dependencies {\n  implementation \"com.aliyun:facebody20191230:$v\"\n  api group: 'org.openimaj', name: 'faces', version: '1'\n\
        implementation(files('libs/arcsoft-sdk-face-3.0.0.0.jar'))\n  implementation(platform(\"a.b:c\"))\n\
        implementation(name: 'FaceSDK', ext: 'aar')\n  implementation libs.mlkit.face.detection\n\
        implementation('x.y:z:1') { exclude group: 'q', module: 'r' }\n /* implementation 'no:no:1' */ }\nurl = 'https://a.b/c'\n";
    let catalog = "[libraries]\nmlkit-face-detection = { module = \"com.google.mlkit:face-detection\", version = \"1\" }\n\
        o = \"a:b:1\"\np = { group = 'g', name = 'n' }\n";
    let files = Files::new(&[("app/build.gradle", text), ("gradle/libs.versions.toml", catalog)]);
    assert_eq!(
        of(&files, "app/build.gradle"),
        [
            "maven com.arcsoft.face:core @ core",
            "maven com.aliyun:facebody20191230 @ facebody20191230",
            "maven org.openimaj:faces @ faces",
            "maven a.b:c @ c",
            "maven FaceSDK",
            "maven com.google.mlkit:face-detection @ libs.mlkit.face.detection",
            "maven x.y:z @ z",
        ]
    );
    let all = files.describe("app/build.gradle").resources;
    assert!(files.show_all(&all[0]).iter().any(|s| s.ends_with("| libs/arcsoft-sdk-face-3.0.0.0.jar")));
    let expected =
        ["maven com.google.mlkit:face-detection @ face-detection", "maven a:b @ b", "maven g:n @ n"];
    assert_eq!(of(&files, "gradle/libs.versions.toml"), expected);
    let text = "android {\n  defaultConfig {\n    buildConfigField \"String\", \"FACE_URL\", '\"https://a.b\"'\n\
        manifestPlaceholders = [FACE_APP_ID: \"x1\"]\n  }\n}\next.mode = \"strict\"\n";
    let (files, all) = resources("build.gradle", text);
    assert_eq!(
        files.show_all(&all[0]),
        ["FACE_URL | FACE_URL | https://a.b", "FACE_APP_ID | FACE_APP_ID | x1", "mode | mode | strict"]
    );
    let kts = "dependencies {\n    implementation(group = \"a.b\", name = \"c\")\n    testImplementation(\"d.e:f:1\")\n}\n";
    assert_eq!(packages("build.gradle.kts", kts), ["maven a.b:c @ c", "maven d.e:f @ f"]);
}

#[test]
fn go() {
    let text = "module example.com/gate\r\n\r\ngo 1.22\r\n\r\nrequire github.com/Kagami/go-face v0.0.0 // faces\r\n\
        require (\r\n\tgithub.com/esimov/pigo v1.4 // indirect\r\n)\r\nreplace a => ../a\r\nreplace b v1 => github.com/x/b v2\r\n";
    assert_eq!(
        packages("go.mod", text),
        ["go github.com/Kagami/go-face", "go github.com/esimov/pigo", "go github.com/x/b"]
    );
}

#[test]
fn cargo() {
    let text = "[package]\nname = \"gate\"\n[dependencies]\nrustface = \"0.1\"\nf = { package = \"rust-faces\", version = \"1\" }\n\
        [target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n[workspace.dependencies.serde]\nversion = \"1\"\n";
    assert_eq!(
        packages("Cargo.toml", text),
        ["cargo rustface", "cargo rust-faces", "cargo libc", "cargo serde"]
    );
}

#[test]
fn dotnet() {
    let text = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><Description>x</Description></PropertyGroup><ItemGroup>\n\
        <PackageReference Include=\"FaceAiSharp\" Version=\"0.5\" />\n<Reference Include=\"DlibDotNet, Version=1\"><HintPath>..\\a.dll</HintPath></Reference>\n\
        </ItemGroup></Project>";
    assert_eq!(packages("a/Gate.csproj", text), ["nuget FaceAiSharp", "nuget DlibDotNet"]);
    let text = "<packages><package id=\"FaceRecognitionDotNet\" version=\"1\" /></packages>";
    assert_eq!(packages("packages.config", text), ["nuget FaceRecognitionDotNet"]);
}

#[test]
fn ruby_and_pods() {
    let text = "source 'https://rubygems.org'\ngem 'aws-sdk-rekognition', '~> 1' # faces\n# gem 'no'\n  gem(\"x\")\nfoo gem: 'no'\n";
    assert_eq!(packages("Gemfile", text), ["gem aws-sdk-rekognition", "gem x"]);
    let text = "Gem::Specification.new do |s|\n  s.name = 'gate'\n  s.summary = \"x\"\n  s.add_dependency \"face\"\nend\n";
    assert_eq!(packages("gate.gemspec", text), ["gem face"]);
    let text = "target 'Gate' do\n  pod 'GoogleMLKit/FaceDetection', '3'\n  pod \"IDLFaceSDK\"\nend\n";
    assert_eq!(
        packages("ios/Podfile", text),
        ["cocoapods GoogleMLKit/FaceDetection", "cocoapods IDLFaceSDK"]
    );
}

#[test]
fn others() {
    let text = r#"{"name":"a/b","require":{"php":">=8","tencentcloud/iai":"*"}}"#;
    assert_eq!(packages("composer.json", text), ["composer tencentcloud/iai"]);
    let text = "name: gate\ndescription: d\ndependencies:\n  flutter:\n    sdk: flutter\n  face_camera: ^0.1\ndev_dependencies:\n  lints: any\n";
    assert_eq!(packages("pubspec.yaml", text), ["pub face_camera", "pub lints"]);
    let text = "let package = Package(\n  name: \"Gate\",\n  dependencies: [\n    .package(url: \"https://github.com/aws-amplify/amplify-ui-swift-liveness.git\", from: \"1.0\"),\n\
        ], targets: [.target(dependencies: [.product(name: \"FaceLiveness\", package: \"amplify-ui-swift-liveness\")])])\n";
    assert_eq!(
        packages("Package.swift", text),
        ["swift github.com/aws-amplify/amplify-ui-swift-liveness", "swift amplify-ui-swift-liveness"]
    );
}

#[test]
fn locks_without_a_manifest() {
    let npm = r#"{"packages":{"":{},"node_modules/a/node_modules/@vladmandic/human":{}}}"#;
    assert_eq!(packages("package-lock.json", npm), ["npm @vladmandic/human"]);
    let both = Files::new(&[("package-lock.json", npm), ("package.json", "{}")]);
    assert!(both.describe("package-lock.json").resources.is_empty());
    let yarn = "# yarn lockfile v1\n\nface-api.js@^0.22.2, face-api.js@0:\n  version \"0.22.2\"\n  dependencies:\n    x \"1\"\n\"@a/b@npm:^1\":\n";
    assert_eq!(packages("yarn.lock", yarn), ["npm face-api.js", "npm @a/b"]);
    let pnpm = "packages:\n  /@a/b@1.0.0(c@2):\n    x: 1\n  face-api.js@0.22:\n    x: 1\n";
    assert_eq!(packages("pnpm-lock.yaml", pnpm), ["npm @a/b", "npm face-api.js"]);
    assert_eq!(packages("Cargo.lock", "[[package]]\nname = \"rustface\"\n"), ["cargo rustface"]);
    assert_eq!(packages("poetry.lock", "[[package]]\nname = \"dlib\"\n"), ["pypi dlib"]);
    assert_eq!(packages("Gemfile.lock", "GEM\n  specs:\n    face (1.0)\n      dep (>= 1)\n"), ["gem face"]);
    let pods = "PODS:\n  - IDLFaceSDK (1.0)\n  - GoogleMLKit/FaceDetection (3.2):\n    - x\n";
    assert_eq!(
        packages("Podfile.lock", pods),
        ["cocoapods IDLFaceSDK", "cocoapods GoogleMLKit/FaceDetection"]
    );
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    const NAMES: &[&str] = &[
        "requirements.txt",
        "pyproject.toml",
        "setup.cfg",
        "Pipfile",
        "environment.yml",
        "package.json",
        "pom.xml",
        "build.gradle",
        "libs.versions.toml",
        "go.mod",
        "Cargo.toml",
        "a.csproj",
        "Gemfile",
        "Podfile",
        "composer.json",
        "pubspec.yaml",
        "Package.swift",
        "package-lock.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "Gemfile.lock",
        "Podfile.lock",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn never_panics_and_spans_are_in_the_text(
            text in "([a-z:.'\"@/{}()\\[\\]=<>$#\\\\ \n\r\t人-]|gem |dependencies|libs\\.|name|//|/\\*|<project>|require |=> |egg=|://|implementation ){0,60}"
        ) {
            for name in NAMES {
                let files = Files::new(&[(name, &text)]);
                for resource in files.try_describe(name).resources {
                    for setting in &resource.settings {
                        let raw = files.slice(setting.value.span);
                        prop_assert!(setting.value.span.start == setting.value.span.end || !raw.is_empty());
                    }
                }
            }
        }
    }
}
