//! The JSON Schema of `facelint.toml`, made from the same tables that read it. Editors use it.

use serde_json::{Map, Value, json};

use super::declarations::{Declarations, FactSpec, FactType};

/// The schema; `schemas/config.schema.json` is this value, and a test keeps it so.
pub fn config_schema() -> Value {
    let texts = |doc: &str| json!({ "type": "array", "items": { "type": "string" }, "description": doc });
    let text = |doc: &str| json!({ "type": "string", "description": doc });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "facelint.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "system": { "type": "array", "items": system(), "description": "What the project states about its systems." },
            "exclude": texts("Paths to leave out, in the pattern language of .gitignore, relative to the root."),
            "packs": texts("Rule packs: ids, or folders relative to this file."),
            "fail-on": { "enum": ["error", "warning", "note", "never"], "description": "The severity from which on a run fails." },
            "lang": { "enum": ["en", "zh"], "description": "The language of messages." },
            "max-file-size": { "type": ["integer", "string"], "description": "The largest file that is read, in bytes or with a unit (\"20 MiB\")." },
            "rules": {
                "type": "object",
                "description": "Changes to single rules, by name.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "enabled": { "type": "boolean" },
                        "severity": { "enum": ["error", "warning", "note"] }
                    }
                }
            },
            "catalogue": texts("Files of the project's own signatures."),
            "vocabulary": texts("Files of the project's own vocabulary."),
            "calendar": texts("Files of working-day calendars."),
            "waiver": {
                "type": "array",
                "description": "Accepted findings.",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["rule", "reason", "owner", "until"],
                    "properties": {
                        "rule": text("The rule."),
                        "system": text("Only for this system."),
                        "path": text("Only in files that match this glob."),
                        "reason": text("Why."),
                        "owner": text("Who answers for it."),
                        "until": text("The last day on which it holds, 2026-06-30.")
                    }
                }
            }
        }
    })
}

fn system() -> Value {
    let mut properties = Map::new();
    properties.insert(
        "name".into(),
        json!({ "type": "string", "description": "The system's name or id in the report." }),
    );
    properties.insert(
        "paths".into(),
        json!({ "type": "array", "items": { "type": "string" }, "description": "Globs of the files that describe it." }),
    );
    for spec in &Declarations::builtin().facts {
        insert(&mut properties, &spec.name, fact(spec));
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// Puts a fact where the dots of its name say.
fn insert(properties: &mut Map<String, Value>, name: &str, schema: Value) {
    let Some((first, rest)) = name.split_once('.') else {
        properties.insert(name.to_owned(), schema);
        return;
    };
    let group = properties
        .entry(first)
        .or_insert_with(|| json!({ "type": "object", "additionalProperties": false, "properties": {} }));
    if let Some(inner) = group.get_mut("properties").and_then(Value::as_object_mut) {
        insert(inner, rest, schema);
    }
}

fn fact(spec: &FactSpec) -> Value {
    let allowed: Vec<&String> = spec.values.iter().chain(spec.aliases.keys()).collect();
    let one = if allowed.is_empty() { json!({ "type": "string" }) } else { json!({ "enum": allowed }) };
    let mut schema = match spec.kind {
        FactType::Text => json!({ "type": ["string", "number"] }),
        FactType::Date | FactType::Duration | FactType::Reference => json!({ "type": "string" }),
        FactType::Bool => json!({ "type": "boolean" }),
        FactType::Count => json!({ "type": "integer", "minimum": 0 }),
        FactType::Enum => one,
        FactType::List => json!({ "type": "array", "items": one }),
    };
    if let Some(parts) = schema.as_object_mut() {
        parts.insert("description".into(), format!("{} / {}", spec.doc.en, spec.doc.zh).into());
        parts.insert("examples".into(), json!([spec.example]));
    }
    schema
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn every_key_that_is_read_is_in_the_schema() {
        let schema = config_schema();
        let keys = |at: &str| -> Vec<String> {
            let mut keys: Vec<String> =
                schema.pointer(at).unwrap().as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let sorted = |list: &[&str]| {
            let mut list: Vec<String> = list.iter().map(|k| (*k).to_owned()).collect();
            list.sort();
            list
        };
        assert_eq!(keys("/properties"), sorted(&read::TOP));
        assert_eq!(keys("/properties/waiver/items/properties"), sorted(&read::WAIVER));
        assert_eq!(keys("/properties/rules/additionalProperties/properties"), sorted(&read::RULE));
    }

    /// `UPDATE_SCHEMAS=1 cargo test config_schema` writes the file anew.
    #[test]
    fn the_config_schema_file_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/config.schema.json");
        let now = serde_json::to_string_pretty(&config_schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).unwrap();
            std::fs::write(path, &now).unwrap();
        }
        let file = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            file == now,
            "run `UPDATE_SCHEMAS=1 cargo test config_schema` to write schemas/config.schema.json anew"
        );
    }
}
