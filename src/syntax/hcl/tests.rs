use super::super::testing::{check, clean, origin, read, slice};
use super::super::{Data, Format, Input, ScalarKind};
use super::{Kind, Part, Step, template};
use crate::source::FileId;

const MAIN: &str = r#"# the store of faces
resource "aws_s3_bucket" "faces" {
  bucket = "faces-${var.stage}" // named
  tags   = { Team = "gate", "Cost Center" : 7 }
  force_destroy = true

  versioning {
    enabled = var.versions ? true : false
  }
}

locals {
  days = -30
  list = [
    "a", # one
    local.days,
    [for s in ["x", "}"] : upper(s)],
  ]
  none = null
}
"#;

#[test]
fn blocks_are_nested_mappings() {
    let root = clean(Format::Hcl, MAIN);
    let faces = root.at(&["resource", "aws_s3_bucket", "faces"]).unwrap();
    let bucket = faces.get("bucket").unwrap();
    assert_eq!(bucket.as_str(), Some("faces-${var.stage}"));
    assert_eq!(slice(MAIN, bucket.span), "\"faces-${var.stage}\"");
    assert_eq!(origin(MAIN, bucket.as_scalar().unwrap(), "faces-"), "faces-");
    assert_eq!(faces.str_at(&["tags", "Team"]), Some("gate"));
    assert_eq!(faces.str_at(&["tags", "Cost Center"]), Some("7"));
    assert_eq!(faces.get("force_destroy").unwrap().as_scalar().unwrap().kind, ScalarKind::Bool);
    let enabled = faces.at(&["versioning", "enabled"]).unwrap();
    assert_eq!(enabled.as_str(), Some("${var.versions ? true : false}"));
    assert_eq!(slice(MAIN, enabled.span), "var.versions ? true : false");
    assert_eq!(origin(MAIN, enabled.as_scalar().unwrap(), "var.versions"), "var.versions");
    let label = &root.get("resource").unwrap().entries()[0];
    assert_eq!(slice(MAIN, label.key.span), "\"aws_s3_bucket\"");
    assert!(slice(MAIN, label.value.span).ends_with("  }\n}"));
    assert_eq!(root.str_at(&["locals", "days"]), Some("-30"));
    let list = root.at(&["locals", "list"]).unwrap().items().len();
    assert_eq!((list, root.at(&["locals", "none"]).unwrap().as_str()), (3, None));
    let comments = read(Format::Hcl, MAIN).documents[0].comments.clone();
    assert_eq!(
        comments.iter().map(|c| &*c.text).collect::<Vec<_>>(),
        [" the store of faces", " named", " one"]
    );
}

#[test]
fn repeated_blocks_are_all_kept() {
    let text = "s {\n a = 1\n}\ns {\n a = 2\n}\ndata \"d\" \"e\" {}\nx = y.z[0][\"k\"].*.b\n";
    let root = clean(Format::Hcl, text);
    assert_eq!(root.entries().iter().filter(|e| e.key.as_str() == Some("s")).count(), 2);
    assert_eq!(root.str_at(&["x"]), Some("${y.z[0][\"k\"].*.b}"));
    assert!(matches!(&root.at(&["data", "d", "e"]).unwrap().data, Data::Mapping(e) if e.is_empty()));
}

#[test]
fn escapes_and_heredocs_know_their_bytes() {
    let text = "a = \"x\\u4ebay\\n\\\"$${no}\"\r\nb = <<-EOT\r\n    one ${v}\r\n\r\n      two\r\n    EOT\r\nc = <<E\n  raw \\n\nE\nd = 1\n";
    let root = clean(Format::Hcl, text);
    let scalar = |k: &str| root.get(k).unwrap().as_scalar().unwrap().clone();
    assert_eq!(&*scalar("a").text, "x人y\n\"$${no}");
    assert_eq!(origin(text, &scalar("a"), "人"), "\\u4eba");
    assert_eq!(&*scalar("b").text, "one ${v}\n\n  two\n");
    assert_eq!(origin(text, &scalar("b"), "two"), "two");
    assert_eq!(slice(text, root.get("b").unwrap().span).lines().next(), Some("<<-EOT"));
    assert!(slice(text, root.get("b").unwrap().span).ends_with("    EOT"));
    assert_eq!(&*scalar("c").text, "  raw \\n\n");
    assert_eq!(root.str_at(&["d"]), Some("1"));
}

