use super::super::testing::{clean, origin, read, slice};
use super::super::{Format, ScalarKind};

#[test]
fn all_forms_of_a_variable() {
    let text = "A=1\nexport B = two words # note\nC='it # is'\nD=\"x\\n\\\"y\\\"\" # z\nE=p#w\nF=\nG\nH: v\nI=\"a\nb\"\n # c\nJ=\"open\nK=it's\nL=#only\n";
    let root = clean(Format::Env, text);
    let expect = [
        ("A", "1", "1"),
        ("B", "two words", "two words"),
        ("C", "it # is", "'it # is'"),
        ("D", "x\n\"y\"", "\"x\\n\\\"y\\\"\""),
        ("E", "p#w", "p#w"),
        ("F", "", ""),
        ("H", "v", "v"),
        ("I", "a\nb", "\"a\nb\""),
        ("J", "\"open", "\"open"),
        ("K", "it's", "it's"),
        ("L", "#only", "#only"),
    ];
    for (key, value, source) in expect {
        let node = root.get(key).unwrap();
        assert_eq!(node.as_str(), Some(value), "{key}");
        assert_eq!(slice(text, node.span), source, "{key}");
        assert_eq!(slice(text, root.entry(key).unwrap().key.span), key);
    }
    assert_eq!(root.get("G").unwrap().as_scalar().unwrap().kind, ScalarKind::Null);
    assert_eq!(origin(text, root.get("D").unwrap().as_scalar().unwrap(), "\"y"), "\\\"y");
}

#[test]
fn comments_and_one_problem() {
    let text = "# top\nA=1 # x\nif [ -f x ]; then\nfi ;\nB=2\n";
    let parsed = read(Format::Env, text);
    let comments: Vec<_> = parsed.documents[0].comments.iter().map(|c| &*c.text).collect();
    assert_eq!(comments, [" top", " x"]);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(slice(text, parsed.problems[0].span), "if [ -f x ]; then");
    assert_eq!(parsed.documents[0].root.str_at(&["B"]), Some("2"));
}
