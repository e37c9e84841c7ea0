//! The JSON Schemas agree with the files that are shipped.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn valid(schema: &jsonschema::Validator, name: &str, value: &Value) {
    let errors: Vec<String> =
        schema.iter_errors(value).map(|e| format!("{name}: {} at {}", e, e.instance_path)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Holds every shipped file under a prefix against a schema.
fn shipped(name: &str, wanted: impl Fn(&str) -> bool) {
    let schema = schema(name);
    for (path, text) in facelint::embedded::files("").filter(|(path, _)| wanted(path)) {
        let value: Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        valid(&schema, path, &value);
    }
}

#[test]
fn catalogue() {
    shipped("catalogue", |path| path.starts_with("catalogue/"));
}

#[test]
fn vocabulary() {
    shipped("vocabulary", |path| path.starts_with("vocabulary/"));
}

#[test]
fn rules() {
    shipped("rule", |path| path.contains("/rules/"));
}
