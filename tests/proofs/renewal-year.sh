#!/usr/bin/env bash
# A whole year of the demo zone, day by day: a small zone again with kill -9 at random moments, and 10,000 licences against the brute-force oracle.
#   ./dev prove renewal-year [ENTERPRISES DAYS KILLS [ENTERPRISES_OF_THE_LARGE_ZONE]]
set -euo pipefail
cd "$(dirname "$0")/../.."
python3 tests/proofs/renewal_year.py --binary build/release/yuanqu --enterprises "${1:-1000}" --days "${2:-365}" --kills "${3:-25}" --seed "${YUANQU_SEED:-7}"
python3 tests/proofs/renewal_year.py --binary build/release/yuanqu --enterprises "${4:-34000}" --days "${2:-365}" --kills 0 --seed "${YUANQU_SEED:-7}"
