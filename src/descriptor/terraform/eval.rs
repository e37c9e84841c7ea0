//! What expressions come to, as far as files tell.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::cloud::{Pair, Text, Val};
use super::super::flatten::{Budget, MAX_DEPTH};
use super::super::model::{HOLE, Value};
use super::super::{Project, place, value_of_node};
use super::function;
use crate::source::{FileId, Span};
use crate::syntax::hcl::{Expr, Kind, Part, Step, template};
use crate::syntax::{Data, Input, Node, ScalarKind, TextMap};

/// References that lead to references; more is a circle.
const MAX_STEPS: usize = 24;

/// Modules that call modules.
const MAX_MODULES: usize = 4;

/// Longest text that is put together.
const MAX_TEXT: usize = 1 << 16;

/// The names that hold in one module.
#[derive(Debug, Default, Clone)]
pub(super) struct Scope {
    /// The module's directory.
    dir: String,
    locals: Arc<HashMap<String, Arc<Node>>>,
    /// Defaults of variables.
    defaults: Arc<HashMap<String, Arc<Node>>>,
    /// Values from files that Terraform loads by itself.
    values: Arc<HashMap<String, Arc<Node>>>,
    /// Where the module is called from: the caller's scope and the inputs.
    callers: Vec<(Arc<Scope>, Arc<Node>)>,
    /// The body that `self` stands for.
    own: Option<Arc<Node>>,
    /// The bare names of a template file.
    names: Option<Arc<Vec<Pair>>>,
}

impl Scope {
    /// The scope inside a resource's body.
    pub(super) fn with_own(&self, body: &Node) -> Arc<Scope> {
        Arc::new(Scope { own: Some(Arc::new(body.clone())), ..self.clone() })
    }

    /// The scope of a template file that is given these names.
    pub(super) fn with_names(&self, names: Vec<Pair>) -> Arc<Scope> {
        Arc::new(Scope { names: Some(Arc::new(names)), dir: self.dir.clone(), ..Scope::default() })
    }

    pub(super) fn dir(&self) -> &str {
        &self.dir
    }
}

/// Evaluates the expressions of one file.
pub(super) struct Eval<'a> {
    pub(super) project: &'a dyn Project,
    pub(super) budget: &'a Budget,
    scopes: RefCell<HashMap<String, Arc<Scope>>>,
}

impl<'a> Eval<'a> {
    pub(super) fn new(project: &'a dyn Project, budget: &'a Budget) -> Self {
        Eval { project, budget, scopes: RefCell::default() }
    }

    /// The scope of the module in a directory.
    pub(super) fn scope(&self, dir: &str) -> Arc<Scope> {
        self.scope_at(dir, 0)
    }

