#!/bin/bash
# How well is growth forecast from other donors, beside simple rules on the same folds?
# Usage: bash Benchmarks/cohort.sh [REPEATS] [SEED]; needs ../shared
set -euo pipefail
source "$(dirname "$0")/build.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" "$here/cohort.py" "$(driver cohort)" "$here/../../shared" "$scratch" --repeats "${1:-6}" --seed "${2:-11}"
