//! What can go wrong with a file, said in both languages.

use std::sync::Arc;

use crate::Lang;

/// A file or directory that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Relative to the root, forward slashes; as it was given for a path that does not exist.
    pub path: Arc<str>,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// It does not exist.
    Missing,
    /// It is a device, a socket or a pipe.
    NotAFile,
    /// The operating system does not let us.
    Denied,
    /// Any other failure to read, in the operating system's words.
    Unreadable(String),
    /// It names a face-recognition component but is larger than the limit; both in bytes.
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// It has a descriptor's name and holds no text.
    Binary,
    /// It is text in an encoding that is not read.
    Encoding(&'static str),
}

impl ProblemKind {
    /// From an error of the operating system.
    pub fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => ProblemKind::Missing,
            std::io::ErrorKind::PermissionDenied => ProblemKind::Denied,
            _ => ProblemKind::Unreadable(error.to_string()),
        }
    }
}

impl FileProblem {
    /// A problem of the file at this path.
    pub fn new(path: &str, kind: ProblemKind) -> Self {
        FileProblem { path: path.into(), kind }
    }

    /// Whether something that should have been read was not (exit code 3). A picture with a
    /// descriptor's name holds nothing to read.
    pub fn relevant(&self) -> bool {
        self.kind != ProblemKind::Binary
    }

    /// What is wrong, no full stop.
    pub fn message(&self, lang: Lang) -> String {
        let path = self.path.escape_debug();
        match (&self.kind, lang) {
            (ProblemKind::Missing, Lang::En) => format!("`{path}` does not exist"),
            (ProblemKind::Missing, Lang::Zh) => format!("`{path}` 不存在"),
            (ProblemKind::NotAFile, Lang::En) => format!("`{path}` is neither a file nor a directory"),
            (ProblemKind::NotAFile, Lang::Zh) => format!("`{path}` 既不是文件也不是目录"),
            (ProblemKind::Denied, Lang::En) => format!("no permission to read `{path}`"),
            (ProblemKind::Denied, Lang::Zh) => format!("没有权限读取 `{path}`"),
            (ProblemKind::Unreadable(why), Lang::En) => format!("`{path}` cannot be read: {why}"),
            (ProblemKind::Unreadable(why), Lang::Zh) => format!("无法读取 `{path}`：{why}"),
            (ProblemKind::TooLarge { size, limit }, Lang::En) => format!(
                "`{path}` names a face-recognition component but was not read: it has {}, the limit is {}",
                bytes(*size),
                bytes(*limit)
            ),
            (ProblemKind::TooLarge { size, limit }, Lang::Zh) => format!(
                "`{path}` 提到人脸识别组件，但未读取：文件大小 {}，上限 {}",
                bytes(*size),
                bytes(*limit)
            ),
            (ProblemKind::Binary, Lang::En) => format!("`{path}` holds no text"),
            (ProblemKind::Binary, Lang::Zh) => format!("`{path}` 不是文本文件"),
            (ProblemKind::Encoding(name), Lang::En) => {
                format!("`{path}` is encoded in {name}, which is not read")
            }
            (ProblemKind::Encoding(name), Lang::Zh) => format!("`{path}` 的编码为 {name}，不支持读取"),
        }
    }

    /// The way out; starts with a verb.
    pub fn help(&self, lang: Lang) -> Option<&'static str> {
        Some(match (&self.kind, lang) {
            (ProblemKind::Missing, Lang::En) => {
                "check the spelling; paths are relative to the current directory"
            }
            (ProblemKind::Missing, Lang::Zh) => "请检查路径拼写；路径相对于当前目录",
            (ProblemKind::NotAFile, Lang::En) => "pass a file or a directory, or `-` for standard input",
            (ProblemKind::NotAFile, Lang::Zh) => "请传入文件或目录，或用 `-` 表示标准输入",
            (ProblemKind::Denied, Lang::En) => {
                "give read permission, or add the path to `exclude` in `facelint.toml`"
            }
            (ProblemKind::Denied, Lang::Zh) => "请授予读取权限，或将该路径加入 `facelint.toml` 的 `exclude`",
            (ProblemKind::TooLarge { .. }, Lang::En) => {
                "raise `max-file-size` in `facelint.toml`, or add the path to `exclude`"
            }
            (ProblemKind::TooLarge { .. }, Lang::Zh) => {
                "请调大 `facelint.toml` 中的 `max-file-size`，或将该路径加入 `exclude`"
            }
            (ProblemKind::Encoding(_), Lang::En) => "convert the file to UTF-8",
            (ProblemKind::Encoding(_), Lang::Zh) => "请将文件转换为 UTF-8",
            (ProblemKind::Unreadable(_) | ProblemKind::Binary, _) => return None,
        })
    }
}

/// A size as people write it.
fn bytes(n: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match STEPS.iter().find(|(unit, _)| n >= *unit) {
        // One digit after the point, in whole numbers: 52 / 10 = 5.2.
        Some((unit, name)) => {
            let tenths = u128::from(n) * 10 / u128::from(*unit);
            match tenths % 10 {
                0 => format!("{} {name}", tenths / 10),
                rest => format!("{}.{rest} {name}", tenths / 10),
            }
        }
        None => format!("{n} B"),
    }
}
