use super::super::testing::{check, clean, origin, read, slice};
use super::super::{Format, ScalarKind};

#[test]
fn tables_dotted_keys_and_spans() {
    let text =
        "z = 1 # one\n[a.\"b c\"]\nx.y = 'v' # two\nl = [1, { k = \"w\" }]\n[[s]]\nn = 1\n[[s]]\nn = true\n";
    let root = clean(Format::Toml, text);
    let table = root.at(&["a", "b c"]).unwrap();
    assert_eq!(slice(text, table.get("x").unwrap().get("y").unwrap().span), "'v'");
    assert_eq!(slice(text, table.entry("x").unwrap().key.span), "x");
    assert_eq!(slice(text, table.get("l").unwrap().items()[1].span), "{ k = \"w\" }");
    assert_eq!(slice(text, root.get("a").unwrap().entry("b c").unwrap().key.span), "\"b c\"");
    assert_eq!(
        root.get("s").unwrap().items()[1].get("n").unwrap().as_scalar().unwrap().kind,
        ScalarKind::Bool
    );
    assert_eq!(root.entries()[0].key.as_str(), Some("z"));
    let parsed = read(Format::Toml, text);
    assert_eq!(parsed.documents[0].comments.iter().map(|c| &*c.text).collect::<Vec<_>>(), [" one", " two"]);
    check(text, &parsed);
}

#[test]
fn strings_map_every_escape() {
    let text = "a = \"x\\u4ebay\"\nb = \"\"\"\r\none \\\r\n   two\r\nthree\"\"\"\nc = '''\nraw \\n'''\n";
    let root = clean(Format::Toml, text);
    let scalar = |k: &str| root.get(k).unwrap().as_scalar().unwrap().clone();
    assert_eq!(origin(text, &scalar("a"), "人"), "\\u4eba");
    assert_eq!(origin(text, &scalar("b"), "two"), "two");
    assert_eq!(origin(text, &scalar("b"), "three"), "three");
    assert_eq!(&*scalar("c").text, "raw \\n");
}

#[test]
fn broken_and_hostile() {
    let text = "a = 1\nb = \nc = 3\n";
    let parsed = read(Format::Toml, text);
    assert!(!parsed.problems.is_empty());
    assert_eq!(parsed.documents[0].root.str_at(&["a"]), Some("1"));
    for text in [
        "a = ".to_owned() + &"[".repeat(50_000),
        "a.".repeat(50_000) + "a = 1",
        format!("[{}a]", "a.".repeat(50_000)),
        "a={b=".repeat(5_000),
    ] {
        check(&text, &read(Format::Toml, &text));
    }
}
