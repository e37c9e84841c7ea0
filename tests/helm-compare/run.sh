#!/bin/sh
# Compares what facelint evaluates of charts and overlays with what `helm template` and `kustomize build` render.
#
#   tests/helm-compare/run.sh [CHART_DIR…]
#
# Without arguments: the charts beside this script. Installs Helm through the Go module proxy
# unless `helm` is there. Says so loudly when it cannot run, and ends with 77.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
not_run() { echo "NOT RUN: $1 - nothing was compared" >&2; exit 77; }

python3 -c 'import yaml' 2>/dev/null || not_run "python3 with PyYAML is missing"
tools="$root/target/tools"
PATH="$tools:$PATH"
if ! command -v helm >/dev/null; then
    command -v go >/dev/null || not_run "neither helm nor go is installed"
    GOBIN="$tools" go install helm.sh/helm/v3/cmd/helm@latest || not_run "helm cannot be installed"
fi
(cd "$root" && cargo build -q --example render) || not_run "the example does not build"
[ $# -gt 0 ] || set -- "$here"/charts/*/
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failed=0; compared=0
for chart in "$@"; do
    echo "$(basename "$chart")"
    if ! helm template release-name "$chart" --namespace default >"$work/helm.yaml" 2>"$work/error"; then
        echo "  helm does not render it: $(head -n 1 "$work/error")"
        continue
    fi
    "$root/target/debug/examples/render" chart "$chart" >"$work/open.json" || failed=1
    python3 "$here/compare.py" "$work/open.json" "$work/helm.yaml" || failed=1
    # The same with the release's name known.
    "$root/target/debug/examples/render" chart "$chart" release-name default >"$work/named.json" || failed=1
    python3 "$here/compare.py" "$work/named.json" "$work/helm.yaml" || failed=1
    compared=$((compared + 1))
done
if ! command -v kustomize >/dev/null && command -v go >/dev/null; then
    # The newest release may need a newer Go than the one installed.
    GOBIN="$tools" go install sigs.k8s.io/kustomize/kustomize/v5@latest ||
        GOBIN="$tools" go install sigs.k8s.io/kustomize/kustomize/v5@v5.6.0
fi
if command -v kustomize >/dev/null; then
    for overlay in base patched named with-component; do
        echo "kustomize: $overlay"
        kustomize build "$here/overlays/$overlay" >"$work/kustomize.yaml" 2>"$work/error" || { cat "$work/error"; failed=1; continue; }
        "$root/target/debug/examples/render" kustomize "$here/overlays" "$overlay" >"$work/ours.json" || failed=1
        python3 "$here/compare.py" "$work/ours.json" "$work/kustomize.yaml" || failed=1
    done
else
    echo "NOT RUN: kustomize cannot be installed - overlays were not compared" >&2
fi
[ "$compared" -gt 0 ] || not_run "no chart was rendered"
exit $failed
