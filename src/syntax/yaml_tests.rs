use super::super::testing::{check, clean, origin, read, slice};
use super::super::{Data, Format, Input, Node, ScalarKind, TextMap, parse as parse_format};
use super::MAX_DEPTH;
use crate::source::FileId;

fn yaml(text: &str) -> std::sync::Arc<Node> {
    clean(Format::Yaml, text)
}

#[test]
fn spans_of_keys_values_and_collections() {
    let text = "a:\n  b: 1 # one\n  c:\n    - x\n    - 'y'\nd: [1, {e: f}]\n";
    let root = yaml(text);
    assert_eq!(slice(text, root.get("a").unwrap().span), "b: 1 # one\n  c:\n    - x\n    - 'y'");
    assert_eq!(slice(text, root.at(&["a", "c"]).unwrap().span), "- x\n    - 'y'");
    assert_eq!(slice(text, root.at(&["a", "c"]).unwrap().items()[1].span), "'y'");
    assert_eq!(slice(text, root.get("d").unwrap().span), "[1, {e: f}]");
    assert_eq!(slice(text, root.entry("d").unwrap().key.span), "d");
    assert_eq!(slice(text, root.span), text.trim_end());
}

#[test]
fn types_of_plain_scalars() {
    let root = yaml(
        "a: yes\nb: 'yes'\nc: 0x1F\nd: 1.5e3\ne: ~\nf:\ng: 1.2.3\nh: !!str 5\ni: NaN\nj: .inf\nk: -\u{201c}\n",
    );
    let kind = |k: &str| root.get(k).unwrap().as_scalar().unwrap().kind;
    assert_eq!(kind("a"), ScalarKind::Bool);
    assert_eq!(kind("b"), ScalarKind::Text);
    assert_eq!(kind("c"), ScalarKind::Number);
    assert_eq!(kind("d"), ScalarKind::Number);
    assert_eq!(kind("e"), ScalarKind::Null);
    assert_eq!(kind("f"), ScalarKind::Null);
    assert_eq!(kind("g"), ScalarKind::Text);
    assert_eq!(kind("h"), ScalarKind::Text);
    assert_eq!(kind("i"), ScalarKind::Text);
    assert_eq!(kind("j"), ScalarKind::Number);
    assert_eq!(kind("k"), ScalarKind::Text);
    assert_eq!(root.get("h").unwrap().tag.as_deref(), Some("!!str"));
}

#[test]
fn a_missing_value_stands_after_the_colon() {
    let text = "a:\nb :\nc: 1\n";
    let root = yaml(text);
    assert_eq!(root.get("a").unwrap().span.range(), 2..2);
    assert_eq!(root.get("b").unwrap().span.range(), 6..6);
}

#[test]
fn block_scalars_start_at_their_header() {
    let text = "k: !x &a |2-  # hi | there\n     text\n    more\n\n\nz: 1\n";
    let root = yaml(text);
    let node = root.get("k").unwrap();
    assert_eq!(slice(text, node.span), "|2-  # hi | there\n     text\n    more");
    let scalar = node.as_scalar().unwrap();
    assert_eq!(&*scalar.text, "   text\n  more");
    assert_eq!(origin(text, scalar, "text"), "text");
    assert_eq!(origin(text, scalar, "more"), "more");
    assert_eq!(origin(text, scalar, "\n"), "\n");
}

#[test]
fn folded_scalars_map_every_word() {
    let text = "k: >+\r\n\r\n  one\r\n  two\r\n\r\n  three\r\n    four\r\n  five\r\n\r\nz: 1\r\n";
    let root = yaml(text);
    let scalar = root.get("k").unwrap().as_scalar().unwrap();
    assert_eq!(&*scalar.text, "\none two\nthree\n  four\nfive\n\n");
    for word in ["one", "two", "three", "  four", "five"] {
        assert_eq!(origin(text, scalar, word), word);
    }
    assert_eq!(origin(text, scalar, "e tw"), "e\r\n  tw");
}

#[test]
fn quoted_scalars_map_every_escape() {
    let text = "k: \"a\\u4eba\\U0001F600b\\\n    c  \n\n    d\\x41\\ \"\ns: 'it''s\n  so'\n";
    let root = yaml(text);
    let node = root.get("k").unwrap();
    let scalar = node.as_scalar().unwrap();
    assert_eq!(&*scalar.text, "a人😀bc\ndA ");
    assert_eq!(origin(text, scalar, "人"), "\\u4eba");
    assert_eq!(origin(text, scalar, "😀"), "\\U0001F600");
    assert_eq!(origin(text, scalar, "c"), "c");
    assert_eq!(origin(text, scalar, "d"), "d");
    assert_eq!(origin(text, scalar, "A"), "\\x41");
    assert!(slice(text, node.span).starts_with("\"a\\u4eba"));
    let single = root.get("s").unwrap().as_scalar().unwrap();
    assert_eq!(&*single.text, "it's so");
    assert_eq!(origin(text, single, "'"), "''");
    assert_eq!(origin(text, single, "so"), "so");
}

