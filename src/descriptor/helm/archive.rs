//! Charts in archives (`charts/redis-18.0.0.tgz`).

use std::io::Read;

use super::chart::{File, Files};
use crate::descriptor::Project;

/// Largest archive that is opened, in bytes.
const MAX_ARCHIVE: u64 = 4 << 20;

/// Bytes that all members of an archive may have together. Text packs at about 1 : 10; what grows further is a
/// bomb.
const MAX_UNPACKED: u64 = 32 << 20;

/// Members of one archive, and the bytes of one member.
const MAX_MEMBERS: usize = 2_000;
const MAX_MEMBER: u64 = 2 << 20;

/// The text files of an archive, by their path in the chart. What is broken or too large ends the reading;
/// the members before it are kept.
pub(super) fn unpack(path: &str, project: &dyn Project) -> Files {
    let mut out = Files::new();
    let Some(bytes) = project.bytes(path, MAX_ARCHIVE) else { return out };
    let reader = flate2::read::GzDecoder::new(bytes.as_slice()).take(MAX_UNPACKED);
    let mut archive = tar::Archive::new(reader);
    let Ok(entries) = archive.entries() else { return out };
    for entry in entries.take(MAX_MEMBERS) {
        let Ok(entry) = entry else { break };
        if !entry.header().entry_type().is_file() || entry.size() > MAX_MEMBER {
            continue;
        }
        let Some(name) = entry.path().ok().and_then(|p| p.to_str().map(str::to_owned)) else { continue };
        let name = name.replace('\\', "/");
        if name.split('/').any(|part| part == ".." || part.is_empty()) {
            continue;
        }
        // The first folder is the chart's own.
        let Some((_, inside)) = name.split_once('/') else { continue };
        let mut text = String::new();
        if entry.take(MAX_MEMBER).read_to_string(&mut text).is_err() {
            continue;
        }
        if let Some(file) = project.unpacked(&format!("{path}/{name}"), &text) {
            out.insert(inside.to_owned(), File::Text(file));
        }
    }
    out
}
