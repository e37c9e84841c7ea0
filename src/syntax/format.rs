//! Which format a file is in, by its name.

use super::{Input, Parsed, dotenv, hcl, ini, json, properties, text, toml, xml, yaml};

/// A syntax that files are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML, one or more documents.
    Yaml,
    /// JSON, with or without comments.
    Json,
    /// TOML.
    Toml,
    /// Java properties.
    Properties,
    /// Environment variables, `NAME=value`.
    Env,
    /// Sections with keys and values: INI, systemd units, `setup.cfg`.
    Ini,
    /// XML.
    Xml,
    /// Text that its dialect takes apart itself: a Dockerfile, a Gemfile, `requirements.txt`. The tree is one
    /// text, the whole file.
    Text,
    /// HCL: Terraform, OpenTofu, Nomad.
    Hcl,
}

/// The format of a file by its path (relative, with forward slashes); `None` for a file of another kind.
/// Letter case does not count.
pub fn format_of(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match name.as_str() {
        "pipfile" | "cargo.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" => return Some(Format::Toml),
        "pipfile.lock" | "composer.lock" | "package.resolved" | ".babelrc" | ".eslintrc" => {
            return Some(Format::Json);
        }
        "podfile.lock" | "pubspec.lock" | ".clang-format" => return Some(Format::Yaml),
        "packages.config" | "web.config" | "app.config" | "nuget.config" => return Some(Format::Xml),
        // Checksums of providers.
        ".terraform.lock.hcl" => return None,
        ".editorconfig" | ".gitconfig" | ".npmrc" | ".condarc" => return None,
        _ => {}
    }
    if text::is_name(path, &name) {
        return Some(Format::Text);
    }
    if is_env(&name) {
        return Some(Format::Env);
    }
    // A template or a sample of a file has the format of the file.
    let name = strip_sample(&name);
    let extension = name.rsplit_once('.')?.1;
    Some(match extension {
        "yml" | "yaml" => Format::Yaml,
        "json" | "jsonc" | "json5" | "webmanifest" | "ndjson" | "jsonl" | "tfstate" | "code-workspace" => {
            Format::Json
        }
        "toml" => Format::Toml,
        "bicep" => Format::Text,
        "properties" => Format::Properties,
        "tf" | "tofu" | "tfvars" | "hcl" | "nomad" => Format::Hcl,
        "ini" | "cfg" | "conf" | "cnf" | "service" | "container" | "kube" | "pod" | "timer" | "socket" => {
            Format::Ini
        }
        "xml" | "plist" | "csproj" | "fsproj" | "vbproj" | "vcxproj" | "props" | "targets" | "nuspec"
        | "pom" | "wsdl" | "xsd" | "storyboard" | "entitlements" | "xcprivacy" => Format::Xml,
        _ => return None,
    })
}

/// A name without the ending that says that it is only an example.
fn strip_sample(name: &str) -> &str {
    for ending in [".example", ".sample", ".dist", ".template", ".tmpl", ".tpl", ".j2", ".default", ".orig"] {
        if let Some(stem) = name.strip_suffix(ending)
            && stem.contains('.')
        {
            return stem;
        }
    }
    name
}

/// Whether a lower-case file name is that of an env file: `.env`, `.env.production`, `web.env`, `env.example`,
/// `.envrc`, `production.env.sample`.
fn is_env(name: &str) -> bool {
    let typed = |ending: &str| {
        matches!(
            ending,
            "js" | "ts"
                | "py"
                | "sh"
                | "rb"
                | "rs"
                | "go"
                | "java"
                | "kt"
                | "c"
                | "h"
                | "cc"
                | "cpp"
                | "cs"
                | "php"
                | "lua"
                | "dart"
                | "swift"
                | "scala"
                | "vue"
                | "html"
                | "tf"
                | "json"
                | "yml"
                | "yaml"
                | "md"
                | "d"
        )
    };
    let stem = strip_sample(name);
    if stem == ".env" || stem == ".envrc" || stem.ends_with(".env") || stem.ends_with(".env.local") {
        return true;
    }
    if let Some(rest) = stem.strip_prefix(".env.").or_else(|| stem.strip_prefix("env.")) {
        return !rest.rsplit('.').next().is_some_and(typed);
    }
    matches!(name, "env.example" | "env.sample" | "env.template" | "env.dist" | "dotenv")
}

/// Reads text in a format. Never fails: what cannot be read is in [`Parsed::problems`].
pub fn parse(format: Format, input: &Input<'_>) -> Parsed {
    match format {
        Format::Yaml => yaml::parse(input),
        Format::Json => json::parse(input),
        Format::Properties => properties::parse(input),
        Format::Env => dotenv::parse(input),
        Format::Toml => toml::parse(input),
        Format::Ini => ini::parse(input),
        Format::Xml => xml::parse(input),
        Format::Text => text::parse(input),
        Format::Hcl => hcl::parse(input),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (path, format) in [
            ("k8s/app.YAML", Some(Format::Yaml)),
            ("values.yaml.example", Some(Format::Yaml)),
            ("tsconfig.json", Some(Format::Json)),
            ("task.json.tpl", Some(Format::Json)),
            ("Pipfile", Some(Format::Toml)),
            ("application.properties", Some(Format::Properties)),
            (".env", Some(Format::Env)),
            (".env.production", Some(Format::Env)),
            (".env.local.example", Some(Format::Env)),
            ("deploy/web.env", Some(Format::Env)),
            ("env.example", Some(Format::Env)),
            ("env.d.ts", None),
            ("setup.cfg", Some(Format::Ini)),
            ("Info.plist", Some(Format::Xml)),
            ("pom.xml", Some(Format::Xml)),
            ("infra/main.tf", Some(Format::Hcl)),
            ("main.tf.json", Some(Format::Json)),
            ("prod.tfvars.example", Some(Format::Hcl)),
            (".terraform.lock.hcl", None),
            ("main.rs", None),
            ("Dockerfile", Some(Format::Text)),
            ("deploy/Dockerfile.prod", Some(Format::Text)),
            ("dockerfile.md", None),
            ("requirements/base.txt", Some(Format::Text)),
            ("requirements-dev.txt", Some(Format::Text)),
            ("notes.txt", None),
            ("debian/control", Some(Format::Text)),
            ("src/control", None),
            ("app/build.gradle.kts", Some(Format::Text)),
            ("src/build.kts", None),
            ("go.mod", Some(Format::Text)),
        ] {
            assert_eq!(format_of(path), format, "{path}");
        }
    }
}
