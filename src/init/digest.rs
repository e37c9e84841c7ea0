//! `facelint init --digest`: the digest beside each assessment, written in place.

use toml_edit::{Document, Item, Table, Value, value};

/// A digest that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// The digest now.
    pub now: String,
    /// What stood there before.
    pub before: Option<String>,
}

/// Why none could be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// The text is no TOML.
    #[error("{0}")]
    Text(String),
    /// No `[[system]]` table holds the assessment.
    #[error("no [[system]] table holds `assessment.ref` there")]
    NoTable,
}

/// Writes `assessment.digest` into the `[[system]]` table that holds the byte `at` in the value of its
/// `assessment.ref`. Everything else of the text stays as it is, comments included.
///
/// # Errors
/// See [`DigestError`].
pub fn renew(text: &str, at: usize, digest: &str) -> Result<(String, Renewed), DigestError> {
    let document = Document::parse(text.to_owned()).map_err(|e| DigestError::Text(e.to_string()))?;
    let holds = |table: &Table| {
        let reference = table.get("assessment").and_then(|assessment| assessment.get("ref"));
        reference.and_then(Item::span).is_some_and(|span| span.contains(&at))
    };
    let systems = document.get("system").and_then(Item::as_array_of_tables);
    let number = systems.and_then(|all| all.iter().position(holds)).ok_or(DigestError::NoTable)?;
    let mut document = document.into_mut();
    let assessment = document
        .get_mut("system")
        .and_then(Item::as_array_of_tables_mut)
        .and_then(|all| all.get_mut(number))
        .and_then(|table| table.get_mut("assessment"))
        .ok_or(DigestError::NoTable)?;
    let inline = assessment.is_inline_table();
    let assessment = assessment.as_table_like_mut().ok_or(DigestError::NoTable)?;
    let before = assessment.get("digest").and_then(Item::as_str).map(str::to_owned);
    match assessment.get_mut("digest").and_then(Item::as_value_mut) {
        // A comment behind the old value stays behind the new one.
        Some(old) => {
            let decor = old.decor().clone();
            *old = Value::from(digest);
            *old.decor_mut() = decor;
        }
        None => {
            assessment.insert("digest", value(digest));
            if inline {
                assessment.fmt();
            }
        }
    }
    Ok((document.to_string(), Renewed { now: digest.to_owned(), before }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn renewed(text: &str, marker: &str) -> Result<(String, Renewed), DigestError> {
        renew(text, text.find(marker).unwrap(), "now")
    }

    #[test]
    fn one_value_changes_and_nothing_else() {
        let text = "# Ours.\nlang = \"zh\" # ours\n\n[[system]] # first\nname = \"a\"\nassessment.ref = \"a.md\"\n\n\
            [[system]]\nname = \"b\"   # second\nassessment.ref = \"b.md\" # the report\n\
            assessment.digest = \"then\" # by facelint\n\n# The end.\n";
        let (new, said) = renewed(text, "\"b.md\"").unwrap();
        assert_eq!(new, text.replace("then", "now"));
        assert_eq!(said.before.as_deref(), Some("then"));
        let (new, said) = renewed(text, "\"a.md\"").unwrap();
        assert_eq!(new, text.replace("\"a.md\"\n", "\"a.md\"\nassessment.digest = \"now\"\n"));
        assert_eq!(said.before, None);
    }

    #[test]
    fn tables_of_their_own_are_kept() {
        let text = "[[system]]\nname = \"a\"\n[system.assessment]\nref = \"a.md\" # it\ndate = 2025-05-01\n";
        let (new, _) = renewed(text, "\"a.md\"").unwrap();
        assert_eq!(new, format!("{text}digest = \"now\"\n"));
        let text = "[[system]]\nassessment = { ref = \"a.md\" }\n";
        let (new, _) = renewed(text, "\"a.md\"").unwrap();
        assert_eq!(new, "[[system]]\nassessment = { ref = \"a.md\", digest = \"now\" }\n");
    }

    #[test]
    fn what_is_not_there_is_not_written() {
        let text = "[[system]]\nname = \"a\"\n";
        assert_eq!(renewed(text, "\"a\""), Err(DigestError::NoTable));
        assert!(matches!(renew("[[", 0, "x"), Err(DigestError::Text(_))));
    }
}