    fn scope_at(&self, dir: &str, nesting: usize) -> Arc<Scope> {
        if let Some(scope) = self.scopes.borrow().get(dir) {
            return scope.clone();
        }
        let mut scope = Scope { dir: dir.to_owned(), ..Scope::default() };
        let (mut locals, mut defaults, mut values) = (HashMap::new(), HashMap::new(), HashMap::new());
        let files = self.project.list(dir);
        for path in files.iter().filter(|p| is_module_file(p)) {
            let Some(parsed) = self.project.parse(path) else { continue };
            for entry in parsed.documents.iter().flat_map(|tree| tree.root.entries()) {
                match entry.key.as_str() {
                    Some("locals") => {
                        for local in super::bodies(&entry.value).flat_map(Node::entries) {
                            keep(&mut locals, local.key.as_str(), &local.value);
                        }
                    }
                    Some("variable") => {
                        for variable in super::bodies(&entry.value).flat_map(Node::entries) {
                            for default in super::bodies(&variable.value).filter_map(|b| b.get("default")) {
                                keep(&mut defaults, variable.key.as_str(), default);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        // `terraform.tfvars` first, then `*.auto.tfvars` in the order of their names: the last one holds.
        let loaded = |p: &&String| is_loaded(place::file_name(p)).is_some();
        let mut loaded: Vec<&String> = files.iter().filter(loaded).collect();
        loaded.sort_by_key(|p| (is_loaded(place::file_name(p)), p.as_str()));
        for path in loaded {
            let Some(parsed) = self.project.parse(path) else { continue };
            for entry in parsed.documents.iter().flat_map(|tree| tree.root.entries()) {
                keep(&mut values, entry.key.as_str(), &entry.value);
            }
        }
        scope.locals = Arc::new(locals);
        scope.defaults = Arc::new(defaults);
        scope.values = Arc::new(values);
        if nesting < MAX_MODULES && !files.is_empty() {
            scope.callers = self.callers(dir, nesting);
        }
        let scope = Arc::new(scope);
        self.scopes.borrow_mut().insert(dir.to_owned(), scope.clone());
        scope
    }

    /// The calls of a module in the directories above it.
    fn callers(&self, dir: &str, nesting: usize) -> Vec<(Arc<Scope>, Arc<Node>)> {
        let mut out = Vec::new();
        let mut above = dir;
        while !above.is_empty() {
            above = place::dir_of(above);
            for path in self.project.list(above).iter().filter(|p| is_module_file(p)) {
                let Some(parsed) = self.project.parse(path) else { continue };
                let entries = parsed.documents.iter().flat_map(|tree| tree.root.entries());
                let modules = entries.filter(|e| e.key.as_str() == Some("module"));
                for call in modules.flat_map(|e| e.value.entries()) {
                    let source = call.value.str_at(&["source"]).filter(|s| s.starts_with('.'));
                    if source.and_then(|s| place::join(above, s)).as_deref() == Some(dir) {
                        out.push((self.scope_at(above, nesting + 1), call.value.clone()));
                    }
                }
            }
        }
        out
    }

    /// The value of a variable: what its callers give, what is in the files of values, its default.
    pub(super) fn variable(&self, scope: &Arc<Scope>, name: &str, depth: usize) -> Option<Val> {
        let mut given: Vec<Val> = Vec::new();
        for (caller, inputs) in &scope.callers {
            if let Some(node) = inputs.get(name) {
                given.push(self.node(caller, node, depth + 1));
            }
        }
        if let Some(first) = given.first() {
            let same = given.iter().all(|val| val.known() == first.known());
            // Called in several ways: none of them is the value.
            return Some(if same { first.clone() } else { Val::unknown(first.span()) });
        }
        let node = scope.values.get(name).filter(|_| scope.callers.is_empty());
        let node = node.or_else(|| scope.defaults.get(name))?;
        Some(self.node(scope, node, depth + 1))
    }

    /// The value of a node of the tree.
    pub(super) fn node(&self, scope: &Arc<Scope>, node: &Node, depth: usize) -> Val {
        if depth > MAX_DEPTH || !self.budget.take() {
            return Val::unknown(node.span);
        }
        match &node.data {
            Data::Scalar(scalar) => {
                let value = value_of_node(node);
                if scalar.kind == ScalarKind::Text {
                    self.text(scope, value, depth)
                } else {
                    Val::text(value)
                }
            }
            Data::Sequence(items) => {
                Val::List(node.span, items.iter().map(|item| self.node(scope, item, depth + 1)).collect())
            }
            Data::Mapping(entries) => {
                let pair = |entry: &crate::syntax::Entry| Pair {
                    key: match self.node(scope, &entry.key, depth + 1) {
                        Val::Scalar(text) => text.value.text,
                        _ => Arc::from("?"),
                    },
                    key_span: entry.key.span,
                    value: self.node(scope, &entry.value, depth + 1),
                };
                Val::Object(node.span, entries.iter().map(pair).collect())
            }
        }
    }

    /// A text with its templates put in.
    pub(super) fn text(&self, scope: &Arc<Scope>, value: Value, depth: usize) -> Val {
        if !value.text.contains("${") && !value.text.contains("%{") {
            return Val::text(value);
        }
        let input = Input { text: &value.text, file: value.span.file, map: value.map.clone() };
        let parts = template(&input);
        if let [Part::Value(_, expr)] = parts.as_slice() {
            return match expr {
                Some(expr) => self.expr(scope, expr, value.span, depth + 1),
                None => Val::unknown(value.span),
            };
        }
        let mut out = Builder::default();
        for part in parts {
            match part {
                Part::Text(range) => out.copy(&value.text, range),
                Part::Directive(range) => out.put("\u{FFFC}", range),
                Part::Value(range, expr) => {
                    let span = input.span(range.start, range.end);
                    match expr.map(|expr| self.expr(scope, &expr, span, depth + 1)) {
                        Some(Val::Scalar(text)) => {
                            let placed = text.placed();
                            if placed.origins.is_empty() && text.value.span != span && !placed.has_hole() {
                                out.origins.push(text.value.span);
                            }
                            out.origins.extend(placed.origins);
                            out.put(&placed.text, range);
                        }
                        _ => out.put("\u{FFFC}", range),
                    }
                }
            }
        }
        Val::text(out.finish(value))
    }

    /// The value of an expression that stands at `span`.
    pub(super) fn expr(&self, scope: &Arc<Scope>, expr: &Expr, span: Span, depth: usize) -> Val {
        if depth > MAX_DEPTH || !self.budget.take() {
            return Val::unknown(span);
        }
        match &expr.kind {
            Kind::Value(node) => self.node(scope, node, depth + 1),
            Kind::Path(steps) => self.path(scope, steps, depth).map_or_else(
                || Val::unknown(span),
                |val| if is_hole(&val) { Val::unknown(span) } else { val.used_at(span) },
            ),
            Kind::Call { name, args } => {
                let args = args.iter().map(|arg| self.expr(scope, arg, arg.span, depth + 1)).collect();
                function::call(self, scope, name, args, span, depth + 1)
            }
            Kind::If(parts) => self.conditional(scope, parts, span, depth),
            Kind::Other => Val::unknown(span),
        }
    }

    fn conditional(&self, scope: &Arc<Scope>, parts: &[Expr; 3], span: Span, depth: usize) -> Val {
        let [condition, yes, no] = parts;
        let condition = self.expr(scope, condition, condition.span, depth + 1);
        let yes = self.expr(scope, yes, yes.span, depth + 1);
        let no = self.expr(scope, no, no.span, depth + 1);
        match condition.known() {
            Some("true") => return yes,
            Some("false") => return no,
            _ => {}
        }
        // Of two collections both may hold; of two texts neither is known.
        match (yes, no) {
            (Val::List(at, mut a), Val::List(_, b)) => {
                a.extend(b);
                Val::List(at, a)
            }
            (Val::Object(at, mut a), Val::Object(_, b)) => {
                a.extend(b);
                Val::Object(at, a)
            }
            (some @ (Val::List(..) | Val::Object(..)), other)
            | (other, some @ (Val::List(..) | Val::Object(..)))
                if other.is_empty() =>
            {
                some
            }
            (a, b) if a.known().is_some() && a.known() == b.known() => a,
            _ => Val::unknown(span),
        }
    }

    fn path(&self, scope: &Arc<Scope>, steps: &[Step], depth: usize) -> Option<Val> {
        let Some((Step::Name(root), rest)) = steps.split_first() else { return None };
        if let Some(names) = &scope.names {
            let pair = names.iter().rev().find(|p| *p.key == **root)?;
            return follow(pair.value.clone(), rest);
        }
        let Some((Step::Name(name), rest)) = rest.split_first() else { return None };
        // Each reference deepens the walk by much, so that a circle ends soon.
        let depth = depth + MAX_DEPTH / MAX_STEPS;
        match root.as_str() {
            "var" => follow(self.variable(scope, name, depth)?, rest),
            "local" => follow(self.node(scope, scope.locals.get(name)?, depth), rest),
            "self" => {
                let own = scope.own.as_ref()?.get(name)?;
                follow(self.node(scope, own, depth), rest)
            }
            "path" => {
                let text = Arc::from(".");
                let span = Span::new(FileId(0), 0, 0);
                let value = Value {
                    text,
                    kind: ScalarKind::Text,
                    span,
                    map: TextMap::whole(0..0),
                    origins: Vec::new(),
                };
                matches!(name.as_str(), "module" | "root" | "cwd").then(|| Val::text(value))
            }
            _ => None,
        }
    }
}

fn is_hole(val: &Val) -> bool {
    matches!(val, Val::Scalar(Text { value, .. }) if value.is_unknown())
}

fn follow(val: Val, steps: &[Step]) -> Option<Val> {
    steps.iter().try_fold(val, |val, step| match step {
        Step::Name(name) => val.get(name).cloned(),
        Step::Index(n) => val.item(*n).cloned(),
        Step::Any => None,
    })
}

fn keep(map: &mut HashMap<String, Arc<Node>>, name: Option<&str>, node: &Arc<Node>) {
    if let Some(name) = name {
        map.insert(name.to_owned(), node.clone());
    }
}

fn is_module_file(path: &str) -> bool {
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|ending| path.ends_with(ending))
}

/// Whether Terraform loads a file of values by itself, and in which turn.
fn is_loaded(name: &str) -> Option<u8> {
    match name {
        "terraform.tfvars" => Some(0),
        "terraform.tfvars.json" => Some(1),
        _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some(2),
        _ => None,
    }
}

/// A text that is put together, with the place of each piece in the template.
#[derive(Default)]
pub(super) struct Builder {
    text: String,
    runs: Vec<(usize, std::ops::Range<usize>)>,
    origins: Vec<Span>,
}

impl Builder {
    fn copy(&mut self, source: &str, range: std::ops::Range<usize>) {
        if let Some(piece) = source.get(range.clone()).filter(|p| !p.is_empty()) {
            self.text.push_str(piece);
            self.runs.push((piece.len(), range));
        }
    }

    fn put(&mut self, text: &str, range: std::ops::Range<usize>) {
        let text = if self.text.len() + text.len() > MAX_TEXT { "\u{FFFC}" } else { text };
        self.text.push_str(text);
        let length = text.len();
        if length == range.len() && length > 1 {
            // A run of equal lengths would count as copied; in two runs it counts as what it is.
            self.runs.push((length - 1, range.clone()));
            self.runs.push((1, range));
        } else if length > 0 {
            self.runs.push((length, range));
        }
    }

    fn finish(self, template: Value) -> Value {
        let map = TextMap::from_runs(self.runs).through(&template.map, self.text.len());
        let mut origins = self.origins;
        origins.extend(template.origins);
        Value { text: self.text.into(), map, origins, ..template }
    }
}

/// A text that a function made from others.
pub(super) fn computed(text: String, span: Span, parts: &[Val]) -> Val {
    let mut origins = Vec::new();
    for part in parts {
        if let Val::Scalar(text) = part {
            origins.extend(text.used.map(|_| text.value.span));
            origins.extend(text.value.origins.iter().copied());
        }
    }
    let text = if text.len() > MAX_TEXT { HOLE.to_string() } else { text };
    let map = TextMap::whole(span.range());
    Val::text(Value { text: text.into(), kind: ScalarKind::Text, span, map, origins })
}
