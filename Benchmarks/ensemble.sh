#!/bin/bash
# How many parameter draws does one core simulate in a second, and how much of the core is that?
# Usage: bash Benchmarks/ensemble.sh [FOLDER OF THE REFERENCE PROBLEM] [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
folder=$(cd "${1:-$here/../../shared/oracles/monod4}" 2>/dev/null && pwd) || {
  echo "Skipped: the reference problem is not at ${1:-../shared/oracles/monod4}."
  exit 0
}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
gcc -O3 -march=native -fopenmp -DPEER="\"$folder/peer_c_cvodes.c\"" "$here/peers/monod4/monod4.c" \
  -o "$temporary/monod4" -lsundials_cvodes -lsundials_nvecserial -lsundials_sunmatrixdense \
  -lsundials_sunlinsoldense -lm
gcc -O3 -march=native "$here/peers/peak.c" -o "$temporary/peak"
portable=$(driver solve)
wide=$(wide_driver solve)
"$python" "$here/questions/ensemble.py" "$folder" "$temporary/monod4" "$temporary/peak" "${2:-5}" \
  "=$portable" ${wide:+", x86-64-v3=$wide"}
