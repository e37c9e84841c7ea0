//! The examples of the shipped rules hold.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use facelint::policy::{Pack, run_examples};

#[test]
fn every_example_of_every_built_in_pack() {
    let mut wrong = Vec::new();
    for id in Pack::builtin_ids() {
        let pack = Pack::builtin(id).unwrap();
        for result in run_examples(&pack, &|files, as_of| facelint::run_example(id, files, as_of)) {
            if let Some(failure) = result.failure {
                wrong.push(format!("{} ({}): {}\n{failure}", result.rule, result.path, result.example));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
