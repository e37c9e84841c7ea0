//! CEL expressions of rules: compiled once, run over the facts of a system.
//!
//! `system` and the `each` variable are maps made from facts. A fact that nothing in the files speaks of
//! is the text `unknown`, so `x == "unknown"` asks for it, and an expression whose own value is `unknown`
//! (or `not-applicable`) is answered with that.
//!
//! Functions on top of CEL's own: `days(n)`, `hours(n)` give seconds (lengths of time are in seconds);
//! `known(x)` is false for `unknown`; `get(x, "a.b", other)` is the part at a path, or `other` when it is
//! not there or not known.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use cel::objects::{Key, Map};
use cel::{Context, Env, ExecutionError, Program, Value};

use crate::facts::{Fact, FactValue};

/// Longest expression that is compiled, in bytes: a chain of operators is a tree as deep as it is long.
const LONGEST: usize = 2000;

/// CEL's own functions, made once: every system has a scope of its own.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// An expression, ready to run.
#[derive(Debug)]
pub(super) struct Expression {
    program: Program,
}

/// Why an expression cannot be compiled: a place in its text and a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// Bytes of the expression.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
}

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// True.
    Yes,
    /// False.
    No,
    /// The files do not say.
    Unknown,
    /// It does not concern this.
    NotApplicable,
}

impl Expression {
    /// Compiles.
    pub(super) fn compile(text: &str) -> Result<Self, Broken> {
        if text.trim().is_empty() {
            return Err(Broken { at: 0..text.len(), message: "the expression is empty".into() });
        }
        if text.len() > LONGEST {
            let message = format!("the expression is longer than {LONGEST} bytes");
            return Err(Broken { at: 0..text.len(), message });
        }
        Program::compile(text).map(|program| Expression { program }).map_err(|errors| {
            let first = errors.errors.first();
            let message = first.map_or_else(|| errors.to_string(), |error| error.msg.clone());
            let at = first.map_or(0..text.len(), |error| spot(text, error.pos));
            Broken { at, message }
        })
    }

    /// Names in it that are neither one of `known`, nor bound by `exists`, `all` and the like.
    pub(super) fn strange_names(&self, known: &[&str]) -> Vec<String> {
        let mut bound = Vec::new();
        bound_names(self.program.expression(), &mut bound);
        let references = self.program.references();
        let names = references.variables();
        let mut strange: Vec<String> = names
            .into_iter()
            .filter(|name| !known.contains(name) && !bound.iter().any(|b| b == name))
            .map(str::to_owned)
            .collect();
        strange.sort();
        strange
    }

    /// Runs it.
    ///
    /// # Errors
    /// What CEL says: a missing key, values that do not compare, a value that is not a truth value.
    pub(super) fn ask(&self, scope: &Scope) -> Result<Answer, String> {
        let value = self.program.execute(&scope.context).map_err(|error| said(&error))?;
        match value {
            Value::Bool(true) => Ok(Answer::Yes),
            Value::Bool(false) => Ok(Answer::No),
            Value::String(text) if *text == "unknown" => Ok(Answer::Unknown),
            Value::String(text) if *text == "not-applicable" => Ok(Answer::NotApplicable),
            other => Err(format!("it gives {other:?}, not true, false or `unknown`")),
        }
    }
}

/// What the variables of an expression stand for.
pub(super) struct Scope {
    context: Context<'static, 'static>,
}

impl Scope {
    /// The variables of one system.
    pub(super) fn new(system: &Fact) -> Self {
        let mut context = Context::with_env(Arc::clone(&ENV));
        context.add_variable_from_value("system", value(system));
        // Only a name that CEL already has is refused; these are not, as the tests show.
        let _ = context.add_function("days", |n: i64| n.saturating_mul(86_400));
        let _ = context.add_function("hours", |n: i64| n.saturating_mul(3_600));
        let _ = context.add_function("known", |x: Value| !is_unknown(&x));
        let _ = context.add_function("get", |x: Value, path: Arc<String>, other: Value| {
            part(&x, &path).filter(|found| !is_unknown(found)).unwrap_or(other)
        });
        Scope { context }
    }

    /// Sets the `each` variable.
    pub(super) fn bind(&mut self, name: &str, element: &Fact) {
        self.context.add_variable_from_value(name, value(element));
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::String(text) if **text == "unknown")
}

/// The part of a value at a dotted path.
fn part(value: &Value, path: &str) -> Option<Value> {
    path.split('.').try_fold(value.clone(), |value, name| match value {
        Value::Map(map) => map.map.get(&Key::from(name.to_owned())).cloned(),
        _ => None,
    })
}

/// A fact as CEL sees it.
fn value(fact: &Fact) -> Value {
    match &fact.value {
        FactValue::Unknown => Value::from("unknown"),
        FactValue::Bool(b) => Value::Bool(*b),
        FactValue::Int(n) => Value::Int(*n),
        FactValue::Float(f) => Value::Float(*f),
        FactValue::Text(text) => Value::from(text.as_str()),
        FactValue::List(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        FactValue::Map(parts) => {
            let map: HashMap<Key, Value> =
                parts.iter().map(|(name, part)| (Key::from(name.clone()), value(part))).collect();
            Value::Map(Map { map: Arc::new(map) })
        }
    }
}

fn said(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => format!("there is no fact `{name}`"),
        ExecutionError::UndeclaredReference(name) => format!("`{name}` is not known here"),
        other => other.to_string(),
    }
}

