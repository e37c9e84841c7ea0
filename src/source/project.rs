//! The files of one run: read at most once, parsed at most once, never outside the project.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use super::decode::{self, Decoded};
use super::{Discovery, FileProblem, Found, Prefilter, ProblemKind, SourceFile, Sources};
use crate::descriptor::Project;
use crate::syntax::Parsed;

/// How a file's text becomes documents; `None` where its name tells no format.
pub type Parser<'a> = Box<dyn Fn(&SourceFile) -> Option<Parsed> + Send + Sync + 'a>;

/// A file whose bytes come from elsewhere than the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its path, relative to the root.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Files that [`Project::below`] gives at most, and how deep it goes: a chart has a few dozen.
const MAX_BELOW: usize = 5_000;
const MAX_BELOW_DEPTH: usize = 16;

type Slot<T> = Arc<OnceLock<Option<Arc<T>>>>;

/// The project as the stages after this one see it.
///
/// A path is relative to the root with forward slashes. What leaves the root (`..`, an absolute path, a
/// symbolic link out of it) is not read, what the project excludes is not read, and a file that
/// `.gitignore` hides is: a `.env` that a manifest names belongs to the system whether it is committed or
/// not.
pub struct ProjectFiles<'a> {
    discovery: &'a Discovery,
    sources: &'a Sources,
    parser: Parser<'a>,
    limit: u64,
    given: Option<Given>,
    found: HashMap<Arc<str>, &'a Found>,
    dirs: BTreeMap<String, Vec<String>>,
    texts: Mutex<HashMap<String, Slot<SourceFile>>>,
    parsed: Mutex<HashMap<String, Slot<Parsed>>>,
    problems: Mutex<Vec<FileProblem>>,
}

impl std::fmt::Debug for ProjectFiles<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProjectFiles").field("root", &self.discovery.root).finish_non_exhaustive()
    }
}

impl<'a> ProjectFiles<'a> {
    /// The files of a discovery. Nothing is read yet; texts go into `sources`, files above `limit` bytes
    /// are not read.
    pub fn new(discovery: &'a Discovery, sources: &'a Sources, limit: u64, parser: Parser<'a>) -> Self {
        let mut dirs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in &discovery.files {
            let dir = file.path.rsplit_once('/').map_or("", |(dir, _)| dir);
            dirs.entry(dir.to_owned()).or_default().push(file.path.to_string());
        }
        ProjectFiles {
            discovery,
            sources,
            parser,
            limit,
            given: None,
            found: discovery.files.iter().map(|f| (f.path.clone(), f)).collect(),
            dirs,
            texts: Mutex::default(),
            parsed: Mutex::default(),
            problems: Mutex::default(),
        }
    }

    /// The same with one file whose bytes do not come from the disk.
    #[must_use]
    pub fn with(mut self, given: Option<Given>) -> Self {
        self.given = given;
        self
    }

    /// The bytes of a path that do not come from the disk.
    fn given(&self, path: &str) -> Option<&[u8]> {
        self.given.as_ref().filter(|given| given.path == path).map(|given| &*given.bytes)
    }

    /// Reads, in parallel, every file of the walk that `keep` names by its path and the prefilter lets
    /// through (without one: every such file). The order, and so the numbers of the files, is that of
    /// their paths.
    pub fn select(
        &self,
        prefilter: Option<&Prefilter>,
        keep: &(dyn Fn(&str) -> bool + Sync),
    ) -> Vec<Arc<SourceFile>> {
        let read: Vec<Option<Decoded>> = self
            .discovery
            .files
            .par_iter()
            .map(|file| {
                if !keep(&file.path) {
                    return None;
                }
                let read = match self.given(&file.path) {
                    Some(bytes) => decode::load_bytes(bytes.to_vec(), self.limit, prefilter),
                    None => decode::load(&file.full, self.limit, prefilter),
                };
                self.noted(&file.path, read)
            })
            .collect();
        let mut out = Vec::new();
        for (file, decoded) in self.discovery.files.iter().zip(read) {
            let Some(decoded) = decoded else { continue };
            let slot = self.slot(&self.texts, &file.path);
            out.extend(slot.get_or_init(|| Some(self.register(&file.path, decoded))).clone());
        }
        out
    }

    /// Whether findings in this file are reported.
    pub fn reports_on(&self, path: &str) -> bool {
        self.discovery.reports_on(path)
    }

