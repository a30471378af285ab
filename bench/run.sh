#!/usr/bin/env bash
# What `./dev bench` runs after building: the micro benchmarks, then the decision engine beside its peers from npm in one run.
# Without a network the peers are left out and said so.
set -euo pipefail
cd "$(dirname "$0")/.."
build/bench/bench/yuanqu_bench "$@"
(cd bench && { [ -d node_modules ] || npm ci --no-audit --no-fund >/dev/null 2>&1 || echo "npm packages cannot be had; peers are left out" >&2; })
node bench/decide.mjs --binary build/bench/yuanqu --json build/bench/decide.json
