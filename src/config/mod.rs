//! The project's own settings: `facelint.toml`.
//!
//! Everything that is wrong with it is reported at once, each fault with its place in the file and the
//! nearest right word. See `docs/configuration.md`.

pub mod declarations;
mod read;
pub mod schema;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

pub use declarations::{Declarations, Declared, DeclaredFact, FactType, Reference, check, check_all};
pub use schema::config_schema;

use crate::Lang;
use crate::facts::Label;
use crate::policy::Severity;
use crate::source::{
    CONFIG_NAME, Excludes, FileProblem, MAX_FILE, ProblemKind, SourceFile, Sources, Span, decode,
};

/// A fault in the project's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The bytes that are wrong.
    pub span: Span,
    /// What is wrong, no full stop.
    pub message: Label,
    /// What to write; starts with a verb.
    pub help: Option<Label>,
}

/// Why there is no configuration to go by.
#[derive(Debug, Clone)]
pub enum LoadError {
    /// The file cannot be read.
    File(FileProblem),
    /// Its text is wrong, in these places.
    Text(Vec<ConfigError>),
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its bytes, quotes included.
    pub span: Span,
}

/// When a run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// On findings at or above this severity.
    At(Severity),
    /// Never.
    Never,
}

/// The configuration of a project.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// What the project states about its systems.
    pub systems: Vec<SystemConfig>,
    /// Patterns of paths to leave out, as in `.gitignore`.
    pub exclude: Vec<Text>,
    /// Pack ids, or folders relative to the configuration file; empty means the default pack.
    pub packs: Vec<Text>,
    /// The gate.
    pub fail_on: Option<FailOn>,
    /// The language of messages.
    pub lang: Option<Lang>,
    /// The largest file that is read, in bytes.
    pub max_file_size: Option<u64>,
    /// Rules whose severity the project changes.
    pub rules: Vec<RuleConfig>,
    /// Files of the project's own signatures, relative to the configuration file.
    pub catalogue: Vec<Text>,
    /// Files of the project's own vocabulary.
    pub vocabulary: Vec<Text>,
    /// Files of working-day calendars.
    pub calendar: Vec<Text>,
    /// Accepted findings.
    pub waivers: Vec<WaiverConfig>,
}

/// What the project states about one system.
#[derive(Debug, Clone)]
pub struct SystemConfig {
    /// The system's name or id.
    pub name: Option<Text>,
    /// Globs of the files that describe it.
    pub paths: Vec<Text>,
    /// The stated facts.
    pub facts: Vec<DeclaredFact>,
    /// The table's head.
    pub span: Span,
}

/// A rule as the project wants it.
#[derive(Debug, Clone)]
pub struct RuleConfig {
    /// The rule's name.
    pub rule: Text,
    /// Whether it runs; `None` leaves it as it is.
    pub enabled: Option<bool>,
    /// Its severity; `None` leaves it as it is.
    pub severity: Option<Severity>,
}

/// A finding that the project accepts.
#[derive(Debug, Clone)]
pub struct WaiverConfig {
    /// The rule.
    pub rule: Text,
    /// Only for this system.
    pub system: Option<Text>,
    /// Only in files that match this glob.
    pub path: Option<Text>,
    /// Why.
    pub reason: Text,
    /// Who answers for it.
    pub owner: Text,
    /// The last day on which it holds.
    pub until: Date,
    /// The bytes of that date.
    pub until_span: Span,
    /// The table's head.
    pub span: Span,
}

impl Config {
    /// The size limit in bytes.
    pub fn file_limit(&self) -> u64 {
        self.max_file_size.unwrap_or(MAX_FILE)
    }

    /// What the walk leaves out.
    ///
    /// # Errors
    /// The pattern that is none.
    pub fn excludes(&self) -> Result<Excludes, ConfigError> {
        Excludes::new(self.exclude.iter().map(|t| t.text.as_str())).map_err(|(number, why)| {
            let (text, span) = self
                .exclude
                .get(number)
                .or(self.exclude.last())
                .map_or(("", Span::new(crate::source::FileId(0), 0, 0)), |t| (t.text.as_str(), t.span));
            error(
                span,
                (format!("`{text}` is no pattern: {why}"), format!("`{text}` 不是有效的匹配模式：{why}")),
                None,
            )
        })
    }
}

