#!/bin/bash
# Do harvests that are said to meet all criteria with a probability do so as often?
# Usage: bash Benchmarks/harvest-calibration.sh [--donors N] [--runs N] [--threads N] [--seed N]
# With --donors 30 decisions rest on a prior learned from so many other simulated donors.
# A run that was stopped goes on where it was (remove .build/harvest-calibration*.lines after a change
# of the code). Writes results/harvest-calibration[-prior].md when all 2,000 runs were asked for.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export OPENBLAS_NUM_THREADS=1
swift build --package-path "$here" -c release --product harvest-calibration >&2
tool=$(swift build --package-path "$here" -c release --show-bin-path)/harvest-calibration
name=harvest-calibration
case " $* " in *" --donors "*) name=$name-prior ;; esac
page=$(mktemp)
trap 'rm -f "$page"' EXIT
"$tool" --data "$here/../data" --work "$here/.build/$name.lines" "$@" >"$page"
cat "$page"
case " $* " in
  *" --runs "*) ;;
  *) mkdir -p "$here/results" && cp "$page" "$here/results/$name.md" ;;
esac
