#!/usr/bin/env bash
# Builds facelint from the source that this action was checked out with.
set -euo pipefail
target="$RUNNER_TEMP/facelint-build"
cargo build --locked --release --manifest-path "$GITHUB_ACTION_PATH/Cargo.toml" --target-dir "$target"