/// The project's configuration file: the given one, else `facelint.toml` in the root.
pub fn find(root: &Path, given: Option<&Path>) -> Option<PathBuf> {
    match given {
        Some(path) => Some(path.to_path_buf()),
        None => Some(root.join(CONFIG_NAME)).filter(|path| path.is_file()),
    }
}

/// Reads the configuration and puts its text into `sources`, so that places in it can be shown. Without
/// a file: the defaults.
///
/// # Errors
/// The file cannot be read, or holds faults.
pub fn load(root: &Path, given: Option<&Path>, sources: &Sources) -> Result<Config, LoadError> {
    let Some(path) = find(root, given) else { return Ok(Config::default()) };
    let shown = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    let failed = |kind| LoadError::File(FileProblem::new(&shown, kind));
    let bytes = std::fs::read(&path).map_err(|e| failed(ProblemKind::from_io(&e)))?;
    let decoded = decode(bytes).map_err(failed)?;
    let file = sources.add(&shown, decoded.text, decoded.encoding);
    let (config, errors) = parse(&file);
    if errors.is_empty() { Ok(config) } else { Err(LoadError::Text(errors)) }
}

/// Reads the text of a configuration: what could be understood, and every fault, in the order of the
/// text.
pub fn parse(file: &SourceFile) -> (Config, Vec<ConfigError>) {
    let (config, mut errors) = read::config(file);
    if errors.is_empty()
        && let Err(error) = config.excludes()
    {
        errors.push(error);
    }
    errors.sort_by_key(|e| e.span);
    (config, errors)
}

/// A fault in both languages: English first.
pub(crate) fn error(span: Span, message: (String, String), help: Option<(String, String)>) -> ConfigError {
    let label = |(en, zh): (String, String)| Label { en, zh };
    ConfigError { span, message: label(message), help: help.map(label) }
}

/// The fault of a name that nobody knows.
pub(crate) fn unknown_name<'a>(
    span: Span,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> ConfigError {
    let help = match nearest(name, known.clone()) {
        Some(near) => (format!("write `{near}`"), format!("请改为 `{near}`")),
        None => {
            let all: Vec<String> = known.map(|k| format!("`{k}`")).collect();
            (format!("use one of {}", all.join(", ")), format!("可用的名称：{}", all.join("、")))
        }
    };
    error(span, (format!("there is no setting `{name}`"), format!("没有名为 `{name}` 的设置项")), Some(help))
}

