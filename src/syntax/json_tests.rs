use super::super::testing::{check, clean, origin, read, slice};
use super::super::{Format, ScalarKind};

#[test]
fn spans_and_types() {
    let text = r#"{"a": {"b": [1, true, null, "x"]}, "c": -1.5e3}"#;
    let root = clean(Format::Json, text);
    assert_eq!(slice(text, root.span), text);
    let list = root.at(&["a", "b"]).unwrap();
    assert_eq!(slice(text, list.span), r#"[1, true, null, "x"]"#);
    let kinds: Vec<_> = list.items().iter().map(|i| i.as_scalar().unwrap().kind).collect();
    assert_eq!(kinds, [ScalarKind::Number, ScalarKind::Bool, ScalarKind::Null, ScalarKind::Text]);
    assert_eq!(slice(text, list.items()[3].span), "\"x\"");
    assert_eq!(slice(text, root.entry("c").unwrap().key.span), "\"c\"");
}

#[test]
fn escapes_map_as_a_whole() {
    let text = r#"{"k": "a\u4eba\ud83d\ude00\n\"b"}"#;
    let root = clean(Format::Json, text);
    let scalar = root.get("k").unwrap().as_scalar().unwrap();
    assert_eq!(&*scalar.text, "a人😀\n\"b");
    assert_eq!(origin(text, scalar, "人"), r"\u4eba");
    assert_eq!(origin(text, scalar, "😀"), r"\ud83d\ude00");
    assert_eq!(origin(text, scalar, "b"), "b");
}

#[test]
fn comments_commas_and_loose_syntax() {
    let text = "// top\n{ /* in */ key: 'v', 'x': .5, # hash\n list: [1, 2,], }\n// end";
    let parsed = read(Format::Json, text);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let comments: Vec<_> = parsed.documents[0].comments.iter().map(|c| &*c.text).collect();
    assert_eq!(comments, [" top", " in ", " hash", " end"]);
    let root = &parsed.documents[0].root;
    assert_eq!(root.str_at(&["key"]), Some("v"));
    assert_eq!(root.get("list").unwrap().items().len(), 2);
}

#[test]
fn templates() {
    let text = "{\"a\": ${jsonencode({x = 1})}, \"b\": {{ .Values.b | quote }}, {{ if x }} \"c\": \"${lookup(m, \"k\")}/x\", \"d\": <PORT>, ${extra}, \"e\": \"${\"}";
    let root = clean(Format::Json, text);
    assert_eq!(root.str_at(&["a"]), Some("${jsonencode({x = 1})}"));
    assert_eq!(root.str_at(&["b"]), Some("{{ .Values.b | quote }}"));
    assert_eq!(root.str_at(&["c"]), Some("${lookup(m, \"k\")}/x"));
    assert_eq!(root.str_at(&["d"]), Some("<PORT>"));
    assert_eq!(root.str_at(&["e"]), Some("${"));
}

#[test]
fn json_lines() {
    let parsed = read(Format::Json, "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(parsed.documents.len(), 2);
    assert!(parsed.problems.is_empty());
    assert_eq!(read(Format::Json, "{} x").problems.len(), 1);
}

#[test]
fn broken_json_gives_what_stands_before() {
    for (text, wrong) in [
        ("{\"a\": 1, \"b\": [1, 2", "["),
        ("{\"a\": 1, \"b\": \"x\n}", "\""),
        ("{\"a\": 1 \"b\": 2}", " "),
        ("{\"a\": 1, \"b\" 2}", " "),
        ("{\"a\": 1, \"b\": }", ":"),
        ("{\"a\": 1, \"b\": nope}", "nope"),
        ("{\"a\": 1]", "]"),
        ("{\"a\": 1, \"b\": \"\\q\"}", "\\q"),
    ] {
        let parsed = read(Format::Json, text);
        assert_eq!(parsed.documents[0].root.str_at(&["a"]), Some("1"), "{text}");
        assert_eq!(slice(text, parsed.problems[0].span), wrong, "{text}: {:?}", parsed.problems);
        check(text, &parsed);
    }
}

#[test]
fn hostile_nesting() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "{".repeat(100_000),
        "[{".repeat(1000),
        "[[\"${".repeat(50_000),
    ] {
        let parsed = read(Format::Json, &text);
        assert!(!parsed.problems.is_empty());
        check(&text, &parsed);
    }
}
