#!/bin/bash
# FAC-1 and changes of it in SimPy: means over seeds with standard errors, one line a case.
# Usage: bash Benchmarks/capacity/reference.sh PYTHON [SEEDS]      (about 12 minutes on one core)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$1
seeds=${2:-20}
run() {
  local name=$1
  shift
  for seed in $(seq 1 "$seeds"); do
    "$python" "$here/fac1_simpy.py" "$1" 10 "$seed" "${@:2}"
  done | "$python" "$here/summary.py" "$name"
}
run "32 devices" 32
run "34 devices" 34
run "31 devices" 31
run "33 devices" 33
run "36 devices" 36
run "34, fail 0.02" 34 --fail 0.02
run "36, fail 0.10" 36 --fail 0.10
run "34, cv 0.30" 34 --cv 0.30
run "34, cv 0.05" 34 --cv 0.05
run "32, mean 8 d" 32 --mean 8
run "34, 3 teams" 34 --teams 3
run "40, 6 teams, no weekends" 40 --teams 6 --weekends
run "34, mode A, 24 lines" 34 --mode A --lines 24
run "30, rate 850" 30 --rate 850
run "reduced, 32 devices" 32 --reduced
