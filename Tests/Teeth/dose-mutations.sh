#!/usr/bin/env bash
# Shows that the tests of the dose room have teeth.
#
# In a temporary copy one defect at a time is planted in Sources/Dosing; it must apply, compile, and
# make the dosing tests fail. Prints one line a defect:
#   caught|MISSED|FAIL  defect  (the first test that saw it)
# and the sums; ends with 0 only when the sound copy passes and every defect is caught.
#
#   Tests/Teeth/dose-mutations.sh              all defects
#   Tests/Teeth/dose-mutations.sh window bag   only the defects whose name begins so
#   WORK=/some/folder Tests/Teeth/dose-mutations.sh
#                                              keeps the copy and its build there for the next time
#
# Builds only what a dose needs, in debug. Needs what a build needs; nothing outside the copy is
# written. The fast tests go first; the long ones (fields taken away, slips) only where those pass.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -n "${WORK:-}" ]; then
  work=$WORK
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
copy=$work/checkout
sound=$work/sound
wanted=("$@")
failed=0 caught=0 missed=0

# The copy: the rooms below a dose and its tests, under a manifest of their own.
mkdir -p "$copy/Sources" "$copy/Tests"
for name in Quantities Randomness Lanes CLAPACK LinearAlgebra Statistics Capacity RunRecords \
  ModelLanguage Dosing DosingCheck CSodium RunFiles; do
  rm -rf "$copy/Sources/$name"
  cp -Rp "$root/Sources/$name" "$copy/Sources/$name"
done
rm -rf "$copy/Tests/DosingTests" "$copy/data"
rm -rf "$sound"
mkdir -p "$sound/Sources"
cp -Rp "$copy/Sources/Dosing" "$sound/Sources/Dosing"
cp -Rp "$root/Tests/DosingTests" "$copy/Tests/DosingTests"
cp -Rp "$root/data" "$copy/data"
cp "$root/Package.resolved" "$copy/" 2>/dev/null || true
for name in checkouts repositories workspace-state.json; do
  if [ -e "$root/.build/$name" ] && [ ! -e "$copy/.build/$name" ]; then
    mkdir -p "$copy/.build"
    cp -R "$root/.build/$name" "$copy/.build/$name"
  fi
done
cat >"$copy/Package.swift" <<'MANIFEST'
// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)]
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: strict)
}
let package = Package(
  name: "doses",
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
  targets: [
    .target(name: "CLAPACK"), .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
    room("Quantities"), room("Randomness"), room("Lanes"), room("RunRecords", ["Quantities"]),
    room("LinearAlgebra", ["CLAPACK"]), room("Statistics", ["LinearAlgebra", "Randomness"]),
    room("Capacity", ["Statistics", "Randomness", "Quantities"]),
    room("ModelLanguage", ["Quantities", "Lanes"]), room("Dosing", ["Quantities"]),
    room("DosingCheck", ["Quantities"]),
    room(
      "RunFiles",
      ["RunRecords", "ModelLanguage", "Capacity", "Dosing", "Quantities", "CSodium", "Yams"]),
    .testTarget(
      name: "DosingTests", dependencies: ["Dosing", "DosingCheck", "RunFiles", "Quantities"],
      exclude: ["Records"], swiftSettings: strict),
  ])
MANIFEST

build() {
  swift build --package-path "$copy" --build-tests >"$work/build.log" 2>&1
}

