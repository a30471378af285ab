#!/usr/bin/env bash
# What `./dev bench` runs after building: the micro benchmarks, imports and writes beside plain SQLite, then the decision engine beside its
# peers from npm in one run, then the zone: import, evaluation and page answers. Without a network the peers are left out and said so.
# package.json names exact versions; a lock file would name platform packages that a registry need not have, and npm ci refuses it whole.
set -euo pipefail
cd "$(dirname "$0")/.."
build/bench/bench/yuanqu_bench "$@"
build/bench/bench/yuanqu_duties_bench
build/bench/bench/yuanqu_records_bench
build/bench/bench/yuanqu_telemetry_bench --json build/bench/telemetry.json
(cd bench && { [ -d node_modules ] || npm install --no-package-lock --no-audit --no-fund --loglevel=error || echo "npm packages cannot be had; peers are left out" >&2; })
node bench/decide.mjs --binary build/bench/yuanqu --json build/bench/decide.json
node bench/centre.mjs --binary build/bench/yuanqu --json build/bench/centre.json
node bench/zone.mjs --binary build/bench/yuanqu --json build/bench/zone.json
# One million enterprises, every engine in one run; YUANQU_BENCH_ROWS for fewer.
node bench/decide_file.mjs --binary build/bench/yuanqu --rows "${YUANQU_BENCH_FILE_ROWS:-10000000}" --json build/bench/decide_file.json
node bench/population.mjs --binary build/bench/yuanqu --rows "${YUANQU_BENCH_ROWS:-1000000}" --decide build/bench/decide.json --json build/bench/population.json