    /// The paths of the walk, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.discovery.files.iter().map(|f| &*f.path)
    }

    /// The project's directory.
    pub fn root(&self) -> &Path {
        &self.discovery.root
    }

    /// Whether a file or directory of this path is in the project, whatever it holds.
    pub fn exists(&self, path: &str) -> bool {
        normal(path).is_some_and(|path| path.is_empty() || self.inside(&path).is_some())
    }

    /// What could not be read so far, those of the walk included, by path.
    pub fn problems(&self) -> Vec<FileProblem> {
        let mut all = self.discovery.problems.clone();
        all.extend(self.problems.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all.dedup();
        all
    }

    fn register(&self, path: &str, decoded: Decoded) -> Arc<SourceFile> {
        self.sources.add(path, decoded.text, decoded.encoding)
    }

    /// What was read; a failure is noted. A file that went away since the walk is no longer part of the
    /// project, and so no failure.
    fn noted(&self, path: &str, read: Result<Option<Decoded>, ProblemKind>) -> Option<Decoded> {
        match read {
            Ok(decoded) => decoded,
            Err(ProblemKind::Missing) => None,
            Err(kind) => {
                let problem = FileProblem::new(path, kind);
                self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem);
                None
            }
        }
    }

    fn slot<T>(&self, slots: &Mutex<HashMap<String, Slot<T>>>, path: &str) -> Slot<T> {
        let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(path.to_owned()).or_default().clone()
    }

    /// Where a normal path is on disk, if it is in the project.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        if let Some(found) = self.found.get(path) {
            return Some(found.full.clone());
        }
        let full = std::fs::canonicalize(self.discovery.root.join(path)).ok()?;
        let real = full.strip_prefix(&self.discovery.root).ok()?;
        // A link may point at something that is excluded under its own name.
        let excluded = [path.to_owned(), real.to_string_lossy().replace('\\', "/")]
            .iter()
            .any(|p| self.discovery.excludes.hold(p, full.is_dir()));
        (!excluded).then_some(full)
    }

    /// Adds the files below a directory, depth first. Links are not followed into directories, so the walk
    /// ends.
    fn collect(&self, dir: &str, depth: usize, out: &mut Vec<String>) {
        if depth > MAX_BELOW_DEPTH {
            return;
        }
        let Ok(entries) = std::fs::read_dir(self.discovery.root.join(dir)) else { return };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if dir.is_empty() { name } else { format!("{dir}/{name}") };
            if out.len() >= MAX_BELOW {
                return;
            }
            if self.discovery.excludes.hold(&path, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.collect(&path, depth + 1, out);
            } else if kind.is_file() || self.inside(&path).is_some_and(|full| full.is_file()) {
                out.push(path);
            }
        }
    }

    fn load(&self, path: &str) -> Option<Arc<SourceFile>> {
        if let Some(bytes) = self.given(path) {
            let read = decode::load_bytes(bytes.to_vec(), self.limit, None);
            return Some(self.register(path, self.noted(path, read)?));
        }
        let full = self.inside(path)?;
        // A pipe would never end, a directory is none of our files.
        if !full.is_file() {
            return None;
        }
        let decoded = self.noted(path, decode::load(&full, self.limit, None))?;
        Some(self.register(path, decoded))
    }
}

