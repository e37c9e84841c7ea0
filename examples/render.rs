//! Prints what facelint evaluates, for comparison with the real tools: `render chart DIR [RELEASE NAMESPACE]`,
//! `render kustomize ROOT DIR`.
//!
//! The output is a JSON list of `{ "text": …, "whole": … }`, one for each template; U+FFFC stands for what is not
//! known. `tests/helm-compare/run.sh` uses it.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use facelint::descriptor::{Project, helm, kustomize};
use facelint::source::{SourceFile, Sources};
use facelint::syntax::{Input, Parsed, format_of, parse};

/// A directory on disk.
struct Disk {
    root: PathBuf,
    sources: Sources,
    read: Mutex<HashMap<String, Arc<SourceFile>>>,
}

impl Disk {
    fn walk(&self, dir: &Path, deep: bool, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if deep {
                    self.walk(&path, deep, out);
                }
            } else if let Ok(inside) = path.strip_prefix(&self.root) {
                out.push(inside.to_string_lossy().replace('\\', "/"));
            }
        }
        out.sort();
    }
}

impl Project for Disk {
    fn read(&self, path: &str) -> Option<Arc<SourceFile>> {
        let mut read = self.read.lock().ok()?;
        if let Some(file) = read.get(path) {
            return Some(file.clone());
        }
        let text = std::fs::read_to_string(self.root.join(path)).ok()?;
        let file = self.sources.add(path, text, "UTF-8");
        read.insert(path.to_owned(), file.clone());
        Some(file)
    }

    fn parse(&self, path: &str) -> Option<Arc<Parsed>> {
        let file = self.read(path)?;
        Some(Arc::new(parse(format_of(path)?, &Input::file(file.id, &file.text))))
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let mut out = Vec::new();
        self.walk(&self.root.join(dir), false, &mut out);
        out
    }

    fn below(&self, dir: &str) -> Vec<String> {
        let mut out = Vec::new();
        self.walk(&self.root.join(dir), true, &mut out);
        out
    }

    fn bytes(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.root.join(path)).ok()?;
        (bytes.len() as u64 <= limit).then_some(bytes)
    }

    fn unpacked(&self, path: &str, text: &str) -> Option<Arc<SourceFile>> {
        let mut read = self.read.lock().ok()?;
        let add = || self.sources.add(path, text.to_owned(), "UTF-8");
        Some(read.entry(path.to_owned()).or_insert_with(add).clone())
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(kind), Some(dir)) = (args.first(), args.get(1)) else {
        eprintln!("usage: render chart DIR [RELEASE NAMESPACE]");
        std::process::exit(2);
    };
    let root = PathBuf::from(dir);
    let disk = Disk { root, sources: Sources::new(), read: Mutex::default() };
    if kind == "kustomize" {
        let inside = args.get(2).map_or("", String::as_str);
        let objects = kustomize::render_overlay(inside, &disk);
        let rendered: Vec<serde_json::Value> = objects
            .into_iter()
            .map(|object| serde_json::json!({ "text": object.to_string(), "whole": true }))
            .collect();
        println!("{}", serde_json::Value::Array(rendered));
        return;
    }
    let options = helm::Options { release: args.get(2).cloned(), namespace: args.get(3).cloned() };
    let rendered: Vec<serde_json::Value> = helm::render_chart("", &options, &disk)
        .into_iter()
        .map(|(text, whole)| serde_json::json!({ "text": text, "whole": whole }))
        .collect();
    println!("{}", serde_json::Value::Array(rendered));
}
