#!/bin/bash
# How much work do stiff problems take beside CVODES and scipy, at equal achieved accuracy?
# Usage: bash Benchmarks/stiff.sh [FOLDER OF THE REFERENCES] [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
folder=$(cd "${1:-$here/../../shared/oracles/ivp}" 2>/dev/null && pwd) || {
  echo "Skipped: the reference values are not at ${1:-../shared/oracles/ivp}."
  exit 0
}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
gcc -O3 -march=native "$here/peers/problems/cvodes.c" -o "$temporary/cvodes" -lsundials_cvodes \
  -lsundials_nvecserial -lsundials_sunmatrixdense -lsundials_sunlinsoldense -lm
solve=$(driver solve)
"$python" "$here/questions/stiff.py" "$folder" "$temporary/cvodes" "$solve" "${2:-3}"
