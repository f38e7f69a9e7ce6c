#!/bin/bash
# How fast is Thymus on the reference problem beside CVODES and a hand-written C program, at equal
# achieved accuracy?
# Usage: bash Benchmarks/monod4.sh [FOLDER OF THE PROBLEM] [ROUNDS]
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
portable=$(driver solve)
wide=$(wide_driver solve)
"$python" "$here/questions/monod4.py" "$folder" "$temporary/monod4" "${2:-7}" \
  "=$portable" ${wide:+", x86-64-v3=$wide"}
