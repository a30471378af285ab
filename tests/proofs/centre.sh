#!/usr/bin/env bash
# 200 kills of the agent and 40 faults of its line, then the command path explored one level deeper than the tests do.
set -euo pipefail
python3 tests/proofs/centre.py --binary "${YUANQU_BINARY:-build/release/yuanqu}" --kills "${1:-200}" --faults "${2:-40}" --seed "${YUANQU_SEED:-20260302}"
explorer=${YUANQU_EXPLORER:-build/release/tests/test_control}
[ ! -x "$explorer" ] || YUANQU_MODEL_DEPTH=${3:-5} "$explorer" --gtest_filter=ModelTest.* 2>&1 | grep -E "^model|PASSED|FAILED"
