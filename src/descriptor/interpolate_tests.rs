use super::*;
use crate::source::FileId;
use crate::syntax::ScalarKind;

/// The text at offset 100 of a file, interpolated with these variables.
fn run(style: Style, text: &str, variables: &[(&str, &str)]) -> Value {
    let span = Span::new(FileId(0), 100, 100 + text.len());
    let mut value =
        Value { text: text.into(), kind: ScalarKind::Text, span, map: TextMap::at(100), origins: Vec::new() };
    apply(&mut value, style, &mut |name| {
        variables
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| Found { text: (*v).to_owned(), origins: vec![Span::new(FileId(1), 0, 1)] })
    });
    value
}

/// The source bytes of a part of the result.
fn source<'a>(value: &Value, source: &'a str, part: &str) -> &'a str {
    let at = value.text.find(part).unwrap_or(usize::MAX - 1000);
    let range = value.map.range(at, at + part.len());
    source.get(range.start.wrapping_sub(100)..range.end.wrapping_sub(100)).unwrap_or("?")
}

#[test]
fn shell_variables_and_their_operators() {
    let set = [("A", "1"), ("EMPTY", "")];
    for (text, expected) in [
        ("$A-${A}", "1-1"),
        ("${A:-x}${A-x}", "11"),
        ("${B:-x}${B-y}", "xy"),
        ("${EMPTY:-x}${EMPTY-y}", "x"),
        ("${A:?must}", "1"),
        ("${B:?must}", "\u{FFFC}"),
        ("${A:+yes}${B:+no}", "yes"),
        ("$$A $${A}", "$A ${A}"),
        ("${B:-${C:-${A}}}", "1"),
        ("${B}", "\u{FFFC}"),
        ("a ${", "a ${"),
        ("$", "$"),
        ("5$ and $5", "5$ and $5"),
        ("${env.X}", "\u{FFFC}"),
        ("${B:-}", ""),
    ] {
        assert_eq!(&*run(Style::Shell, text, &set).text, expected, "{text}");
    }
}

#[test]
fn spring_placeholders() {
    let set = [("face.url", "http://f")];
    for (text, expected) in [
        ("${face.url}/x", "http://f/x"),
        ("${FACE_URL:http://h:80}", "http://h:80"),
        ("${a:${b:c}}", "c"),
        ("${a}", "\u{FFFC}"),
        ("#{T(x).y}", "\u{FFFC}"),
        ("@project.version@", "\u{FFFC}"),
        ("me@example.com", "me@example.com"),
        ("a@b.c, d@e.f", "a@b.c, d@e.f"),
        ("\\${x}", "${x}"),
        ("${${x}}", "\u{FFFC}"),
        ("$5 #1", "$5 #1"),
    ] {
        assert_eq!(&*run(Style::Spring, text, &set).text, expected, "{text}");
    }
}

#[test]
fn kubernetes_references() {
    let set = [("A", "1")];
    assert_eq!(&*run(Style::Kubernetes, "$(A)/$(B) $$(A) ${A}", &set).text, "1/$(B) $(A) ${A}");
}

#[test]
fn any_spelling_of_a_default() {
    for (text, expected) in [
        ("${A:-x} ${A:y} ${A}", "x y \u{FFFC}"),
        ("{{ .Values.x }}/y", "\u{FFFC}/y"),
        ("pa$$word $A", "pa$$word $A"),
        ("{{ open", "{{ open"),
    ] {
        assert_eq!(&*run(Style::Any, text, &[]).text, expected, "{text}");
    }
}

#[test]
fn the_map_still_knows_each_byte() {
    let text = "${REG:-r.io}/face:${TAG}";
    let value = run(Style::Shell, text, &[("TAG", "123456")]);
    assert_eq!(&*value.text, "r.io/face:123456");
    assert_eq!(source(&value, text, "r.io"), "r.io");
    assert_eq!(source(&value, text, "face"), "face");
    // As long as `${TAG}` itself, and still not a copy of it.
    assert_eq!(source(&value, text, "23"), "${TAG}");
    assert_eq!(source(&value, text, "/face:1"), "/face:${TAG}");
    assert_eq!(value.origins.len(), 1);
}

#[test]
fn growth_is_bounded() {
    let long = "x".repeat(MAX_TEXT / 2);
    let value = run(Style::Shell, &"$A".repeat(50), &[("A", &long)]);
    assert!(value.text.len() <= MAX_TEXT + 50 * 3);
}
