//! From tokens to the tree of a template.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::lexer::{Lex, Piece, TemplateError, Token, lex};

/// Deepest nesting of blocks and parentheses.
const MAX_NESTING: usize = 100;

/// What an action does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Text that is copied.
    Text(Range<usize>),
    /// A value that is printed, or a variable that is set.
    Print {
        pipe: Pipe,
        range: Range<usize>,
    },
    If {
        pipe: Pipe,
        then: Rc<[Step]>,
        otherwise: Rc<[Step]>,
        range: Range<usize>,
    },
    With {
        pipe: Pipe,
        then: Rc<[Step]>,
        otherwise: Rc<[Step]>,
        range: Range<usize>,
    },
    Range {
        pipe: Pipe,
        body: Rc<[Step]>,
        otherwise: Rc<[Step]>,
        range: Range<usize>,
    },
    /// `template` and `block`.
    Template {
        name: String,
        pipe: Option<Pipe>,
        range: Range<usize>,
    },
    Break,
    Continue,
}

/// A pipeline, with the variables that take its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pipe {
    pub(super) variables: Vec<String>,
    /// `:=` rather than `=`.
    pub(super) declares: bool,
    pub(super) commands: Vec<Vec<Operand>>,
    pub(super) range: Range<usize>,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operand {
    pub(super) what: What,
    /// Fields that follow: `.a.b`.
    pub(super) fields: Vec<String>,
    pub(super) range: Range<usize>,
}

/// What an operand is before its fields.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Dot,
    Variable(String),
    Function(String),
    Str(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Nil,
    Pipe(Box<Pipe>),
}

/// A parsed template and those that are defined in it.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) steps: Rc<[Step]>,
    pub(super) defines: BTreeMap<String, Rc<[Step]>>,
}

/// Parses a template.
///
/// # Errors
/// The first place that is no template.
pub(super) fn parse(source: &str) -> Result<Parsed, TemplateError> {
    let pieces = lex(source)?;
    let mut parser = Parser { pieces: &pieces, at: 0, defines: BTreeMap::new() };
    let (steps, end) = parser.steps(0)?;
    if let Some(end) = end {
        return Err(TemplateError::new(end.range, "nothing is open that this could end"));
    }
    Ok(Parsed { steps, defines: parser.defines })
}

struct Parser<'a> {
    pieces: &'a [Piece],
    at: usize,
    defines: BTreeMap<String, Rc<[Step]>>,
}

/// The action that ended a list of steps: `end`, or `else` with the rest of its tokens.
struct End<'a> {
    is_else: bool,
    rest: &'a [Token],
    range: Range<usize>,
}

fn word(token: Option<&Token>) -> Option<&str> {
    match token.map(|t| &t.what) {
        Some(Lex::Word(word)) => Some(word),
        _ => None,
    }
}

impl<'a> Parser<'a> {
    fn steps(&mut self, depth: usize) -> Result<(Rc<[Step]>, Option<End<'a>>), TemplateError> {
        let mut out = Vec::new();
        while let Some(piece) = self.pieces.get(self.at) {
            self.at += 1;
            let (range, tokens) = match piece {
                Piece::Text(range) => {
                    out.push(Step::Text(range.clone()));
                    continue;
                }
                Piece::Action(range, tokens) => (range.clone(), tokens.as_slice()),
            };
            if depth > MAX_NESTING {
                return Err(TemplateError::new(range, "nested too deep"));
            }
            let rest = tokens.get(1..).unwrap_or_default();
            match word(tokens.first()) {
                Some("end") => return Ok((out.into(), Some(End { is_else: false, rest, range }))),
                Some("else") => return Ok((out.into(), Some(End { is_else: true, rest, range }))),
                Some(kind @ ("if" | "with" | "range")) => out.push(self.branch(kind, rest, range, depth)?),
                Some("break") if rest.is_empty() => out.push(Step::Break),
                Some("continue") if rest.is_empty() => out.push(Step::Continue),
                Some("define") => {
                    let (name, _) = self.name(rest, &range)?;
                    let body = self.body(&range, depth)?;
                    self.define(name, body);
                }
                Some(kind @ ("template" | "block")) => {
                    let (name, rest) = self.name(rest, &range)?;
                    let pipe = if rest.is_empty() { None } else { Some(pipe(rest, range.clone(), depth)?) };
                    if kind == "block" {
                        let body = self.body(&range, depth)?;
                        self.define(name.clone(), body);
                    }
                    out.push(Step::Template { name, pipe, range });
                }
                _ => out.push(Step::Print { pipe: pipe(tokens, range.clone(), depth)?, range }),
            }
        }
        Ok((out.into(), None))
    }

