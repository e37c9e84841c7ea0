//! The project directory that a descriptor belongs to.

use std::collections::BTreeSet;

/// File names that make their directory a project of its own.
const MARKERS: &[&str] = &[
    "Chart.yaml",
    "Cargo.toml",
    "Dockerfile",
    "Gemfile",
    "Pipfile",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "facelint.toml",
    "go.mod",
    "kustomization.yaml",
    "kustomization.yml",
    "main.tf",
    "package.json",
    "pom.xml",
    "pubspec.yaml",
    "pyproject.toml",
    "requirements.txt",
    "serverless.yml",
    "setup.py",
    "template.yaml",
    "template.yml",
];

/// Directories that hold a project.
#[derive(Debug, Default)]
pub struct Homes {
    dirs: BTreeSet<String>,
}

impl Homes {
    /// From the paths of all files of the project, relative to its root.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut dirs = BTreeSet::new();
        for path in paths {
            let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
            if MARKERS.contains(&name) || name.ends_with(".tf") || name.ends_with(".csproj") {
                dirs.insert(dir.to_owned());
            }
        }
        Homes { dirs }
    }

    /// The nearest project directory at or above `dir`; empty for the root.
    pub fn of(&self, dir: &str) -> &str {
        let mut at = dir;
        loop {
            if let Some(found) = self.dirs.get(at) {
                return found;
            }
            match at.rsplit_once('/') {
                Some((up, _)) => at = up,
                None => return "",
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_marker_above_decides() {
        let homes = Homes::new(["a/Chart.yaml", "a/templates/x.yaml", "b/c/pom.xml"]);
        assert_eq!(homes.of("a/templates"), "a");
        assert_eq!(homes.of("b/c/src/main/resources"), "b/c");
        assert_eq!(homes.of("b"), "");
    }
}
