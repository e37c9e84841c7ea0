use super::super::testing::{Files, resources, setting, with_role};
use super::super::{Link, ResourceKind};
use super::*;

#[test]
fn placeholders_and_the_module() {
    let text = "spring:\n  application: {name: door}\nface:\n  base-url: http://f\n  url: ${face.baseUrl}/v1\n  \
                key: ${FACE_KEY}\n  mode: ${MODE:strict}\n  loop: ${face.loop}\nface.login.enabled: true\n";
    let (files, all) = resources("svc/src/main/resources/application.yml", text);
    let [app] = all.as_slice() else { panic!() };
    assert_eq!((app.kind, &*app.name, &*app.scope), (ResourceKind::AppConfig, "door", "svc"));
    assert_eq!(app.links, [Link::Directory("svc".into())]);
    let show = |path: &str| files.show(setting(app, path));
    assert_eq!(show("face.url"), "face.url | url | ${face.baseUrl}/v1 | http://f/v1 <- http://f");
    assert_eq!(show("face.mode"), "face.mode | mode | ${MODE:strict} | strict");
    assert_eq!(show("face.key"), "face.key | key | ${FACE_KEY} | ?");
    assert_eq!(show("face.loop"), "face.loop | loop | ${face.loop} | ?");
    assert_eq!(show("face.login.enabled"), "face.login.enabled | face.login.enabled | true");
    assert_eq!(with_role(app, &Role::Name), ["spring.application.name"]);
}

#[test]
fn profiles_stay_apart() {
    let text = "face.url: http://a\n---\nspring.config.activate.on-profile: prod\nface.url: http://b\nx: ${face.y}\n---\nface.y: 1\n";
    let (_, all) = resources("application.yml", text);
    let types: Vec<_> = all.iter().map(|r| &*r.type_name).collect();
    assert_eq!(types, ["application config", "application config [prod]", "application config"]);
    assert_eq!(&*setting(all.get(1).unwrap(), "x").value.text, "1");
    let text = "face.url=http://a\n%prod.face.url=http://b\n%prod.x=${face.url}\n#---\nspring.profiles=test\nface.url=c\n";
    let (_, all) = resources("config/application.properties", text);
    let urls: Vec<_> = all.iter().map(|r| (&*r.type_name, &*setting(r, "face.url").value.text)).collect();
    assert_eq!(
        urls,
        [
            ("application config", "http://a"),
            ("application config [prod]", "http://b"),
            ("application config [test]", "c")
        ]
    );
    assert_eq!(&*setting(all.get(1).unwrap(), "x").value.text, "http://b");
}

#[test]
fn a_profile_file_sees_the_one_without() {
    let files = Files::new(&[
        ("a/application.yml", "face:\n  host: f.example.com\n"),
        ("a/application-prod.yml", "face:\n  url: https://${face.host}/v1\n"),
    ]);
    let all = files.describe("a/application-prod.yml").resources;
    let prod = all.first().unwrap();
    assert_eq!(&*prod.type_name, "application config [prod]");
    let url = setting(prod, "face.url");
    assert_eq!(
        files.show(url),
        "face.url | url | https://${face.host}/v1 | https://f.example.com/v1 <- f.example.com"
    );
}

#[test]
fn names_and_directories() {
    for name in
        ["application.yml", "application-dev.yaml", "bootstrap.properties", "microprofile-config.properties"]
    {
        assert!(is_config_name(name), "{name}");
    }
    for name in ["applications.yml", "application.json", "my-application.yml", "application"] {
        assert!(!is_config_name(name), "{name}");
    }
    for (dir, module) in [
        ("a/src/main/resources", "a"),
        ("src/main/resources/config", ""),
        ("a/config", "a"),
        ("a/b", "a/b"),
        ("", ""),
    ] {
        assert_eq!(configured_dir(dir), module, "{dir}");
    }
}
