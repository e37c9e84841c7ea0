//! Charts from their files to resources, construct by construct.

use super::super::HOLE;
use super::super::testing::Files;
use super::*;

const META: (&str, &str) = ("c/Chart.yaml", "apiVersion: v2\nname: face\nversion: 1.2.3\nappVersion: 1.16\n");

/// What the templates of a chart give, holes as `?`.
fn render(values: &str, template: &str) -> String {
    let files = Files::new(&[META, ("c/values.yaml", values), ("c/templates/t.yaml", template)]);
    let text = render_chart("c", &Options::default(), &files);
    text.first().map(|(t, _)| t.replace(HOLE, "?")).unwrap_or_default()
}

#[track_caller]
fn gives(values: &str, template: &str, want: &str) {
    assert_eq!(render(values, template), want, "{template}");
}

#[test]
fn values_and_pipelines() {
    gives("a: {b: 1}", "x: {{ .Values.a.b }}", "x: 1");
    gives("a: x", "x: {{ .Values.a | quote }}", "x: \"x\"");
    gives("a: x", "x: {{ .Values.a | squote }}", "x: 'x'");
    gives("a: ''", "x: {{ .Values.a | default \"d\" | upper }}", "x: D");
    gives("a: {}", "x: {{ default 5 .Values.b }}", "x: 5");
    gives("a: big", "x: {{ printf \"%s-%d\" .Values.a 3 }}", "x: big-3");
    gives("a: abcdef-", "x: {{ .Values.a | trunc 4 }}{{ .Values.a | trimSuffix \"-\" }}", "x: abcdabcdef");
    gives("a: a.b", "x: {{ replace \".\" \"-\" .Values.a }}", "x: a-b");
    gives(
        "a: [1, 2]",
        "x: {{ join \",\" .Values.a }} {{ index .Values.a 1 }} {{ len .Values.a }}",
        "x: 1,2 2 2",
    );
    gives("a: hi", "x: {{ b64enc .Values.a }} {{ \"aGk=\" | b64dec }}", "x: aGk= hi");
    gives("a: 1.5", "x: {{ .Values.a }} {{ int .Values.a }} {{ add 1 2 3 }}", "x: 1.5 1 6");
    gives(
        "a: [c, b]",
        "x: {{ .Values.a | sortAlpha | first }} {{ splitList \"/\" \"a/b\" | last }}",
        "x: b b",
    );
    gives("a: x", "x: {{ .Chart.Name }}-{{ .Chart.Version }}-{{ .Chart.AppVersion }}", "x: face-1.2.3-1.16");
    gives("a: x", "x: {{ ternary \"y\" \"n\" true }} {{ coalesce \"\" nil \"z\" }}", "x: y z");
    gives("a: x", "x: {{ kindOf .Values.a }} {{ kindIs \"map\" .Values }}", "x: string true");
    gives(
        "a: {b: 1}",
        "x: {{ get .Values.a \"b\" }} {{ hasKey .Values.a \"c\" }} {{ dig \"b\" \"c\" .Values.a }}",
        "x: 1 false 1",
    );
    gives("a: 1", "x: {{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) | toJson }}", "x: {\"a\":1,\"b\":3}");
}

#[test]
fn conditions_and_comparison() {
    gives("a: true", "{{ if .Values.a }}x: 1{{ else }}x: 2{{ end }}", "x: 1");
    gives("a: 2", "{{ if eq .Values.a 1 }}1{{ else if eq .Values.a 2 }}2{{ else }}3{{ end }}", "2");
    gives("a: x", "{{ if and .Values.a (not .Values.b) (or false true) }}y{{ end }}", "y");
    gives("a: 3", "{{ lt .Values.a 4 }} {{ ge .Values.a 4 }} {{ ne .Values.a 3 }}", "true false false");
    gives("a: {b: 1}", "{{ with .Values.a }}{{ .b }}{{ $.Values.a.b }}{{ else }}n{{ end }}", "11");
    gives(
        "a: []",
        "{{ empty .Values.a }} {{ contains \"a\" \"cat\" }} {{ has 1 (list 1 2) }}",
        "true true true",
    );
}

