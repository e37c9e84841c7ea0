//! Where text goes: standard output, standard error, files.

use std::io::{ErrorKind, Write};
use std::path::Path;

use facelint::Failure;

use super::Stop;

/// Text to standard output.
pub(super) fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Stop::Closed,
        _ => Failure::new(format!("standard output could not be written: {error}")).into(),
    })
}

/// Text to standard error. Where that fails there is nobody to tell.
pub(super) fn error(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Text to a file, whole or not at all: a reader never sees half a report. What is not a regular file
/// (`/dev/stdout`, a pipe) is written directly.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Stop> {
    let written = match path.metadata() {
        Ok(meta) if !meta.is_file() => std::fs::write(path, text),
        // A link keeps pointing to the file it points to.
        Ok(_) => path.canonicalize().and_then(|path| replace(&path, text)),
        Err(_) => replace(path, text),
    };
    written
        .map_err(|error| Failure::new(format!("`{}` could not be written: {error}", path.display())).into())
}

/// Text at the end of a file that others write to as well.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Stop> {
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::new(format!("`{}` could not be written: {error}", path.display())).into())
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".facelint-");
    // As any new file, not readable by its owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_are_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        write_file(&path, "one").unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_file(&dir.path().join("no/such/folder.json"), "x").is_err());
    }
}
