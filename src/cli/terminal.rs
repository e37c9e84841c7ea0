//! What the terminal can do and the person wants.

use std::io::IsTerminal;

use facelint::Lang;
use facelint::report::Style;

use super::{Color, Common};

/// Width when the output is no terminal.
const WIDTH: usize = 80;
/// Text is not set wider than this, however wide the terminal.
const WIDEST: usize = 120;

/// The language of the locale: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set.
pub(super) fn lang(var: impl Fn(&str) -> Option<String>) -> Lang {
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| var(name).filter(|v| !v.is_empty()));
    match locale {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

impl Common {
    /// How standard output is to look.
    pub(super) fn style(&self) -> Style {
        let terminal = std::io::stdout().is_terminal();
        let width = terminal.then(|| terminal_size::terminal_size_of(std::io::stdout())).flatten();
        Style {
            lang: self.lang(),
            color: self.colors(terminal),
            unicode: supports_unicode::on(supports_unicode::Stream::Stdout),
            links: self.colors(terminal) && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            width: width.map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, WIDEST)),
            notes: false,
            quiet: self.quiet,
            verbose: self.verbose,
            ..Style::default()
        }
    }

    /// How standard error is to look.
    pub(super) fn style_of_errors(&self) -> Style {
        let terminal = std::io::stderr().is_terminal();
        Style {
            color: self.colors(terminal),
            unicode: supports_unicode::on(supports_unicode::Stream::Stderr),
            links: false,
            ..self.style()
        }
    }

    fn colors(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                terminal && !unwanted && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let with = |vars: &'static [(&str, &str)]| {
            lang(move |name| vars.iter().find(|v| v.0 == name).map(|v| v.1.to_owned()))
        };
        assert_eq!(with(&[]), Lang::En);
        assert_eq!(with(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(with(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(with(&[("LC_ALL", ""), ("LC_MESSAGES", "zh-Hans"), ("LANG", "en_US")]), Lang::Zh);
    }
}
