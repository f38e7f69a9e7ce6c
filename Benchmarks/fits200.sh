#!/bin/bash
# How many fits a second, on 200 runs, beside C, CVODES, COPASI, AMICI and scipy?
# Usage: bash Benchmarks/fits200.sh [FOLDER OF THE PROBLEM] [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
folder=$(cd "${1:-$here/../../shared/oracles/monod4}" 2>/dev/null && pwd) || {
  echo "Skipped: the reference problem is not at ${1:-../shared/oracles/monod4}."
  exit 0
}
bash "$here/peers/fit/setup_amici.sh" >&2 || echo "AMICI could not be built; it is left out." >&2
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
gcc -O3 -march=native -fopenmp -DPEER="\"$folder/peer_c_cvodes.c\"" "$here/peers/monod4/monod4.c" \
  -o "$temporary/monod4" -lsundials_cvodes -lsundials_nvecserial -lsundials_sunmatrixdense \
  -lsundials_sunlinsoldense -lm
fits=$(driver fit)
swift build --package-path "$here/.." -c release --product thymus >&2
thymus=$(swift build --package-path "$here/.." -c release --show-bin-path)/thymus
"$python" "$here/questions/fits200.py" "$fits" "$thymus" "$temporary/monod4" "$folder" "${2:-3}"