    /// Keeps a definition; one that is empty does not replace another.
    fn define(&mut self, name: String, body: Rc<[Step]>) {
        if !body.is_empty() || !self.defines.contains_key(&name) {
            self.defines.insert(name, body);
        }
    }

    fn name<'t>(
        &self,
        tokens: &'t [Token],
        range: &Range<usize>,
    ) -> Result<(String, &'t [Token]), TemplateError> {
        match tokens.split_first() {
            Some((Token { what: Lex::Str(name), .. }, rest)) => Ok((name.clone(), rest)),
            _ => Err(TemplateError::new(range.clone(), "a template's name must be a string in quotes")),
        }
    }

    /// The steps up to `end`.
    fn body(&mut self, open: &Range<usize>, depth: usize) -> Result<Rc<[Step]>, TemplateError> {
        match self.steps(depth + 1)? {
            (steps, Some(end)) if !end.is_else => Ok(steps),
            (_, Some(end)) => Err(TemplateError::new(end.range, "`else` has no place here")),
            (_, None) => Err(never_ended(open)),
        }
    }

    fn branch(
        &mut self,
        kind: &str,
        tokens: &[Token],
        range: Range<usize>,
        depth: usize,
    ) -> Result<Step, TemplateError> {
        let pipe = pipe(tokens, range.clone(), depth)?;
        let (then, end) = self.steps(depth + 1)?;
        let end = end.ok_or_else(|| never_ended(&range))?;
        let otherwise: Rc<[Step]> = if !end.is_else {
            Rc::new([])
        } else if let Some(inner @ ("if" | "with")) = word(end.rest.first()) {
            let rest = end.rest.get(1..).unwrap_or_default();
            Rc::new([self.branch(inner, rest, end.range, depth + 1)?])
        } else if end.rest.is_empty() {
            self.body(&range, depth)?
        } else {
            return Err(TemplateError::new(end.range, "`else` takes nothing but `if` or `with`"));
        };
        Ok(match kind {
            "if" => Step::If { pipe, then, otherwise, range },
            "with" => Step::With { pipe, then, otherwise, range },
            _ => Step::Range { pipe, body: then, otherwise, range },
        })
    }
}

fn never_ended(open: &Range<usize>) -> TemplateError {
    TemplateError::new(open.clone(), "this block has no `{{ end }}`")
}

/// A pipeline from all of the tokens.
fn pipe(tokens: &[Token], range: Range<usize>, depth: usize) -> Result<Pipe, TemplateError> {
    let (pipe, rest) = pipe_part(tokens, range, depth)?;
    match rest.first() {
        None => Ok(pipe),
        Some(token) => Err(TemplateError::new(token.range.clone(), "unexpected in an action")),
    }
}

