#!/usr/bin/env bash
# A page of 1,000 tags at 10 Hz: ./dev prove centre-page [SECONDS], ten minutes when not said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
YUANQU_BINARY=${YUANQU_BINARY:-$PWD/build/release/yuanqu} exec node tests/e2e/centre-page.mjs "${1:-600}"
