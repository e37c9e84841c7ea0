//! What a document describes, in the terms every dialect shares.

use std::sync::Arc;

use crate::source::{FileId, Span};
use crate::syntax::{Comment, ScalarKind, TextMap};

/// Stands for a part of a value that is only known later (`${VAR}`, `{{ .Values.x }}`, `var.x`).
pub const HOLE: char = '\u{FFFC}';

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    /// Something that runs: a Kubernetes workload, a Compose service, a Nomad task, a Lambda function.
    Workload,
    /// Named settings that a workload takes in: a ConfigMap, a Compose `configs` entry.
    ConfigMap,
    /// The same for secrets.
    Secret,
    /// A network name in front of workloads.
    Service,
    /// A way in from outside: an Ingress, a Gateway route, an API gateway.
    Ingress,
    /// What may talk to whom.
    NetworkPolicy,
    /// A place where data rest: a volume claim, a bucket, a table, a collection.
    Store,
    /// A resource of a cloud provider that is none of the above.
    Cloud,
    /// An application's own configuration.
    AppConfig,
    /// A file of environment variables.
    EnvFile,
    /// A list of dependencies.
    Packages,
    /// A Helm chart or the like that is deployed as a whole.
    Chart,
    /// An interface description (OpenAPI).
    Api,
    /// A phone or mini-program manifest.
    AppManifest,
    /// A container build.
    Build,
    /// Anything else with keys and values.
    Plain,
}

/// What a dialect knows about a leaf beyond its path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Role {
    /// Nothing more.
    #[default]
    Plain,
    /// An environment variable; the last path segment is its name.
    Env,
    /// A container image reference.
    Image,
    /// A dependency; the value's text is the package name (the version may be part of the span).
    Package {
        /// `pypi`, `npm`, `maven`, `go`, `cargo`, `nuget`, `gem`, `composer`, `pub`, `cocoapods`,
        /// `swift`, `gradle`, `helm`, `conda`, `apt`.
        ecosystem: &'static str,
    },
    /// The type of a cloud resource (`aws_rekognition_collection`, `AWS::Rekognition::Collection`).
    ResourceType,
    /// A permission (`rekognition:IndexFaces`); `allow` is false under a `Deny` statement.
    Action {
        /// Whether it is granted.
        allow: bool,
    },
    /// A name the author chose (service, workload, container, chart name).
    Name,
    /// A URL path of an interface (`/face/verify`), the key of an OpenAPI path.
    ApiPath,
    /// Free text for people (description, summary, title).
    Prose,
    /// A command line or a script.
    Command,
    /// A port mapping or a port number.
    Port,
    /// A label or an annotation.
    Label,
    /// A schema or default that documents settings and sets none (`list(a|b)`, JSON Schema).
    Schema,
}

/// One step of a key path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key.
    Key(Arc<str>),
    /// A place in a list, and the name by which the item is known if it has one (`name: web`).
    Item(u32, Option<Arc<str>>),
}

/// The value of a setting.
#[derive(Debug, Clone)]
pub struct Value {
    /// The resolved text; [`HOLE`] stands for what is not known.
    pub text: Arc<str>,
    /// The type in the source.
    pub kind: ScalarKind,
    /// The bytes of the value where it is written at this setting (quotes included).
    pub span: Span,
    /// From `text` to the file, where the text is written at this setting and holds no resolved part.
    pub map: TextMap,
    /// Places elsewhere that supplied the value (a line of `.env`, a key of `values.yaml`), the
    /// deciding one first.
    pub origins: Vec<Span>,
}

impl Value {
    /// Whether nothing of the value is known.
    pub fn is_unknown(&self) -> bool {
        !self.text.is_empty() && self.text.chars().all(|c| c == HOLE)
    }

    /// Whether a part of it is not known.
    pub fn has_hole(&self) -> bool {
        self.text.contains(HOLE)
    }

    /// Whether it is null or an empty text: the key is there and sets nothing.
    pub fn is_empty(&self) -> bool {
        self.kind == ScalarKind::Null || self.text.trim().is_empty()
    }

    /// The span of a byte range of `text`; the whole value when it was resolved from elsewhere.
    pub fn sub_span(&self, start: usize, end: usize) -> Span {
        let range = self.map.range(start, end);
        Span::new(self.span.file, range.start, range.end)
    }
}