# rebuild FILE: a defect changes no declaration, so that only its own file is compiled again, and
# linked with everything else as it was built.
rebuild() {
  local debug=$copy/.build/debug name others=()
  for name in "$copy"/Sources/Dosing/*.swift; do
    [ "$name" = "$copy/$1" ] || others+=("$name")
  done
  swiftc -frontend -c -swift-version 6 -Onone -parse-as-library -module-name Dosing \
    -enable-testing -I "$debug/Modules" -primary-file "$copy/$1" "${others[@]}" \
    -o "$work/planted.o" >"$work/build.log" 2>&1 || return 1
  { grep -v "/Dosing\\.build/$(basename "$1")\\.o" \
      "$debug/dosesPackageTests.product/Objects.LinkFileList"
    echo "$work/planted.o"; } >"$work/objects.txt"
  swiftc -emit-executable -o "$debug/planted.xctest" -module-name planted \
    -Xlinker '-rpath=$ORIGIN' "@$work/objects.txt" $(pkg-config --libs libsodium) \
    >>"$work/build.log" 2>&1
}

# Ends with 0 when the tests pass; their words go to tests.txt.
tests() {
  local binary=$copy/.build/debug/$1
  shift
  THYMUS_DOSE_REQUESTS=1000 timeout 600 "$binary" --testing-library swift-testing "$@" \
    >"$work/tests.txt" 2>&1
}
run_tests() {
  tests "$1" --skip RandomNumberText --skip MixedUnit --skip MissingField --skip Slip &&
    tests "$1" --filter 'MissingField|Slip'
}

# The next build sees both the file put right and the file damaged.
restore() {
  if [ -n "${damaged:-}" ]; then cp "$sound/$damaged" "$copy/$damaged"; fi
  damaged=
}

# defect NAME FILE OLD NEW: replaces the one place of OLD, builds, tests, judges.
defect() {
  local name=$1 file=Sources/Dosing/$2 old=$3 new=$4
  if [ ${#wanted[@]} -gt 0 ]; then
    local matches=
    for prefix in "${wanted[@]}"; do case $name in "$prefix"*) matches=1 ;; esac; done
    [ -n "$matches" ] || return 0
  fi
  restore
  damaged=$file
  if ! OLD=$old NEW=$new perl -0pi -e '
      my $n = () = /\Q$ENV{OLD}\E/g;
      die "$n places\n" unless $n == 1;
      s/\Q$ENV{OLD}\E/$ENV{NEW}/' "$copy/$file" 2>"$work/plant.txt" ||
    cmp -s "$sound/$file" "$copy/$file"; then
    printf 'FAIL    could not be planted: %s (%s)\n' "$name" "$(head -n 1 "$work/plant.txt")"
    failed=1
    return 0
  fi
  if ! rebuild "$file"; then
    printf 'FAIL    does not compile: %s\n' "$name"
    grep -m 2 'error:' "$work/build.log" | cut -c 1-160 || true
    failed=1
    return 0
  fi
  if run_tests planted.xctest; then
    printf 'MISSED  %s\n' "$name"
    missed=$((missed + 1))
    failed=1
  else
    caught=$((caught + 1))
    printf 'caught  %s  (%s)\n' "$name" \
      "$(sed -n 's/^. Test \(.*\) \(recorded an issue\|failed after\).*/\1/p' "$work/tests.txt" |
        head -n 1 | cut -c 1-60)"
  fi
}

build || { tail -n 20 "$work/build.log" >&2; exit 1; }
if ! run_tests dosesPackageTests.xctest; then
  echo "FAIL    the sound copy does not pass its tests"
  grep -m 5 'recorded an issue' "$work/tests.txt" || tail -n 5 "$work/tests.txt"
  exit 1
fi
echo "passes  no defect"

# The window.
defect "window: an inclusive lower edge of a band is out" WeightBand.swift \
  'lower.inclusive ? mass < lower.mass' 'lower.inclusive ? mass <= lower.mass'
defect "window: an exclusive upper edge of a band is in" WeightBand.swift \
  'mass > upper.mass : mass >= upper.mass' 'mass > upper.mass : mass > upper.mass'
defect "window: the cap is dropped from the maximum" DoseWindow.swift \
  'maximum = min(maximum ?? cap, cap)' 'maximum = maximum ?? cap'
defect "window: the cap is dropped from the target" DoseWindow.swift \
  'min(cells, band.cap ?? cells)' 'cells'
