#!/bin/bash
# Do 95 % intervals hold the truth in 95 % of simulated runs, and is the sampler calibrated?
# Usage: bash Benchmarks/calibrate.sh [--only coverage|sbc] [--model NAME] [--replicates N]
#        [--threads N] [--resume]
# A run that was stopped goes on with --resume (finished slices are kept until the next run without
# it; do not resume after a change of the code). Writes results/calibration.md when all 2,000 runs of
# all models were asked for, else prints only.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export OPENBLAS_NUM_THREADS=1
swift build --package-path "$here" -c release --product calibrate >&2
calibrate=$(swift build --package-path "$here" -c release --show-bin-path)/calibrate
page=$(mktemp)
trap 'rm -f "$page"' EXIT
began=$SECONDS
status=0
"$calibrate" --data "$here/../data" --work "$here/.build/calibration" "$@" >"$page" || status=$?
{
  cat "$page"
  echo "$((SECONDS - began)) s on $(nproc --all) cores, commit $(git -C "$here" rev-parse --short HEAD)."
} >"$page.whole"
mv "$page.whole" "$page"
cat "$page"
case " $* " in
  *" --only "* | *" --model "* | *" --replicates "*) ;;
  *) mkdir -p "$here/results" && cp "$page" "$here/results/calibration.md" ;;
esac
exit "$status"