/// One key path and its value: an environment variable, a property, a YAML leaf.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The keys from the resource down.
    pub path: Vec<Segment>,
    /// The bytes of the last key; of the value where there is no key (a list item).
    pub key_span: Span,
    /// The value.
    pub value: Value,
    /// What the dialect knows about it.
    pub role: Role,
}

impl Setting {
    /// The last key of the path, list positions skipped.
    pub fn key(&self) -> &str {
        self.path
            .iter()
            .rev()
            .find_map(|s| match s {
                Segment::Key(key) => Some(&**key),
                Segment::Item(..) => None,
            })
            .unwrap_or_default()
    }

    /// The keys of the path from the outside in, list positions skipped.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path.iter().filter_map(|s| match s {
            Segment::Key(key) => Some(&**key),
            Segment::Item(..) => None,
        })
    }

    /// The path as people write it: `spec.containers[web].env[0]`.
    pub fn dotted(&self) -> String {
        let mut out = String::new();
        for segment in &self.path {
            match segment {
                Segment::Key(key) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(key);
                }
                Segment::Item(_, Some(name)) => {
                    out.push('[');
                    out.push_str(name);
                    out.push(']');
                }
                Segment::Item(n, None) => {
                    out.push('[');
                    out.push_str(&n.to_string());
                    out.push(']');
                }
            }
        }
        out
    }
}

/// What a resource refers to. Names are resolved within the same `scope` unless the link says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Takes in a ConfigMap or a Secret by name.
    Config {
        /// `ConfigMap` or `Secret`.
        kind: ResourceKind,
        /// Its name.
        name: String,
    },
    /// Reads a file of the project (an `env_file`, a mounted config), path relative to the root.
    File(String),
    /// Is built from or configured by a directory, path relative to the root.
    Directory(String),
    /// Stands in front of the workloads that carry all these labels.
    Selects(Vec<(String, String)>),
    /// Sends traffic to the service of this name.
    Service(String),
    /// Needs the workload of this name (`depends_on`).
    DependsOn(String),
    /// Mounts the store of this name.
    Store(String),
    /// Belongs to the unit of this name (a chart, a Terraform module, a kustomization).
    Unit(String),
}

/// A key that holds a mapping or a list.
#[derive(Debug, Clone)]
pub struct Section {
    /// The key.
    pub key: Arc<str>,
    /// The bytes of the key.
    pub key_span: Span,
    /// The bytes of what it holds.
    pub span: Span,
}

/// One thing that a document describes.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// The type by its own dialect: `Deployment`, `service`, `aws_s3_bucket`, `pip requirements`.
    pub type_name: Arc<str>,
    /// Its name; the file's name for a resource that has none.
    pub name: Arc<str>,
    /// Where names are unique: a Kubernetes namespace, a Compose project's directory, a module's directory.
    pub scope: Arc<str>,
    /// The descriptor it stands in.
    pub file: FileId,
    /// The descriptor's directory, relative to the root, without a trailing slash; empty for the root.
    pub dir: Arc<str>,
    /// Its bytes.
    pub span: Span,
    /// The bytes of its name; of its first key where it has none.
    pub name_span: Span,
    /// Its settings, in source order.
    pub settings: Vec<Setting>,
    /// Labels by which selectors find it.
    pub labels: Vec<(String, String)>,
    /// The keys in it that hold further keys, for pointing at a key above a setting.
    pub sections: Vec<Section>,
    /// What it refers to.
    pub links: Vec<Link>,
    /// The comments of its document, or those beside it where the document holds several resources.
    pub comments: Vec<Comment>,
    /// Declared facts (`facelint.dev/…`, `x-facelint`): the name after the prefix, dotted, and its value.
    pub declarations: Vec<Setting>,
    /// Reached from the internet: the place that says so (an Ingress rule, a `LoadBalancer`, a public IP).
    pub exposed: Vec<Span>,
    /// The dialect's id, such as `kubernetes`.
    pub dialect: &'static str,
    /// What must hold for it to be there, as people would say it: a further values file
    /// (`values-prod.yaml`), a condition that no file decides (`if .Capabilities…`). `None`: it is there.
    pub condition: Option<Arc<str>>,
}
