//! Runs templates in three-valued logic.
//!
//! What only a cluster or a release knows is *unknown*: it prints as a hole, and a branch on it goes both ways.
//! Nothing is guessed. Every byte of the output keeps the place that supplied it, and the output of the
//! outermost template also keeps which of its own bytes (text or action) produced each byte.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::branches;
use super::functions;
use super::parse::{self, Operand, Pipe, Step, What};
use super::text::Text;
use super::value::{Heap, Item, Kind, Map, Val};
use crate::source::Span;

/// Steps that the templates of one chart may take with one set of values.
const MAX_STEPS: usize = 1_000_000;

/// Bytes that one chart may put together, intermediate texts included.
const MAX_WORK: usize = 64 << 20;

/// Bytes that one template may give.
const MAX_OUTPUT: usize = 4 << 20;

/// Deepest nesting of templates in templates.
const MAX_CALLS: usize = 64;

/// Why an evaluation ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit(pub(super) &'static str);

/// Whether a list of steps went through, or stands in a loop that is to go on or to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// A template that can be run: its source and its steps.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pub(super) source: Rc<Text>,
    pub(super) steps: Rc<[Step]>,
}

/// The files of the charts, for `.Files`.
pub(super) trait Files {
    /// A file of the chart with this number.
    fn read(&self, chart: usize, path: &str) -> Option<Text>;
    /// The paths of its files, relative to the chart.
    fn all(&self, chart: usize) -> Vec<String>;
}

/// What a template gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Out {
    pub(super) text: Text,
    /// For the outermost template: how many bytes of the output each range of the template gave.
    pub(super) runs: Vec<(usize, Range<usize>)>,
    /// Stretches that are there only under a condition that is not known, and the condition.
    pub(super) uncertain: Vec<(Range<usize>, String)>,
    top: bool,
}

impl Out {
    pub(super) fn sub(&self) -> Out {
        Out { top: self.top, ..Out::default() }
    }

    /// Appends a value that an action in `range` gave.
    pub(super) fn value(&mut self, text: &Text, range: &Range<usize>) {
        self.text.push_text(text);
        self.ran(text.len(), range);
    }

    fn ran(&mut self, length: usize, range: &Range<usize>) {
        if !self.top || length == 0 {
            return;
        }
        if length == range.len() && length > 1 {
            // A run of equal lengths would count as copied; in two runs it counts as what it is.
            self.runs.push((length - 1, range.clone()));
            self.runs.push((1, range.clone()));
        } else {
            self.runs.push((length, range.clone()));
        }
    }

    pub(super) fn append(&mut self, other: Out) {
        let base = self.text.len();
        self.text.push_text(&other.text);
        self.runs.extend(other.runs);
        self.uncertain.extend(other.uncertain.into_iter().map(|(r, c)| (r.start + base..r.end + base, c)));
    }
}

/// Runs the templates of one chart with one set of values.
pub(super) struct Evaluator<'a> {
    pub(super) heap: Heap,
    pub(super) files: &'a dyn Files,
    defines: HashMap<String, Body>,
    steps: usize,
    work: usize,
    calls: usize,
    /// Of an unknown condition only the first branch is taken.
    pub(super) first_branch: bool,
}