/// Names that comprehensions bind.
fn bound_names(expression: &cel::IdedExpr, names: &mut Vec<String>) {
    use cel::common::ast::{EntryExpr, Expr};
    match &expression.expr {
        Expr::Call(call) => {
            call.target.iter().for_each(|target| bound_names(target, names));
            call.args.iter().for_each(|arg| bound_names(arg, names));
        }
        Expr::Comprehension(comprehension) => {
            names.push(comprehension.iter_var.clone());
            names.extend(comprehension.iter_var2.clone());
            names.push(comprehension.accu_var.clone());
            bound_names(&comprehension.iter_range, names);
            bound_names(&comprehension.accu_init, names);
            bound_names(&comprehension.loop_cond, names);
            bound_names(&comprehension.loop_step, names);
            bound_names(&comprehension.result, names);
        }
        Expr::List(list) => list.elements.iter().for_each(|element| bound_names(element, names)),
        Expr::Map(map) => {
            for entry in &map.entries {
                match &entry.expr {
                    EntryExpr::StructField(field) => bound_names(&field.value, names),
                    EntryExpr::MapEntry(entry) => {
                        bound_names(&entry.key, names);
                        bound_names(&entry.value, names);
                    }
                }
            }
        }
        Expr::Select(select) => bound_names(&select.operand, names),
        _ => {}
    }
}

/// The bytes at a line (from 1) and a column (from 1, in characters) of an expression: the word there, or
/// the character.
fn spot(text: &str, (line, column): (isize, isize)) -> Range<usize> {
    let line = usize::try_from(line).unwrap_or(1).max(1) - 1;
    let column = usize::try_from(column).unwrap_or(1).max(1) - 1;
    let start_of_line: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start_of_line..).unwrap_or_default();
    let start = start_of_line + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    let after = text.get(start..).unwrap_or_default();
    let word = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    let len = if word == 0 { after.chars().next().map_or(0, char::len_utf8) } else { word };
    start..start + len
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Result<Answer, String> {
        let system = Fact::map([
            ("name", Fact::text("door")),
            ("gone", Fact::default()),
            ("limit", Fact::int(86_400 * 30)),
            ("methods", Fact::list([Fact::text("face"), Fact::text("sms")])),
            ("consent", Fact::map([("separate", Fact::default()), ("state", Fact::text("absent"))])),
        ]);
        let mut scope = Scope::new(&system);
        scope.bind("flow", &Fact::map([("required", Fact::bool(true))]));
        Expression::compile(text).unwrap().ask(&scope)
    }

    #[test]
    fn expressions_see_facts() {
        assert_eq!(ask("system.name == 'door' && flow.required"), Ok(Answer::Yes));
        assert_eq!(ask("system.methods.exists(m, m != 'face')"), Ok(Answer::Yes));
        assert_eq!(ask("system.methods.all(m, m == 'face')"), Ok(Answer::No));
        assert_eq!(ask("system.limit <= days(30) && system.limit > hours(719)"), Ok(Answer::Yes));
        assert_eq!(ask("'sms' in system.methods && size(system.methods) == 2"), Ok(Answer::Yes));
    }

    #[test]
    fn what_is_not_known_stays_so() {
        assert_eq!(ask("system.gone == 'unknown'"), Ok(Answer::Yes));
        assert_eq!(ask("known(system.gone)"), Ok(Answer::No));
        assert_eq!(ask("system.gone"), Ok(Answer::Unknown));
        assert_eq!(ask("system.consent.separate"), Ok(Answer::Unknown));
        assert_eq!(ask("flow.required ? 'not-applicable' : false"), Ok(Answer::NotApplicable));
        assert_eq!(ask("get(system, 'a.b.c', 5) == 5"), Ok(Answer::Yes));
        assert_eq!(ask("get(system, 'consent.separate', false)"), Ok(Answer::No));
        assert_eq!(ask("get(system, 'consent.state', '') == 'absent'"), Ok(Answer::Yes));
        assert_eq!(ask("has(system.nothing)"), Ok(Answer::No));
    }

    #[test]
    fn a_missing_fact_or_a_wrong_type_is_an_error_and_no_panic() {
        assert_eq!(ask("system.nothing.more == 1"), Err("there is no fact `nothing`".into()));
        assert!(ask("system.gone > 3").is_err());
        assert!(ask("flwo.required").is_err());
        assert!(ask("1 + 1").is_err());
        assert!(ask("1 / 0 == 1").is_err());
    }

    #[test]
    fn a_broken_expression_is_an_error_with_a_place() {
        for text in ["", " ", ".", "/", "(", ")", "1 +", "a.b(", "'x", "\"\\u\"", "[1,", "{", "a ? b", "#"] {
            let broken = Expression::compile(text).unwrap_err();
            assert!(broken.at.start <= broken.at.end && broken.at.end <= text.len(), "{text}: {broken:?}");
            assert!(!broken.message.is_empty(), "{text}");
        }
        let text = "flow.methods.exists(m, m ! \"face\")";
        let broken = Expression::compile(text).unwrap_err();
        assert!(broken.at.start >= text.find('!').unwrap() - 2, "{broken:?}");
        assert!(Expression::compile(&"(".repeat(1500)).is_err());
        assert!(Expression::compile(&"1+".repeat(1500)).is_err());
    }

    #[test]
    fn names_that_nothing_binds_are_told() {
        let expression = Expression::compile("flwo.methods.exists(m, m == system.x && n)").unwrap();
        assert_eq!(expression.strange_names(&["system", "flow"]), ["flwo", "n"]);
        let expression =
            Expression::compile("[1].map(x, [x].filter(y, y > x)).all(z, size(z) == 0)").unwrap();
        assert!(expression.strange_names(&["system"]).is_empty());
    }
}
