#!/bin/bash
# How fast is a facility simulated beside SimPy and Ciw, and do they agree?
# Usage: bash Benchmarks/capacity.sh [ROUNDS]      CAPACITY_DRIVER=PATH uses a driver that is built
set -euo pipefail
source "$(dirname "$0")/build.sh"
driver=${CAPACITY_DRIVER:-$(driver capacity)}
page="$here/results/$(date +%F)-capacity.md"
{
  echo "# Simulating a facility beside SimPy and Ciw"
  echo
  echo "$(date +%F), $(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //'), $(nproc --all) cores."
  echo "$(swift --version 2>/dev/null | grep -o 'Swift version [0-9.]*');" \
    "$("$python" --version), $("$python" -m pip list 2>/dev/null | grep -iE '^(simpy|ciw) ' |
      tr -s ' ' | paste -sd, | sed 's/,/, /'); commit $(git -C "$here" rev-parse --short HEAD)."
  "$python" "$here/capacity/compare.py" "$driver" "${1:-5}"
} | tee "$page"
