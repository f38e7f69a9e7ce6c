#!/bin/bash
# How long does a fit take beside COPASI and scipy?
# Usage: bash Benchmarks/fit.sh [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
fits=$(driver fit)
swift build --package-path "$here/.." -c release --product thymus >&2
thymus=$(swift build --package-path "$here/.." -c release --show-bin-path)/thymus
"$python" "$here/questions/fit.py" "$fits" "$thymus" "${1:-3}"
