#!/usr/bin/env bash
# Runs facelint with the inputs of the action and writes its outputs. It always ends with 0; the next step
# ends with the exit code, after the reports are there. Inputs are read from the environment and are never
# part of a script's text.
set -uo pipefail

bin=${FACELINT_BINARY:-}
if [ -z "$bin" ]; then
  bin="$RUNNER_TEMP/facelint-build/release/facelint"
  [ -e "$bin" ] || bin="$bin.exe"
fi
out="$RUNNER_TEMP/facelint"
mkdir -p "$out"
rm -f "$out/facelint.sarif" "$out/facelint.json"

args=(check --format github --output "sarif=$out/facelint.sarif" --output "json=$out/facelint.json")
args+=(--fail-on "${FACELINT_FAIL_ON:-error}" --lang "${FACELINT_LANG:-en}")
[ -z "${FACELINT_CONFIG:-}" ] || args+=(--config "$FACELINT_CONFIG")
[ -z "${FACELINT_BASELINE:-}" ] || args+=(--baseline "$FACELINT_BASELINE")
[ "${FACELINT_NOTES:-false}" != true ] || args+=(--notes)
while IFS= read -r pack; do
  [ -z "$pack" ] || args+=("--pack=$pack")
done <<< "${FACELINT_PACKS:-}"

since=${FACELINT_SINCE:-}
if [ "$since" = auto ]; then
  since=${FACELINT_BASE:-}
  # A shallow clone has not the base of the pull request.
  if [ -n "$since" ] && ! git cat-file -e "$since^{commit}" 2> /dev/null; then
    git fetch --quiet --no-tags --depth=1 origin "$since" || echo "facelint: the base of the pull request cannot be fetched" >&2
  fi
fi
[ -z "$since" ] || args+=("--since=$since")

args+=(--)
while IFS= read -r path; do
  [ -z "$path" ] || args+=("$path")
done <<< "${FACELINT_PATHS:-}"

code=0
"$bin" "${args[@]}" || code=$?

# The members of the report's summary have names of their own, one a line.
number() {
  local found=0
  [ ! -f "$out/facelint.json" ] || found=$(sed -n '/^  "summary": {/,/^  }/s/^    "'"$1"'": \([0-9][0-9]*\),\{0,1\}$/\1/p' "$out/facelint.json")
  echo "${found:-0}"
}
new=$(($(number error) + $(number warning) + $(number note)))
hidden=0
if [ -f "$out/facelint.json" ]; then
  while IFS= read -r n; do hidden=$((hidden + n)); done < <(sed -n '/^  "compared": \[/,/^  \]/s/^      "hidden": \([0-9][0-9]*\),\{0,1\}$/\1/p' "$out/facelint.json")
fi
case $code in
  0) gate=pass ;;
  1) gate=fail ;;
  *) gate=error ;;
esac
{
  echo "findings=$((new + hidden))"
  echo "new=$new"
  echo "systems=$(number systems)"
  [ ! -f "$out/facelint.sarif" ] || echo "sarif=$out/facelint.sarif"
  [ ! -f "$out/facelint.json" ] || echo "report=$out/facelint.json"
  echo "gate=$gate"
  echo "code=$code"
} >> "$GITHUB_OUTPUT"
