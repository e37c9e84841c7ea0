//! Which files a run looks at.
//!
//! What is *read* is the project around the given paths, so that a hook that passes one changed
//! manifest still sees the ConfigMap next to it. What is *reported on* is the given paths.
//!
//! The walk honours `.gitignore` (outside git repositories too), reads hidden files, follows no
//! symbolic links, and leaves out [`BUILTIN_EXCLUDES`] and the project's own `exclude`. `vendor` is
//! not left out by itself: Helm charts are vendored, and a vendored chart is deployed.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{WalkBuilder, WalkState};

use super::problem::{FileProblem, ProblemKind};

/// The name of the project's configuration file.
pub const CONFIG_NAME: &str = "facelint.toml";

/// Left out unless the project takes them back in (`exclude = ["!node_modules"]`): version control,
/// and folders that package managers fill with other people's files.
pub const BUILTIN_EXCLUDES: [&str; 8] =
    [".git", ".hg", ".jj", ".svn", "node_modules", ".terraform", ".venv", "__pycache__"];

/// What a project leaves out, in the pattern language of `.gitignore`, relative to the root.
#[derive(Debug, Clone)]
pub struct Excludes {
    patterns: Gitignore,
}

impl Default for Excludes {
    fn default() -> Self {
        let mut builder = GitignoreBuilder::new("");
        for pattern in BUILTIN_EXCLUDES {
            let _ = builder.add_line(None, pattern);
        }
        Excludes { patterns: builder.build().unwrap_or_else(|_| Gitignore::empty()) }
    }
}

impl Excludes {
    /// The built-in patterns and these.
    ///
    /// # Errors
    /// The number of the pattern that is not one, and why.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        let mut count = 0;
        for (at, pattern) in BUILTIN_EXCLUDES.into_iter().chain(patterns).enumerate() {
            count = at.saturating_sub(BUILTIN_EXCLUDES.len());
            builder.add_line(None, pattern).map_err(|e| (count, bare(&e)))?;
        }
        let patterns = builder.build().map_err(|e| (count, bare(&e)))?;
        Ok(Excludes { patterns })
    }

    /// Whether a path (relative to the root, forward slashes) or a directory above it is left out.
    pub fn hold(&self, path: &str, is_dir: bool) -> bool {
        !path.is_empty()
            && !Path::new(path).has_root()
            && self.patterns.matched_path_or_any_parents(path, is_dir).is_ignore()
    }

    /// The same where the directories above are known to be let in.
    fn hold_entry(&self, path: &str, is_dir: bool) -> bool {
        !path.is_empty() && self.patterns.matched(path, is_dir).is_ignore()
    }
}

/// An error of the `ignore` crate without the line numbers of files that do not exist.
fn bare(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. } => bare(err),
        other => other.to_string(),
    }
}

/// A file that may be a descriptor.
#[derive(Debug, Clone)]
pub struct Found {
    /// Relative to the root, forward slashes; what is not Unicode is shown as `�`.
    pub path: Arc<str>,
    /// Where it is on disk.
    pub full: PathBuf,
    /// It is one of the given paths, or below one.
    pub reported: bool,
}

/// What a run looks at.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// The project's directory.
    pub root: PathBuf,
    /// The files, sorted by the bytes of their paths.
    pub files: Vec<Found>,
    /// What is reported on, relative to the root; an empty path is the whole project.
    pub report_on: Vec<String>,
    /// What is left out.
    pub excludes: Excludes,
    /// What could not be read.
    pub problems: Vec<FileProblem>,
}

impl Discovery {
    /// Whether findings in this file (relative to the root) are reported.
    pub fn reports_on(&self, path: &str) -> bool {
        self.report_on.iter().any(|given| below(path, given))
    }

    /// Reports on this file only, and takes it in where it is not among the files yet, whatever its name.
    /// One that is excluded stays out.
    pub fn report_only(&mut self, path: &str) {
        self.report_on = vec![path.to_owned()];
        if self.excludes.hold(path, false) {
            self.files.retain(|file| *file.path != *path);
        } else if self.files.iter().all(|file| *file.path != *path) {
            let full = self.root.join(path);
            self.files.push(Found { path: path.into(), full, reported: true });
            self.files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        }
        for file in &mut self.files {
            file.reported = *file.path == *path;
        }
    }
}