/// Where a list of steps runs.
pub(super) struct Frame {
    source: Rc<Text>,
    variables: Vec<(String, Val)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Evaluator {
            heap: Heap::default(),
            files,
            defines: HashMap::new(),
            steps: 0,
            work: 0,
            calls: 0,
            first_branch: false,
        }
    }

    /// Makes a template known by its name; a later one of the same name replaces it.
    pub(super) fn define(&mut self, name: &str, body: Body) {
        self.defines.insert(name.to_owned(), body);
    }

    /// Runs an outermost template.
    pub(super) fn run(&mut self, body: &Body, dot: &Val) -> Result<Out, Limit> {
        let mut out = Out { top: true, ..Out::default() };
        self.body(body, dot, &mut out)?;
        Ok(out)
    }

    fn body(&mut self, body: &Body, dot: &Val, out: &mut Out) -> Result<(), Limit> {
        if self.calls >= MAX_CALLS {
            return Err(Limit("templates call one another too deep"));
        }
        self.calls += 1;
        let mut frame = Frame { source: body.source.clone(), variables: vec![(String::new(), dot.clone())] };
        let done = self.steps(&mut frame, &body.steps, dot, out);
        self.calls -= 1;
        done.map(|_| ())
    }

    /// Runs a template by name; `None` when there is none.
    pub(super) fn include(&mut self, name: &str, dot: &Val) -> Result<Option<Text>, Limit> {
        let Some(body) = self.defines.get(name).cloned() else { return Ok(None) };
        let mut out = Out::default();
        self.body(&body, dot, &mut out)?;
        Ok(Some(out.text))
    }

    /// Runs a text as a template; `None` when it is none.
    pub(super) fn tpl(&mut self, text: &Rc<Text>, dot: &Val) -> Result<Option<Text>, Limit> {
        if !text.as_str().contains("{{") {
            return Ok(Some((**text).clone()));
        }
        self.spend(text.len())?;
        let Ok(parsed) = parse::parse(text.as_str()) else { return Ok(None) };
        for (name, steps) in parsed.defines {
            self.defines.entry(name).or_insert(Body { source: text.clone(), steps });
        }
        let mut out = Out::default();
        self.body(&Body { source: text.clone(), steps: parsed.steps }, dot, &mut out)?;
        Ok(Some(out.text))
    }

    fn step(&mut self) -> Result<(), Limit> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            Err(Limit("the templates take more than 1,000,000 steps"))
        } else {
            Ok(())
        }
    }

    /// Accounts for bytes that were put together.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Limit> {
        self.work = self.work.saturating_add(bytes);
        if self.work > MAX_WORK { Err(Limit("the templates give too much text")) } else { Ok(()) }
    }

    fn steps(&mut self, frame: &mut Frame, steps: &[Step], dot: &Val, out: &mut Out) -> Result<Flow, Limit> {
        let scope = frame.variables.len();
        let mut flow = Flow::On;
        for step in steps {
            self.step()?;
            flow = self.one(frame, step, dot, out)?;
            if flow != Flow::On {
                break;
            }
        }
        frame.variables.truncate(scope);
        if out.text.len() > MAX_OUTPUT {
            return Err(Limit("a template gives too much text"));
        }
        Ok(flow)
    }

    fn one(&mut self, frame: &mut Frame, step: &Step, dot: &Val, out: &mut Out) -> Result<Flow, Limit> {
        match step {
            Step::Text(range) => {
                let source = frame.source.clone();
                out.text.push_slice(&source, range.clone());
                if out.top {
                    out.runs.push((range.len(), range.clone()));
                }
                self.spend(range.len())?;
            }
            Step::Print { pipe, range } => {
                let val = self.pipe(frame, pipe, dot)?;
                if pipe.variables.is_empty() {
                    let text = val.display();
                    self.spend(text.len())?;
                    out.value(&text, range);
                }
            }
            Step::Template { name, pipe, range } => {
                let inner = match pipe {
                    Some(pipe) => self.pipe(frame, pipe, dot)?,
                    None => Val::nil(),
                };
                let text = self.include(name, &inner)?.unwrap_or_else(|| Val::unknown().display());
                self.spend(text.len())?;
                out.value(&text, range);
            }
            Step::If { pipe, then, otherwise, range } => {
                let scope = frame.variables.len();
                let truth = self.pipe(frame, pipe, dot)?.truth();
                let flow = match truth {
                    Some(true) => self.steps(frame, then, dot, out)?,
                    Some(false) => self.steps(frame, otherwise, dot, out)?,
                    None => self.both(frame, (then, dot), (otherwise, dot), range, out)?,
                };
                frame.variables.truncate(scope);
                return Ok(flow);
            }
            Step::With { pipe, then, otherwise, range } => {
                let scope = frame.variables.len();
                let val = self.pipe(frame, pipe, dot)?;
                let flow = match val.truth() {
                    Some(true) => self.steps(frame, then, &val, out)?,
                    Some(false) => self.steps(frame, otherwise, dot, out)?,
                    None => self.both(frame, (then, &val), (otherwise, dot), range, out)?,
                };
                frame.variables.truncate(scope);
                return Ok(flow);
            }
            Step::Range { pipe, body, otherwise, range } => {
                let scope = frame.variables.len();
                let flow = self.range(frame, pipe, body, otherwise, (dot, range), out);
                frame.variables.truncate(scope);
                return flow;
            }
            Step::Break => return Ok(Flow::Break),
            Step::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        frame: &mut Frame,
        pipe: &Pipe,
        body: &Rc<[Step]>,
        otherwise: &Rc<[Step]>,
        (dot, range): (&Val, &Range<usize>),
        out: &mut Out,
    ) -> Result<Flow, Limit> {
        let over = self.commands(frame, pipe, dot)?;
        let pairs: Vec<(Val, Val)> = match &over.kind {
            Kind::List(list) => {
                list.items.iter().enumerate().map(|(n, v)| (Val::int(small(n)), v.clone())).collect()
            }
            Kind::Map(map) => {
                let key = |k: &str, i: &Item| Val::text(Text::from_place(k, i.key)).at(i.key);
                map.borrow().iter().map(|(k, i)| (key(k, i), i.val.clone())).collect()
            }
            Kind::Int(n) => (0..(*n).clamp(0, 10_000)).map(|n| (Val::int(n), Val::int(n))).collect(),
            Kind::Unknown | Kind::Files(_) => {
                self.bind(frame, pipe, &Val::unknown(), &Val::unknown());
                return self.both(frame, (body, &Val::unknown()), (otherwise, dot), range, out);
            }
            _ => Vec::new(),
        };
        if pairs.is_empty() {
            return self.steps(frame, otherwise, dot, out);
        }
        let scope = frame.variables.len();
        for (key, val) in pairs {
            self.step()?;
            self.bind(frame, pipe, &key, &val);
            let flow = self.steps(frame, body, &val, out)?;
            frame.variables.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    /// Gives the variables of a `range` their values.
    fn bind(&mut self, frame: &mut Frame, pipe: &Pipe, key: &Val, val: &Val) {
        let values: &[&Val] = if pipe.variables.len() == 2 { &[key, val] } else { &[val] };
        for (name, val) in pipe.variables.iter().zip(values) {
            set_variable(frame, name, (*val).clone(), pipe.declares);
        }
    }

    /// Goes both ways of a condition that is not known.
    fn both(
        &mut self,
        frame: &mut Frame,
        then: (&Rc<[Step]>, &Val),
        otherwise: (&Rc<[Step]>, &Val),
        range: &Range<usize>,
        out: &mut Out,
    ) -> Result<Flow, Limit> {
        let before = frame.variables.clone();
        let mut first = out.sub();
        let flow = self.steps(frame, then.0, then.1, &mut first)?;
        let after = std::mem::replace(&mut frame.variables, before);
        let mut second = out.sub();
        if !self.first_branch {
            self.steps(frame, otherwise.0, otherwise.1, &mut second)?;
        }
        for ((_, now), (_, then)) in frame.variables.iter_mut().zip(after) {
            if now.same(&then, 0) != Some(true) {
                *now = Val::unknown();
            }
        }
        let condition = frame.source.slice(range.clone());
        branches::join(out, first, second, range, condition.as_str());
        // Whether a loop ends here is not known either; its next round is no harm.
        Ok(if flow == Flow::On { flow } else { Flow::On })
    }

    /// The value of a pipeline; its variables are set.
    fn pipe(&mut self, frame: &mut Frame, pipe: &Pipe, dot: &Val) -> Result<Val, Limit> {
        let val = self.commands(frame, pipe, dot)?;
        if let Some(name) = pipe.variables.last() {
            set_variable(frame, name, val.clone(), pipe.declares);
        }
        Ok(val)
    }

    fn commands(&mut self, frame: &mut Frame, pipe: &Pipe, dot: &Val) -> Result<Val, Limit> {
        let mut last: Option<Val> = None;
        for command in &pipe.commands {
            last = Some(self.command(frame, command, last, dot)?);
        }
        Ok(last.unwrap_or_else(Val::nil))
    }

    fn command(
        &mut self,
        frame: &mut Frame,
        command: &[Operand],
        piped: Option<Val>,
        dot: &Val,
    ) -> Result<Val, Limit> {
        self.step()?;
        let Some((first, rest)) = command.split_first() else { return Ok(Val::nil()) };
        if let What::Function(name) = &first.what {
            if matches!(name.as_str(), "and" | "or") {
                return self.logic(frame, name == "and", rest, piped, dot);
            }
            let mut args = Vec::with_capacity(rest.len() + 1);
            for operand in rest {
                args.push(self.operand(frame, operand, dot)?);
            }
            args.extend(piped);
            let mut val = functions::call(self, name, &args)?;
            for field in &first.fields {
                val = val.get(field);
            }
            return Ok(val);
        }
        if rest.is_empty() && piped.is_none() {
            return self.operand(frame, first, dot);
        }
        // A field with arguments is a method.
        let Some((method, path)) = first.fields.split_last() else { return Ok(Val::unknown()) };
        let mut base = self.base(frame, first, dot)?;
        for field in path {
            base = base.get(field);
        }
        let mut args = Vec::new();
        for operand in rest {
            args.push(self.operand(frame, operand, dot)?);
        }
        args.extend(piped);
        functions::method(self, &base, method, &args)
    }

    /// `and` and `or` stop at the first value that decides.
    fn logic(
        &mut self,
        frame: &mut Frame,
        is_and: bool,
        operands: &[Operand],
        piped: Option<Val>,
        dot: &Val,
    ) -> Result<Val, Limit> {
        let mut known = true;
        let mut last = Val::nil();
        for n in 0..=operands.len() {
            last = match (operands.get(n), &piped) {
                (Some(operand), _) => self.operand(frame, operand, dot)?,
                (None, Some(piped)) => piped.clone(),
                (None, None) => break,
            };
            match last.truth() {
                None => known = false,
                // Something false makes `and` false, whatever the unknown ones are.
                Some(false) if is_and => return Ok(last),
                Some(true) if !is_and => return Ok(if known { last } else { Val::unknown() }),
                Some(_) => {}
            }
        }
        Ok(if known { last } else { Val::unknown() })
    }

    fn operand(&mut self, frame: &mut Frame, operand: &Operand, dot: &Val) -> Result<Val, Limit> {
        self.step()?;
        if let What::Function(name) = &operand.what {
            let mut val = functions::call(self, name, &[])?;
            for field in &operand.fields {
                val = val.get(field);
            }
            return Ok(val);
        }
        let mut val = self.base(frame, operand, dot)?;
        for field in &operand.fields {
            val = functions::field(self, &val, field)?;
        }
        Ok(val)
    }

    /// An operand without its fields.
    fn base(&mut self, frame: &mut Frame, operand: &Operand, dot: &Val) -> Result<Val, Limit> {
        // The place of a literal, so that a default that a template writes down can be pointed at.
        let place =
            |frame: &Frame| -> Option<Span> { frame.source.slice(operand.range.clone()).first_span() };
        Ok(match &operand.what {
            What::Dot => dot.clone(),
            What::Variable(name) => frame
                .variables
                .iter()
                .rev()
                .find(|(n, _)| n == name)
                .map_or_else(Val::unknown, |(_, val)| val.clone()),
            What::Str(text) => Val::text(Text::from_place(text, place(frame))),
            What::Int(n) => Val::int(*n).at(place(frame)),
            What::Float(n) => Val::float(*n).at(place(frame)),
            What::Bool(b) => Val::bool(*b).at(place(frame)),
            What::Nil => Val::nil(),
            What::Pipe(pipe) => self.pipe(frame, pipe, dot)?,
            What::Function(name) => functions::call(self, name, &[])?,
        })
    }

    /// A new mapping.
    pub(super) fn map(&self, map: Map) -> Val {
        self.heap.map(map)
    }
}

fn small(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn set_variable(frame: &mut Frame, name: &str, val: Val, declare: bool) {
    if !declare && let Some(slot) = frame.variables.iter_mut().rev().find(|(n, _)| n == name) {
        slot.1 = val;
        return;
    }
    frame.variables.push((name.to_owned(), val));
}
