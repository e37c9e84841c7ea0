use super::super::testing::{clean, origin, read, slice};
use super::super::{Format, Node};

fn pairs(root: &Node) -> Vec<(&str, &str)> {
    root.entries().iter().map(|e| (e.key.as_str().unwrap(), e.value.as_str().unwrap())).collect()
}

#[test]
fn the_separators_of_java() {
    let text = "a=1\nb: 2\n c 3\nd = 4 \ne\nf=\n=g\nh\\ i\\=j=k\nl==m\n";
    let root = clean(Format::Properties, text);
    assert_eq!(
        pairs(&root),
        [
            ("a", "1"),
            ("b", "2"),
            ("c", "3"),
            ("d", "4 "),
            ("e", ""),
            ("f", ""),
            ("", "g"),
            ("h i=j", "k"),
            ("l", "=m")
        ]
    );
    assert_eq!(slice(text, root.entry("h i=j").unwrap().key.span), "h\\ i\\=j");
    assert_eq!(slice(text, root.get("d").unwrap().span), "4 ");
}

#[test]
fn escapes_and_continuations() {
    let text = "k = one,\\\r\n    two,\\\r\n  \\u4eba\\\\\r\n# c = d\\\r\n! e\r\nx\\\n  y\\\n = z";
    let parsed = read(Format::Properties, text);
    let root = &parsed.documents[0].root;
    assert_eq!(pairs(root), [("k", "one,two,人\\"), ("xy", "z")]);
    let scalar = root.get("k").unwrap().as_scalar().unwrap();
    assert_eq!(origin(text, scalar, "two"), "two");
    assert_eq!(origin(text, scalar, "人"), "\\u4eba");
    assert_eq!(origin(text, scalar, "one,two"), "one,\\\r\n    two");
    let comments: Vec<_> = parsed.documents[0].comments.iter().map(|c| &*c.text).collect();
    assert_eq!(comments, [" c = d\\", " e"]);
}

#[test]
fn a_malformed_escape_is_a_problem() {
    let text = "a=x\\u12\nb=2\n";
    let parsed = read(Format::Properties, text);
    assert_eq!(slice(text, parsed.problems[0].span), "\\u");
    assert_eq!(parsed.documents[0].root.str_at(&["b"]), Some("2"));
    assert_eq!(read(Format::Properties, "a=\\").problems.len(), 0);
}
