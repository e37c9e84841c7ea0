//! What the tests of whole runs share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use facelint::report::model::Finding;
use facelint::{Options, Run, check};

/// A folder with these files; an empty `facelint.toml` makes it the root where none is given.
pub fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    if files.iter().all(|(path, _)| *path != "facelint.toml") {
        std::fs::write(dir.path().join("facelint.toml"), "").unwrap();
    }
    for (path, content) in files {
        write(dir.path(), path, content);
    }
    dir
}

/// Writes a file, and the folders above it.
pub fn write(dir: &Path, path: &str, content: &[u8]) {
    let full = dir.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, content).unwrap();
}

/// A run over a folder, on a day on which the law is in force.
pub fn options(dir: &Path) -> Options {
    Options {
        paths: vec![dir.to_path_buf()],
        as_of: Some(jiff::civil::date(2026, 1, 15)),
        ..Options::default()
    }
}

pub fn run(dir: &Path) -> Run {
    check(&options(dir)).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// A run over these files.
pub fn judged(files: &[(&str, &[u8])]) -> Run {
    run(project(files).path())
}

/// The text that a finding underlines.
pub fn underlined(run: &Run, finding: &Finding) -> String {
    let all = run.sources.all();
    let file = all.iter().find(|file| *file.path == *finding.place.file).unwrap();
    let (start, end) = finding.place.bytes;
    file.text[start as usize..end as usize].to_owned()
}

/// Every finding as `rule file: underlined text`, sorted.
pub fn findings(run: &Run) -> Vec<String> {
    let mut all: Vec<String> = run
        .report
        .findings
        .iter()
        .map(|f| format!("{} {}: {}", f.rule, f.place.file, underlined(run, f)))
        .collect();
    all.sort();
    all
}

/// Every problem as `file:line: message`.
pub fn problems(run: &Run) -> Vec<String> {
    run.report.problems.iter().map(|p| format!("{}:{}: {}", p.place.file, p.place.line, p.message)).collect()
}

/// A shipped fixture.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A copy of a shipped fixture, to be changed.
pub fn copy(name: &str) -> tempfile::TempDir {
    fn below(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                below(&entry.path(), &target);
            } else {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    below(&fixture(name), dir.path());
    dir
}

/// The command line on these arguments, without colours, in English, on a fixed day.
pub fn facelint(args: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_facelint"));
    command.args(args).env("LC_ALL", "C.UTF-8").env_remove("NO_COLOR");
    command
}
