//! Escaping for the formats of others: nothing that a descriptor holds may become markup, a link or a
//! command in the output.

use std::fmt::Write;

use super::text::{escape, escape_lines};

/// Text for XML, in attributes and between tags. Characters that XML 1.0 does not allow are shown by their
/// code point; `lines` keeps line ends.
pub(super) fn xml(text: &str, lines: bool) -> String {
    let text = if lines { escape_lines(text) } else { escape(text) };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// The message of a workflow command (`::error::message`). The older form of commands (`##[…]`) counts
/// anywhere in a line, so it is broken up.
pub(super) fn command_data(text: &str) -> String {
    let text = escape_lines(text).replace("##[", "# #[");
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command (`file=…`).
pub(super) fn command_property(text: &str) -> String {
    let text = escape(text).replace("##[", "# #[").replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A").replace(':', "%3A").replace(',', "%2C")
}

/// A path as a relative URI reference: everything but unreserved characters and slashes is a percent code.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Text for one line of Markdown. What stands between backquotes is code; everything else is text in which
/// nothing is a link, a mention, a tag or an emphasis.
pub(super) fn markdown(text: &str) -> String {
    let text = escape_lines(text).replace('\n', " ");
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        plain_markdown(&mut out, before);
        match after.split_once('`').filter(|(inner, _)| !inner.trim().is_empty()) {
            Some((inner, tail)) => {
                out.push_str(&code(inner));
                rest = tail;
            }
            None => {
                out.push_str("\\`");
                rest = after;
            }
        }
    }
    plain_markdown(&mut out, rest);
    out
}

fn plain_markdown(out: &mut String, text: &str) {
    // `www.` alone makes an address.
    for c in text.replace("www.", "www\u{0}").chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{0}' => out.push_str("&#46;"),
            // Names of people and teams are called, issues and addresses linked.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            ':' => out.push_str("&#58;"),
            '\\' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

/// Text as code within a line of Markdown, in tables too.
pub(super) fn code(text: &str) -> String {
    let text = escape(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text as a block of code, indented by `indent`.
pub(super) fn code_block(text: &str, indent: &str) -> String {
    let text = escape_lines(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut out = format!("{indent}{fence}text\n");
    for line in text.lines() {
        out.push_str(indent);
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(indent);
    out.push_str(&fence);
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_command() {
        assert_eq!(command_data("a\n::error::x\r\n100%"), "a%0A::error::x%0A100%25");
        assert_eq!(command_data("##[add-path]/tmp"), "# #[add-path]/tmp");
        assert_eq!(command_property("a,line=1::x\n"), "a%2Cline=1%3A%3Ax\\n");
        assert_eq!(command_data("\u{1b}[31m%0A"), "\\u{1b}[31m%250A");
    }

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(xml("<a b=\"'&\u{1}\">\n", false), "&lt;a b=&quot;&#39;&amp;\\u{1}&quot;&gt;\\n");
        assert_eq!(
            markdown("see <img src=x> @team [a](b)"),
            "see &lt;img src=x&gt; &#64;team \\[a\\]\\(b\\)"
        );
        assert_eq!(markdown("`a<b`|`c|d`"), "`a<b`\\|`c\\|d`");
        assert_eq!(markdown("odd ` one"), "odd \\` one");
        assert_eq!(markdown("https://x www.y"), "https&#58;//x www&#46;y");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code_block("```\nx", ""), "````text\n```\nx\n````\n");
    }

    #[test]
    fn uris_are_relative_references() {
        assert_eq!(uri("deploy/门禁 a:b.yaml"), "deploy/%E9%97%A8%E7%A6%81%20a%3Ab.yaml");
    }
}
