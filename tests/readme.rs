//! What the READMEs and the other documents show is what facelint does.
//!
//! A block under `<!-- output of: COMMAND -->` is the whole output of a command, one under
//! `<!-- part of: COMMAND -->` a part of it. `UPDATE_README=1 cargo test --test readme` writes them anew.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn facelint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_facelint"))
        .args(args)
        .current_dir(root())
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

fn printed(command: &str) -> String {
    let args: Vec<&str> = command.split_whitespace().skip(1).collect();
    let output = facelint(&args);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "`{command}` ends with {code:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The text with every shown output as it is now.
fn renewed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("```text\n") {
        let (before, block) = rest.split_at(at);
        let (shown, after) = block["```text\n".len()..].split_once("```").unwrap();
        let comment = before.trim_end().lines().next_back().unwrap();
        let stripped = comment.strip_prefix("<!-- ").and_then(|c| c.strip_suffix(" -->"));
        let (kind, command) = stripped.and_then(|c| c.split_once(": ")).unwrap_or_else(|| {
            panic!("what command prints this?\n{shown}");
        });
        let full = printed(command);
        let now = match kind {
            "output of" => full,
            "part of" if !shown.is_empty() && full.contains(shown) => shown.to_owned(),
            "part of" => finding(&full, shown.lines().next().unwrap_or_default()),
            other => panic!("`{other}` is neither `output of` nor `part of`"),
        };
        out.push_str(before);
        out.push_str("```text\n");
        out.push_str(&now);
        out.push_str("```");
        rest = after;
    }
    out + rest
}

/// The paragraph of an output that begins so.
fn finding(full: &str, first: &str) -> String {
    let lines = full.lines().skip_while(|line| !line.starts_with(first));
    let text: String = lines.take_while(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect();
    assert!(!text.is_empty(), "nothing begins with `{first}` in\n{full}");
    text
}

#[test]
fn the_shown_output_is_real() {
    for name in READMES {
        let path = root().join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let now = renewed(&text);
        if std::env::var_os("UPDATE_README").is_some() {
            std::fs::write(&path, now).unwrap();
        } else if text != now {
            let line = text.lines().zip(now.lines()).position(|(a, b)| a != b);
            panic!("{name}:{}: `UPDATE_README=1 cargo test --test readme` mends it", line.unwrap_or(0) + 1);
        }
    }
}

#[test]
fn the_shown_configuration_is_right() {
    for name in READMES {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let config = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("facelint.toml"), config).unwrap();
        let output = facelint(&["check", dir.path().to_str().unwrap()]);
        assert_ne!(output.status.code(), Some(2), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_command_that_is_told_of_exists() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join("docs")).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "md"));
    files.extend(["README.md", "README.zh-CN.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for command in commands(&text) {
            // What stands for something else (`FILE`, `PATH…`) is no argument.
            let words = command.split_whitespace().skip(1);
            let mut args: Vec<&str> =
                words.take_while(|w| !w.contains(['|', '>', '<', '&', '[', '…', '#'])).collect();
            if args
                .iter()
                .any(|a| a.len() > 1 && a.contains(|c: char| c.is_ascii_uppercase()) && !a.contains('/'))
            {
                args.truncate(1);
            }
            if args.first().is_some_and(|a| a.contains(|c: char| c.is_ascii_uppercase())) {
                continue;
            }
            let known = |word: &&str| facelint(&["help", word]).status.success();
            let bare = args.first().copied().filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
            args.push("--help");
            if !bare.as_ref().is_none_or(known) || !facelint(&args).status.success() {
                wrong.push(format!("{}: `{command}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is written as a command: in backquotes, or after `$` in a block.
fn commands(text: &str) -> Vec<String> {
    let inline = text.split('`').skip(1).step_by(2).filter(|code| !code.contains('\n'));
    let shown = text.lines().filter_map(|line| line.strip_prefix("$ "));
    let all = inline
        .chain(shown)
        .map(|c| c.replace("cargo run --release -- ", "facelint ").replace("cargo run -- ", "facelint "));
    all.filter(|c| c.starts_with("facelint ")).collect()
}
