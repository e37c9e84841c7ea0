//! From bytes to text.
//!
//! Descriptors are UTF-8, nearly always. The rest is UTF-16 out of Windows tools, and GB18030, Big5 or
//! Shift_JIS out of older ones; a file in those is text like any other.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};

use super::prefilter::Prefilter;
use super::problem::ProblemKind;

/// Files above this size (bytes) are not read unless the project raises the limit. Larger than any
/// descriptor written by a person, smaller than the data files that share their extensions.
pub const MAX_FILE: u64 = 10 * 1024 * 1024;

/// Bytes looked at to guess a legacy encoding.
const GUESS: usize = 256 * 1024;

/// Text, and the encoding it was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE`, `gb18030`, `Big5`, `Shift_JIS`, …
    pub encoding: &'static str,
}

/// Decodes a whole file.
///
/// # Errors
/// [`ProblemKind::Binary`] for what is no text, [`ProblemKind::Encoding`] for UTF-32.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, ProblemKind> {
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(ProblemKind::Encoding("UTF-32"));
    }
    if let Some(wide) = wide(&bytes) {
        return match wide.decode_without_bom_handling_and_without_replacement(skip_mark(&bytes)) {
            Some(text) => Ok(Decoded { text: text.into_owned(), encoding: wide.name() }),
            // A lone surrogate or an odd last byte: the rest is still text.
            None => Ok(Decoded {
                text: wide.decode_without_bom_handling(skip_mark(&bytes)).0.into_owned(),
                encoding: wide.name(),
            }),
        };
    }
    let controls = bytes.iter().filter(|b| **b < 0x20 && !b"\t\n\x0C\r\x1B".contains(*b)).count();
    // One stray NUL does not make a manifest a picture.
    if controls > 0 && controls * 100 >= bytes.len() {
        return Err(ProblemKind::Binary);
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{FEFF}') {
                text.drain(..'\u{FEFF}'.len_utf8());
            }
            Ok(Decoded { text, encoding: "UTF-8" })
        }
        Err(error) => Ok(legacy(error.as_bytes())),
    }
}

/// UTF-16, by its mark or by where its NULs are.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(&[0xFF, 0xFE]) {
        return Some(UTF_16LE);
    }
    if bytes.starts_with(&[0xFE, 0xFF]) {
        return Some(UTF_16BE);
    }
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let nul_at = |rest: usize| bytes.iter().skip(rest).step_by(2).any(|b| *b == 0);
    let guess = match (nul_at(0), nul_at(1)) {
        (false, true) => UTF_16LE,
        (true, false) => UTF_16BE,
        _ => return None,
    };
    let text = guess.decode_without_bom_handling_and_without_replacement(bytes)?;
    let plausible = text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    plausible.then_some(guess)
}

fn skip_mark(bytes: &[u8]) -> &[u8] {
    match bytes {
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => rest,
        all => all,
    }
}

