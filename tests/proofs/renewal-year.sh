#!/usr/bin/env bash
# A whole year of the demo zone, day by day, with every rung against a second computation, and again with kill -9 at random moments.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 tests/proofs/renewal_year.py build/release/yuanqu --enterprises "${1:-1000}" --days "${2:-365}" --kills "${3:-25}" --seed "${YUANQU_SEED:-7}"
