#!/usr/bin/env bash
# Shows that the gate stays quiet when nothing was touched: 20 runs of `thymus regress` over
# threads, locales, time zones and orders of the cases must all exit with 0 and print the same
# verdict.
#
#   Tests/Teeth/untouched.sh                the release build of this checkout
#   THYMUS=/path/to/thymus Tests/Teeth/untouched.sh
#
# The cases are reordered in a temporary copy of data/reference and data/runs.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
thymus=${THYMUS:-$root/.build/release/thymus}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$root/data" "$work/data"

# Locales that the system has only as sources; without them the C library falls back to C.
mkdir "$work/locales"
for name in tr_TR de_DE; do
  localedef -i "$name" -f UTF-8 "$work/locales/$name.UTF-8" 2>/dev/null ||
    echo "note: there is no locale $name here; C is used in its place"
done
cp -R /usr/lib/locale/C.* "$work/locales" 2>/dev/null || true
export LOCPATH=$work/locales

# The cases stand one a line; their order is turned by N, and for odd N reversed.
reorder() {
  local file=$root/data/reference/cases.json n=$1
  grep '{"id"' "$file" | sed 's/,[[:space:]]*$//' >"$work/lines"
  local count
  count=$(wc -l <"$work/lines")
  n=$((n % count))
  { tail -n "+$((n + 1))" "$work/lines"; head -n "$n" "$work/lines"; } >"$work/turned"
  if [ $(($1 % 2)) = 1 ]; then
    sed -n '1!G;h;$p' "$work/turned" >"$work/turned2"
    mv "$work/turned2" "$work/turned"
  fi
  {
    printf '{"schema": "thymus.cases/1", "cases": [\n'
    sed '$!s/$/,/' "$work/turned"
    printf ']}\n'
  } >"$work/data/reference/cases.json"
}

threads=(1 2 8)
locales=(C C.UTF-8 tr_TR.UTF-8 de_DE.UTF-8)
zones=(UTC Asia/Kathmandu America/St_Johns)
failed=0
for run in $(seq 0 19); do
  t=${threads[$((run % 3))]} l=${locales[$((run % 4))]} z=${zones[$((run / 3 % 3))]}
  reorder "$run"
  code=0
  LC_ALL=$l TZ=$z "$thymus" regress "$work/data/reference" --data "$work/data" --threads "$t" \
    --json >"$work/out.$run" 2>"$work/err" || code=$?
  word=PASS
  if [ "$code" != 0 ] || ! cmp -s "$work/out.0" "$work/out.$run"; then word=FAIL failed=1; fi
  printf '%s  exit %s  run %-2s  threads %s  LC_ALL %-11s  TZ %-16s  first case %s\n' \
    "$word" "$code" "$run" "$t" "$l" "$z" "$(sed -n 's/.*"id": "\([^"]*\)".*/\1/p' "$work/turned" | head -n 1)"
  cat "$work/err"
done
exit "$failed"
