//! What holds for every run: the same report whatever the order of work, and no sighting lost to the prefilter.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

mod support;

use support::{facelint, fixture};

#[test]
fn the_report_does_not_depend_on_threads() {
    let report = |threads: &str| {
        let mut command = facelint(&["--format", "json", "--as-of", "2026-01-15", "--hints", "."]);
        command.current_dir(fixture("office-gate")).env("RAYON_NUM_THREADS", threads);
        command.output().unwrap().stdout
    };
    let first = report("1");
    assert!(first.len() > 1000);
    for threads in ["1", "2", "8", "8"] {
        assert!(report(threads) == first, "{threads} threads");
    }
}