defect "window: the maximum is rounded up" DoseWindow.swift \
  'count(most.floor, "maximum")' 'count(most.ceiling, "maximum")'
defect "window: the minimum is rounded down" DoseWindow.swift \
  'count(least.ceiling, "minimum")' 'count(least.floor, "minimum")'
defect "window: an empty range is not seen" DoseWindow.swift \
  'minimum ?? .zero > maximum {' 'false {'
defect "window: the target is not raised to the minimum" DoseWindow.swift \
  'band.cap ?? cells), minimum ?? .zero)' 'band.cap ?? cells), .zero)'
defect "window: a flat amount is taken per kg" WeightBand.swift \
  'case .cells(let count): return count.rational' \
  'case .cells(let count): return try exact(field) { try count.rational.times(mass?.kilograms ?? .one) }'
defect "window: a tolerance widens upwards only" WeightBand.swift \
  'try aim.times(tolerance.complement())' 'try aim.times(.one)'
defect "window: a tolerance is taken twice" WeightBand.swift \
  'aim.times(Rational.one.plus(tolerance.value))' \
  'aim.times(Rational.one.plus(tolerance.value).plus(tolerance.value))'
defect "window: implausible weights pass" DoseWindow.swift \
  'mass.kilograms >= lower, mass.kilograms <= upper' 'mass.kilograms > .zero'
defect "window: an unverified dose is computed" ProductStanding.swift \
  'if let field = unverifiedDose {
