#!/bin/bash
# How long does the command take to start and a model to be read, and how much memory do draws take?
# Usage: bash Benchmarks/start.sh [ROUNDS]
set -euo pipefail
source "$(dirname "$0")/build.sh"
start=$(driver start)
swift build --package-path "$here/.." -c release --product thymus >&2
thymus=$(swift build --package-path "$here/.." -c release --show-bin-path)/thymus
"$python" "$here/questions/start.py" "$start" "$thymus" "${1:-7}"
