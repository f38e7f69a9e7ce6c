#!/bin/bash
# What the benchmarks need beside Thymus: a C compiler, SUNDIALS, and Python packages at pinned
# versions in Benchmarks/.venv. Only missing things are installed, and only here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
missing=""
for package in gcc libsundials-dev time; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
  echo "Installing$missing"
  if [ "$(id -u)" = 0 ]; then run=""; else run="sudo"; fi
  $run apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing
fi
if ! cmp -s "$here/requirements.txt" "$here/.venv/installed.txt"; then
  python3 -m venv "$here/.venv"
  "$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$here/.venv/installed.txt"
fi
