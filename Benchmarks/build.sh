# Sourced by the scripts: paths, and how a driver is built.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python="$here/.venv/bin/python"
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
bash "$here/setup.sh"

# driver NAME: builds one driver for any processor of the architecture and prints its path.
driver() {
  swift build --package-path "$here" -c release --product "$1" >&2
  echo "$(swift build --package-path "$here" -c release --show-bin-path)/$1"
}

# wide_driver NAME: the same with AVX2, in a build folder of its own.
wide_driver() {
  if [ "$(uname -m)" != x86_64 ] || ! grep -qw avx2 /proc/cpuinfo; then return; fi
  local flags=(--package-path "$here" --scratch-path "$here/.build-v3" -c release
    -Xcc -march=x86-64-v3)
  swift build "${flags[@]}" --product "$1" >&2
  echo "$(swift build "${flags[@]}" --show-bin-path)/$1"
}
