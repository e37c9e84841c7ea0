//! `facelint explain`: what a rule or an article asks.

use clap::Args;
use facelint::Failure;
use facelint::policy::{explain_article, explain_rule};

use super::{Common, Exit, Outcome, output};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule (sole-verification), an article (10) or a paragraph (10.1)
    #[arg(value_name = "RULE|ARTICLE")]
    what: String,
}

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
