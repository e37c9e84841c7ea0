//! The project as it was at a git revision: its files, written to a temporary folder.
//!
//! Only git's plumbing is used (`rev-parse`, `ls-tree`, `cat-file`): nothing is checked out, no branch, index
//! or working file is touched, and nothing is fetched.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Failure;

/// The project at a revision.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The folder that goes away with this value.
    _dir: tempfile::TempDir,
    /// The project's root in it.
    pub root: PathBuf,
}

/// Writes the files of a revision. `root` is the project's root, `prefix` the way to it from the top of the
/// repository; files larger than `limit` bytes keep their size and lose their content.
pub(crate) fn tree(root: &Path, prefix: &str, revision: &str, limit: u64) -> Result<Tree, Failure> {
    let name = format!("{revision}^{{commit}}");
    let commit = match output(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name]) {
        Ok(commit) => Some(String::from_utf8_lossy(&commit).trim().to_owned()),
        // Before the first commit there is nothing that could be old.
        Err(Why::Failed(_)) if revision == "HEAD" && unborn(root) => None,
        Err(Why::Missing) => return Err(missing()),
        Err(Why::Failed(said)) if said.is_empty() => {
            return Err(Failure::new(format!("git knows no revision `{revision}`"))
                .help("check the spelling; in a shallow clone, fetch it first: `git fetch origin REV`"));
        }
        Err(Why::Failed(said)) => {
            return Err(Failure::new(format!("`--since` needs a git repository: {said}")));
        }
    };
    let listing = match &commit {
        None => Vec::new(),
        Some(commit) => {
            output(root, &["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).map_err(|why| match why {
                Why::Missing => missing(),
                Why::Failed(said) => Failure::new(format!("git cannot list `{revision}`: {said}")),
            })?
        }
    };
    let failed = |error: std::io::Error| Failure::new(format!("`{revision}` cannot be unpacked: {error}"));
    let dir = tempfile::Builder::new().prefix("facelint-since-").tempdir().map_err(failed)?;
    unpack(root, dir.path(), &listing, limit).map_err(failed)?;
    let inner = dir.path().join(prefix.trim_end_matches('/'));
    // The root must be found here and not further up.
    std::fs::create_dir_all(inner.join(".git")).map_err(failed)?;
    Ok(Tree { root: inner, _dir: dir })
}

/// Whether the current branch has no commit yet.
fn unborn(root: &Path) -> bool {
    output(root, &["symbolic-ref", "-q", "HEAD"]).is_ok()
}

fn missing() -> Failure {
    Failure::new("`--since` needs git, and there is none").help("install git, or use `--baseline FILE`")
}

enum Why {
    Missing,
    Failed(String),
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    // Inside a hook these speak of the commit being made.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    // A partial clone must not fetch.
    command.env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

fn output(root: &Path, args: &[&str]) -> Result<Vec<u8>, Why> {
    match git(root).args(args).output() {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(Why::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Why::Missing),
        Err(error) => Err(Why::Failed(error.to_string())),
    }
}

/// Writes every regular file of a listing below `to`.
fn unpack(root: &Path, to: &Path, listing: &[u8], limit: u64) -> std::io::Result<()> {
    let mut wanted: Vec<(String, PathBuf)> = Vec::new();
    for line in listing.split(|b| *b == 0) {
        let Some((mode, id, size, path)) = entry(line) else { continue };
        // Links and submodules are not followed.
        if !mode.starts_with("100") {
            continue;
        }
        let full = to.join(&path);
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder)?;
        }
        match size {
            Some(size) if size > limit => std::fs::File::create(&full)?.set_len(size)?,
            _ => wanted.push((id, full)),
        }
    }
    let mut child = git(root)
        .args(["cat-file", "--batch", "--buffer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let written = blobs(&mut child, &wanted);
    let status = child.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err(std::io::Error::other("git cat-file failed")) }
}

fn blobs(child: &mut Child, wanted: &[(String, PathBuf)]) -> std::io::Result<()> {
    let broken = || std::io::Error::other("git cat-file ended early");
    let mut ask = child.stdin.take().ok_or_else(broken)?;
    let mut answer = BufReader::new(child.stdout.take().ok_or_else(broken)?);
    let ids: String = wanted.iter().map(|(id, _)| format!("{id}\n")).collect();
    std::thread::scope(|scope| {
        // Asked from another thread: both pipes are short.
        scope.spawn(move || ask.write_all(ids.as_bytes()));
        for (_, path) in wanted {
            let mut head = String::new();
            answer.read_line(&mut head)?;
            // `<id> blob <size>`, or `<id> missing` in a partial clone.
            let size = head.trim_end().rsplit_once(" ").and_then(|(_, size)| size.parse::<usize>().ok());
            let Some(size) = size else {
                if head.is_empty() {
                    return Err(broken());
                }
                continue;
            };
            let mut content = vec![0; size + 1];
            answer.read_exact(&mut content)?;
            content.truncate(size);
            std::fs::write(path, content)?;
        }
        Ok(())
    })
}

/// Mode, id, size and path of a line of `ls-tree -l`; `None` for a path that would leave the folder.
fn entry(line: &[u8]) -> Option<(String, String, Option<u64>, PathBuf)> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    let (head, path) = (line.get(..tab)?, line.get(tab + 1..)?);
    let head = std::str::from_utf8(head).ok()?;
    let mut parts = head.split_whitespace();
    let (mode, _, id, size) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let path = path_of(path);
    let inside = path.components().all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    inside.then(|| (mode.to_owned(), id.to_owned(), size.parse().ok(), path))
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