/// The known word that is most like a written one, if any is like it.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = written.to_lowercase().replace('_', "-");
    let limit = (plain.chars().count() / 3).max(1);
    known
        .map(|k| (strsim::damerau_levenshtein(&plain, k), k))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, k)| k)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn file(text: &str) -> SourceFile {
        SourceFile::new(FileId(0), CONFIG_NAME, text, "UTF-8")
    }

    fn good(text: &str) -> Config {
        let (config, errors) = parse(&file(text));
        assert!(errors.is_empty(), "{errors:#?}");
        config
    }

    /// The underlined text and the help of every fault.
    fn faults(text: &str) -> Vec<(String, String)> {
        let file = file(text);
        let (_, errors) = parse(&file);
        errors
            .into_iter()
            .map(|e| (file.slice(e.span).to_owned(), e.help.map(|h| h.en).unwrap_or_default()))
            .collect()
    }

    #[test]
    fn the_documented_example_is_right() {
        let doc = include_str!("../../docs/configuration.md");
        let mut blocks = doc.split("```toml\n").skip(1).filter_map(|b| b.split("```").next());
        let config = good(blocks.next().unwrap());
        assert_eq!(config.systems.len(), 2);
        assert!(config.systems[0].facts.len() > 10);
        assert_eq!(config.waivers.len(), 1);
        blocks.for_each(|block| drop(good(block)));
        for spec in &Declarations::builtin().facts {
            assert!(doc.contains(&format!("`{}`", spec.name)), "{} is not documented", spec.name);
        }
    }

    #[test]
    fn dotted_keys_and_tables_are_the_same() {
        let dotted =
            good("[[system]]\nname = \"a\"\nassessment.ref = \"docs/a.md\"\nassessment.date = 2025-05-01\n");
        let nested = good(
            "[[system]]\nname = \"a\"\n[system.assessment]\nref = \"docs/a.md\"\ndate = \"2025-05-01\"\n",
        );
        let values = |c: &Config| {
            c.systems[0].facts.iter().map(|f| (f.name.clone(), f.value.clone())).collect::<Vec<_>>()
        };
        assert_eq!(values(&dotted), values(&nested));
        let text = "[[system]]\nname = \"a\"\nassessment.ref = \"docs/a.md\"\n";
        let file = file(text);
        let (config, _) = parse(&file);
        let fact = &config.systems[0].facts[0];
        assert_eq!(file.slice(fact.key_span), "assessment.ref");
        assert_eq!(file.slice(fact.span), "\"docs/a.md\"");
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let text = "exlude = []\nfail-on = \"eror\"\nlang = \"fr\"\nmax-file-size = \"big\"\n\
            [[system]]\nnmae = \"a\"\nstorage = \"devise\"\nretention.max = 30\nassesment.ref = \"x\"\n\
            [[waiver]]\nrule = \"a\"\nuntil = \"soon\"\n[rules.a]\nseverity = \"fatal\"\n";
        let faults = faults(text);
        let at: Vec<&str> = faults.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(
            at,
            [
                "exlude",
                "\"eror\"",
                "\"fr\"",
                "\"big\"",
                "[[system]]",
                "nmae",
                "\"devise\"",
                "30",
                "assesment.ref",
                "[[waiver]]",
                "[[waiver]]",
                "\"soon\"",
                "\"fatal\""
            ]
        );
        assert_eq!(faults[0].1, "write `exclude`");
        assert_eq!(faults[1].1, "write `error`");
        assert_eq!(faults[5].1, "write `name`");
        assert_eq!(faults[8].1, "write `assessment.ref`");
    }

    #[test]
    fn broken_toml_and_patterns_have_places() {
        assert!(!faults("exclude = [\n").is_empty());
        assert_eq!(faults("exclude = [\"ok\", \"a[b\"]\n")[0].0, "\"a[b\"");
        assert_eq!(faults("exclude = \"a\"\n")[0].0, "\"a\"");
        assert_eq!(faults("packs = [1]\n")[0].0, "1");
        assert_eq!(faults("[system]\nname = 1\n").len(), 1);
    }

    #[test]
    fn values() {
        let config = good(
            "fail-on = \"never\"\nlang = \"zh\"\nmax-file-size = \"20 MiB\"\n[rules.x]\nenabled = false\n",
        );
        assert_eq!(config.fail_on, Some(FailOn::Never));
        assert_eq!(config.lang, Some(Lang::Zh));
        assert_eq!(config.file_limit(), 20 << 20);
        assert_eq!(config.rules[0].enabled, Some(false));
        assert_eq!(good("").file_limit(), MAX_FILE);
    }

    #[test]
    fn a_missing_file_is_named_and_an_absent_one_is_no_fault() {
        let dir = tempfile::tempdir().unwrap();
        let sources = Sources::new();
        assert!(load(dir.path(), None, &sources).is_ok());
        assert!(matches!(load(dir.path(), Some(Path::new("no.toml")), &sources), Err(LoadError::File(_))));
        std::fs::write(dir.path().join(CONFIG_NAME), "packs = [\"cn-2025\"]").unwrap();
        let config = load(dir.path(), None, &sources).unwrap();
        assert_eq!(config.packs[0].text, "cn-2025");
        assert_eq!(&*sources.get(config.packs[0].span.file).path, CONFIG_NAME);
    }
}
