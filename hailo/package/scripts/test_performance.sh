#!/usr/bin/env bash
# Verify this package, run its self-test and measure latency on this machine.
#
#   bash scripts/test_performance.sh [OUTPUT_DIR]
#
# Runs on any machine with Python 3.9; measures where a Hailo-8 with python3-hailort or onnxruntime is there and says so
# where neither is. Exit code 0 only when everything that could run has passed.
set -euo pipefail

case "${1:-}" in
  -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"; exit 0 ;;
esac
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
python=${PYTHON:-python3}
export PYTHONDONTWRITEBYTECODE=1 # the package stays as it was packed
[ -s SHA256SUMS ] || { echo "SHA256SUMS is missing or empty" >&2; exit 1; }
sha256sum --quiet --strict -c SHA256SUMS
echo "files: all as packed"
"$python" scripts/selftest.py > /dev/null
status=0
if [ -n "${1:-}" ]; then "$python" scripts/bench.py --out "$1" || status=$?; else "$python" scripts/bench.py || status=$?; fi
case $status in
  0) ;;
  2) echo "not measured: neither a Hailo-8 nor onnxruntime is on this machine" ;;
  *) exit "$status" ;;
esac