/// A path without `.`, `..` and doubled slashes; `None` when it is absolute or leaves the root.
fn normal(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\0') || Path::new(path).has_root() {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            // A drive (`C:`) would leave the root on Windows.
            part if cfg!(windows) && part.contains([':', '\\']) => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl Project for ProjectFiles<'_> {
    fn read(&self, path: &str) -> Option<Arc<SourceFile>> {
        let path = normal(path).filter(|p| !p.is_empty())?;
        self.slot(&self.texts, &path).get_or_init(|| self.load(&path)).clone()
    }

    fn parse(&self, path: &str) -> Option<Arc<Parsed>> {
        let path = normal(path).filter(|p| !p.is_empty())?;
        self.slot(&self.parsed, &path)
            .get_or_init(|| self.read(&path).and_then(|file| (self.parser)(&file)).map(Arc::new))
            .clone()
    }

    fn list(&self, dir: &str) -> Vec<String> {
        normal(dir).and_then(|dir| self.dirs.get(&dir).cloned()).unwrap_or_default()
    }

    fn below(&self, dir: &str) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(dir) = normal(dir) {
            self.collect(&dir, 0, &mut out);
        }
        out.sort();
        out
    }

    fn bytes(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        let full = self.inside(&normal(path).filter(|p| !p.is_empty())?)?;
        let meta = std::fs::metadata(&full).ok()?;
        if !meta.is_file() || meta.len() > limit {
            return None;
        }
        std::fs::read(&full).ok()
    }

    fn unpacked(&self, path: &str, text: &str) -> Option<Arc<SourceFile>> {
        let slot = self.slot(&self.texts, path);
        slot.get_or_init(|| Some(self.sources.add(path, text.to_owned(), "UTF-8"))).clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::{Boundary, Excludes, Literal, MAX_FILE, discover};
    use super::*;

    fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let full = dir.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, content).unwrap();
        }
        dir
    }

    fn found(root: &Path) -> Discovery {
        discover(root, &[], &Excludes::new(["out/"]).unwrap(), &|_| true).unwrap()
    }

    fn plain<'a>() -> Parser<'a> {
        Box::new(|_| Some(Parsed::default()))
    }

    #[test]
    fn selects_by_literal_in_the_order_of_paths() {
        let dir = project(&[
            ("z.yml", b"image: compreface"),
            ("a/b.yml", b"image: CompreFace:1"),
            ("a.yml", b"image: nginx"),
            ("broken.yml", b"\x89PNG\0\0\0\0compreface"),
            ("empty.yml", b""),
        ]);
        let discovery = found(dir.path());
        let sources = Sources::new();
        let files = ProjectFiles::new(&discovery, &sources, MAX_FILE, plain());
        let literal = Literal { text: "compreface".into(), boundary: Boundary::Word };
        let selected = files.select(Some(&Prefilter::new([literal])), &|_| true);
        let paths: Vec<&str> = selected.iter().map(|f| &*f.path).collect();
        assert_eq!(paths, ["a/b.yml", "z.yml"]);
        assert_eq!(selected[0].id.0, 0);
        // Read again by name: the same file, the same number.
        assert!(Arc::ptr_eq(&files.read("./a//b.yml").unwrap(), &selected[0]));
        assert_eq!(sources.all().len(), 2);
        assert_eq!(files.problems(), [FileProblem::new("broken.yml", ProblemKind::Binary)]);
    }

    #[test]
    fn nothing_outside_the_root_is_read() {
        let outside =
            project(&[("secret.yml", b"a: 1"), ("root/in.yml", b"b: 2"), ("root/out/x.yml", b"c: 3")]);
        let root = outside.path().join("root");
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret.yml", root.join("link.yml")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("in.yml", root.join("inner.yml")).unwrap();
        let discovery = found(&root);
        let sources = Sources::new();
        let files = ProjectFiles::new(&discovery, &sources, MAX_FILE, plain());
        let absolute = outside.path().join("secret.yml");
        for path in [
            "../secret.yml",
            "a/../../secret.yml",
            absolute.to_str().unwrap(),
            "link.yml",
            "out/x.yml",
            "",
            ".",
        ] {
            assert!(files.read(path).is_none(), "{path}");
        }
        assert!(!files.exists("../secret.yml") && !files.exists("nothing") && files.exists("in.yml"));
        assert!(files.read("a/../in.yml").is_some());
        #[cfg(unix)]
        assert!(files.read("inner.yml").is_some());
        assert!(files.problems().is_empty());
    }

    #[test]
    fn ignored_files_are_read_by_name_only() {
        let dir = project(&[(".gitignore", b".env\n"), (".env", b"A=1"), ("sub/c.yml", b"d: 1")]);
        let discovery = found(dir.path());
        let sources = Sources::new();
        let files = ProjectFiles::new(&discovery, &sources, MAX_FILE, plain());
        assert_eq!(files.list(""), [".gitignore"]);
        assert_eq!(files.list("sub/"), ["sub/c.yml"]);
        assert_eq!(&*files.read(".env").unwrap().text, "A=1");
    }

    #[test]
    fn a_file_is_parsed_once() {
        let dir = project(&[("a.yml", b"a: 1")]);
        let discovery = found(dir.path());
        let sources = Sources::new();
        let count = AtomicUsize::new(0);
        let parser: Parser<'_> = Box::new(|_| {
            count.fetch_add(1, Ordering::Relaxed);
            Some(Parsed::default())
        });
        let files = ProjectFiles::new(&discovery, &sources, MAX_FILE, parser);
        (0..64).into_par_iter().for_each(|_| assert!(files.parse("a.yml").is_some()));
        drop(files);
        assert_eq!(count.into_inner(), 1);
        assert_eq!(sources.all().len(), 1);
    }

    #[test]
    fn a_file_that_goes_away_is_no_problem() {
        let dir = project(&[("a.yml", b"compreface"), ("b.yml", b"compreface")]);
        let discovery = found(dir.path());
        std::fs::remove_file(dir.path().join("a.yml")).unwrap();
        let sources = Sources::new();
        let files = ProjectFiles::new(&discovery, &sources, MAX_FILE, plain());
        assert_eq!(files.select(None, &|_| true).len(), 1);
        assert!(files.problems().is_empty());
    }
}
