#!/usr/bin/env bash
# 200 runs of kill -9 at random moments, in four parts side by side with seeds of their own.
set -euo pipefail
runs=${1:-200} seed=${YUANQU_SEED:-20260302} binary=${YUANQU_BINARY:-build/release/yuanqu}
parts=()
for part in 0 1 2 3; do
  python3 tests/proofs/kills.py --binary "$binary" --runs "$((runs / 4))" --seed "$((seed + part))" &
  parts+=($!)
done
result=0
for part in "${parts[@]}"; do wait "$part" || result=1; done
exit $result
