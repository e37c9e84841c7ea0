//! Go: `go.mod`.

use super::{Document, Lines, List, Project};

/// The modules of `go.mod`: those required, and those that replace them.
pub(super) fn go_mod(doc: &Document<'_>, _: &dyn Project, list: &mut List<'_>) {
    let text = Lines::of(doc);
    let mut block = String::new();
    for line in text.lines() {
        let mut line = text.trim(line);
        if let Some(at) = text.get(line.clone()).find("//") {
            let comment = line.start + at..line.end;
            if text.get(comment.clone()).trim_start_matches('/').trim() != "indirect" {
                list.comment(&text.value, comment, 2);
            }
            line = text.trim(line.start..line.start + at);
        }
        let body = text.get(line.clone());
        if body == ")" {
            block.clear();
            continue;
        }
        let (verb, rest) = if block.is_empty() {
            let (verb, rest) = body.split_once([' ', '\t']).unwrap_or((body, ""));
            if rest.trim() == "(" || verb.ends_with('(') {
                verb.trim_end_matches('(').clone_into(&mut block);
                continue;
            }
            (verb, rest)
        } else {
            (&*block, body)
        };
        let at = line.end - rest.trim_start().len();
        let word = |from: usize| {
            let rest = text.get(from..line.end);
            let start = from + (rest.len() - rest.trim_start().len());
            let len = rest.trim_start().find(char::is_whitespace).unwrap_or(rest.trim_start().len());
            let quoted = text.get(start..start + len);
            if len >= 2 && quoted.starts_with(['"', '`']) {
                start + 1..start + len - 1
            } else {
                start..start + len
            }
        };
        match verb {
            "module" => {
                let name = text.part(word(at));
                if !name.text.is_empty() {
                    list.name_value(name.span, name);
                }
            }
            "require" | "tool" => list.add("require", "go", text.part(word(at))),
            "replace" => {
                if let Some(arrow) = text.get(at..line.end).find("=>") {
                    let name = text.part(word(at + arrow + 2));
                    if !name.text.starts_with(['.', '/']) {
                        list.add("replace", "go", name);
                    }
                }
            }
            _ => {}
        }
    }
}
