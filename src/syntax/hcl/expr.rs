//! Expressions.

use std::ops::Range;
use std::sync::Arc;

use super::super::common::MAX_DEPTH;
use super::super::{Entry, Node, Scalar, ScalarKind, TextMap};
use super::Parser;
use crate::source::Span;

/// An expression, as far as a linter follows it.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes.
    pub(crate) span: Span,
    /// Its bytes in the text that was parsed.
    range: Range<usize>,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// A literal, a list or an object; what is computed inside it is a string of one `${…}`.
    Value(Node),
    /// `var.x`, `local.a.b[0]`.
    Path(Vec<Step>),
    /// `jsonencode(…)`.
    Call {
        /// The function's name.
        name: String,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `condition ? yes : no`.
    If(Box<[Expr; 3]>),
    /// Arithmetic, comparisons, `for`: only known when it is run.
    Other,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// `.name`, `["name"]`; the first name stands bare.
    Name(String),
    /// `[0]`, `.0`.
    Index(usize),
    /// `[*]`, `.*`, an index that is computed.
    Any,
}

impl Parser<'_> {
    /// An expression. `None` after a problem was recorded.
    pub(super) fn expr(&mut self) -> Option<Expr> {
        if self.depth >= MAX_DEPTH {
            self.problem_here("nested too deeply");
            self.at = self.text.len();
            return None;
        }
        self.depth += 1;
        let expr = self.conditional();
        self.depth -= 1;
        expr
    }

    /// An expression as a node of the tree.
    pub(super) fn node(&self, expr: Expr) -> Node {
        let range = expr.range;
        if let Kind::Value(node) = expr.kind {
            return node;
        }
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let text = format!("${{{raw}}}");
        let runs = [(2, range.start..range.start), (raw.len(), range.clone()), (1, range.end..range.end)];
        let map = self.input.outward(&TextMap::from_runs(runs), range.start, text.len());
        self.input.node(range, Scalar { text: text.into(), kind: ScalarKind::Text, map })
    }

    fn made(&self, kind: Kind, start: usize) -> Expr {
        Expr { kind, span: self.input.span(start, self.at), range: start..self.at }
    }

    fn conditional(&mut self) -> Option<Expr> {
        let start = self.at;
        let condition = self.operation()?;
        let end = self.at;
        self.space();
        if !self.eat(b'?') {
            self.at = end;
            return Some(condition);
        }
        self.blank();
        let yes = self.expr()?;
        self.blank();
        if !self.eat(b':') {
            self.problem_here("expected `:`");
            return None;
        }
        self.blank();
        let no = self.expr()?;
        Some(self.made(Kind::If(Box::new([condition, yes, no])), start))
    }

    fn operation(&mut self) -> Option<Expr> {
        let start = self.at;
        let mut expr = self.operand()?;
        loop {
            let end = self.at;
            self.space();
            let rest = self.rest();
            let two = ["==", "!=", "<=", ">=", "&&", "||"].iter().any(|op| rest.starts_with(op));
            let one = rest.starts_with(['+', '-', '*', '/', '%', '<', '>'])
                && !["%{", "<<"].iter().any(|token| rest.starts_with(token));
            if !two && !one {
                self.at = end;
                return Some(expr);
            }
            self.at += if two { 2 } else { 1 };
            self.blank();
            self.operand()?;
            expr = self.made(Kind::Other, start);
        }
    }

    fn operand(&mut self) -> Option<Expr> {
        let start = self.at;
        while matches!(self.peek(), Some(b'!' | b'-')) {
            self.at += 1;
            self.space();
        }
        if self.at > start {
            let digit = self.peek().is_some_and(|b| b.is_ascii_digit());
            if digit && self.text.get(start..self.at) == Some("-") {
                self.number();
                return Some(self.literal(start, ScalarKind::Number));
            }
            let inner = self.primary()?;
            self.postfix(inner)?;
            return Some(self.made(Kind::Other, start));
        }
        let primary = self.primary()?;
        self.postfix(primary)
    }

    fn primary(&mut self) -> Option<Expr> {
        let start = self.at;
        match self.peek() {
            Some(b'(') => {
                let mut inner = self.bracketed(b')', Self::expr)?;
                inner.range = start..self.at;
                Some(inner)
            }
            Some(b'[') if self.is_for() => self.balanced(),
            Some(b'{') if self.is_for() => self.balanced(),
            Some(b'[') => Some(self.list()),
            Some(b'{') => Some(self.object()),
            Some(b'"') => {
                let node = self.quoted();
                Some(self.made(Kind::Value(node), start))
            }
            Some(b'<') if self.rest().starts_with("<<") => {
                let node = self.heredoc()?;
                Some(self.made(Kind::Value(node), start))
            }
            Some(b'0'..=b'9') => {
                self.number();
                Some(self.literal(start, ScalarKind::Number))
            }
            _ => self.named(),
        }
    }

    fn literal(&self, start: usize, kind: ScalarKind) -> Expr {
        let range = start..self.at;
        let node = self.input.node(range.clone(), self.input.copied(range, kind));
        self.made(Kind::Value(node), start)
    }

    fn number(&mut self) {
        let mut previous = 0;
        while let Some(byte) = self.peek() {
            let sign = matches!(byte, b'+' | b'-') && matches!(previous, b'e' | b'E');
            let dot = byte == b'.' && self.byte(self.at + 1).is_some_and(|b| b.is_ascii_digit());
            if !byte.is_ascii_alphanumeric() && !sign && !dot {
                break;
            }
            previous = byte;
            self.at += 1;
        }
    }

    /// A word, a path or a call.
    fn named(&mut self) -> Option<Expr> {
        let start = self.at;
        let mut end = self.identifier(start);
        if end == start {
            let nothing = matches!(self.peek(), None | Some(b'\n' | b'\r' | b'}'));
            self.problem_here(if nothing { "a value is missing" } else { "expected a value" });
            return None;
        }
        // `provider::aws::arn_parse(…)`
        while self.text.get(end..end + 2) == Some("::") && self.identifier(end + 2) > end + 2 {
            end = self.identifier(end + 2);
        }
        self.at = end;
        let name = self.text.get(start..end).unwrap_or_default();
        if self.peek() == Some(b'(') {
            let args = self.bracketed(b')', Self::arguments)?;
            return Some(self.made(Kind::Call { name: name.to_owned(), args }, start));
        }
        Some(match name {
            "true" | "false" => self.literal(start, ScalarKind::Bool),
            "null" => self.literal(start, ScalarKind::Null),
            _ => self.made(Kind::Path(vec![Step::Name(name.to_owned())]), start),
        })
    }

    /// What stands in brackets. The opening one is here.
    fn bracketed<T>(&mut self, close: u8, read: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let open = self.at;
        self.at += 1;
        self.brackets += 1;
        self.blank();
        let inner = read(self);
        let end = self.at;
        self.blank();
        self.brackets -= 1;
        let inner = inner?;
        if !self.eat(close) {
            self.problem(open..open + 1, "this bracket is not closed");
            self.at = end;
        }
        Some(inner)
    }

    fn arguments(&mut self) -> Option<Vec<Expr>> {
        let mut out = Vec::new();
        loop {
            self.blank();
            if matches!(self.peek(), None | Some(b')')) {
                return Some(out);
            }
            out.push(self.expr()?);
            self.blank();
            if self.rest().starts_with("...") {
                self.at += 3;
                self.blank();
            }
            if !self.eat(b',') {
                return Some(out);
            }
        }
    }

    fn postfix(&mut self, mut expr: Expr) -> Option<Expr> {
        let start = expr.range.start;
        loop {
            let step = match self.peek() {
                Some(b'.') => {
                    let from = self.at + 1;
                    let name = self.identifier(from);
                    let digits = self.text.get(from..).unwrap_or_default();
                    let digits = digits.bytes().take_while(u8::is_ascii_digit).count();
                    if name > from {
                        self.at = name;
                        Step::Name(self.text.get(from..name).unwrap_or_default().to_owned())
                    } else if self.byte(from) == Some(b'*') {
                        self.at = from + 1;
                        Step::Any
                    } else if digits > 0 {
                        self.at = from + digits;
                        let number = self.text.get(from..self.at).unwrap_or_default().parse();
                        number.map_or(Step::Any, Step::Index)
                    } else {
                        self.problem_here("expected a name");
                        return None;
                    }
                }
                Some(b'[') => {
                    if self.rest().starts_with("[*]") {
                        self.at += 3;
                        Step::Any
                    } else {
                        index(&self.bracketed(b']', Self::expr)?)
                    }
                }
                _ => return Some(expr),
            };
            let kind = match expr.kind {
                Kind::Path(mut steps) => {
                    steps.push(step);
                    Kind::Path(steps)
                }
                _ => Kind::Other,
            };
            expr = self.made(kind, start);
        }
    }

    /// Whether the bracket here opens a `for` expression.
    fn is_for(&self) -> bool {
        let inside = self.text.get(self.at + 1..).unwrap_or_default().trim_start();
        inside.strip_prefix("for").is_some_and(|rest| rest.starts_with(char::is_whitespace))
    }

    /// A bracket with all that is in it, not understood.
    fn balanced(&mut self) -> Option<Expr> {
        let start = self.at;
        match super::text::closing(self.text, start, self.text.len()) {
            Some(end) => {
                self.at = end;
                Some(self.made(Kind::Other, start))
            }
            None => {
                self.problem(start..start + 1, "this bracket is not closed");
                None
            }
        }
    }

    fn list(&mut self) -> Expr {
        let open = self.at;
        self.at += 1;
        self.brackets += 1;
        let mut items = Vec::new();
        loop {
            // Only blanks are ever read twice: going back further would take time without bound.
            let end = self.at;
            self.blank();
            if self.eat(b']') {
                break;
            }
            if matches!(self.peek(), None | Some(b'}')) || self.at_assignment() || self.at_new_block() {
                self.problem(open..open + 1, "this list is not closed");
                self.at = end;
                break;
            }
            let before = self.at;
            match self.expr() {
                Some(expr) => {
                    items.push(Arc::new(self.node(expr)));
                    self.space();
                    let next = self.peek();
                    let more = !matches!(next, None | Some(b']' | b'}')) && !self.at_assignment();
                    if !self.eat(b',') && more {
                        self.problem_here("expected `,` or `]`");
                    }
                }
                None => self.skip_to(b"\n\r,]", before),
            }
        }
        self.brackets -= 1;
        let node = Node::sequence(self.input.span(open, self.at), items);
        self.made(Kind::Value(node), open)
    }

    /// Whether `name =` stands here.
    fn at_assignment(&self) -> bool {
        let end = self.identifier(self.at);
        let rest = self.text.get(end..).unwrap_or_default().trim_start_matches([' ', '\t']);
        end > self.at && rest.starts_with('=') && !rest.starts_with("==")
    }

    /// Goes to the next of some bytes, but on from `before` in any case.
    fn skip_to(&mut self, bytes: &[u8], before: usize) {
        while let Some(byte) = self.peek()
            && !bytes.contains(&byte)
        {
            self.next_char();
        }
        if self.at == before || self.peek() == Some(b',') {
            self.at += usize::from(self.at < self.text.len());
        }
    }

    fn object(&mut self) -> Expr {
        let open = self.at;
        self.at += 1;
        let brackets = std::mem::take(&mut self.brackets);
        let mut entries = Vec::new();
        loop {
            self.blank();
            if self.eat(b'}') {
                break;
            }
            if self.peek().is_none() || self.at_new_block() {
                self.not_closed(open, "this object is not closed");
                break;
            }
            if self.eat(b',') {
                continue;
            }
            let before = self.at;
            match self.pair() {
                Some(entry) => entries.push(entry),
                None => self.skip_to(b"\n\r,}", before),
            }
        }
        self.brackets = brackets;
        let node = Node::mapping(self.input.span(open, self.at), entries);
        self.made(Kind::Value(node), open)
    }

    fn pair(&mut self) -> Option<Entry> {
        let start = self.at;
        let key = match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'(') => {
                let expr = self.primary()?;
                self.node(expr)
            }
            _ => {
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@');
                let length = self.rest().find(|c| !word(c)).unwrap_or(self.rest().len());
                self.at += length;
                if length == 0 {
                    self.problem_here("expected a key or `}`");
                    return None;
                }
                self.input.node(start..self.at, self.input.copied(start..self.at, ScalarKind::Text))
            }
        };
        self.space();
        let equals = self.peek() == Some(b'=') && self.byte(self.at + 1) != Some(b'=');
        if !equals && self.peek() != Some(b':') {
            self.problem_here("expected `=`");
            return None;
        }
        self.at += 1;
        self.space();
        let at = self.at;
        let value = match self.expr() {
            Some(expr) => self.node(expr),
            None => {
                self.skip_to(b"\n\r,}", usize::MAX);
                self.input.null(at)
            }
        };
        self.space();
        if !matches!(self.peek(), None | Some(b'\n' | b'\r' | b',' | b'}')) {
            self.problem_here("expected `,` or the end of the line");
        }
        Some(Entry { key: Arc::new(key), value: Arc::new(value), merged: false })
    }
}

fn index(expr: &Expr) -> Step {
    let Kind::Value(node) = &expr.kind else { return Step::Any };
    match node.as_scalar() {
        Some(scalar) if scalar.kind == ScalarKind::Number => {
            scalar.text.parse().map_or(Step::Any, Step::Index)
        }
        Some(scalar) if !scalar.text.contains("${") => Step::Name(scalar.text.to_string()),
        _ => Step::Any,
    }
}
