#!/usr/bin/env bash
# 200 runs of kill -9 at random moments, in two halves side by side with seeds of their own.
set -euo pipefail
runs=${1:-200} seed=${YUANQU_SEED:-20260302} binary=${YUANQU_BINARY:-build/release/yuanqu}
half() { python3 tests/proofs/kills.py --binary "$binary" --runs "$((runs / 2))" --seed "$1"; }
half "$seed" &
first=$!
half "$((seed + 1))"
wait "$first"
