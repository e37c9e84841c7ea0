#!/usr/bin/env bash
# Runs the steps of the action with the variables that a runner sets. Needs git; takes `facelint` from
# target/debug unless FACELINT names another one.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
export FACELINT_BINARY=${FACELINT:-$here/target/debug/facelint}
[ -x "$FACELINT_BINARY" ] || { echo "no $FACELINT_BINARY: run cargo build first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GITHUB_ACTION_PATH=$here GITHUB_ACTIONS=true LC_ALL=C.UTF-8
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name test
git config --global user.email test@example.com
failed=0

# What is passed on must be what the scripts read.
for name in PATHS CONFIG PACKS FAIL_ON BASELINE SINCE NOTES LANG BINARY BASE; do
  grep -q "FACELINT_$name: " "$here/action.yml" || { echo "FAIL  action.yml passes no FACELINT_$name"; failed=1; }
done

step() { # name, expected code, expected gate, expected number of new findings or -
  export RUNNER_TEMP="$work/temp" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary"
  mkdir -p "$RUNNER_TEMP"
  : > "$GITHUB_OUTPUT"
  : > "$GITHUB_STEP_SUMMARY"
  bash "$here/action/check.sh" > "$work/log" 2> "$work/err" || { echo "FAIL  $1: the step itself failed"; failed=1; }
  local code gate new
  code=$(sed -n 's/^code=//p' "$GITHUB_OUTPUT")
  gate=$(sed -n 's/^gate=//p' "$GITHUB_OUTPUT")
  new=$(sed -n 's/^new=//p' "$GITHUB_OUTPUT")
  if [ "$code" = "$2" ] && [ "$gate" = "$3" ] && { [ "$4" = - ] || [ "$new" = "$4" ]; }; then
    echo "ok    $1"
  else
    echo "FAIL  $1: code $code, gate $gate, new $new"
    cat "$work/log" "$work/err" "$GITHUB_OUTPUT"
    failed=1
  fi
  # Every line of the log is an annotation or our own.
  if grep -vE '^(::(error|warning|notice) file=|facelint)' "$work/log"; then
    echo "FAIL  $1: a line of the log is neither"
    failed=1
  fi
}
project() {
  mkdir "$work/$1"
  cd "$work/$1"
  git init -q -b main
}
bad() { printf 'services:\n  gate:\n    image: exadel/compreface-core:1.2.0\n    environment:\n      FACE_IMAGE_RETENTION_DAYS: "0"\n'; }

project clean
echo 'services: {}' > compose.yaml
step "clean repository" 0 pass 0

project findings
bad > compose.yaml
step "findings" 1 fail -
grep -q '^::error file=compose.yaml,line=' "$work/log" || { echo "FAIL  no annotation"; failed=1; }
grep -q '^## facelint' "$work/summary" || { echo "FAIL  no summary"; failed=1; }
[ -s "$work/temp/facelint/facelint.sarif" ] || { echo "FAIL  no SARIF"; failed=1; }
FACELINT_FAIL_ON=never step "findings that do not fail" 0 pass -
FACELINT_LANG=zh step "in Chinese" 1 fail -
FACELINT_PATHS=$'no-such-file\n' step "a path that does not exist" 2 error 0
FACELINT_SINCE='$(touch pwned); --help' step "a revision that is none" 2 error 0
[ ! -e pwned ] || { echo "FAIL  an input was run"; failed=1; }

git add -A
git commit -qm first
base=$(git rev-parse HEAD)
echo hello > README.md
git add -A
git commit -qm second
FACELINT_SINCE=auto FACELINT_BASE=$base step "a pull request with old findings only" 0 pass 0
sed -i.bak 's/"0"/"-1"/' compose.yaml && rm compose.yaml.bak
FACELINT_SINCE=auto FACELINT_BASE=$base step "a pull request with a new finding" 1 fail 1
FACELINT_SINCE=auto FACELINT_BASE='' step "a push" 1 fail -

git clone -q --depth=1 "file://$work/findings" "$work/shallow"
cd "$work/shallow"
FACELINT_SINCE=auto FACELINT_BASE=$base step "a shallow clone" 0 pass 0

project broken
printf 'exlude = []\n' > facelint.toml
bad > compose.yaml
step "a broken configuration" 2 error 0

project names
# A `/` ends a name, so the hostile ones have none.
for name in 'a b' 'q"uo'\''te' '$(touch pwned)' $'new\nline' '::error::x'; do
  mkdir "$name"
  bad > "$name/compose.yaml"
done
step "hostile names" 1 fail -
[ ! -e pwned ] || { echo "FAIL  a name was run"; failed=1; }
[ "$(grep -c '^::error::' "$work/log")" = 0 ] || { echo "FAIL  a name is a command"; failed=1; }
exit "$failed"