#[test]
fn plain_scalars_over_several_lines() {
    let text = "k: one\n  two\n\n  three   \nz: 1\n";
    let root = yaml(text);
    let scalar = root.get("k").unwrap().as_scalar().unwrap();
    assert_eq!(&*scalar.text, "one two\nthree");
    assert_eq!(origin(text, scalar, "two\nthree"), "two\n\n  three");
}

#[test]
fn aliases_share_and_keep_both_places() {
    let text = "a: &x {k: v}\nb: *x\n";
    let root = yaml(text);
    let alias = root.get("b").unwrap();
    assert_eq!(slice(text, alias.span), "*x");
    assert_eq!(slice(text, alias.get("k").unwrap().span), "v");
    let (Data::Mapping(a), Data::Mapping(b)) = (&root.get("a").unwrap().data, &alias.data) else { panic!() };
    assert!(std::sync::Arc::ptr_eq(a, b));
}

#[test]
fn merge_keys() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\n  w: 4\nd: {<<: *a}\ne: {'<<': 1}\n";
    let root = yaml(text);
    let c = root.get("c").unwrap();
    let keys: Vec<_> =
        c.entries().iter().map(|e| (e.key.as_str().unwrap(), e.value.as_str().unwrap(), e.merged)).collect();
    assert_eq!(keys, [("z", "3", false), ("x", "1", true), ("y", "1", true), ("w", "4", false)]);
    assert_eq!(root.get("d").unwrap().entries().len(), 2);
    assert_eq!(root.get("e").unwrap().entries()[0].key.as_str(), Some("<<"));
}

#[test]
fn duplicate_keys_are_kept() {
    let root = yaml("a: 1\na: 2\n");
    assert_eq!(root.entries().len(), 2);
    assert_eq!(root.str_at(&["a"]), Some("2"));
}

#[test]
fn comments_belong_to_their_document() {
    let text = "# top\n---\na: 1 # x\n# tail\n---\n# next\nb: 2\n";
    let parsed = read(Format::Yaml, text);
    let comments: Vec<Vec<_>> =
        parsed.documents.iter().map(|d| d.comments.iter().map(|c| slice(text, c.span)).collect()).collect();
    assert_eq!(comments, [vec!["# top", "# x", "# tail"], vec!["# next"]]);
    assert_eq!(&*parsed.documents[0].comments[0].text, " top");
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    for (broken, at, message) in [
        ("a: b: c\n", ":", "must be quoted"),
        ("a: \"x\n", "\"", "never closed"),
        ("a:\n\tb: 1\n", "\t", "tab"),
        ("a: [1, 2\n", "[", "never closed"),
        ("a: 1\n b: 2\n", ":", "must be quoted"),
    ] {
        let text = format!("first: 1\n---\n{broken}---\nlast: 1\n");
        let parsed = read(Format::Yaml, &text);
        assert_eq!(parsed.problems.len(), 1, "{broken:?} {:?}", parsed.problems);
        assert_eq!(slice(&text, parsed.problems[0].span), at, "{broken:?}: {}", parsed.problems[0].message);
        assert!(parsed.problems[0].message.contains(message), "{}", parsed.problems[0].message);
        assert_eq!(parsed.documents.first().unwrap().root.str_at(&["first"]), Some("1"));
        assert_eq!(parsed.documents.last().unwrap().root.str_at(&["last"]), Some("1"));
        check(&text, &parsed);
    }
}

#[test]
fn what_stands_before_the_break_is_kept() {
    let text = "image: face/api\nenv:\n  - name: A\n    value: b: c\n";
    let parsed = read(Format::Yaml, text);
    let root = &parsed.documents[0].root;
    assert_eq!(root.str_at(&["image"]), Some("face/api"));
    assert_eq!(root.get("env").unwrap().items()[0].str_at(&["name"]), Some("A"));
}

#[test]
fn unknown_aliases_are_problems() {
    let text = "host: *.example.com\nb: 1\nc: &r [*r]\n";
    let parsed = read(Format::Yaml, text);
    assert_eq!(parsed.problems.len(), 2);
    assert_eq!(slice(text, parsed.problems[0].span), "*.example.com");
    let root = &parsed.documents[0].root;
    assert_eq!(root.get("host").unwrap().as_scalar().unwrap().kind, ScalarKind::Null);
    assert_eq!(root.str_at(&["b"]), Some("1"));
}

