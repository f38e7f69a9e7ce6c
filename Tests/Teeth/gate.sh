#!/usr/bin/env bash
# Shows that the gate over the reference runs has teeth.
#
# In a temporary copy of this checkout one defect at a time is planted; `thymus regress` must then
# fail (exit code 1) and name what moved. Prints one block a defect:
#   PASS|FAIL  exit code  defect
#              the first three quantities that moved, and how many moved in which runs
# and ends with 0 only when the sound copy passes and every defect is caught.
#
#   Tests/Teeth/gate.sh              all defects; each in the sources costs one rebuild
#   Tests/Teeth/gate.sh model noise  only the defects whose name begins so
#   WORK=/some/folder Tests/Teeth/gate.sh
#                                    keeps the copy and its build there for the next time
#
# Needs what a build needs, and nothing else. Nothing outside the copy is written.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -n "${WORK:-}" ]; then
  work=$WORK
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
copy=$work/checkout
wanted=("$@")
failed=0

# The copy: everything but what was built; fetched packages are taken along to stay offline.
# In a kept copy only files that differ are replaced, so that its build stays good.
mkdir -p "$work/fresh" "$copy"
tar -C "$root" --exclude='./.build*' --exclude=./.git --exclude=./out -cf - . |
  tar -C "$work/fresh" -xf -
(cd "$copy" && find . -type f -not -path './.build/*') | while read -r name; do
  [ -e "$work/fresh/$name" ] || rm -f "$copy/$name"
done
(cd "$work/fresh" && find . -type f) | while read -r name; do
  cmp -s "$work/fresh/$name" "$copy/$name" && continue
  mkdir -p "$(dirname "$copy/$name")"
  cp -p "$work/fresh/$name" "$copy/$name"
done
packages=$root/.build
root=$work/fresh
for name in checkouts repositories workspace-state.json; do
  if [ -e "$packages/$name" ] && [ ! -e "$copy/.build/$name" ]; then
    mkdir -p "$copy/.build"
    cp -R "$packages/$name" "$copy/.build/$name"
  fi
done

build() {
  swift build --package-path "$copy" -c release --product thymus >"$work/build.log" 2>&1 || {
    tail -n 20 "$work/build.log" >&2
    return 1
  }
}

# Exit code of the gate; its words go to the file gate.txt, its drifts to drifts.txt.
gate() {
  local code=0
  "$copy/.build/release/thymus" regress "$copy/data/reference" --data "$copy/data" \
    >"$work/gate.txt" 2>"$work/gate.err" || code=$?
  # The rows of the table of drifts stand below its rule of dashes.
  sed -n '/^--*  *--/,/^$/p' "$work/gate.txt" | sed -e '/^--/d' -e '/^$/d' >"$work/drifts.txt"
  sed -n '/^DRIFT:/,/^$/p' "$work/gate.txt" | tr '\n' ' ' >"$work/verdict.txt"
  echo "$code"
}

report() {
  local word=$1 code=$2 name=$3
  printf '%-5s exit %-3s %s\n' "$word" "$code" "$name"
  head -n 3 "$work/drifts.txt" | sed -E -e 's/ {2,}/  /g' -e 's/^/      | /'
  sed -e 's/^/      = /' -e 's/ *$//' "$work/verdict.txt"
  [ ! -s "$work/verdict.txt" ] || echo
  if [ -s "$work/gate.err" ]; then head -n 3 "$work/gate.err" | cut -c 1-200 | sed 's/^/      ! /'; fi
}

# The next build sees both the file put right and the file damaged.
restore() {
  if [ -n "${damaged:-}" ]; then cp "$root/$damaged" "$copy/$damaged"; fi
  damaged=
}