/// What is not UTF-8 and not wide.
fn legacy(bytes: &[u8]) -> Decoded {
    // UTF-8 with a few broken bytes (a cut log line, a pasted character) stays UTF-8.
    let (mut good, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if good >= broken.saturating_mul(10) {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
        return Decoded { text, encoding: "UTF-8" };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The first bytes of a long file may be plain ASCII: start where they end.
    let start = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0).saturating_sub(64);
    let sample = bytes.get(start..).unwrap_or_default();
    detector.feed(sample.get(..GUESS).unwrap_or(sample), sample.len() <= GUESS);
    // A sentence tells its encoding. A word or two does not, and then the domain decides: the law judged
    // here is China's. A guess that gives characters nobody writes gives way to the other.
    let cn: Option<&[u8]> = Some(b"cn");
    let telling = bytes.iter().filter(|b| !b.is_ascii()).count() >= 24;
    let mut best: Option<(usize, Decoded)> = None;
    for domain in if telling { [None, cn] } else { [cn, None] } {
        let guess = detector.guess(domain, Utf8Detection::Deny);
        let encoding = if guess == GBK { GB18030 } else { guess };
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let odd = text.chars().filter(|c| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}')).count();
        if best.as_ref().is_none_or(|(least, _)| odd < *least) {
            best = Some((odd, Decoded { text: text.into_owned(), encoding: encoding.name() }));
        }
        if odd == 0 {
            break;
        }
    }
    best.map_or_else(
        || Decoded { text: String::from_utf8_lossy(bytes).into_owned(), encoding: "UTF-8" },
        |(_, decoded)| decoded,
    )
}

/// Reads and decodes a file, or finds that there is no need to: `None` when the prefilter finds no
/// literal in it.
///
/// A file above `limit` bytes is never read whole. The prefilter runs over it piece by piece, and only
/// when it finds something is the file worth a word.
///
/// # Errors
/// Why the file cannot be read.
pub fn load(full: &Path, limit: u64, prefilter: Option<&Prefilter>) -> Result<Option<Decoded>, ProblemKind> {
    let io = |error: std::io::Error| ProblemKind::from_io(&error);
    let mut file = File::open(full).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    let mut bytes = Vec::new();
    if size <= limit {
        bytes.reserve_exact(usize::try_from(size).unwrap_or(0).saturating_add(1));
        (&mut file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(io)?;
    }
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > limit || read > limit {
        let Some(prefilter) = prefilter else {
            return Err(ProblemKind::TooLarge { size: size.max(read), limit });
        };
        let found = prefilter.may_match_stream(&mut bytes.as_slice().chain(file)).map_err(io)?;
        return if found { Err(ProblemKind::TooLarge { size: size.max(read), limit }) } else { Ok(None) };
    }
    load_text(bytes, prefilter)
}

/// The same for bytes that are in memory already.
///
/// # Errors
/// Why they are not read.
pub fn load_bytes(
    bytes: Vec<u8>,
    limit: u64,
    prefilter: Option<&Prefilter>,
) -> Result<Option<Decoded>, ProblemKind> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size <= limit {
        return load_text(bytes, prefilter);
    }
    if prefilter.is_some_and(|prefilter| !prefilter.may_match(&bytes)) {
        return Ok(None);
    }
    Err(ProblemKind::TooLarge { size, limit })
}

fn load_text(bytes: Vec<u8>, prefilter: Option<&Prefilter>) -> Result<Option<Decoded>, ProblemKind> {
    let Some(prefilter) = prefilter else { return decode(bytes).map(Some) };
    if prefilter.may_match(&bytes) {
        return decode(bytes).map(Some);
    }
    // Nearly every file ends here. Only what is not UTF-8 can still hide a literal.
    if !bytes.contains(&0) && std::str::from_utf8(&bytes).is_ok() {
        return Ok(None);
    }
    match decode(bytes) {
        Ok(decoded) if prefilter.may_match(decoded.text.as_bytes()) => Ok(Some(decoded)),
        // A picture, or text without a literal.
        Ok(_) | Err(_) => Ok(None),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::prefilter::{Boundary, Literal};
    use super::*;
    use encoding_rs::{BIG5, SHIFT_JIS};

    fn text(bytes: &[u8]) -> (String, &'static str) {
        let decoded = decode(bytes.to_vec()).unwrap();
        (decoded.text, decoded.encoding)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    fn faces() -> Prefilter {
        Prefilter::new(
            [("compreface", Boundary::Word), ("人脸", Boundary::Anywhere)]
                .map(|(text, boundary)| Literal { text: text.into(), boundary }),
        )
    }

    #[test]
    fn utf_8_with_and_without_a_mark() {
        assert_eq!(text("a: 人脸\r\n".as_bytes()), ("a: 人脸\r\n".into(), "UTF-8"));
        assert_eq!(text(b"\xEF\xBB\xBFa: 1"), ("a: 1".into(), "UTF-8"));
        assert_eq!(text(b""), (String::new(), "UTF-8"));
    }

    #[test]
    fn utf_16_with_and_without_a_mark() {
        let yaml = "face: 人脸识别\nname: 门禁\n";
        assert_eq!(text(&utf16(yaml, false)), (yaml.into(), "UTF-16LE"));
        assert_eq!(text(&utf16(yaml, true)), (yaml.into(), "UTF-16BE"));
        let marked = utf16(&format!("\u{FEFF}{yaml}"), false);
        assert_eq!(text(&marked), (yaml.into(), "UTF-16LE"));
        let cut = &marked[..marked.len() - 1];
        assert!(text(cut).0.starts_with("face: 人脸识别"));
    }

    #[test]
    fn utf_32_is_refused() {
        assert_eq!(decode(b"\xFF\xFE\0\0a\0\0\0".to_vec()), Err(ProblemKind::Encoding("UTF-32")));
    }

    #[test]
    fn chinese_and_japanese_encodings() {
        let yaml = "# 人脸识别门禁系统配置，员工考勤使用\nface:\n  enabled: true # 开启人脸\n";
        let (bytes, _, _) = GB18030.encode(yaml);
        assert_eq!(text(&bytes), (yaml.into(), "gb18030"));
        let short = "name: 人脸\n";
        assert_eq!(text(&GB18030.encode(short).0), (short.into(), "gb18030"));
        let big5 = "# 人臉辨識門禁系統設定，員工考勤使用，請勿修改\nface: true\n";
        assert_eq!(text(&BIG5.encode(big5).0), (big5.into(), "Big5"));
        let sjis = "# 顔認証システムの設定ファイルです。変更しないでください。\nface: true\n";
        assert_eq!(text(&SHIFT_JIS.encode(sjis).0), (sjis.into(), "Shift_JIS"));
    }

    #[test]
    fn a_broken_byte_leaves_utf_8_alone() {
        let mut bytes = "# 人脸识别门禁系统配置文件\nname: ".as_bytes().to_vec();
        bytes.push(0xE4);
        let (text, encoding) = text(&bytes);
        assert_eq!((text.as_str(), encoding), ("# 人脸识别门禁系统配置文件\nname: \u{FFFD}", "UTF-8"));
    }

    #[test]
    fn pictures_are_no_text() {
        let png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1F\x15\xC4\x89";
        assert_eq!(decode(png.to_vec()), Err(ProblemKind::Binary));
        let one_nul = format!("{}\0", "name: compreface\n".repeat(20));
        assert_eq!(text(one_nul.as_bytes()).1, "UTF-8");
    }

    #[test]
    fn a_literal_in_any_encoding_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let load = |path: &Path| load(path, 1000, Some(&faces()));
        let yaml = "# 人脸识别门禁系统配置\nname: door\n";
        assert_eq!(load(&write("a.yml", &GB18030.encode(yaml).0)).unwrap().unwrap().text, yaml);
        assert_eq!(load(&write("b.yml", &utf16(yaml, true))).unwrap().unwrap().text, yaml);
        assert_eq!(load(&write("c.yml", yaml.as_bytes())).unwrap().unwrap().text, yaml);
        assert_eq!(load(&write("d.yml", b"name: door")), Ok(None));
        assert_eq!(load(&write("e.yml", b"")), Ok(None));
        assert_eq!(load(&write("f.yml", b"\x89PNG\0\0\0\0")), Ok(None));
        assert_eq!(load(&dir.path().join("gone.yml")), Err(ProblemKind::Missing));
    }

    #[test]
    fn a_large_file_is_scanned_and_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("big.yml");
        let filler = b"- some: line of a very large file\n".repeat(50 * 1024 * 1024 / 34);
        std::fs::write(&path, &filler).unwrap();
        assert_eq!(load(&path, MAX_FILE, Some(&faces())), Ok(None));
        let mut with = filler;
        with.extend(b"image: exadel/compreface:1\n");
        std::fs::write(&path, &with).unwrap();
        let size = u64::try_from(with.len()).unwrap();
        let too_large = Err(ProblemKind::TooLarge { size, limit: MAX_FILE });
        assert_eq!(load(&path, MAX_FILE, Some(&faces())), too_large);
        assert_eq!(load(&path, MAX_FILE, None), too_large);
    }
}