#[test]
fn loops_and_variables() {
    gives("a: {z: 1, b: 2}", "{{ range $k, $v := .Values.a }}{{ $k }}={{ $v }};{{ end }}", "b=2;z=1;");
    gives("a: [x, q]", "{{ range $i, $v := .Values.a }}{{ $i }}{{ $v }}{{ end }}", "0x1q");
    gives("a: []", "{{ range .Values.a }}x{{ else }}none{{ end }}", "none");
    gives("a: 1", "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ end }}{{ $x }}", "2");
    gives(
        "a: 1",
        "{{ range until 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}",
        "02",
    );
}

#[test]
fn helpers() {
    gives(
        "a: x",
        "{{ define \"h\" }}<{{ .Values.a }}>{{ end }}{{ include \"h\" . }}{{ template \"h\" . }}",
        "<x><x>",
    );
    gives("a: x", "{{ block \"b\" .Values.a }}[{{ . }}]{{ end }}", "[x]");
    gives("a: '{{ .Values.b }}!'\nb: q", "x: {{ tpl .Values.a . }}", "x: q!");
    gives(
        "a: {b: 1, c: [x]}",
        "x:\n  {{- toYaml .Values.a | nindent 2 }}\ny:\n{{ toYaml .Values.a | indent 2 }}",
        "x:\n  b: 1\n  c:\n  - x\ny:\n  b: 1\n  c:\n  - x",
    );
}

#[test]
fn what_is_not_known_is_a_hole() {
    gives("a: x", "n: {{ .Release.Name }}-a", "n: ?-a");
    gives("a: x", "n: {{ if .Capabilities.A }}b{{ else }}c{{ end }}", "n: ?");
    gives("a: x", "n: {{ if .Capabilities.A }}b{{ else }}b{{ end }}", "n: b");
    gives(
        "a: x",
        "n: {{ required \"set it\" .Values.b }} {{ .Values.q.r }} {{ sha256sum \"x\" }}",
        "n: ? ? ?",
    );
    gives("a: x", "n: {{ ternary \"a\" \"b\" (.Capabilities.APIVersions.Has \"v1\") }}", "n: ?");
    gives(
        "a: x",
        "a: 1\n{{- if .Capabilities.A }}\nb: 1\n{{- else }}\nc: 1\n{{- end }}\n",
        "a: 1\nb: 1\nc: 1\n",
    );
    gives(
        "a: x",
        "{{- if semverCompare \">=1\" .Capabilities.KubeVersion.Version -}}\napiVersion: v1\n{{- else -}}\napiVersion: v2\n{{- end }}\nkind: X",
        "apiVersion: ?\nkind: X",
    );
    gives("a: x", "{{ $x := 1 }}{{ if .Capabilities.A }}{{ $x = 2 }}{{ end }}n: {{ $x }}", "n: ?");
    gives(
        "a: x",
        "a:\n  b: 1\n  {{- toYaml (lookup \"v1\" \"Secret\" \"\" \"x\") | nindent 2 }}\nc: 1",
        "a:\n  b: 1\n  ?: ?\nc: 1",
    );
    gives(
        "a: x",
        "n: {{ and false .Capabilities.A }} {{ or .Capabilities.A true | quote }}",
        "n: false \"?\"",
    );
    gives("a: x", "n: {{ noSuchFunction 1 | upper }}", "n: ?");
    let files =
        Files::new(&[META, ("c/templates/t.yaml", "n: {{ .Release.Name }}/{{ .Release.Namespace }}")]);
    let options = Options { release: Some("r".into()), namespace: Some("ns".into()) };
    assert_eq!(render_chart("c", &options, &files)[0].0, "n: r/ns");
}

const HELPERS: &str = r#"{{- define "face.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- define "face.labels" -}}
app: {{ .Chart.Name }}
{{- end }}
"#;

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-core
spec:
  template:
    metadata:
      labels:
        {{- include "face.labels" . | nindent 8 }}
    spec:
      containers:
        - name: core
          image: "{{ include "face.image" . }}"
          env:
            - name: THRESHOLD
              value: {{ .Values.threshold | quote }}
            - name: FIXED
              value: here
            {{- range $k, $v := .Values.env }}
            - name: {{ $k }}
              value: {{ $v | quote }}
            {{- end }}
