//! Packages that a shell line installs: `pip install`, `npm i`, `apt-get install`, `go install`…

use std::ops::Range;

use super::model::{Role, Segment, Setting, Value};
use super::packages::requirement;
use super::{HOLE, part_of};

/// A way to install packages.
struct Installer {
    /// The words that start it; each may be one of several, parted by `|`.
    words: &'static [&'static str],
    ecosystem: &'static str,
    /// Options whose next word is no package.
    with_value: &'static [&'static str],
}

const PIP: &[&str] = &[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--trusted-host",
    "--timeout",
    "--python",
    "--proxy",
    "--cache-dir",
    "--platform",
    "--upgrade-strategy",
    "--default-timeout",
    "--retries",
    "--index",
    "--only-binary",
    "--no-binary",
];
const CONDA: &[&str] = &["-c", "--channel", "-n", "--name", "-p", "--prefix", "-f", "--file", "--solver"];
const NPM: &[&str] =
    &["--registry", "--prefix", "--cache", "-w", "--workspace", "--cwd", "-C", "--filter", "--loglevel"];
const APT: &[&str] = &["-o", "--option", "-t", "--target-release", "-c", "--config-file"];
const APK: &[&str] = &["--repository", "-X", "-t", "--virtual", "-p", "--root"];
const CARGO: &[&str] = &[
    "--version",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--path",
    "--features",
    "-F",
    "--root",
    "--target",
    "--registry",
    "--profile",
    "-j",
    "--jobs",
    "-p",
    "--package",
];

static INSTALLERS: &[Installer] = &[
    Installer { words: &["pip|pip3|pipx", "install|download"], ecosystem: "pypi", with_value: PIP },
    Installer { words: &["uv", "pip", "install"], ecosystem: "pypi", with_value: PIP },
    Installer { words: &["uv|poetry|pdm", "add"], ecosystem: "pypi", with_value: PIP },
    Installer { words: &["pipenv", "install"], ecosystem: "pypi", with_value: PIP },
    Installer { words: &["conda|mamba|micromamba", "install|create"], ecosystem: "conda", with_value: CONDA },
    Installer { words: &["npm|pnpm|cnpm|bun", "install|i|add"], ecosystem: "npm", with_value: NPM },
    Installer { words: &["yarn", "add"], ecosystem: "npm", with_value: NPM },
    Installer { words: &["yarn", "global", "add"], ecosystem: "npm", with_value: NPM },
    Installer { words: &["apt-get|apt|aptitude", "install"], ecosystem: "apt", with_value: APT },
    Installer { words: &["apk", "add"], ecosystem: "apt", with_value: APK },
    Installer { words: &["yum|dnf|microdnf", "install"], ecosystem: "apt", with_value: APT },
    Installer { words: &["go", "install|get"], ecosystem: "go", with_value: &[] },
    Installer { words: &["cargo", "install|add"], ecosystem: "cargo", with_value: CARGO },
    Installer {
        words: &["gem", "install"],
        ecosystem: "gem",
        with_value: &["-v", "--version", "-i", "--source"],
    },
    Installer {
        words: &["composer", "require"],
        ecosystem: "composer",
        with_value: &["-d", "--working-dir"],
    },
    Installer {
        words: &["dotnet", "add", "package"],
        ecosystem: "nuget",
        with_value: &["-v", "--version", "-s"],
    },
];

/// Longest command that is looked at, in words.
const MAX_WORDS: usize = 2_000;

/// Adds the packages that a command installs. Its paths begin with `path`, its spans are in `line`.
pub(crate) fn packages(path: &[Segment], line: &Value, out: &mut Vec<Setting>) {
    for command in commands(&line.text) {
        let Some((installer, first)) = installer(&line.text, &command) else { continue };
        let mut skip = false;
        for word in command.get(first..).unwrap_or_default() {
            let text = line.text.get(word.clone()).unwrap_or_default();
            if std::mem::take(&mut skip) {
                continue;
            }
            if text.starts_with('-') {
                // What stands behind `pip install -e` is a package.
                skip = !text.contains('=') && installer.with_value.contains(&text);
                continue;
            }
            if let Some(name) = name(installer.ecosystem, text) {
                let name = part_of(line, word.start + name.start..word.start + name.end);
                if name.text.contains(HOLE) || name.text.contains('$') {
                    continue;
                }
                let mut path = path.to_vec();
                // A name in the path is no key: nothing is set by it.
                path.push(Segment::Item(
                    u32::try_from(out.len()).unwrap_or(u32::MAX),
                    Some(name.text.clone()),
                ));
                let role = Role::Package { ecosystem: installer.ecosystem };
                out.push(Setting { path, key_span: name.span, value: name, role });
            }
        }
    }
}

/// The name of the package in a word.
fn name(ecosystem: &str, word: &str) -> Option<Range<usize>> {
    let until = |marks: &[char]| {
        let end = word.char_indices().skip(1).find(|(_, c)| marks.contains(c)).map_or(word.len(), |(n, _)| n);
        (end > 0 && !word.starts_with(['.', '/', '~'])).then_some(0..end)
    };
    match ecosystem {
        "pypi" => requirement(word).filter(|r| r.len() < word.len() || !word.ends_with(".txt")),
        "conda" => {
            let start = word.find("::").map_or(0, |n| n + 2);
            let rest = word.get(start..)?;
            let end = start + rest.find(['=', '<', '>', '[', '!']).unwrap_or(rest.len());
            (end > start).then_some(start..end)
        }
        "npm" | "go" | "cargo" => until(&['@']),
        "apt" => until(&['=', ':', '<', '>', '~']),
        "composer" => until(&[':']),
        _ => until(&[]),
    }
}

