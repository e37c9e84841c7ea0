//! The form of `policies/catalogue/*.yaml`: what a face-recognition component looks like.
//!
//! ```yaml
//! products:
//!   - product: CompreFace
//!     vendor: Exadel
//!     region: self
//!     modes: [verification, identification]
//!     sources: ["https://github.com/exadel-inc/CompreFace"]
//!     signatures:
//!       - image: exadel/compreface-core
//!         function: both
//!         confidence: certain
//!         match:  ["exadel/compreface-core:1.2.0", "docker.io/exadel/compreface-core@sha256:00"]
//!         reject: ["exadel/compreface-docs:1"]
//! ```
//!
//! A signature has exactly one matcher. What `match` and `reject` examples look like depends on it:
//!
//! | matcher | matches | example |
//! |---|---|---|
//! | `image` | the repository of an image reference, from a segment boundary; `*` within a segment | `docker.io/a/b:1` |
//! | `chart` | a Helm chart's or dependency's name | `compreface` |
//! | `host` | a host name in a value; `*.` in front covers any labels; narrowed by `path`, `except` | `https://api.x.com/face/v3` |
//! | `path` (alone) | a URL path in a value, or of an interface description; `*` one segment, `**` any number | `/rest/2.0/face/v3/search` |
//! | `package` | a dependency by exact name (`_` is `-` for `pypi`), `*` allowed; limited by `ecosystem` | `pypi:insightface` |
//! | `model` | a whole token of a value or key, extension left out; `*` allowed | `/models/buffalo_l.zip` |
//! | `key` | these words in a row in the words of a key path; `*` is any one word | `face.config.api-key=abc` |
//! | `resource` | the type of a cloud resource; narrowed by `where` | `azurerm_cognitive_account kind=Face` |
//! | `action` | a permission that is granted; `*` in the action matches a literal `*` too | `rekognition:IndexFaces` |
//! | `name` | these words in a row in the name of a workload, service, image or chart | `face-recognition-worker` |
//! | `text` | these words (Latin) or characters (Chinese) in a comment or a description | `百度云人脸识别配置` |

use serde::{Deserialize, Serialize};

/// A catalogue file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFile {
    /// The products of this file.
    pub products: Vec<Product>,
}

/// One product, cloud API or library.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name as people know it.
    pub product: String,
    /// Who makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Where face data go when it is used.
    pub region: Region,
    /// What it does in itself; empty when that depends on how it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Mode>,
    /// It is part of a way to log in, pay or enter, so its presence shows such a flow.
    #[serde(default)]
    pub login: bool,
    /// Its library or SDK calls the vendor's cloud even when no address is configured.
    #[serde(default)]
    pub cloud: bool,
    /// A switch that must be on (or must not be off) for it to recognise anyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<Switch>,
    /// What holds when nothing is configured, each with its source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<DefaultFact>,
    /// Where these facts were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// What it looks like.
    pub signatures: Vec<Signature>,
}

/// Where face data go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// It runs where its user installs it.
    #[serde(rename = "self")]
    SelfHosted,
    /// A cloud in mainland China.
    Cn,
    /// Hong Kong, Macau or Taiwan.
    Hk,
    /// Elsewhere.
    Overseas,
    /// The host or the location setting decides.
    ByHost,
}

/// One to one, or one to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// 1:1, is it this person.
    Verification,
    /// 1:N, who is it.
    Identification,
}

/// A switch of a product.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Key words of settings that turn recognition on (`face recognition enabled`).
    #[serde(default)]
    pub on: Vec<String>,
    /// Key words of settings that turn it off when true (`disable faces`).
    #[serde(default)]
    pub off: Vec<String>,
    /// A key below which any setting turns it on (`face recognition` under `dlib`).
    #[serde(default)]
    pub section: Vec<String>,
    /// Whether it recognises when no switch is set.
    pub default: bool,
}

/// A fact that holds for a product unless its configuration says otherwise.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultFact {
    /// The fact, a name from the vocabulary (`storage.save`, `retention.limit`).
    pub fact: String,
    /// Its value, written as it would stand in the product's own config.
    pub value: String,
    /// The key that changes it, for the help text.
    pub key: String,
    /// What is kept: `images`, `templates`, `unknown-faces`, `sessions`, `video`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// Where this was read.
    pub source: String,
}