"#;

const VALUES: &str = "image:\n  repository: example/face-core\n  tag: \"1.0\"\nthreshold: 0.9\nenv:\n  SAVE_IMAGES: \"true\"\n";

fn face(more: &[(&'static str, &'static str)]) -> Files {
    let mut files = vec![
        META,
        ("c/values.yaml", VALUES),
        ("c/templates/_helpers.tpl", HELPERS),
        ("c/templates/deployment.yaml", DEPLOYMENT),
    ];
    files.extend_from_slice(more);
    Files::new(&files)
}

fn at<'a>(resource: &'a Resource, key: &str) -> &'a Setting {
    resource.settings.iter().find(|s| s.key() == key).unwrap_or_else(|| panic!("{key} in {resource:#?}"))
}

#[test]
fn findings_underline_the_template_and_name_the_value() {
    let files = face(&[]);
    let description = describe_chart("c", &files);
    assert!(description.problems.is_empty(), "{:?}", description.problems);
    let [chart, deployment] = description.resources.as_slice() else { panic!("{description:#?}") };
    assert_eq!((chart.kind, &*chart.name, &*deployment.name), (ResourceKind::Chart, "face", "\u{FFFC}-core"));
    assert_eq!(deployment.links.last(), Some(&Link::Unit("c".into())));
    assert_eq!(files.slice(at(chart, "repository").value.span), "example/face-core");
    assert_eq!(at(chart, "repository").role, Role::Image);
    let show = |key: &str| {
        let setting = at(deployment, key);
        let origins: Vec<String> = setting.value.origins.iter().map(|s| files.slice(*s)).collect();
        format!("{} | {} | {}", setting.value.text, files.slice(setting.value.span), origins.join(" , "))
    };
    assert_eq!(
        show("image"),
        "example/face-core:1.0 | \"{{ include \"face.image\" . }}\" | example/face-core , \"1.0\" , :"
    );
    assert_eq!(at(deployment, "image").role, Role::Image);
    assert_eq!(show("THRESHOLD"), "0.9 | {{ .Values.threshold | quote }} | 0.9");
    assert_eq!(show("FIXED"), "here | here | ");
    assert_eq!(show("SAVE_IMAGES"), "true | {{ $v | quote }} | \"true\"");
    assert_eq!(files.slice(at(deployment, "SAVE_IMAGES").key_span), "{{ $k }}");
    assert_eq!(deployment.labels, [("app".to_owned(), "face".to_owned())]);
    assert!(files.slice(deployment.span).starts_with("apiVersion: apps/v1\nkind: Deployment"));
}

#[test]
fn a_further_values_file_is_a_condition() {
    let files = face(&[("c/values-prod.yaml", "env:\n  SAVE_IMAGES: \"false\"\n")]);
    let description = describe_chart("c", &files);
    let conditions: Vec<(&str, Option<&str>)> =
        description.resources.iter().map(|r| (&*r.type_name, r.condition.as_deref())).collect();
    assert_eq!(
        conditions,
        [
            ("chart", None),
            ("values", Some("values-prod.yaml")),
            ("Deployment", None),
            ("Deployment", Some("values-prod.yaml"))
        ]
    );
    let saved = &at(&description.resources[3], "SAVE_IMAGES").value;
    assert_eq!((&*saved.text, files.slice(saved.origins[0])), ("false", "\"false\"".to_owned()));
}

