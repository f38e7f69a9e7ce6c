#!/bin/bash
# Every question in turn, unattended. Takes about an hour on a quiet machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for question in fit fits200 population monod4 stiff nonstiff ensemble start; do
  echo "== $question"
  bash "$here/$question.sh"
done
