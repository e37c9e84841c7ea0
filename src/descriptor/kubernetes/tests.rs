use super::super::testing::{Files, resources, setting, with_role};
use super::super::{Link, Resource, ResourceKind, Role, resolve};

fn only(text: &str) -> (Files, Resource) {
    let (files, mut all) = resources("k8s/a.yaml", text);
    assert_eq!(all.len(), 1);
    (files, all.remove(0))
}

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: door
  namespace: gate
  annotations: {facelint.dev/retention.images: 30d, note: x}
spec:
  template:
    metadata:
      labels: {app: door}
      annotations:
        facelint.dev/venue: "public"
    spec:
      containers:
        - name: api
          image: "r.io/face/api:1"
          command: [java, -Dface.mode=strict]
          args: ["--face.login.enabled=true", --model, buffalo_l]
          env:
            - name: BASE
              value: http://db
            - name: "URL"
              value: $(BASE)/x
            - name: KEY
              valueFrom: {secretKeyRef: {name: creds, key: token}}
          envFrom: [{configMapRef: {name: door-config}}]
          readinessProbe: {httpGet: {path: /ready, port: 8080}}
      volumes:
        - {name: d, persistentVolumeClaim: {claimName: faces}}
        - {name: c, projected: {sources: [{configMap: {name: more}}]}}
"#;

#[test]
fn a_workload() {
    let (files, door) = only(DEPLOYMENT);
    assert_eq!((door.kind, &*door.name, &*door.scope), (ResourceKind::Workload, "door", "gate"));
    assert_eq!(door.labels, [("app".to_owned(), "door".to_owned())]);
    let base = "spec.template.spec.containers[api]";
    let show = |path: &str| files.show(setting(&door, &format!("{base}.{path}"))).replace(base, "");
    assert_eq!(show("image"), r#".image | image | "r.io/face/api:1" | r.io/face/api:1"#);
    assert_eq!(show("env.BASE"), ".env.BASE | BASE | http://db");
    assert_eq!(show("env.URL"), r#".env.URL | "URL" | $(BASE)/x | http://db/x <- http://db"#);
    assert_eq!(show("command.face.mode"), ".command.face.mode | face.mode | strict");
    assert_eq!(show("args.face.login.enabled"), ".args.face.login.enabled | face.login.enabled | true");
    assert_eq!(show("args.model"), ".args.model | model | buffalo_l");
    assert_eq!(show("readinessProbe.httpGet.path"), ".readinessProbe.httpGet.path | path | /ready");
    assert!(setting(&door, &format!("{base}.env.KEY")).value.is_unknown());
    assert_eq!(with_role(&door, &Role::Name), ["metadata.name", "spec.template.spec.containers[api].name"]);
    assert_eq!(with_role(&door, &Role::Command).len(), 5);
    let declared: Vec<_> = door.declarations.iter().map(|d| files.show(d)).collect();
    assert_eq!(
        declared,
        [
            "retention.images | facelint.dev/retention.images | 30d",
            r#"venue | facelint.dev/venue | "public" | public"#
        ]
    );
    let config = |kind, name: &str| Link::Config { kind, name: name.to_owned() };
    assert_eq!(
        door.links,
        [
            config(ResourceKind::Secret, "creds"),
            config(ResourceKind::ConfigMap, "door-config"),
            Link::Store("faces".to_owned()),
            config(ResourceKind::ConfigMap, "more"),
        ]
    );
}

#[test]
fn references_are_resolved_across_files() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: creds, namespace: gate}\ndata: {token: aGVsbG8=}\n";
    let files = Files::new(&[("a.yaml", DEPLOYMENT), ("b.yaml", secret)]);
    let mut all = files.describe("a.yaml").resources;
    all.extend(files.describe("b.yaml").resources);
    resolve(&mut all);
    let key = setting(all.first().unwrap(), "spec.template.spec.containers[api].env.KEY");
    assert_eq!(&*key.value.text, "hello");
    assert_eq!(key.value.origins.iter().map(|o| files.slice(*o)).collect::<Vec<_>>(), ["aGVsbG8="]);
}