#[test]
fn templates_come_apart() {
    let text = "a-${var.x}$${y}${jsonencode({ k = \"}\" })}%{ if c }z%{ endif }${a ? b : 3}${1 +}";
    let parts = template(&Input::file(FileId(0), text));
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Text(range) => text[range.clone()].to_owned(),
            Part::Directive(range) => format!("directive {}", &text[range.clone()]),
            Part::Value(range, expr) => {
                let kind = match expr.as_ref().map(|e| &e.kind) {
                    Some(Kind::Path(steps)) => format!("{steps:?}"),
                    Some(Kind::Call { name, args }) => format!("{name}/{}", args.len()),
                    Some(Kind::If(_)) => "if".into(),
                    Some(_) => "other".into(),
                    None => "nothing".into(),
                };
                format!("{kind} {}", &text[range.clone()])
            }
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a-",
            &format!("{:?} ${{var.x}}", [Step::Name("var".into()), Step::Name("x".into())]),
            "${y}",
            "jsonencode/1 ${jsonencode({ k = \"}\" })}",
            "directive %{ if c }",
            "z",
            "directive %{ endif }",
            "if ${a ? b : 3}",
            "nothing ${1 +}",
        ]
    );
}

/// The problems of a text as `message | source`.
fn problems(text: &str) -> Vec<String> {
    let parsed = read(Format::Hcl, text);
    check(text, &parsed);
    parsed.problems.iter().map(|p| format!("{} | {}", p.message, slice(text, p.span))).collect()
}

#[test]
fn a_missing_brace_costs_one_block() {
    let text = "resource \"a\" \"b\" {\n  x = {\n    k = 1\n}\n\nresource \"c\" \"d\" {\n  y = 2\n}\n";
    assert_eq!(problems(text), ["this block is not closed | {"]);
    let root = read(Format::Hcl, text).documents[0].root.clone();
    assert_eq!(root.entries().len(), 2);
    assert_eq!(root.str_at(&["resource", "c", "d", "y"]), Some("2"));
}

#[test]
fn mistakes_have_a_place_and_what_follows_is_read() {
    for (text, problem) in [
        ("a = \nb = 1\n", "a value is missing | "),
        ("a = [1, 2\nb = 1\n", "this list is not closed | ["),
        ("a = [1 2]\nb = 1\n", "expected `,` or `]` | 2"),
        ("a = \"x\nb = 1\n", "this string is not closed | \"x"),
        ("a = \"${x\nb = 1\n", "this template is not closed | ${"),
        ("a = 1 2\nb = 1\n", "expected the end of the line | 2"),
        ("a = \"\\q\"\nb = 1\n", "unknown escape | \\q"),
        ("a = f(1\nb = 1\n", "this bracket is not closed | ("),
        ("a b c\nb = 1\n", "expected `{` | "),
        ("}\nb = 1\n", "expected an attribute or a block | }"),
        ("a = { x 1 }\nb = 1\n", "expected `=` | 1"),
        ("b = 1\nr {\n", "this block is not closed | {"),
        ("b = 1\na = <<E\n  x\n", "this heredoc is not closed | <<E"),
        ("b = 1\n/* x\n", "this comment is not closed | /*"),
    ] {
        let found = problems(text);
        assert_eq!(found.first().map(String::as_str), Some(problem), "{text:?} {found:?}");
        assert_eq!(read(Format::Hcl, text).documents[0].root.str_at(&["b"]), Some("1"), "{text:?}");
    }
}

#[test]
fn hostile_texts_end() {
    for text in [
        "a = ".to_owned() + &"[".repeat(50_000),
        "a = ".to_owned() + &"{a=".repeat(50_000),
        "a = ".to_owned() + &"f(".repeat(50_000),
        "a = ".to_owned() + &"!".repeat(50_000),
        "a {".repeat(50_000),
        "a ".repeat(50_000) + "{}",
        "a = \"".to_owned() + &"${\"".repeat(50_000),
        "a = \"${\n".repeat(20_000),
        "a = 1 ? ".repeat(5_000),
        "a = <<E\n".repeat(5_000),
        "x = [\n".repeat(5_000),
    ] {
        check(&text, &read(Format::Hcl, &text));
        template(&Input::file(FileId(0), &text));
    }
}
