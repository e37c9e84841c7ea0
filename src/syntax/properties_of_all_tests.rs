//! What must hold for every parser and any text.

use proptest::prelude::*;

use super::testing::{check, read};
use super::{Format, Input, parse};
use crate::source::FileId;

const FORMATS: [Format; 8] = [
    Format::Yaml,
    Format::Json,
    Format::Toml,
    Format::Properties,
    Format::Env,
    Format::Ini,
    Format::Xml,
    Format::Hcl,
];

/// Text made of the pieces that mean something to the formats.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a",
            "key",
            "人脸",
            "😀",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\r",
            "\t",
            ":",
            ": ",
            "- ",
            "=",
            "\"",
            "'",
            "{",
            "}",
            "[",
            "]",
            ",",
            "#",
            " #",
            "//",
            "/*",
            "*/",
            "\\",
            "\\u4eba",
            "\\n",
            "|",
            ">",
            "|2-\n",
            "&a ",
            "*a",
            "<<: ",
            "!t ",
            "---\n",
            "...\n",
            "<a>",
            "</a>",
            "<a b=\"",
            "/>",
            "<!--",
            "-->",
            "<![CDATA[",
            "${",
            "%{",
            "$${",
            "<<EOT\n",
            "<<-EOT\n",
            "EOT\n",
            "(",
            ")",
            "?",
            "resource \"a\" \"b\" {\n",
            "]]>",
            "&lt;",
            "&#x41;",
            "${",
            "{{",
            "}}",
            "\"\"\"",
            "'''",
            "\u{0}",
            "\u{85}",
            "\u{2028}",
            "\u{feff}",
            "true",
            "1.5",
            "~",
            ";",
            "%",
            "@",
            "`",
            "? ",
            "export ",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|v| v.concat())
}

/// A word or two, with what the styles of YAML must escape or fold.
fn value() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["face", "人脸", "a b", "x's", "say \"hi\"", "p\\q", "é", "1"]),
        1..6,
    )
    .prop_map(|words| words.join("\n"))
}

proptest! {
    #[test]
    fn no_text_breaks_a_parser(text in soup()) {
        for format in FORMATS {
            check(&text, &read(format, &text));
        }
    }

    #[test]
    fn embedded_text_stays_in_the_file(text in soup(), indent in 1usize..5, crlf: bool) {
        let pad = " ".repeat(indent);
        let body: String = text.split(['\n', '\r']).map(|l| format!("{pad}{l}\n")).collect();
        let mut file = format!("data: |{indent}\n{body}");
        if crlf {
            file = file.replace('\n', "\r\n");
        }
        let outer = read(Format::Yaml, &file);
        check(&file, &outer);
        for tree in &outer.documents {
            for entry in tree.root.entries() {
                if let Some(scalar) = entry.value.as_scalar() {
                    for format in FORMATS {
                        check(&file, &parse(format, &Input::embedded(FileId(0), scalar)));
                    }
                }
            }
        }
    }

    #[test]
    fn every_style_maps_every_character(value in value(), indent in 1usize..6, crlf: bool, keep: bool) {
        let pad = " ".repeat(indent);
        let lines = |sep: &str| value.split('\n').map(|l| format!("{pad}{l}")).collect::<Vec<_>>().join(sep);
        let chomp = if keep { "+" } else { "-" };
        let single = value.replace('\'', "''").replace('\n', &format!("\n\n{pad}"));
        let double = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('人', "\\u4eba");
        for written in [
            format!("|{chomp}\n{}", lines("\n")),
            format!(">{chomp}\n{}", lines("\n\n")),
            format!("'{single}'"),
            format!("\"{double}\""),
        ] {
            let mut file = format!("a: b\nk: {written}\nz: 1\n");
            if crlf {
                file = file.replace('\n', "\r\n");
            }
            let parsed = read(Format::Yaml, &file);
            prop_assert!(parsed.problems.is_empty(), "{:?} {:?}", file, parsed.problems);
            let node = parsed.documents[0].root.get("k").unwrap();
            let scalar = node.as_scalar().unwrap();
            prop_assert_eq!(scalar.text.trim_end_matches('\n'), value.as_str());
            for (at, c) in value.char_indices() {
                let source = file.get(scalar.map.range(at, at + c.len_utf8())).unwrap();
                let expected: &[&str] = match c {
                    '\n' => &["\n", "\r\n", "\\n"],
                    '\'' => &["'", "''"],
                    '"' => &["\"", "\\\""],
                    '\\' => &["\\", "\\\\"],
                    '人' => &["人", "\\u4eba"],
                    _ => &[],
                };
                if expected.is_empty() {
                    prop_assert_eq!(source, c.to_string());
                } else {
                    prop_assert!(expected.contains(&source), "{:?} gave {:?}", c, source);
                }
            }
            check(&file, &parsed);
        }
    }
}