/// A pipeline up to the end or the `)` that closes it.
fn pipe_part(tokens: &[Token], range: Range<usize>, depth: usize) -> Result<(Pipe, &[Token]), TemplateError> {
    if depth > MAX_NESTING {
        return Err(TemplateError::new(range, "nested too deep"));
    }
    let mut out = Pipe { variables: Vec::new(), declares: false, commands: Vec::new(), range };
    let mut rest = tokens;
    let is = |tokens: &[Token], n: usize, what: &[Lex]| tokens.get(n).is_some_and(|t| what.contains(&t.what));
    let assign = [Lex::Declare, Lex::Assign];
    if let Some(Lex::Variable(first)) = rest.first().map(|t| &t.what) {
        if is(rest, 1, &assign) {
            out.variables.push(first.clone());
            out.declares = is(rest, 1, &[Lex::Declare]);
            rest = rest.get(2..).unwrap_or_default();
        } else if is(rest, 1, &[Lex::Comma])
            && let Some(Lex::Variable(second)) = rest.get(2).map(|t| &t.what)
            && is(rest, 3, &assign)
        {
            out.variables.extend([first.clone(), second.clone()]);
            out.declares = is(rest, 3, &[Lex::Declare]);
            rest = rest.get(4..).unwrap_or_default();
        }
    }
    let mut command: Vec<Operand> = Vec::new();
    while let Some((token, after)) = rest.split_first() {
        let simple = |what| Operand { what, fields: Vec::new(), range: token.range.clone() };
        let operand = match &token.what {
            Lex::Close => break,
            Lex::Pipe => {
                if command.is_empty() {
                    return Err(TemplateError::new(token.range.clone(), "nothing stands before this `|`"));
                }
                out.commands.push(std::mem::take(&mut command));
                rest = after;
                continue;
            }
            Lex::Field(name) => {
                // A field right behind an operand belongs to it.
                if !token.spaced
                    && let Some(last) = command.last_mut()
                {
                    last.fields.push(name.clone());
                    last.range.end = token.range.end;
                    rest = after;
                    continue;
                }
                Operand { fields: vec![name.clone()], ..simple(What::Dot) }
            }
            Lex::Dot => simple(What::Dot),
            Lex::Variable(name) => simple(What::Variable(name.clone())),
            Lex::Str(text) => simple(What::Str(text.clone())),
            Lex::Int(n) => simple(What::Int(*n)),
            Lex::Float(n) => simple(What::Float(*n)),
            Lex::Word(word) => simple(match word.as_str() {
                "true" => What::Bool(true),
                "false" => What::Bool(false),
                "nil" => What::Nil,
                name => What::Function(name.to_owned()),
            }),
            Lex::Open => {
                let (inner, after) = pipe_part(after, token.range.clone(), depth + 1)?;
                let Some((close, after)) = after.split_first() else {
                    return Err(TemplateError::new(token.range.clone(), "`(` is never closed"));
                };
                let range = token.range.start..close.range.end;
                command.push(Operand { what: What::Pipe(Box::new(inner)), fields: Vec::new(), range });
                rest = after;
                continue;
            }
            Lex::Comma | Lex::Declare | Lex::Assign => {
                return Err(TemplateError::new(token.range.clone(), "unexpected in an action"));
            }
        };
        command.push(operand);
        rest = after;
    }
    if command.is_empty() {
        let place = out.range.clone();
        let message =
            if out.commands.is_empty() { "a value is missing" } else { "nothing stands behind `|`" };
        return Err(TemplateError::new(place, message));
    }
    out.commands.push(command);
    Ok((out, rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_have_commands_and_variables() {
        let parsed = parse("{{ $i, $v := (f .a.b).c | g \"x\" $.y }}").unwrap();
        let [Step::Print { pipe, .. }] = &*parsed.steps else { panic!("{parsed:?}") };
        assert_eq!(
            (pipe.variables.as_slice(), pipe.declares),
            (["i".to_owned(), "v".to_owned()].as_slice(), true)
        );
        assert_eq!(pipe.commands.len(), 2);
        assert_eq!(pipe.commands[0][0].fields, ["c"]);
        assert_eq!(pipe.commands[1][2].what, What::Variable(String::new()));
        assert_eq!(pipe.commands[1][2].fields, ["y"]);
    }

    #[test]
    fn blocks_nest() {
        let parsed =
            parse("{{ define \"a\" }}x{{ end }}{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}").unwrap();
        assert!(parsed.defines.contains_key("a"));
        let [Step::If { otherwise, .. }] = &*parsed.steps else { panic!("{parsed:?}") };
        assert!(matches!(&**otherwise, [Step::If { otherwise, .. }] if otherwise.len() == 1));
    }

    #[test]
    fn faults_have_places() {
        for (source, place) in [
            ("{{ if .a }}x", "{{ if .a }}"),
            ("x{{ end }}", "{{ end }}"),
            ("{{ .a | }}", "{{ .a | }}"),
            ("{{ (f .a }}", "("),
            ("{{ f ) }}", ")"),
            ("{{ }}", "{{ }}"),
        ] {
            assert_eq!(&source[parse(source).unwrap_err().range], place, "{source}");
        }
    }
}
