#!/usr/bin/env bash
# Runs the hooks with the real pre-commit in throw-away repositories.
#
# Needs git and pre-commit (`pip install pre-commit`); takes `facelint` from target/debug unless FACELINT
# names another one. With FROM_SOURCE=1 the hooks that build from source are run too.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
facelint=${FACELINT:-$here/target/debug/facelint}
[ -x "$facelint" ] || { echo "no $facelint: run cargo build first" >&2; exit 2; }
command -v pre-commit > /dev/null || { echo "pre-commit is not installed" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$facelint" "$work/bin/facelint"
export PATH="$work/bin:$PATH" PRE_COMMIT_HOME="$work/cache" LC_ALL=C.UTF-8
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name test
git config --global user.email test@example.com
git config --global init.defaultBranch main
git config --global protocol.file.allow always

failed=0
say() { # name, expected code, code
  if [ "$2" = "$3" ]; then echo "ok    $1"; else echo "FAIL  $1: exit code $3, not $2"; cat "$work/log"; failed=1; fi
}
commit() { # name, expected code
  local code=0
  git add -A
  git commit -qm "$1" > "$work/log" 2>&1 || code=$?
  say "$1" "$2" "$code"
}
saw() { # name, text
  if grep -qF -- "$2" "$work/log"; then echo "ok    $1"; else echo "FAIL  $1: no \`$2\`"; cat "$work/log"; failed=1; fi
}

# The repository that holds the hooks.
hooks="$work/hooks"
mkdir "$hooks"
if [ -n "${FROM_SOURCE:-}" ]; then
  git -C "$here" archive HEAD | tar -x -C "$hooks"
fi
cp "$here/.pre-commit-hooks.yaml" "$hooks/"
git -C "$hooks" init -q
git -C "$hooks" add -A
git -C "$hooks" commit -qm hooks
rev=$(git -C "$hooks" rev-parse HEAD)

project() { # name, hook id, further lines
  mkdir "$work/$1"
  cd "$work/$1"
  git init -q
  printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: %s\n%s' "$hooks" "$rev" "$2" "${3:-}" > .pre-commit-config.yaml
  pre-commit install > /dev/null
}

bad() { printf 'services:\n  gate:\n    image: exadel/compreface-core:1.2.0\n    env_file: gate.env\n'; }

echo "# changed files"
project changed facelint-system
echo hello > README.md
echo 'print(1)' > main.py
commit "no face recognition" 0
bad > compose.yaml
echo 'FACE_IMAGE_RETENTION_DAYS=30' > gate.env
commit "a system with findings" 1
saw "the finding is shown" "compose.yaml"
git commit -qnm "as it is"
echo more >> README.md
commit "another file is changed: old findings do not stop it" 0
echo 'FACE_IMAGE_RETENTION_DAYS=0' > gate.env
commit "a changed file is judged with its project" 1
saw "it names the setting" "gate.env"
git checkout -q HEAD -- gate.env
printf 'exclude = ["/old/"]\n' > facelint.toml
mkdir old
bad > old/compose.yaml
commit "an excluded file that is passed" 0
mkdir 'a "b" $(touch x)'
bad > 'a "b" $(touch x)/compose 门禁.yaml'
commit "a name with quotes and blanks" 1
[ ! -e x ] || { echo "FAIL  a name was run"; failed=1; }
rm -r 'a "b" $(touch x)'

echo "# whole project"
project whole facelint-project-system $'        args: [--since, HEAD]\n'
bad > compose.yaml
printf 'x' > notes.txt
commit "the first commit: everything is new" 1
saw "it is a finding" "retention-limit"
git commit -qnm "as it is"
echo more >> notes.txt
commit "nothing new" 0
echo 'FACE_IMAGE_RETENTION_DAYS=30' > gate.env
commit "better than before" 0
git rm -q gate.env
commit "the file with the limit is deleted" 1
saw "the missing limit is new" "retention-limit"

if [ -n "${FROM_SOURCE:-}" ]; then
  echo "# from source"
  for id in facelint facelint-python; do
    project "source-$id" "$id"
    echo hello > README.md
    commit "$id: no face recognition" 0
    bad > compose.yaml
    commit "$id: a system with findings" 1
  done
fi
exit "$failed"
