//! `facelint explain`: what a rule or an article asks, and why a finding was made.

use std::path::PathBuf;

use clap::Args;
use facelint::Failure;
use facelint::Lang;
use facelint::policy::{explain_article, explain_rule};
use facelint::report::render_finding;

use super::{Common, Exit, Outcome, output};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule (sole-verification), an article (10), a paragraph (10.1), or the first digits of a finding's
    /// fingerprint (six at least, see --verbose)
    #[arg(value_name = "RULE|ARTICLE|FINGERPRINT")]
    what: String,
    /// For a fingerprint: where the finding was made [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Digits of a fingerprint that tell a finding.
const LEAST_DIGITS: usize = 6;

pub(super) fn run(args: &ExplainArgs, common: &Common) -> Outcome {
    let packs = common.packs()?;
    let style = common.style();
    let mut pages: Vec<String> = packs
        .iter()
        .filter_map(|pack| Some(explain_rule(pack.rule(&args.what)?, &pack.law, style.lang, style.width)))
        .collect();
    if pages.is_empty() {
        let article = |pack: &facelint::policy::Pack| {
            explain_article(&pack.law, &pack.rules, &args.what, style.lang, style.width)
        };
        pages = packs.iter().filter_map(article).collect();
    }
    if pages.is_empty() && is_fingerprint(&args.what) {
        return finding(args, common);
    }
    if pages.is_empty() {
        let failure = Failure::new(format!("there is no rule and no article `{}`", args.what));
        let rules = packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.file.rule.as_str());
        let nearest = rules
            .map(|rule| (strsim::jaro_winkler(&args.what, rule), rule))
            .filter(|near| near.0 > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        return Err(match nearest {
            Some((_, rule)) => failure.help(format!("did you mean `{rule}`?")),
            None => failure.help("type `facelint rules` for the names of all rules"),
        }
        .into());
    }
    output::print(&pages.join("\n"))?;
    Ok(Exit::Clean)
}

fn is_fingerprint(text: &str) -> bool {
    text.len() >= LEAST_DIGITS && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// The finding, what was looked at, and its rule.
fn finding(args: &ExplainArgs, common: &Common) -> Outcome {
    let options = facelint::Options { paths: args.paths.clone(), ..common.options() };
    let run = facelint::check(&options)?;
    let style = common.style();
    let Some(page) = render_finding(&run.report, &run.sources, &args.what, &style) else {
        let (message, help) = match style.lang {
            Lang::En => (
                format!("no finding here has a fingerprint that begins with `{}`", args.what),
                "run `facelint check --verbose` to see the fingerprints",
            ),
            Lang::Zh => (
                format!("此处没有指纹以 `{}` 开头的发现项", args.what),
                "运行 `facelint check --verbose` 查看指纹",
            ),
        };
        return Err(Failure::new(message).help(help).into());
    };
    output::print(&page)?;
    let wanted = args.what.to_ascii_lowercase();
    let found = run.report.findings.iter().find(|f| f.fingerprint.starts_with(&wanted));
    if let Some(found) = found {
        // A pack of the project's own is a folder, and its id is not its name.
        let packs =
            super::load(std::slice::from_ref(&found.pack)).or_else(|_| common.packs()).unwrap_or_default();
        let rule = packs.iter().find_map(|pack| Some((pack, pack.rule(&found.rule)?)));
        if let Some((pack, rule)) = rule {
            output::print(&format!("\n{}", explain_rule(rule, &pack.law, style.lang, style.width)))?;
        }
    }
    Ok(Exit::Clean)
}
