//! Python requirements: `insightface[gpu]>=0.7; python_version > "3.8"` and what pip takes in its place.

use std::ops::Range;

/// Where the name of the package stands in a requirement, if it names one.
///
/// ```text
/// name[extra] >= 1 ; marker      name @ https://…      git+https://host/owner/name.git@tag#egg=name
/// https://…/name-1.0-py3-none-any.whl                  ./libs/name-1.0.tar.gz
/// ```
pub(crate) fn requirement(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let rest = text.get(start..)?;
    let end = start + name_length(rest);
    let after = text.get(end..).unwrap_or_default();
    let next = after.trim_start().chars().next();
    let address =
        rest.contains("://") && !after.trim_start().starts_with('@') && !after.trim_start().starts_with('[');
    let path = rest.starts_with(['.', '/', '~']) || (next == Some('/') && !address) || is_archive(rest);
    if end > start && !address && !path {
        let valid =
            matches!(next, None | Some('=' | '<' | '>' | '!' | '~' | '[' | ';' | '@' | '(' | ',' | '#'))
                || after.starts_with(char::is_whitespace);
        return valid.then_some(start..end);
    }
    let word = start..start + rest.find(char::is_whitespace).unwrap_or(rest.len());
    of_address(text, word)
}

fn name_length(text: &str) -> usize {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let len = text.find(|c| !inner(c)).unwrap_or(text.len());
    let name = text.get(..len).unwrap_or_default();
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return 0;
    }
    name.trim_end_matches(['.', '-', '_']).len()
}

fn is_archive(text: &str) -> bool {
    let word = text.split([' ', ';', '#', '@']).next().unwrap_or_default();
    [".whl", ".tar.gz", ".zip"].iter().any(|ending| word.ends_with(ending))
}

/// The name in an address or a path.
fn of_address(text: &str, word: Range<usize>) -> Option<Range<usize>> {
    let address = text.get(word.clone())?;
    if let Some(at) = address.find("#egg=").or_else(|| address.find("&egg=")) {
        let from = at + 5;
        let len = name_length(address.get(from..)?);
        return (len > 0).then_some(word.start + from..word.start + from + len);
    }
    let stop = address.find(['#', '?']).unwrap_or(address.len());
    let scheme = address.find("://").map_or(0, |n| n + 3);
    let stop = address.get(scheme..stop)?.rfind('@').map_or(stop, |n| {
        // `git@host` is no revision.
        if address.get(scheme + n..stop).is_some_and(|r| r.contains([':', '/']) && !r.contains("@refs")) {
            stop
        } else {
            scheme + n
        }
    });
    let path = address.get(..stop)?.trim_end_matches('/');
    let from = path.rfind('/').map_or(0, |n| n + 1);
    let last = path.get(from..)?;
    let len = match last {
        _ if last.ends_with(".git") => last.len() - 4,
        _ if last.ends_with(".whl") => last.find('-')?,
        _ if is_archive(last) => {
            // `name-1.0.tar.gz`: the version starts at the first digit after a dash.
            let digit =
                |n: &usize| last.get(n + 1..).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
            last.match_indices('-').map(|(n, _)| n).find(digit)?
        }
        _ if scheme > 0 && address.starts_with("git") => last.len(),
        _ => return None,
    };
    (len > 0).then_some(word.start + from..word.start + from + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_requirements() {
        for (text, name) in [
            ("insightface", Some("insightface")),
            (" face_recognition == 1.3.0", Some("face_recognition")),
            ("insightface[gpu]>=0.7; python_version > '3.8'", Some("insightface")),
            ("deepface @ git+https://github.com/serengil/deepface.git", Some("deepface")),
            ("git+https://github.com/ageitgey/face_recognition_models#egg=face-models", Some("face-models")),
            (
                "git+https://github.com/ageitgey/face_recognition_models.git@v1",
                Some("face_recognition_models"),
            ),
            ("git+ssh://git@github.com/o/facenet.git", Some("facenet")),
            ("https://host/a/dlib-19.24.1-cp311-cp311-win_amd64.whl", Some("dlib")),
            ("./libs/facenet-pytorch-2.5.tar.gz", Some("facenet-pytorch")),
            ("dlib-19.22-cp37.whl", Some("dlib")),
            ("./local", None),
            ("-e .", None),
            ("人脸", None),
            ("", None),
        ] {
            assert_eq!(requirement(text).and_then(|r| text.get(r)), name, "{text}");
        }
    }
}
