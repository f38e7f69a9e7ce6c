#!/bin/bash
# How long does a population fit take beside R's nlme and lme4, and who reaches the exact maximum?
# Usage: bash Benchmarks/population.sh [FOLDER OF THE REFERENCE SETS] [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
folder=$(cd "${1:-$here/../../shared/oracles/mixed_effects}" 2>/dev/null && pwd) || {
  echo "Skipped: the reference sets are not at ${1:-../shared/oracles/mixed_effects}."
  exit 0
}
if ! Rscript -e 'library(nlme); library(lme4)' >/dev/null 2>&1; then
  echo "Skipped: R with nlme and lme4 is not there (apt-get install r-cran-nlme r-cran-lme4)."
  exit 0
fi
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cp "$folder"/*.csv "$folder/expected.json" "$temporary"
Rscript "$here/peers/population/classics.R" "$temporary"
"$python" "$here/questions/population.py" "$(driver population)" "$temporary" "${2:-7}"
