#!/usr/bin/env bash
# 200 runs of kill -9 at random moments.
set -euo pipefail
python3 tests/proofs/kills.py --binary build/release/yuanqu --runs "${1:-200}"