/// Whether `path` is `dir` or below it.
fn below(path: &str, dir: &str) -> bool {
    match path.strip_prefix(dir) {
        Some(rest) => dir.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// The project's root: the nearest directory with a `facelint.toml` or a `.git`, upward from what the
/// given paths have in common (from the current directory when there are none). Without either: that
/// common directory.
///
/// # Errors
/// Every given path that does not exist or cannot be looked at.
pub fn root_of(paths: &[PathBuf]) -> Result<PathBuf, Vec<FileProblem>> {
    let mut common: Option<PathBuf> = None;
    let mut problems = Vec::new();
    for path in given(paths) {
        match locate(path) {
            Ok(full) => {
                let dir = if full.is_dir() { full.clone() } else { parent(&full) };
                common = Some(match common {
                    None => dir,
                    Some(so_far) => shared(&so_far, &dir),
                });
            }
            Err(kind) => problems.push(FileProblem::new(&slashes(path), kind)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let start = common.unwrap_or_else(|| PathBuf::from("."));
    let marked = |dir: &&Path| dir.join(CONFIG_NAME).is_file() || dir.join(".git").exists();
    Ok(start.ancestors().find(marked).unwrap_or(&start).to_path_buf())
}

/// Finds the files of the project at `root`, and those of the given paths (none: all of the root).
///
/// `wanted` says by a file's path whether it could be a descriptor. A given path is looked at even
/// when `.gitignore` or a symbolic link would keep the walk away from it, but never when an exclude
/// holds for it.
///
/// # Errors
/// Every given path that does not exist, or is neither a file nor a directory.
pub fn discover(
    root: &Path,
    paths: &[PathBuf],
    excludes: &Excludes,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Discovery, Vec<FileProblem>> {
    let root = std::fs::canonicalize(root)
        .map_err(|e| vec![FileProblem::new(&slashes(root), ProblemKind::from_io(&e))])?;
    let mut errors = Vec::new();
    let mut named = Vec::new();
    let all = [root.clone()];
    for path in if paths.is_empty() { &all[..] } else { paths } {
        match locate(path) {
            Ok(full) => named.push(full),
            Err(kind) => errors.push(FileProblem::new(&slashes(path), kind)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let named: HashSet<PathBuf> = named.into_iter().collect();
    let report_on: Vec<String> = {
        let mut list: Vec<String> = named.iter().map(|full| relative(&root, full)).collect();
        list.sort();
        list
    };
    let walk = Walk { root: &root, excludes, wanted, named: &named, gathered: Mutex::default() };
    walk.run(&root);
    // Given paths that the walk did not come by: ignored by git, behind a symbolic link, or outside
    // the root.
    let seen = std::mem::take(&mut walk.gathered.lock().unwrap_or_else(PoisonError::into_inner).seen);
    let mut missed: Vec<&PathBuf> = named.difference(&seen).collect();
    missed.sort();
    for full in missed {
        let is_dir = full.is_dir();
        let path = relative(&root, full);
        if excludes.hold(&path, is_dir) {
            continue;
        }
        if is_dir {
            walk.run(full);
        } else {
            walk.take(path, full.clone());
        }
    }
    let gathered = walk.gathered.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut discovery = Discovery {
        root: root.clone(),
        files: Vec::new(),
        report_on,
        excludes: excludes.clone(),
        problems: gathered.problems,
    };
    let mut files: Vec<Found> = gathered
        .files
        .into_iter()
        .map(|(path, full)| Found { reported: discovery.reports_on(&path), path: path.into(), full })
        .collect();
    files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    files.dedup_by(|a, b| a.path == b.path);
    discovery.files = files;
    discovery.problems.sort_by(|a, b| a.path.cmp(&b.path));
    discovery.problems.dedup_by(|a, b| a.path == b.path);
    Ok(discovery)
}

#[derive(Default)]
struct Gathered {
    files: Vec<(String, PathBuf)>,
    seen: HashSet<PathBuf>,
    problems: Vec<FileProblem>,
}

struct Walk<'a> {
    root: &'a Path,
    excludes: &'a Excludes,
    wanted: &'a (dyn Fn(&str) -> bool + Sync),
    named: &'a HashSet<PathBuf>,
    gathered: Mutex<Gathered>,
}

impl Walk<'_> {
    fn run(&self, from: &Path) {
        let mut builder = WalkBuilder::new(from);
        builder.hidden(false).require_git(false).follow_links(false).current_dir(self.root);
        builder.build_parallel().run(|| {
            Box::new(|entry| match entry {
                Ok(entry) => self.entry(&entry),
                Err(error) => {
                    self.problem(&error);
                    WalkState::Continue
                }
            })
        });
    }

    fn entry(&self, entry: &ignore::DirEntry) -> WalkState {
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        // A symbolic link that is the start of a walk was given by name.
        let is_dir = kind.is_dir() || (entry.depth() == 0 && entry.path().is_dir());
        let path = relative(self.root, entry.path());
        if entry.depth() > 0 && self.excludes.hold_entry(&path, is_dir) {
            return WalkState::Skip;
        }
        if !kind.is_symlink() && self.named.contains(entry.path()) {
            let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
            gathered.seen.insert(entry.path().to_path_buf());
        }
        if kind.is_file() {
            self.take(path, entry.path().to_path_buf());
        }
        WalkState::Continue
    }

    fn take(&self, path: String, full: PathBuf) {
        if (self.wanted)(&path) {
            self.gathered.lock().unwrap_or_else(PoisonError::into_inner).files.push((path, full));
        }
    }

    fn problem(&self, error: &ignore::Error) {
        let Some(io) = error.io_error() else { return };
        // A file that went away during the walk is no longer part of the project.
        if io.kind() == std::io::ErrorKind::NotFound {
            return;
        }
        let path = path_of(error).map_or_else(|| "?".to_owned(), |path| relative(self.root, path));
        let problem = FileProblem::new(&path, ProblemKind::from_io(io));
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).problems.push(problem);
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

fn given(paths: &[PathBuf]) -> impl Iterator<Item = &Path> {
    let here = paths.is_empty().then_some(Path::new("."));
    here.into_iter().chain(paths.iter().map(PathBuf::as_path))
}

/// Where a given path is: everything but its last name resolved, so that a symbolic link keeps its
/// own name.
fn locate(path: &Path) -> Result<PathBuf, ProblemKind> {
    let meta = std::fs::metadata(path).map_err(|e| ProblemKind::from_io(&e))?;
    if !meta.is_file() && !meta.is_dir() {
        return Err(ProblemKind::NotAFile);
    }
    let resolved = match path.components().next_back() {
        Some(Component::Normal(name)) => {
            let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::canonicalize(parent).map(|parent| parent.join(name))
        }
        _ => std::fs::canonicalize(path),
    };
    resolved.map_err(|e| ProblemKind::from_io(&e))
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The directory that both paths are in.
fn shared(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(x, y)| x == y).map(|(x, _)| x).collect()
}

/// A path relative to the root with forward slashes. The file itself need not exist, its directory does.
pub fn path_in(root: &Path, path: &Path) -> String {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    relative(root, &path.file_name().map_or(dir.clone(), |name| dir.join(name)))
}

/// A path relative to the root with forward slashes; the whole path where it is not below the root.
fn relative(root: &Path, full: &Path) -> String {
    slashes(full.strip_prefix(root).unwrap_or(full))
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in files {
            let full = dir.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, "").unwrap();
        }
        dir
    }

    fn paths(found: &Discovery) -> Vec<&str> {
        found.files.iter().map(|f| &*f.path).collect()
    }

    fn all(dir: &Path, given: &[&str], excludes: &[&str]) -> Discovery {
        let given: Vec<PathBuf> = given.iter().map(|p| dir.join(p)).collect();
        let excludes = Excludes::new(excludes.iter().copied()).unwrap();
        discover(dir, &given, &excludes, &|path| !path.ends_with(".txt")).unwrap()
    }

    #[test]
    fn the_project_is_read_and_the_given_paths_are_reported_on() {
        let dir = tree(&["b/x.yml", "b-c/y.yml", "a.yml", "notes.txt", ".github/w.yml", ".env"]);
        let found = all(dir.path(), &["b"], &[]);
        assert_eq!(paths(&found), [".env", ".github/w.yml", "a.yml", "b-c/y.yml", "b/x.yml"]);
        let reported: Vec<&str> = found.files.iter().filter(|f| f.reported).map(|f| &*f.path).collect();
        assert_eq!(reported, ["b/x.yml"]);
        assert!(all(dir.path(), &[], &[]).files.iter().all(|f| f.reported));
        assert!(all(dir.path(), &["."], &[]).files.iter().all(|f| f.reported));
    }

    #[test]
    fn git_decides_also_outside_a_repository() {
        let dir = tree(&["build/x.yml", "keep/y.yml", "node_modules/p/package.json", ".git/config.yml"]);
        std::fs::write(dir.path().join(".gitignore"), "build/\n").unwrap();
        assert_eq!(paths(&all(dir.path(), &[], &[])), [".gitignore", "keep/y.yml"]);
        // Named by its user, an ignored path is read.
        let found = all(dir.path(), &["build"], &[]);
        assert_eq!(paths(&found), [".gitignore", "build/x.yml", "keep/y.yml"]);
        assert_eq!(
            paths(&all(dir.path(), &["build/x.yml"], &[])),
            [".gitignore", "build/x.yml", "keep/y.yml"]
        );
    }

    #[test]
    fn excludes_hold_for_given_paths_too() {
        let dir = tree(&["a.yml", "gen/b.yml", "gen/deep/c.yml", "node_modules/d.yml"]);
        let excludes = ["gen/", "!node_modules"];
        assert_eq!(paths(&all(dir.path(), &[], &excludes)), ["a.yml", "node_modules/d.yml"]);
        assert_eq!(
            paths(&all(dir.path(), &["gen/deep/c.yml", "gen"], &excludes)),
            ["a.yml", "node_modules/d.yml"]
        );
        let (number, why) = Excludes::new(["ok", "a[b"]).unwrap_err();
        assert_eq!(number, 1);
        assert!(!why.is_empty());
    }

    #[test]
    fn every_missing_path_is_named() {
        let dir = tree(&["a.yml"]);
        let given = [dir.path().join("no.yml"), dir.path().join("a.yml"), dir.path().join("nor.yml")];
        let errors = discover(dir.path(), &given, &Excludes::default(), &|_| true).unwrap_err();
        assert_eq!(errors.len(), 2);
        assert!(errors[0].message(crate::Lang::En).ends_with("no.yml` does not exist"));
        assert_eq!(root_of(&given).unwrap_err().len(), 2);
    }

    #[test]
    fn the_root_is_the_nearest_mark_upward() {
        let dir = tree(&["repo/.git/HEAD", "repo/svc/facelint.toml", "repo/svc/k8s/a.yml", "repo/lib/b.yml"]);
        let real = std::fs::canonicalize(dir.path()).unwrap();
        let root =
            |given: &[&str]| root_of(&given.iter().map(|p| dir.path().join(p)).collect::<Vec<_>>()).unwrap();
        assert_eq!(root(&["repo/svc/k8s/a.yml"]), real.join("repo/svc"));
        assert_eq!(root(&["repo/svc"]), real.join("repo/svc"));
        assert_eq!(root(&["repo/svc/k8s/a.yml", "repo/lib"]), real.join("repo"));
        assert_eq!(root(&["repo/lib/b.yml"]), real.join("repo"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_when_given() {
        let dir = tree(&["a/x.yml", "other/y.yml"]);
        let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, dir.path().join(at)).unwrap();
        link("..", "a/loop");
        link("other", "linked");
        link("other/y.yml", "file.yml");
        assert_eq!(paths(&all(dir.path(), &[], &[])), ["a/x.yml", "other/y.yml"]);
        let found = all(dir.path(), &["linked", "file.yml"], &[]);
        assert_eq!(paths(&found), ["a/x.yml", "file.yml", "linked/y.yml", "other/y.yml"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_without_permission_is_a_problem_and_the_run_goes_on() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tree(&["open/a.yml", "shut/b.yml"]);
        let shut = dir.path().join("shut");
        std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
        let readable = std::fs::read_dir(&shut).is_ok();
        let found = all(dir.path(), &[], &[]);
        std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o755)).unwrap();
        // Root reads everything.
        if !readable {
            assert_eq!(paths(&found), ["open/a.yml"]);
            assert_eq!(found.problems, [FileProblem::new("shut", ProblemKind::Denied)]);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_unicode_are_read() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tree(&["a.yml"]);
        let name = std::ffi::OsStr::from_bytes(b"\xC8\xCB\xC1\xB3.yml");
        std::fs::write(dir.path().join(name), "face: 1").unwrap();
        let found = all(dir.path(), &[], &[]);
        assert_eq!(found.files.len(), 2);
        assert_eq!(std::fs::read_to_string(&found.files[1].full).unwrap(), "face: 1");
    }
}
