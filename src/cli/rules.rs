//! `facelint rules`: the rules of the packs.

use super::{Common, Exit, Outcome, output};

pub(super) fn run(common: &Common) -> Outcome {
    let packs = common.packs()?;
    let style = common.style();
    output::print(&facelint::policy::list_rules(&packs, style.lang, style.width))?;
    Ok(Exit::Clean)
}