# defect NAME FILE SED-EXPRESSION...: plants it, runs the gate, judges.
defect() {
  local name=$1 file=$2 code word
  shift 2
  if [ ${#wanted[@]} -gt 0 ]; then
    local matches=
    for prefix in "${wanted[@]}"; do case $name in "$prefix"*) matches=1 ;; esac; done
    [ -n "$matches" ] || return 0
  fi
  restore
  damaged=$file
  local expressions=()
  for expression in "$@"; do expressions+=(-e "$expression"); done
  sed -E -i "${expressions[@]}" "$copy/$file"
  if cmp -s "$root/$file" "$copy/$file"; then
    printf 'FAIL  the defect could not be planted: %s (%s)\n' "$name" "$file"
    failed=1
    return 0
  fi
  case $file in
    Sources/*)
      if ! build; then
        printf 'FAIL  the defect does not compile: %s (%s)\n' "$name" "$file"
        failed=1
        return 0
      fi ;;
  esac
  code=$(gate)
  word=PASS
  if [ "$code" != 1 ] || [ ! -s "$work/drifts.txt" ]; then word=FAIL failed=1; fi
  report "$word" "$code" "$name"
}

build
code=$(gate)
if [ "$code" = 0 ]; then report PASS 0 "no defect: the sound copy agrees with its lock"; else
  report FAIL "$code" "no defect: the sound copy does not agree with its lock"
  exit 1
fi

# Data: no rebuild.
defect "model: lysis feeds dead cells in live_dead" data/models/live_dead.thymus \
  "s/kd \* V - kl \* D/kd * V + kl * D/"
defect "model: steepness of the lag 0.25 -> 0.30 1/h in exponential_lag" \
  data/models/exponential_lag.thymus "s/logistic\(0\.25/logistic(0.30/"
# At 50 kg itself both bands of Kymriah give the same dose, so the edge has to move to be seen.
defect "dose: bands of Kymriah meet at 49 kg" data/products/kymriah-us-ball.yaml \
  "s/(upper|lower): 50 kg/\\1: 49 kg/"
defect "dose: cap of Yescarta 2e8 -> 2.2e8" data/products/yescarta-eu-lbcl.yaml \
  "s/cap: 2e8 cells/cap: 2.2e8 cells/"

# Sources, from the top of the house to its ground floor, so that rebuilds grow.
defect "tolerance: integrator options x 1000" Sources/Inference/FitOptions.swift \
  "s/relativeTolerance = 1e-8/relativeTolerance = 1e-5/" \
  "s/absoluteTolerance = 1e-10/absoluteTolerance = 1e-7/"
defect "noise: standard deviation x 1.1 in the normal family" Sources/Inference/NoiseTerm.swift \
  "s/value: 0\.5 \* r \* r \+ Double\.log\(s\)/value: 0.5 * (r \/ 1.1) * (r \/ 1.1) + Double.log(1.1 * s)/"
defect "event: samples before an operation are taken after it" Sources/Bioreactor/Simulator.swift \
  "s/else if instant\.phase == \.before/else if instant.phase == .after/"
defect "event: at one time the feed comes before the sample" Sources/Bioreactor/Timeline.swift \
  "s/for operation in run\.operations \{\$/for operation in run.operations.sorted(by: { (\$0.time, \$0.action.kind == .feed ? 0 : 1) < (\$1.time, \$1.action.kind == .feed ? 0 : 1) }) {/"
defect "tolerance: stepper x 1000, options unchanged" Sources/Integration/StageBuffers.swift \
  "s/absolute: options\.absoluteTolerance/absolute: 1000 * options.absoluteTolerance/" \
  "s/relative: options\.relativeTolerance/relative: 1000 * options.relativeTolerance/"
defect "dose: a lower edge of a band that is in is taken as out" Sources/Dosing/WeightBand.swift \
  "s/lower\.inclusive \? mass < lower\.mass/lower.inclusive ? mass <= lower.mass/" \
  "s/upper\.inclusive \? mass > upper\.mass/upper.inclusive ? mass >= upper.mass/"
defect "unit: hour x 1.001" Sources/Quantities/UnitParser.swift \
  's/entry\("h", "hour", time, 1\)/entry("h", "hour", time, 1001, 1000)/'
defect "unit: millilitre x 1.001" Sources/Quantities/UnitParser.swift \
  's/entry\("mL", "millilitre", volume, 1\)/entry("mL", "millilitre", volume, 1001, 1000)/'
defect "unit: per cent 1/99" Sources/Quantities/UnitParser.swift \
  's/entry\("%", "per cent", \.none, 1, 100\)/entry("%", "per cent", .none, 1, 99)/'
restore
exit "$failed"
