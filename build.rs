//! Prepares the files under `policies/`.
//!
//! A rule, a signature file or a vocabulary file is compiled in by being there: nothing lists them by
//! hand. Reading YAML at every start would cost more than most runs, so each file is also stored as JSON,
//! which reads many times faster, and what the prefilter looks for is worked out here. Tests hold both
//! against the YAML.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The part of the crate that knows which literals a signature needs.
#[allow(dead_code, unreachable_pub, missing_docs)]
#[path = "src/recognition"]
mod recognition {
    pub mod catalogue;
    pub mod literals;
    pub mod pattern;
    pub mod words;
}

/// What that part takes from elsewhere; the literals do not depend on it.
#[allow(unreachable_pub)]
mod descriptor {
    pub const HOLE: char = '\u{FFFC}';
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo looks at everything below a folder.
    println!("cargo::rerun-if-changed=policies");
    for part in ["catalogue", "literals", "pattern", "words"] {
        println!("cargo::rerun-if-changed=src/recognition/{part}.rs");
    }

    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    collect(&root.join("policies"), "", &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    let mut catalogue = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let text = fs::read_to_string(root.join("policies").join(file))?;
        let told = |error: &dyn std::fmt::Display| io::Error::other(format!("policies/{file}: {error}"));
        let value: serde_json::Value = serde_yaml::from_str(&text).map_err(|e| told(&e))?;
        if file.starts_with("catalogue/") {
            let parsed = serde_yaml::from_str::<recognition::catalogue::CatalogueFile>(&text);
            catalogue.push(parsed.map_err(|e| told(&e))?);
        }
        let json = out.join(format!("{number}.json"));
        fs::write(&json, value.to_string())?;
        let yaml = format!("/policies/{file}");
        let _ = writeln!(
            table,
            "    File {{ path: {file:?}, yaml: include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {yaml:?})), \
             json: include_str!({json:?}) }},"
        );
    }
    table.push_str("]\n");
    fs::write(out.join("policies.rs"), table)?;

    let signatures = catalogue.iter().flat_map(|f| &f.products).flat_map(|p| &p.signatures);
    let mut table = String::from("&[\n");
    for literal in recognition::literals::needed(signatures) {
        let _ = writeln!(table, "    ({:?}, {}),", literal.text, literal.word_start);
    }
    table.push_str("]\n");
    fs::write(out.join("literals.rs"), table)
}

/// The policy files below `dir`, as paths with forward slashes relative to `policies/`. Hidden files and
/// editors' leavings are passed over.
fn collect(dir: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if name.starts_with('.') {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, files)?;
        } else if path.ends_with(".yaml") || path.ends_with(".yml") {
            files.push(path);
        }
    }
    Ok(())
}
