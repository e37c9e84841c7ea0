//! Paths inside the project: always relative to its root, with forward slashes.

/// The directory of a path, without a trailing slash; empty for the root.
pub(crate) fn dir_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The last segment of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `relative` seen from `dir`, with `.` and `..` undone. `None` for what is not in the project: absolute
/// paths, home directories, URLs, paths that climb out of the root, and paths with parts that are not known.
pub(crate) fn join(dir: &str, relative: &str) -> Option<String> {
    let relative = relative.trim();
    let outside = relative.starts_with(['/', '~', '$', '\\'])
        || relative.contains("://")
        || relative.contains([super::HOLE, '\n', '\0'])
        || relative.starts_with("git@")
        || relative.get(1..3).is_some_and(|s| s == ":\\" || s == ":/");
    if outside {
        return None;
    }
    let mut parts: Vec<&str> = dir.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_root() {
        assert_eq!(join("deploy/a", "../.env").as_deref(), Some("deploy/.env"));
        assert_eq!(join("", "./x/./y").as_deref(), Some("x/y"));
        assert_eq!(join("a", ".").as_deref(), Some("a"));
        for outside in ["/etc/x", "~/x", "../../x", "https://x/y", "C:\\x", "${DIR}/x", "git@x:y.git"] {
            assert_eq!(join("a", outside), None, "{outside}");
        }
        assert_eq!(dir_of("a/b.yml"), "a");
        assert_eq!(dir_of("b.yml"), "");
        assert_eq!(file_name("a/b.yml"), "b.yml");
    }
}
