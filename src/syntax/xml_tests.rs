use super::super::Format;
use super::super::testing::{check, clean, origin, read, slice};

#[test]
fn elements_attributes_and_text() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE p [<!ENTITY x \"y\">]>\n<p a='1' x:b=\"&lt;2&#x4eba;\"><!-- note --><d> face &amp; id </d><d/>tail<e><![CDATA[<raw>]]></e></p>\n";
    let root = clean(Format::Xml, text);
    let p = root.get("p").unwrap();
    assert_eq!(p.str_at(&["@a"]), Some("1"));
    assert_eq!(p.str_at(&["@x:b"]), Some("<2人"));
    assert_eq!(slice(text, p.entry("@a").unwrap().key.span), "a");
    assert_eq!(slice(text, p.get("@a").unwrap().span), "'1'");
    assert_eq!(p.entries()[2].value.as_str(), Some("face & id"));
    assert_eq!(slice(text, p.entries()[2].value.span), "face &amp; id");
    assert_eq!(p.str_at(&["#text"]), Some("tail"));
    assert_eq!(p.str_at(&["e"]), Some("<raw>"));
    let b = p.get("@x:b").unwrap().as_scalar().unwrap();
    assert_eq!(origin(text, b, "人"), "&#x4eba;");
    let parsed = read(Format::Xml, text);
    assert_eq!(&*parsed.documents[0].comments[0].text, " note ");
    check(text, &parsed);
}

#[test]
fn broken_xml_gives_what_was_read() {
    for text in [
        "<a><b>1</b><c>2</a>",
        "<a><b>1</b><c",
        "<a><b>1</b></c></a>",
        "<a><b>1</b>x < y</a>",
        "<a><b>1</b><c d=\"x></a>",
    ] {
        let parsed = read(Format::Xml, text);
        assert!(!parsed.problems.is_empty(), "{text}");
        assert_eq!(parsed.documents[0].root.str_at(&["a", "b"]), Some("1"), "{text}");
        check(text, &parsed);
    }
}

#[test]
fn hostile() {
    for text in [
        "<a>".repeat(50_000),
        "<a ".repeat(50_000),
        "<".repeat(5_000),
        "<!--".repeat(5000),
        "&a;".repeat(500),
    ] {
        check(&text, &read(Format::Xml, &text));
    }
}