/// Which installer a command is, and its first word after the fixed ones.
fn installer(text: &str, command: &[Range<usize>]) -> Option<(&'static Installer, usize)> {
    let word = |n: usize| command.get(n).and_then(|r| text.get(r.clone())).unwrap_or_default();
    let mut at = 0;
    // `sudo -H pip …`, `python3 -m pip …`, `PIP_NO_CACHE=1 pip …`, `--mount=… pip …`
    while at < command.len() {
        let here = word(at);
        let python = here.rsplit('/').next().is_some_and(|n| n.starts_with("python"));
        if python && word(at + 1) == "-m" {
            at += 2;
        } else if matches!(here, "sudo" | "env" | "exec" | "time" | "then" | "do" | "{" | "(" | "!")
            || here.starts_with('-')
            || (here.contains('=') && !here.starts_with(['.', '/']))
        {
            at += 1;
        } else {
            break;
        }
    }
    INSTALLERS.iter().find_map(|installer| {
        let mut next = at;
        for (n, wanted) in installer.words.iter().enumerate() {
            // Options may stand between: `apt-get -y install`, `pip --no-cache-dir install`.
            while n > 0 && word(next).starts_with('-') {
                next += 1;
            }
            let program = if n == 0 { word(next).rsplit('/').next().unwrap_or_default() } else { word(next) };
            let versioned =
                n == 0 && program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') == "pip";
            let same = wanted.split('|').any(|w| w == program || (versioned && w == "pip"));
            if !same {
                return None;
            }
            next += 1;
        }
        Some((installer, next))
    })
}

/// The commands of a shell text, each as the ranges of its words. Quotes around a whole word are left out.
fn commands(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut out = vec![Vec::new()];
    let mut count = 0;
    let (mut start, mut quote): (Option<usize>, Option<char>) = (None, None);
    let mut comment = false;
    let mut push = |out: &mut Vec<Vec<Range<usize>>>, range: Range<usize>| {
        count += 1;
        if count > MAX_WORDS {
            return;
        }
        let word = text.get(range.clone()).unwrap_or_default();
        let quoted =
            word.len() >= 2 && ['"', '\''].iter().any(|q| word.starts_with(*q) && word.ends_with(*q));
        let range = if quoted { range.start + 1..range.end - 1 } else { range };
        if word != "\\" && !range.is_empty() {
            out.last_mut().unwrap_or(&mut Vec::new()).push(range);
        }
    };
    for (at, c) in text.char_indices() {
        if comment {
            comment = c != '\n';
            if comment {
                continue;
            }
        }
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '#' && start.is_none() => comment = true,
            None if matches!(c, ';' | '|' | '&' | '\n' | '(' | ')' | '`') => {
                if let Some(from) = start.take() {
                    push(&mut out, from..at);
                }
                // A backslash before the line end: the command goes on.
                if c != '\n' || !text.get(..at).is_some_and(|t| t.trim_end_matches('\r').ends_with('\\')) {
                    out.push(Vec::new());
                }
            }
            None if c.is_whitespace() => {
                if let Some(from) = start.take() {
                    push(&mut out, from..at);
                }
            }
            None => {
                start.get_or_insert(at);
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
            }
        }
    }
    if let Some(from) = start {
        push(&mut out, from..text.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use crate::syntax::{ScalarKind, TextMap};

    fn installed(text: &str) -> Vec<String> {
        let span = Span::new(FileId(0), 0, text.len());
        let value = Value {
            text: text.into(),
            kind: ScalarKind::Text,
            span,
            map: TextMap::at(0),
            origins: Vec::new(),
        };
        let mut out = Vec::new();
        packages(&[], &value, &mut out);
        out.iter()
            .map(|s| {
                let Role::Package { ecosystem } = s.role else { return String::new() };
                assert_eq!(text.get(s.value.span.range()), Some(&*s.value.text));
                format!("{ecosystem} {}", s.value.text)
            })
            .collect()
    }

    #[test]
    fn commands_that_install() {
        for (line, expected) in [
            ("pip install --no-cache-dir insightface==0.7 'dlib>=19'", "pypi insightface, pypi dlib"),
            ("cd /x && python3 -m pip install -i https://x/simple -r r.txt deepface", "pypi deepface"),
            (
                "apt-get update && apt-get install -y libdlib-dev=1 \\\n  cmake && rm -rf /x",
                "apt libdlib-dev, apt cmake",
            ),
            ("npm i -g @vladmandic/human@3 face-api.js", "npm @vladmandic/human, npm face-api.js"),
            ("conda install -c conda-forge conda-forge::dlib=19", "conda dlib"),
            ("go install github.com/esimov/pigo/cmd/pigo@latest", "go github.com/esimov/pigo/cmd/pigo"),
            ("cargo add rustface", "cargo rustface"),
            ("sudo pip3.11 install face_recognition", "pypi face_recognition"),
            ("uv pip install --system mtcnn", "pypi mtcnn"),
            ("pip install git+https://github.com/x/facenet.git", "pypi facenet"),
            ("pip install $PKG .", ""),
            ("pip freeze && npm ci && echo pip install x", ""),
            ("# pip install dlib", ""),
        ] {
            assert_eq!(installed(line).join(", "), expected, "{line}");
        }
    }
}