#[test]
fn charts_in_charts_have_values_and_switches() {
    let sub = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Chart.Name }}}\ndata:\n  A: {{ .Values.a }}\n  G: {{ .Values.global.g }}\n";
    let files = Files::new(&[
        (
            "c/Chart.yaml",
            "name: top\ndependencies:\n- {name: sub, alias: one, condition: one.enabled}\n- {name: sub, alias: two, condition: two.enabled}\n",
        ),
        ("c/values.yaml", "global: {g: all}\none: {a: mine}\ntwo: {enabled: false}\n"),
        ("c/charts/sub/Chart.yaml", "name: sub\n"),
        ("c/charts/sub/values.yaml", "a: own\n"),
        ("c/charts/sub/templates/c.yaml", sub),
    ]);
    let description = describe_chart("c", &files);
    let maps: Vec<_> = description.resources.iter().filter(|r| r.kind == ResourceKind::ConfigMap).collect();
    assert_eq!(maps.len(), 1, "{maps:#?}");
    assert_eq!(
        (&*maps[0].name, &*at(maps[0], "A").value.text, &*at(maps[0], "G").value.text),
        ("one", "mine", "all")
    );
    assert_eq!(files.slice(at(maps[0], "A").value.origins[0]), "mine");
    let packages = description.resources[0].settings.iter();
    assert_eq!(packages.filter(|s| s.role == Role::Package { ecosystem: "helm" }).count(), 2);
    assert_eq!(chart_of("c/charts/sub/templates/c.yaml", &files).as_deref(), Some("c"));
    assert_eq!(chart_of("c/files/x.yaml", &files), None);
}

#[test]
fn files_of_the_chart_can_be_read() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  app.yml: |-\n    {{- .Files.Get \"conf/app.yml\" | nindent 4 }}\n{{ (.Files.Glob \"conf/*\").AsConfig | indent 2 }}\n";
    let files =
        Files::new(&[META, ("c/conf/app.yml", "face:\n  save: true\n"), ("c/templates/t.yaml", template)]);
    let description = describe_chart("c", &files);
    let config = &description.resources[1];
    let saved = at(config, "save");
    assert_eq!(files.slice(saved.value.origins[0]), "true");
    assert_eq!(files.slice(saved.value.span), "{{- .Files.Get \"conf/app.yml\" | nindent 4 }}");
}

#[test]
fn a_broken_template_is_a_problem_and_still_read() {
    let files = Files::new(&[META, ("c/templates/t.yaml", "image: example/face:1\nx: {{ if .a }}\n")]);
    let description = describe_chart("c", &files);
    let [problem] = description.problems.as_slice() else { panic!("{description:#?}") };
    assert_eq!(files.slice(problem.span), "{{ if .a }}");
    assert_eq!(files.slice(at(&description.resources[1], "image").value.span), "example/face:1");
}

#[test]
fn limits_hold() {
    for template in [
        "{{ range until 2000 }}{{ range until 2000 }}{{ add 1 2 }}{{ end }}{{ end }}",
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ $x := \"aaaaaaaaaaaaaaaa\" }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}{{ merge $d $d }}",
        "{{ $l := list }}{{ range until 5000 }}{{ $l = list $l }}{{ end }}{{ toJson $l }}",
        "{{ repeat 1000000000 \"x\" }}",
    ] {
        let files =
            Files::new(&[META, ("c/templates/t.yaml", template), ("c/templates/u.yaml", "image: a/b:1")]);
        let description = describe_chart("c", &files);
        assert!(description.problems.is_empty(), "{template}: {:?}", description.problems);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_panics_and_spans_lie_in_files(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "{{ ", " }}", "{{- ", " -}}", ".Values.a", ".Values.人", "$x", ":=", "|", "(", ")", "if ", "else ", "end",
            "range ", "with ", "define ", "include ", "\"h\"", "toYaml ", "nindent 2", "quote", "trunc 3", "printf \"%s\" ",
            "a: ", "\n", "  ", "- ", "人脸", "kind: X\n", "apiVersion: v1\n", "{{ if .Values.a }}", "{{ end }}", "{{ else }}",
            "{{ range .Values.a }}", "{{ toYaml .Values | nindent 2 }}", "{{ .Capabilities.A }}", "{{ if .Capabilities.A }}",
            "{{ $x := .Values }}", "{{ tpl .Values.b . }}", "\u{FFFC}",
        ]), 0..40),
    ) {
        let template: String = pieces.concat();
        let files = Files::new(&[
            META,
            ("c/values.yaml", "a: [1, {b: 人}]\n人: x\nb: '{{ .Values.a }}{{'\n"),
            ("c/templates/t.yaml", &template),
        ]);
        let description = describe_chart("c", &files);
        for resource in &description.resources {
            for setting in &resource.settings {
                for span in [setting.key_span, setting.value.span].iter().chain(&setting.value.origins) {
                    let text = &files.text(*span);
                    proptest::prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
                }
            }
        }
    }
}
