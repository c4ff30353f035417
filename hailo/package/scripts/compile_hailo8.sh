#!/usr/bin/env bash
# Compile models/model.device.onnx for Hailo-8 by hand.
#
#   bash scripts/compile_hailo8.sh CALIBRATION.npy [OUTPUT_DIR]
#
# With - for CALIBRATION.npy the set of this package is taken, where hailo/calibration.json says that it is included.
# Needs the Hailo Dataflow Compiler 3.30 or newer of the 3.x line: x86_64 Linux, Python 3.10 to 3.12, 16 GB memory. The
# 5.x line is for other chips. CALIBRATION.npy is the file whose hash stands in hailo/calibration.npy.sha256: float32
# [n, sensors, length, channels], scaled, training windows only. Random data would give ranges that clip real signals.
# HW_ARCH=hailo8l compiles for Hailo-8L. Beside the HEF lies HEF.json: what it was made from, which Motiflow demands.
set -euo pipefail

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"; }
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  "") usage >&2; exit 2 ;;
esac

root=$(cd "$(dirname "$0")/.." && pwd)
calibration=$1
[ "$calibration" = - ] && calibration=$root/hailo/calibration.npy
[ -f "$calibration" ] || { echo "$calibration is not there; hailo/calibration.json says where the set is" >&2; exit 4; }
calibration=$(realpath -- "$calibration")
output=$(realpath -m -- "${2:-$root/build}")
arch=${HW_ARCH:-hailo8}
net=motiflow
python=${PYTHON:-python3}

command -v hailo > /dev/null || { echo "hailo is not on PATH: install the Dataflow Compiler 3.x" >&2; exit 3; }
# The runtime installs a program of the same name, so only the compiler's own version line counts.
version=$(hailo --version 2>&1 < /dev/null | sed -n 's/.*Dataflow Compiler v\([0-9][0-9.]*\).*/\1/p' | head -n 1)
case "$version" in
  3.*) echo "Dataflow Compiler $version" ;;
  "") echo "this hailo is the runtime's, without the Dataflow Compiler" >&2; exit 3 ;;
  *) echo "Dataflow Compiler $version does not compile for Hailo-8; use the 3.x line" >&2; exit 3 ;;
esac

expected=$(cut -d ' ' -f 1 < "$root/hailo/calibration.npy.sha256")
actual=$(sha256sum -- "$calibration" | cut -d ' ' -f 1)
if [ "$expected" != "$actual" ]; then
  echo "$calibration is not the calibration set of this package (sha256 $actual, expected $expected)" >&2
  exit 4
fi

mkdir -p "$output"
cd "$output"
end_nodes=()
while IFS= read -r node; do end_nodes+=("$node"); done < "$root/hailo/end_nodes.txt"
# Input is closed and -y never given: the parser would otherwise move the cut silently.
hailo parser onnx "$root/models/model.device.onnx" --hw-arch "$arch" --net-name "$net" --har-path "$net.har" \
  --tensor-shapes "$("$python" "$root/scripts/compile_steps.py" shapes)" --end-node-names "${end_nodes[@]}" < /dev/null 2>&1 | tee parser.log
"$python" "$root/scripts/compile_steps.py" script "$net.har" model_script.alls
hailo optimize "$net.har" --hw-arch "$arch" --calib-set-path "$calibration" \
  --model-script model_script.alls --work-dir "$output/work" --output-har-path "${net}_optimized.har" \
  < /dev/null 2>&1 \
  | tee optimize.log
hailo compiler "${net}_optimized.har" --hw-arch "$arch" --output-dir "$output" < /dev/null 2>&1 | tee compiler.log
if grep -q 'Reducing optimization level' optimize.log; then
  echo "warning: the compiler lowered its optimisation level, see optimize.log" >&2
fi
"$python" "$root/scripts/compile_steps.py" sidecar "$output/$net.hef" "$arch" "$version" "$calibration" model_script.alls
sha256sum -- "$net.hef" "$net.hef.json"
echo "Next: name this HEF in the workflow (compile-hailo with hef: PATH). It and $net.hef.json are checked against the"
echo "bundle and packed."
