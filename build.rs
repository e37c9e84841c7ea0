//! Writes the table of the files under `policies/`, so that a rule, a signature file or a vocabulary file
//! is compiled in by being there: nothing lists them by hand.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo looks at everything below a folder.
    println!("cargo::rerun-if-changed=policies");

    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    collect(&root.join("policies"), "", &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    for file in &files {
        let from = format!("/policies/{file}");
        let _ =
            writeln!(table, "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {from:?}))),");
    }
    table.push_str("]\n");

    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("policies.rs"), table)
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
