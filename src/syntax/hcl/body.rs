//! Attributes and blocks.

use std::sync::Arc;

use super::super::common::{MAX_DEPTH, line_end};
use super::super::{Entry, Node, ScalarKind};
use super::Parser;

/// Words that begin a block of the outermost level when they begin a line.
const TOP: &[&str] = &[
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "provider",
    "terraform",
    "locals",
    "job",
    "build",
    "source",
];

/// Labels that a block may have; Terraform knows no more than two.
const MAX_LABELS: usize = 8;

impl Parser<'_> {
    /// Attributes and blocks up to a closing brace, which is left, or to the end. `open` is where the brace
    /// stands that is to be closed.
    pub(super) fn body(&mut self, open: Option<usize>) -> Vec<Entry> {
        let mut out = Vec::new();
        loop {
            self.blank();
            let start = self.at;
            match self.peek() {
                None => {
                    if let Some(open) = open {
                        self.not_closed(open, "this block is not closed");
                    }
                    return out;
                }
                Some(b'}') if open.is_some() => return out,
                _ => {}
            }
            if let Some(open) = open
                && self.at_new_block()
            {
                self.not_closed(open, "this block is not closed");
                return out;
            }
            self.leaving = false;
            match self.item() {
                Some(entry) => out.push(entry),
                None => self.skip_line(),
            }
            if self.at == start {
                self.next_char();
            }
        }
    }

    /// Reports a bracket that is not closed; only the innermost one of several that end at the same place.
    pub(super) fn not_closed(&mut self, open: usize, message: &str) {
        if !self.leaving {
            self.problem(open..open + 1, message);
        }
        self.leaving = true;
    }

    /// Whether, in a text with problems, a new block of the outermost level starts here.
    pub(super) fn at_new_block(&self) -> bool {
        self.recover && self.is_new_block(self.at)
    }

    pub(super) fn is_new_block(&self, at: usize) -> bool {
        let first = at == 0 || matches!(self.byte(at - 1), Some(b'\n' | b'\r'));
        let word = self.text.get(at..self.identifier(at)).unwrap_or_default();
        if !first || !TOP.contains(&word) {
            return false;
        }
        let line = self.text.get(at + word.len()..line_end(self.text, at).0).unwrap_or_default();
        line.trim_start().starts_with(['"', '{']) && line.contains('{')
    }

    fn item(&mut self) -> Option<Entry> {
        let Some(key) = self.name() else {
            self.problem_here("expected an attribute or a block");
            return None;
        };
        self.space();
        match self.peek() {
            Some(b'=') if self.byte(self.at + 1) != Some(b'=') => {
                self.at += 1;
                self.space();
                let at = self.at;
                let value = match self.expr() {
                    Some(expr) => {
                        let value = self.node(expr);
                        self.end_of_attribute();
                        value
                    }
                    None => {
                        self.skip_line();
                        self.input.null(at)
                    }
                };
                Some(Entry { key: Arc::new(key), value: Arc::new(value), merged: false })
            }
            Some(_) => self.block(key),
            None => {
                self.problem_here("expected `=` or a block");
                None
            }
        }
    }

    fn end_of_attribute(&mut self) {
        self.space();
        if !matches!(self.peek(), None | Some(b'\n' | b'\r' | b'}')) && !self.eat(b',') {
            self.problem_here("expected the end of the line");
        }
    }

    /// The name of an attribute, a block's type or label: bare or in quotes.
    fn name(&mut self) -> Option<Node> {
        if self.peek() == Some(b'"') {
            return Some(self.quoted());
        }
        let end = self.identifier(self.at);
        let range = self.at..end;
        if range.is_empty() {
            return None;
        }
        self.at = end;
        Some(self.input.node(range.clone(), self.input.copied(range, ScalarKind::Text)))
    }

    fn block(&mut self, kind: Node) -> Option<Entry> {
        let mut labels = Vec::new();
        loop {
            self.space();
            if self.peek() == Some(b'{') {
                break;
            }
            let start = self.at;
            let Some(label) = self.name() else {
                let message = if labels.is_empty() { "expected `=` or a block" } else { "expected `{`" };
                self.problem_here(message);
                return None;
            };
            labels.push((start, label));
            if labels.len() > MAX_LABELS {
                self.problem_here("too many labels");
                return None;
            }
        }
        let open = self.at;
        if self.depth >= MAX_DEPTH {
            self.problem(open..open + 1, "nested too deeply");
            self.at = self.text.len();
            return None;
        }
        self.at += 1;
        self.depth += 1;
        let brackets = std::mem::take(&mut self.brackets);
        let entries = self.body(Some(open));
        self.brackets = brackets;
        self.depth -= 1;
        self.eat(b'}');
        let mut value = Node::mapping(self.input.span(open, self.at), entries);
        for (start, label) in labels.into_iter().rev() {
            let entry = Entry { key: Arc::new(label), value: Arc::new(value), merged: false };
            value = Node::mapping(self.input.span(start, self.at), vec![entry]);
        }
        Some(Entry { key: Arc::new(kind), value: Arc::new(value), merged: false })
    }
}
