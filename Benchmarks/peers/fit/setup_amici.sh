#!/bin/bash
# AMICI and pyPESTO into Benchmarks/.venv; AMICI has no wheel and is compiled, about ten minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
# A model is wrapped by the SWIG that wrapped AMICI itself, or its objects do not know each other.
if "$here/.venv/bin/python" -c "import amici, pypesto, fides, petab, swig" 2>/dev/null; then exit 0; fi
missing=""
for package in g++ cmake ninja-build libhdf5-serial-dev; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then run=""; else run="sudo"; fi
  $run apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing
fi
"$here/.venv/bin/pip" install --quiet --disable-pip-version-check \
  amici==1.0.1 pypesto==0.7.0 fides==0.8.0 antimony==3.3.0 petab==0.8.2 swig==4.5.1 "$@"
