//! Reading catalogue files, the built-in ones and a user's own.

use super::catalogue::CatalogueFile;
use super::literals::{self, Literal};
use super::matcher::Catalogue;

/// A fault in a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct CatalogueError {
    /// The file.
    pub file: String,
    /// Line, from 1; 1 where the parser gives none.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl Catalogue {
    /// Reads and compiles catalogue files, given as path and text.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Catalogue, Vec<CatalogueError>> {
        let (mut read, mut errors) = (Vec::new(), Vec::new());
        for (file, text) in files {
            match serde_yaml::from_str::<CatalogueFile>(text) {
                Ok(catalogue) => read.push(catalogue),
                Err(error) => {
                    let (line, column) = error.location().map_or((1, 1), |l| (l.line(), l.column()));
                    errors.push(CatalogueError {
                        file: file.to_owned(),
                        line,
                        column,
                        message: error.to_string(),
                    });
                }
            }
        }
        if errors.is_empty() { Ok(Catalogue::new(read)) } else { Err(errors) }
    }

    /// The catalogue that is compiled in, with a user's own files after it.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn with_user_files(user: &[(String, String)]) -> Result<Catalogue, Vec<CatalogueError>> {
        let mut files: Vec<(&str, &str)> = crate::embedded::files("catalogue/").collect();
        files.extend(user.iter().map(|(file, text)| (file.as_str(), text.as_str())));
        Catalogue::load(files)
    }

    /// The catalogue that is compiled in.
    ///
    /// # Errors
    /// None that a test would not have found.
    pub fn builtin() -> Result<Catalogue, Vec<CatalogueError>> {
        let read = crate::embedded::files("catalogue/").map(|(file, _)| {
            crate::embedded::read::<CatalogueFile>(file).map_err(|error| CatalogueError {
                file: file.to_owned(),
                line: 1,
                column: 1,
                message: error.to_string(),
            })
        });
        Ok(Catalogue::new(read.collect::<Result<Vec<_>, _>>().map_err(|error| vec![error])?))
    }

    /// What a file must hold, at least one of them, to be worth parsing.
    pub fn literals(&self) -> Vec<Literal> {
        literals::needed(self.signatures().map(|(_, s)| s))
    }

    /// The same for the catalogue that is compiled in, without reading it.
    pub fn builtin_literals() -> Vec<Literal> {
        crate::embedded::LITERALS
            .iter()
            .map(|(text, word_start)| Literal { text: (*text).to_owned(), word_start: *word_start })
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::catalogue::{Confidence, Signature};
    use super::super::literals;
    use super::super::words::split;
    use super::*;
    use crate::descriptor::{Resource, ResourceKind, Role, Segment, Setting, Value};
    use crate::source::{FileId, Span};
    use crate::syntax::{ScalarKind, TextMap};

    fn builtin() -> Catalogue {
        Catalogue::with_user_files(&[]).unwrap()
    }

    fn setting(path: &str, value: &str, role: Role) -> Setting {
        let span = Span::new(FileId(0), 0, value.len());
        Setting {
            path: path.split('.').filter(|s| !s.is_empty()).map(|s| Segment::Key(s.into())).collect(),
            key_span: span,
            value: Value {
                text: value.into(),
                kind: ScalarKind::Text,
                span,
                map: TextMap::at(0),
                origins: Vec::new(),
            },
            role,
        }
    }

    fn ecosystem(name: &str) -> &'static str {
        const KNOWN: &[&str] = &[
            "pypi",
            "npm",
            "maven",
            "go",
            "cargo",
            "nuget",
            "gem",
            "composer",
            "pub",
            "cocoapods",
            "swift",
            "gradle",
            "helm",
            "conda",
            "apt",
            "android",
        ];
        KNOWN.iter().find(|k| **k == name).copied().unwrap_or("other")
    }

    /// The settings that an example text stands for.
    fn example(s: &Signature, text: &str) -> Vec<Setting> {
        let key_value = |t: &str, role: Role| {
            let (key, value) = t.split_once('=').unwrap_or((t, "x"));
            setting(key, value, role)
        };
        if s.image.is_some() {
            vec![setting("image", text, Role::Image)]
        } else if s.chart.is_some() || s.name.is_some() {
            vec![setting("name", text, Role::Name)]
        } else if s.package.is_some() {
            let (eco, name) = text.split_once(':').unwrap_or(("", text));
            vec![setting("dependencies", name, Role::Package { ecosystem: ecosystem(eco) })]
        } else if s.resource.is_some() {
            let mut parts = text.split_whitespace();
            let mut out = vec![setting("type", parts.next().unwrap_or_default(), Role::ResourceType)];
            out.extend(parts.map(|p| key_value(p, Role::Plain)));
            out
        } else if s.action.is_some() {
            let (effect, action) = text.split_once(' ').unwrap_or(("Allow", text));
            vec![setting("Action", action, Role::Action { allow: effect != "Deny" })]
        } else if s.key.is_some() {
            // Several settings stand side by side; a word without `=` goes on with the value before it.
            let mut settings: Vec<String> = Vec::new();
            for word in text.split(' ') {
                match settings.last_mut() {
                    Some(last) if !word.contains('=') => last.extend([" ", word]),
                    _ => settings.push(word.to_owned()),
                }
            }
            settings.iter().map(|p| key_value(p, Role::Plain)).collect()
        } else if s.text.is_some() {
            vec![setting("description", text, Role::Prose)]
        } else if s.host.is_none() && text.starts_with('/') {
            vec![setting("paths", text, Role::ApiPath)]
        } else {
            vec![setting("value", text, Role::Plain)]
        }
    }

    fn resource(settings: Vec<Setting>) -> Resource {
        let span = Span::new(FileId(0), 0, 0);
        Resource {
            kind: ResourceKind::Plain,
            type_name: "test".into(),
            name: "test".into(),
            scope: "".into(),
            file: FileId(0),
            dir: "".into(),
            span,
            name_span: span,
            settings,
            labels: Vec::new(),
            sections: Vec::new(),
            links: Vec::new(),
            comments: Vec::new(),
            declarations: Vec::new(),
            exposed: Vec::new(),
            dialect: "test",
            condition: None,
        }
    }

    /// Every example of every signature does what it says. A look-alike's own examples are checked by
    /// compiling it with the confidence of a real signature.
    #[test]
    fn examples_of_the_catalogue_hold() {
        let catalogue = builtin();
        let mut wrong = Vec::new();
        for (number, (product, s)) in catalogue.signatures().enumerate() {
            let name = &catalogue.products[product].product;
            let own;
            let (matcher, wanted) = if s.confidence == Confidence::None {
                let mut product = catalogue.products[product].clone();
                product.signatures = vec![Signature { confidence: Confidence::Likely, ..s.clone() }];
                own = Catalogue::new([CatalogueFile { products: vec![product] }]);
                (&own, 0)
            } else {
                (&catalogue, number)
            };
            let hits = |text: &str| {
                matcher.sight(0, &resource(example(s, text))).iter().any(|m| m.signature == wanted)
            };
            for text in &s.matches {
                if !hits(text) {
                    wrong.push(format!("{name}: `{text}` is not matched by its signature ({s:?})"));
                }
            }
            for text in &s.reject {
                if hits(text) {
                    wrong.push(format!("{name}: `{text}` must not match ({s:?})"));
                }
            }
        }
        assert!(wrong.is_empty(), "{} examples fail:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Whatever a signature matches holds one of its literals.
    #[test]
    fn every_example_holds_a_literal_of_its_signature() {
        let catalogue = builtin();
        for (product, s) in catalogue.signatures() {
            if literals::follows(s) {
                continue;
            }
            let name = &catalogue.products[product].product;
            let found = literals::of(s);
            assert!(found.iter().any(|l| l.text.len() > 2), "{name}: no literal for {s:?}");
            for text in &s.matches {
                let lower = text.to_lowercase();
                let holds = found.iter().any(|l| {
                    if l.word_start {
                        split(text).iter().any(|w| w.text.starts_with(&l.text))
                    } else {
                        lower.contains(&l.text)
                    }
                });
                assert!(holds, "{name}: `{text}` holds none of {found:?}");
            }
        }
    }
}