/// What a component looks like.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signature {
    /// An image repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A chart name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// A host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// URL paths: the matcher itself where there is no `host`, else what narrows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// A package name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// A model name or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Words of a key path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A cloud resource type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// A permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Words of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Words or characters in prose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,

    /// Package ecosystems; any when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ecosystem: Vec<String>,
    /// URL paths (with `host` or `path`) that are something else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// With `key`: the words must be the whole last key.
    pub whole: bool,
    /// With `key`: the value must match one of these globs (case does not count).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<String>,
    /// With `key`: one of the keys beside it must have these words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
    /// With `resource`: words of a setting of the resource and the globs its value must match; an empty
    /// list asks only that the setting is there.
    #[serde(rename = "where", skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub with: std::collections::BTreeMap<String, Vec<String>>,

    /// What is reported as `kind`; from the matcher when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<SightingKind>,
    /// What it does.
    pub function: Function,
    /// How sure this text alone makes us. `none` marks a look-alike: it matches, and silences weaker
    /// signatures on the same text.
    pub confidence: Confidence,
    /// Where face data go, when it differs from the product's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Where this was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Texts that must match.
    #[serde(rename = "match")]
    pub matches: Vec<String>,
    /// Texts that must not match.
    pub reject: Vec<String>,
}

/// What a sighting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightingKind {
    /// A container image, service or chart of a face product.
    Image,
    /// An environment variable.
    Env,
    /// An address.
    Endpoint,
    /// A dependency.
    Library,
    /// A model name or file.
    Model,
    /// A configuration key.
    ConfigKey,
    /// A cloud resource.
    CloudResource,
    /// A permission.
    Permission,
}

/// What a component does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    /// 1:1.
    Verification,
    /// 1:N.
    Identification,
    /// Either, by how it is called.
    Both,
    /// Is it a living person.
    Liveness,
    /// Finds faces, resolves no identity.
    Detection,
    /// Age, sex, emotion.
    Attributes,
    /// Not told by this sign.
    #[default]
    Unknown,
}

/// How sure a sign makes us, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A look-alike.
    None,
    /// Only together with another sign.
    #[default]
    Hint,
    /// Nearly always faces.
    Likely,
    /// No other common use.
    Certain,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The shipped catalogue files, by name.
    fn shipped() -> Vec<(&'static str, CatalogueFile)> {
        crate::embedded::files("catalogue/")
            .map(|(name, text)| {
                let file = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                (name, file)
            })
            .collect()
    }

    /// The matchers of a signature. `path` is one only where there is no `host`.
    fn matchers(s: &Signature) -> usize {
        let texts = [
            &s.image,
            &s.chart,
            &s.host,
            &s.package,
            &s.model,
            &s.key,
            &s.resource,
            &s.action,
            &s.name,
            &s.text,
        ];
        let path = s.host.is_none() && !s.path.is_empty();
        texts.into_iter().flatten().count() + usize::from(path)
    }

    /// What is known from memory only says so in its source.
    fn from_memory(source: &str) -> bool {
        source.contains("unverified") || source.contains("memory")
    }

    #[test]
    fn every_signature_is_whole() {
        let mut wrong = Vec::new();
        for (name, file) in shipped() {
            for product in &file.products {
                if product.signatures.is_empty() {
                    wrong.push(format!("{name}: {}: no signatures", product.product));
                }
                for s in &product.signatures {
                    let mut say =
                        |what: &str| wrong.push(format!("{name}: {}: {what}: {s:?}", product.product));
                    if matchers(s) != 1 {
                        say("not exactly one matcher");
                    }
                    if s.matches.is_empty() || s.reject.is_empty() {
                        say("no `match` or no `reject` example");
                    }
                    if s.source.as_deref().is_some_and(from_memory) && s.confidence == Confidence::Certain {
                        say("certain, but nobody has looked it up");
                    }
                    if s.package.is_none() && !s.ecosystem.is_empty() {
                        say("`ecosystem` without `package`");
                    }
                    if s.key.is_none() && (s.whole || !s.value.is_empty() || !s.beside.is_empty()) {
                        say("`whole`, `value` or `beside` without `key`");
                    }
                    if s.resource.is_none() && !s.with.is_empty() {
                        say("`where` without `resource`");
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_product_has_one_entry() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (name, file) in shipped() {
            for product in file.products {
                if let Some(before) = seen.insert(product.product.to_lowercase(), name) {
                    panic!("`{}` is in {before} and in {name}", product.product);
                }
            }
        }
    }

    #[test]
    fn what_only_finds_faces_makes_no_system() {
        for (name, file) in shipped() {
            for product in &file.products {
                for s in product.signatures.iter().filter(|s| s.function == Function::Detection) {
                    assert!(s.confidence <= Confidence::Likely, "{name}: {}: {s:?}", product.product);
                }
            }
        }
    }
}