' 'if let field = unverifiedDose, field.isEmpty {
'

# The course.
defect "course: fractions are cut one by one, not cumulatively" DosePortion.swift \
  'cumulative.times(planned.rational).floor' \
  'share.times(planned.rational).floor + before'
defect "course: blasts on an edge belong to the other regimen" DoseCourse.swift \
  'lower.inclusive ? share < lower.share' 'lower.inclusive ? share <= lower.share'
defect "course: bags of a day need not sum to its cells" DoseRuleCourse.swift \
  'guard cells == Int128(portion.cells.cells),' 'guard cells > 0,'
defect "course: an unverified regimen is used" DosePortion.swift \
  'guard regimen.state != .unverified else' 'guard !regimen.portions.isEmpty else'
defect "course: fractions need not sum to 1" DoseRuleCourse.swift \
  'guard sum == .one else' 'guard sum <= .one else'
defect "course: components may come in any proportion" DosePortion.swift \
  'guard allowed.contains(share) else' 'guard share <= .one else'

# The harvest.
defect "harvest: steps are taken from the first to the last" LossChainCells.swift \
  'enumerated().reversed()' 'enumerated()'
defect "harvest: a share for QC is added, not divided out" LossChainCells.swift \
  'cells.divided(by: share.complement())' 'cells.times(Rational.one.plus(share.value))'
defect "harvest: cells kept back are forgotten" LossChainCells.swift \
  'try cells.plus(kept.rational)' 'try cells.plus(.zero)'
defect "harvest: rounded down" LossChainCells.swift \
  'exactCellsNeeded(for: dose).ceiling' 'exactCellsNeeded(for: dose).floor'

# The certificate.
defect "chain: the last share is applied twice" CountedDensity.swift \
  'try chain.reduce(density) { try $0.times($1.share.value) }' \
  'try chain.reduce(density) { try $0.times($1.share.value) }.times(chain.last?.share.value ?? .one)'
defect "chain: two densities are taken for one" CountedDensity.swift \
  'case (.some, .some):
      throw Refusal(' \
  'case (.some, .some(let density)) where density.cellsPerMilliliter > .zero:
      return (density.cellsPerMilliliter, .allCells)
    case (.some, .some):
      throw Refusal('
defect "chain: another population is counted" CountedDensity.swift \
  'guard counted == wanted else' 'guard counted != nil else'

# The request.
defect "request: the first missing field alone is named" MissingFields.swift \
  'missing.filter { $0.field != refusal.field }' 'missing.filter { _ in false }'
defect "request: blasts that no rule uses pass" DosePortion.swift \
  'blasts == nil || course.requiresTarget else' 'blasts != .zero else'

# The bag.
defect "bag: ties of steps go up" Drawing.swift \
  'divided(by: perStep).minus(Rational(1, over: 2)).ceiling' \
  'divided(by: perStep).plus(Rational(1, over: 2)).floor'
defect "bag: dead volume is forgotten" Drawing.swift \
  'try deadVolume.milliliters.plus(overfill.milliliters)' 'overfill.milliliters'
defect "bag: overfill is forgotten" Drawing.swift \
  'try deadVolume.milliliters.plus(overfill.milliliters)' 'deadVolume.milliliters'
defect "bag: what stays behind counts once for all containers" Drawing.swift \
  'Rational(containers).times(loss)' 'Rational(1).times(loss)'
defect "bag: the volume may exceed the maximum by a step" Drawing.swift \
  'divided(by: perStep).floor }
' 'divided(by: perStep).ceiling }
'
defect "bag: the dose of the rounded volume is rounded up" Drawing.swift \
  'Rational(steps).times(perStep).floor' 'Rational(steps).times(perStep).ceiling'
defect "bag: more is drawn than there is" Drawing.swift \
  'min(max(aim, low ?? aim), high ?? .max, exists)' 'min(max(aim, low ?? aim), high ?? .max)'
defect "bag: any number of containers is tried from two" Drawing.swift \
  'for containers in 1...max(1, most)' 'for containers in min(2, most)...max(1, most)'
defect "bag: a container at the end of its size is not taken" Drawing.swift \
  'size.contains($0)' 'size.lowerBound <= $0 && $0 < size.upperBound'
defect "bag: fractions of one bag are rounded one by one" PortionVolumes.swift \
  'let steps = isLast ? filling.steps : max(before, min(reached, filling.steps))' \
  'let steps = max(before, min(reached, filling.steps))'

# What comes with it, chance, holds, limits.
defect "safety: DMSO of fractions is summed over days" InfusionSafety.swift \
  'case .fractions:
      days = drawn.map { $0.infused.map(\.milliliters) }' \
  'case .fractions:
      days = [drawn.flatMap(\.infused).map(\.milliliters)]'
defect "safety: each bag of a day is a day of its own" InfusionSafety.swift \
  'Dictionary(grouping: portions) { $0.portion.day }' \
  'Dictionary(grouping: portions) { $0.portion.name }'
defect "safety: the smallest containers of an hour count" InfusionSafety.swift \
  'sorted(by: >)' 'sorted(by: <)'
defect "safety: copies per CAR+ cell are multiplied" InfusionSafety.swift \
  'copies.divided(by: share.value)' 'copies.times(share.value)'
defect "chance: errors are added, not squared" NormalChance.swift \
  'map { $0.value.value.double * $0.value.value.double }.reduce(0, +).squareRoot()' \
  'map { $0.value.value.double }.reduce(0, +)'
defect "chance: the least dose is left out" NormalChance.swift \
  '(minimum.map(below) ?? 0)' '0'
defect "hold: a ratio of pounds is not looked for, nor drift" WeightHolds.swift \
  'if let hold = compared(policy) { holds.append(hold) }' ''
defect "hold: a stale weight passes" WeightHolds.swift \
  'days > most || days < 0' 'days < 0'
defect "hold: the protocol's day of weighing is passed over" WeightHolds.swift \
  'let most = stated ?? (' 'let most = ('
defect "hold: a confirmation settles another value" Hold.swift \
  '&& ConfirmedValue(value) == ConfirmedValue(hold.value)' ''
defect "hold: any age passes" DoseRequestSteps.swift \
  '!ages.contains(age)' 'age < .zero'
defect "hold: nothing is too much above a least dose" DoseRequestSteps.swift \
  'cells.rational >= far' 'cells.rational >= far, far < .zero'
defect "hold: a density ten times too high passes" CertificateHolds.swift \
  'check = statedCheck(statedCells, volume), !check.agrees {' \
  'check = statedCheck(statedCells, volume), statedCells == .zero, !check.agrees {'
defect "hold: a share written as per cent passes" CertificateHolds.swift \
  'fiftyfold < value.denominator else' 'fiftyfold < 0 else'
defect "hold: a sample before the leukapheresis passes" SampleHolds.swift \
  'if day < leukapheresis {' 'if day < leukapheresis, day.year < 1 {'
defect "hold: a harvest on the day of the leukapheresis passes" SampleHolds.swift \
  'if day == leukapheresis, point != .inProcess {' 'if day < leukapheresis, point != .inProcess {'
defect "hold: the limit after the sample is passed over" SampleHolds.swift \
  'map({ infusion.minutes > $0.minutes })' 'map({ infusion.minutes > $0.minutes + 1440 })'
defect "hold: density and flow of two weeks are multiplied" SampleHolds.swift \
  '> 60 * policy.hoursApart' '> 6000 * policy.hoursApart'
defect "hold: a confirmation of tomorrow settles" SampleHolds.swift \
  'return time.minutes > asOf.minutes' 'return time.minutes > asOf.minutes + 1440'
defect "request: the time of infusion is not asked for" SampleHolds.swift \
  'if let noInfusion { throw noInfusion }' ''
defect "limit: the better of two viabilities counts" LimitCheck.swift \
  'return min(given, ofChain ?? given)' 'return max(given, ofChain ?? given)'
defect "hold: two viabilities contradict each other" ContradictionHolds.swift \
  'counted != given.value' 'counted < .zero'
defect "hold: any CAR+ share fits the copies" ContradictionHolds.swift \
  'return max(off, off.negated) <= third' 'return off <= third || off >= .zero'
defect "hold: rounding may move the dose" ContradictionHolds.swift \
  'divided(by: Rational(20))' 'divided(by: Rational(2))'
defect "hold: a bag that the product does not have passes" ContradictionHolds.swift \
  '!sizes.isEmpty, product.cellSource != .donor,' 'sizes.isEmpty, product.cellSource != .donor,'
defect "limit: the largest infusion alone is looked at" LimitCheck.swift \
  'volumes.first { limit?.holds($0) == false } ?? volumes.max()' 'limit == nil ? nil : .one'
defect "hold: two weighings in two bands pass" ContradictionHolds.swift \
  '!window.band.contains(other)' '!window.band.contains(mass)'
defect "hold: drift is taken of the second weighing" WeightHolds.swift \
  '(isLater ? now : before)' '(isLater ? before : now)'
defect "hold: an old weight vouches for a child" WeightHolds.swift \
  '> policy.daysToVouch' '> 10 * policy.daysToVouch'
defect "hold: any weight is one of the age" WeightForAge.swift \
  'mass.kilograms < low || mass.kilograms > high' 'mass.kilograms < low'
defect "hold: a site limit of ten times K passes" ContradictionHolds.swift \
  'limit.value > usual.value' 'limit.value < .zero'
defect "rule: a jump at an edge is not noted" DoseRuleNotes.swift \
  'max(a, b) > most' 'max(a, b) < .zero'
defect "rule: cells beside cells/kg are not noted" DoseRuleNotes.swift \
  '$0.isPerKilogram != amount.isPerKilogram' '$0.isPerKilogram && !$0.isPerKilogram'
defect "hold: out of specification prints as ready" DoseCalculation.swift \
  'limits.filter { $0.state == .outside }' 'limits.filter { $0.state == .notSet && false }'
defect "limit: a result on an inclusive least limit fails" ProductLimits.swift \
  'low.inclusive ? value < low.value' 'low.inclusive ? value <= low.value'
restore

echo "$((caught + missed)) defects run: $caught caught, $missed missed"
exit "$failed"
