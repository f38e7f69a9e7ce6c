#!/bin/bash
# Builds Thymus and its benchmark driver, installs the peers, compares all of them in one run.
# Usage: bash Benchmarks/run.sh [ROUNDS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -x "$here/.venv/bin/python" ]; then
  python3 -m venv "$here/.venv"
fi
"$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
swift build --package-path "$here" -c release --product speed
swift build --package-path "$here/.." -c release --product thymus
speed=$(swift build --package-path "$here" -c release --show-bin-path)/speed
thymus=$(swift build --package-path "$here/.." -c release --show-bin-path)/thymus
exec "$here/.venv/bin/python" "$here/compare.py" "$speed" "$thymus" "${1:-3}"
