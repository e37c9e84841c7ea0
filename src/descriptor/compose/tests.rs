use super::super::testing::{Files, resources, setting, with_role};
use super::super::{Link, ResourceKind, Role};

#[test]
fn a_service() {
    let text = r#"name: gate
x-facelint: {venue: public, storage: device}
x-env: &env {SHARED: 1, OVER: 2}
services:
  api:
    image: ${REG}/face:${TAG:-1}
    container_name: face-api
    x-facelint: {storage: cloud}
    environment:
      <<: *env
      OVER: 3
      URL: http://$HOST/$$x
      PASSED:
      NOWHERE:
    depends_on: {db: {condition: service_started}}
    ports: ["8080:80"]
    build: {context: ../src, args: [MODEL=buffalo_l]}
    volumes: [faces:/data, ./conf/app.yml:/app.yml, ./models:/models, /etc/x:/x, {type: volume, source: more, target: /m}]
    configs: [{source: app, target: /etc/application.yml}]
    command: python serve.py --threshold 0.6
    labels: ["traefik.http.routers.f.rule=Host(`face.example.com`)"]
  db:
    image: db
    environment: ["A=1", "PASSED", "B=x=${REG}"]
volumes: {faces: , more: {driver: local}}
configs:
  app:
    content: |
      face:
        days: 30
secrets: {key: {file: ./key.txt}}
"#;
    let env = "REG=r.io\nHOST=h\nPASSED=p\n";
    let files = Files::new(&[("deploy/compose.yaml", text), ("deploy/.env", env)]);
    let all = files.describe("deploy/compose.yaml").resources;
    let names: Vec<_> = all.iter().map(|r| (r.kind, &*r.name, &*r.scope)).collect();
    assert_eq!(
        names,
        [
            (ResourceKind::Workload, "api", "gate"),
            (ResourceKind::Workload, "db", "gate"),
            (ResourceKind::Store, "faces", "gate"),
            (ResourceKind::Store, "more", "gate"),
            (ResourceKind::ConfigMap, "app", "gate"),
            (ResourceKind::Secret, "key", "gate"),
        ]
    );
    let [api, db, _, _, config, secret] = all.as_slice() else { panic!() };
    let show = |path: &str| files.show(setting(api, path));
    assert_eq!(show("image"), "image | image | ${REG}/face:${TAG:-1} | r.io/face:1 <- REG=r.io");
    assert_eq!(show("environment.SHARED"), "environment.SHARED | SHARED | 1");
    assert_eq!(show("environment.OVER"), "environment.OVER | OVER | 3");
    assert_eq!(show("environment.URL"), "environment.URL | URL | http://$HOST/$$x | http://h/$x <- HOST=h");
    assert_eq!(show("environment.PASSED"), "environment.PASSED | PASSED | PASSED | p <- PASSED=p");
    assert!(setting(api, "environment.NOWHERE").value.is_unknown());
    assert_eq!(show("build.args.MODEL"), "build.args.MODEL | MODEL | buffalo_l");
    assert_eq!(show("command.threshold"), "command.threshold | threshold | 0.6");
    assert_eq!(files.show(setting(db, "environment.B")), "environment.B | B | x=${REG} | x=r.io <- REG=r.io");
    assert_eq!(with_role(api, &Role::Name), ["name", "container_name"]);
    assert_eq!(with_role(api, &Role::Port), ["ports[0]"]);
    assert_eq!(files.slice(*api.exposed.first().unwrap()), "Host(`face.example.com`)");
    let mut declared: Vec<_> = api.declarations.iter().map(|d| (d.key(), &*d.value.text)).collect();
    declared.sort_unstable();
    assert_eq!(declared, [("storage", "cloud"), ("venue", "public")]);
    assert_eq!(
        api.links,
        [
            Link::DependsOn("db".into()),
            Link::Directory("src".into()),
            Link::Store("faces".into()),
            Link::File("deploy/conf/app.yml".into()),
            Link::Directory("deploy/models".into()),
            Link::Store("more".into()),
            Link::Config { kind: ResourceKind::ConfigMap, name: "app".into() },
        ]
    );
    assert_eq!(
        files.show(setting(config, "application.yml.face.days")),
        "application.yml.face.days | days | 30"
    );
    assert_eq!(secret.links, [Link::File("deploy/key.txt".into())]);
}

#[test]
fn env_files_give_settings_in_their_own_lines() {
    let text = "services:\n  a:\n    image: a\n    env_file: [common.env, {path: ../own.env, required: false}]\n    environment: {C: here}\n";
    let files = Files::new(&[
        ("d/compose.yml", text),
        ("d/common.env", "A=1\nB=1\nC=1\n"),
        ("own.env", "B=2 # two\nD=${A}${B}\n"),
    ]);
    let all = files.describe("d/compose.yml").resources;
    let a = all.first().unwrap();
    let env: Vec<_> = a.settings.iter().filter(|s| s.role == Role::Env).map(|s| files.show(s)).collect();
    assert_eq!(
        env,
        [
            "environment.C | C | here",
            "environment.A | A | 1",
            "environment.B | B | 2",
            "environment.D | D | ${A}${B} | ?2 <- B=2",
        ]
    );
    assert_eq!(setting(a, "environment.A").value.span.file, crate::source::FileId(1));
    assert_eq!(a.links, [Link::File("own.env".into()), Link::File("d/common.env".into())]);
}

#[test]
fn services_extend_services() {
    let text = "services:\n  a:\n    extends: {service: base, file: ../base/c.yml}\n    environment: [X=own]\n    command: run\n  b: {extends: a}\n";
    let base = "services:\n  base:\n    image: face/base:1\n    env_file: b.env\n    environment: {X: base, Y: base}\n    command: [old, --y=1]\n";
    let files = Files::new(&[("d/compose.yml", text), ("base/c.yml", base), ("base/b.env", "Z=1\n")]);
    let all = files.describe("d/compose.yml").resources;
    let [a, b] = all.as_slice() else { panic!() };
    assert_eq!(files.show(setting(a, "environment.X")), "environment.X | X | own");
    assert_eq!(
        files.show(setting(a, "environment.Y")),
        "environment.Y | Y | base <- {service: base, file: ../base/c.yml}"
    );
    assert_eq!(files.slice(setting(a, "image").value.span), "face/base:1");
    assert_eq!(with_role(a, &Role::Command), ["command"]);
    assert!(
        a.links.contains(&Link::File("base/c.yml".into()))
            && a.links.contains(&Link::File("base/b.env".into()))
    );
    assert_eq!(&*setting(b, "environment.Z").value.text, "1");
    let circle = "services:\n  a: {image: a, extends: b}\n  b: {extends: a}\n";
    assert_eq!(resources("compose.yml", circle).1.len(), 2);
}

#[test]
fn other_documents_are_not_compose_files() {
    for (path, text) in [
        ("ci.yml", "services: [postgres]\nimage: x/y:1\n"),
        ("a.yml", "services: {face: {url: http://x}}\n"),
        ("b.yml", "apiVersion: x\nservices: {a: {image: b}}\n"),
    ] {
        assert_eq!(resources(path, text).1.first().unwrap().dialect, "plain", "{path}");
    }
    assert_eq!(resources("stack.yml", "services: {a: {image: b}}\n").1.first().unwrap().dialect, "compose");
}
