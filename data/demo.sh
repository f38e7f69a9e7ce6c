#!/usr/bin/env bash
# The main job on the shipped runs, from counts to report.
set -euo pipefail
thymus=${THYMUS:?}
out=${OUT:?}
mkdir -p "$out"

say() { printf '\n== %s\n' "$*"; }

say "1. CAR-T expansions at five IL-2 levels (real; donors pooled, so maximum likelihood)"
"$thymus" fit data/runs/kaartinen2017_cart_il2 --model exponential_lag --no-priors \
  -o "$out/car-t-il2.html" | sed -n '/^Summary/,/^Fit of/p' | sed '$d'

say "2. CHO fed-batch cultures from raw counts (real)"
"$thymus" fit data/runs/cho_fedbatch_2024nov --model live_dead_density --no-priors \
  -o "$out/cho.html" | sed -n '/^Summary/,/^Fit of/p' | sed '$d'

say "3. A closed-system run (synthetic), forecast from its first six days, dose for a child of 20 kg"
"$thymus" report data/runs/prodigy_example --run synthetic_prodigy_01 --model live_dead \
  --until 6d --product kymriah-us-ball --weight '20 kg' --plan maximum \
  --recovery 'harvest and wash=88%' --recovery formulation=93% --retain 'retain and QC=2e7 cells' \
  -o "$out/prodigy.html" | sed -n -e '/^Harvest of/,/^Fit of/p' -e '/^Dose$/,/^product /p' | sed '/^Fit of/d'

say "4. Dose for an adult of 70 kg (trial dose)"
"$thymus" dose --product fucaso-cn-mm --weight '70 kg' --recovery 'harvest and wash=88%' \
  --retain 'retain and QC=2e7 cells' -o "$out/dose-adult.html" | sed -n '1,20p'

say "5. When to harvest for a child, from three counts (synthetic) and what earlier donors taught"
"$thymus" harvest data/runs/prodigy_child --prior data/harvest/prodigy_donors.prior.json \
  --harvest-plan data/harvest/prodigy_child.yaml -o "$out/child.html" | sed -n '/^Harvest decision/,/^Waiting or going/p' | sed '$d'

say "6. A plant of a thousand patients a year: can it work, and how long do patients wait?"
"$thymus" plan simulate data/facilities/plant_1000.yaml -o "$out/plant.html" \
  | sed -n '/^Can the plan work/,/^Patients/p' | sed '$d'

say "Reports"
printf '%s\n' "$out/car-t-il2.html" "$out/cho.html" "$out/prodigy.html" "$out/dose-adult.html" \
  "$out/child.html" "$out/plant.html"