#[test]
fn hostile_nesting_and_aliases() {
    for text in [
        "[".repeat(10_000),
        "{".repeat(10_000),
        "- ".repeat(10_000),
        "[{a: ".repeat(10_000),
        format!("{}{}", "[".repeat(1000), "]".repeat(1000)),
    ] {
        let parsed = read(Format::Yaml, &text);
        assert!(!parsed.problems.is_empty());
        check(&text, &parsed);
    }
    let mut chain = String::from("- &a0 [x]\n");
    for n in 1..5000 {
        chain.push_str(&format!("- &a{n} [*a{}, *a{}]\n", n - 1, n - 1));
    }
    let parsed = read(Format::Yaml, &chain);
    assert!(parsed.problems.iter().any(|p| p.message.contains(&MAX_DEPTH.to_string())));
}

#[test]
fn too_many_documents_and_merges() {
    let parsed = read(Format::Yaml, &"---\n".repeat(30_000));
    assert_eq!(parsed.documents.len(), 10_000);
    assert_eq!(parsed.problems.len(), 1);
    let mut text = String::from("a: &a\n");
    for n in 0..2000 {
        text.push_str(&format!("  k{n}: 1\n"));
    }
    for n in 0..2000 {
        text.push_str(&format!("b{n}: {{<<: *a}}\n"));
    }
    let parsed = read(Format::Yaml, &text);
    assert_eq!(parsed.problems.len(), 1);
}

/// The settings of an application in a ConfigMap, in every way a ConfigMap can hold them.
#[test]
fn embedded_documents_point_into_the_real_file() {
    let app = "face:\n  engine: arc\n  note: |\n    nested: \"\\u4eba\"\n    more: x\n";
    let indented: String = app.lines().map(|l| format!("    {l}\n")).collect();
    let folded: String = app.lines().map(|l| format!("    {l}\n\n")).collect();
    let quoted = app.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    for body in [
        format!("|\n{indented}"),
        format!("\"{quoted}\"\n"),
        format!("|+\n{indented}\n"),
        format!(">\n{folded}"),
    ] {
        for crlf in [false, true] {
            let mut text = format!("kind: ConfigMap\ndata:\n  application.yml: {body}");
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            let root = yaml(&text);
            let scalar = root.at(&["data", "application.yml"]).unwrap().as_scalar().unwrap();
            let inner = parse_format(Format::Yaml, &Input::embedded(FileId(0), scalar));
            assert!(inner.problems.is_empty(), "{body:?}: {:?}", inner.problems);
            check(&text, &inner);
            let engine = inner.documents[0].root.at(&["face", "engine"]).unwrap();
            assert_eq!(slice(&text, engine.span), "arc", "{body:?}");
            let note = inner.documents[0].root.at(&["face", "note"]).unwrap().as_scalar().unwrap();
            let third = parse_format(Format::Yaml, &Input::embedded(FileId(0), note));
            assert!(third.problems.is_empty(), "{:?}", third.problems);
            check(&text, &third);
            let root = &third.documents[0].root;
            assert_eq!(root.str_at(&["nested"]), Some("人"));
            let person = root.get("nested").unwrap().as_scalar().unwrap();
            let expected = if body.starts_with('"') { "\\\\u4eba" } else { "\\u4eba" };
            assert_eq!(origin(&text, person, "人"), expected);
            assert_eq!(slice(&text, root.get("more").unwrap().span), "x");
            assert_eq!(slice(&text, root.entry("more").unwrap().key.span), "more");
        }
    }
}

#[test]
fn maps_are_never_wider_than_needed() {
    // Forms of block scalars whose indentation is awkward to find again.
    for text in [
        "k: |1\n  a\n b\n",
        "k: |\n  \ta\n  b\n",
        "k: >\n  a\n\n\n  b\n   c\n\n   d\n  e",
        "k: |-\n\n\n  a\n\n\n",
        "- |\n a\n- >-\n b\n c\n",
        "--- |\n a\n b\n",
        "k:\n  # comment | here\n  |\n  text\n",
        "k: >\n  a\n  \tb\n  c\n",
        "\"a # |\": |\n  text\n",
    ] {
        let parsed = read(Format::Yaml, text);
        check(text, &parsed);
        assert!(parsed.problems.is_empty(), "{text:?} {:?}", parsed.problems);
        walk(&parsed.documents[0].root, &mut |node| {
            let scalar = node.as_scalar().unwrap();
            assert!(!matches!(scalar.map, TextMap::Whole(..)), "{text:?}: {:?}", scalar.text);
        });
    }
}

fn walk(node: &Node, scalar: &mut dyn FnMut(&Node)) {
    match &node.data {
        Data::Scalar(_) => scalar(node),
        Data::Sequence(items) => items.iter().for_each(|i| walk(i, scalar)),
        Data::Mapping(entries) => entries.iter().for_each(|e| {
            walk(&e.key, scalar);
            walk(&e.value, scalar);
        }),
    }
}
