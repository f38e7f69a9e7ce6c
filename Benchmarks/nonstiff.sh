#!/bin/bash
# How much work do non-stiff problems take beside DOP853, at equal achieved accuracy?
# Usage: bash Benchmarks/nonstiff.sh [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
"$python" "$here/peers/problems/dop853_tableau.py" > "$temporary/dop853_tableau.h"
gcc -O3 -march=native -I "$temporary" "$here/peers/problems/dop853.c" -o "$temporary/dop853" -lm
gcc -O2 -DQUAD "$here/peers/problems/reference.c" -o "$temporary/reference" -lquadmath
solve=$(driver solve)
"$python" "$here/questions/nonstiff.py" "$temporary/reference" "$temporary/dop853" "$solve" \
  "${1:-5}"