#[test]
fn a_file_inside_a_config_map() {
    for (style, line_end) in [("|", "\n"), ("|-", "\r\n"), ("|1", "\n"), ("|+", "\r\n")] {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  FACE_LOGIN: 'on'\n  application.yml: {style}\n    face:\n      url: ${{FACE_URL:http://人脸/v1}} # where\n      quoted: \"a\\u0062c\"\n"
        );
        let text = text.replace('\n', line_end);
        let (files, map) = only(&text);
        let path = setting(&map, "application.yml.face.url");
        assert_eq!(files.slice(path.key_span), "url", "{style}");
        assert_eq!(files.slice(path.value.span), "${FACE_URL:http://人脸/v1}", "{style}");
        assert_eq!(&*path.value.text, "http://人脸/v1");
        let at = path.value.text.find("人脸").unwrap();
        assert_eq!(files.slice(path.value.sub_span(at, at + 6)), "人脸", "{style}");
        let quoted = setting(&map, "application.yml.face.quoted");
        assert_eq!(
            (&*quoted.value.text, files.slice(quoted.value.sub_span(1, 2)).as_str()),
            ("abc", "\\u0062")
        );
        assert_eq!(with_role(&map, &Role::Env), ["FACE_LOGIN"]);
        assert_eq!(map.comments.iter().map(|c| files.slice(c.span)).collect::<Vec<_>>(), ["# where"]);
    }
}

#[test]
fn a_file_in_quotes_or_folded() {
    let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n";
    let (files, map) = only(&format!("{head}  app.properties: \"face.url=http://a\\nface.days=30\\n\"\n"));
    let days = setting(&map, "app.properties.face.days");
    assert_eq!(
        (files.slice(days.key_span), files.slice(days.value.span)),
        ("face.days".to_owned(), "30".to_owned())
    );
    let (files, map) = only(&format!("{head}  x.json: >\n    {{\"face\":\n    {{\"days\": 30}}}}\n"));
    assert_eq!(files.slice(setting(&map, "x.json.face.days").value.span), "30");
    let (files, map) = only(&format!("{head}  settings: |\n    face:\n      days: 30\n    mode: a\n"));
    assert_eq!(files.slice(setting(&map, "settings.face.days").value.span), "30");
    let (_, map) = only(&format!("{head}  run.sh: |\n    A=1\n    B=2\n"));
    assert_eq!(map.settings.iter().filter(|s| s.key() == "run.sh").count(), 1);
}

#[test]
fn a_broken_file_inside_is_a_problem() {
    let files = Files::new(&[(
        "c.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  config.json: |\n    {\"face\": [1, }\n",
    )]);
    let description = files.describe("c.yaml");
    assert!(!description.problems.is_empty());
    assert_eq!(description.resources.len(), 1);
}

#[test]
fn a_secret_is_decoded() {
    // `face.url=http://a` in Base64, on one line and on two.
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  a.properties: ZmFjZS51cmw9aHR0cDovL2E=\n  b: |\n    ZmFjZS51cmw9\n    aHR0cDovL2E=\nstringData: {C: plain}\n";
    let (files, secret) = only(text);
    let url = setting(&secret, "a.properties.face.url");
    assert_eq!(&*url.value.text, "http://a");
    assert_eq!(files.slice(url.value.span), "aHR0cDovL2E=");
    assert_eq!(files.slice(url.key_span), "ZmFjZS51cmw9");
    assert_eq!(&*setting(&secret, "b").value.text, "face.url=http://a");
    assert_eq!(files.slice(setting(&secret, "C").value.span), "plain");
}

#[test]
fn ways_in() {
    let exposed = |text: &str| {
        let (files, resource) = only(text);
        let places: Vec<_> = resource.exposed.iter().map(|s| files.slice(*s)).collect();
        (places, resource.links)
    };
    let to = |name: &str| vec![Link::Service(name.to_owned())];
    let (places, links) = exposed(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n  - host: face.example.com\n    http: {paths: [{path: /, backend: {service: {name: api, port: {number: 80}}}}]}\n  - host: face.lan\n",
    );
    assert_eq!((places, links), (vec!["face.example.com".to_owned()], to("api")));
    let (places, links) = exposed(
        "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: i}\nspec:\n  routes:\n  - match: Host(`a.lan`)\n    services: [{name: api, port: 80}]\n",
    );
    assert_eq!((places, links), (vec![], to("api")));
    let (places, links) = exposed(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec:\n  hosts: [a.example.com]\n  gateways: [gw]\n  http: [{route: [{destination: {host: api.prod.svc.cluster.local}}]}]\n",
    );
    assert_eq!((places, links), (vec!["a.example.com".to_owned()], to("api")));
    let service = |more: &str| {
        exposed(&format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{more}}}\nspec: {{type: LoadBalancer, selector: {{app: a}}}}\n"
        ))
    };
    let selects = vec![Link::Selects(vec![("app".to_owned(), "a".to_owned())])];
    assert_eq!(service(""), (vec!["LoadBalancer".to_owned()], selects.clone()));
    let internal = ", annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: 'true'}";
    assert_eq!(service(internal), (vec![], selects));
    let (places, _) = exposed(
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {type: NodePort, externalIPs: [8.8.4.4, 10.0.0.1]}\n",
    );
    assert_eq!(places, ["8.8.4.4"]);
}

#[test]
fn lists_and_custom_resources() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [{name: x, image: y}]}\n- apiVersion: example.com/v1\n  kind: Camera\n  metadata: {name: b}\n  spec: {template: {spec: {containers: [{name: x, image: face/y:1}]}}}\n- apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata: {name: c}\n";
    let (_, all) = resources("k8s/list.yaml", text);
    let kinds: Vec<_> = all.iter().map(|r| (r.kind, &*r.type_name, &*r.name)).collect();
    assert_eq!(
        kinds,
        [
            (ResourceKind::Workload, "Pod", "a"),
            (ResourceKind::Workload, "Camera", "b"),
            (ResourceKind::Store, "PersistentVolumeClaim", "c"),
        ]
    );
    assert_eq!(with_role(all.first().unwrap(), &Role::Image), ["spec.containers[x].image"]);
}
