#!/usr/bin/env bash
# fuzz/run.sh SECONDS [NAME…]: every fuzz program (or those named) for so long, from its committed corpus, as many at once as there are
# cores. An input may take YUANQU_FUZZ_TIMEOUT_S (60) seconds by the clock on the wall: give more on a busy machine. What they discover
# goes to build/fuzz/corpus, findings to build/fuzz/found. `./dev prove fuzz` builds the programs and calls this.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1; shift
cores=${YUANQU_JOBS:-$(nproc)}
mkdir -p build/fuzz/found

one() {
  local program=$1 seconds=$2 name=${1##*/fuzz_} log
  log=build/fuzz/$name.log
  mkdir -p "build/fuzz/corpus/$name" "fuzz/corpus/$name"
  if "$program" -max_total_time="$seconds" -timeout="${YUANQU_FUZZ_TIMEOUT_S:-60}" -rss_limit_mb=3000 -artifact_prefix="build/fuzz/found/$name-" -print_final_stats=1 \
    "build/fuzz/corpus/$name" "fuzz/corpus/$name" >"$log" 2>&1; then
    echo "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, no finding"
  else
    tail -n 40 "$log"
    printf '\n%s\n%s\n' "模糊测试 $name 有发现：build/fuzz/found。" "Fuzzing $name found something: build/fuzz/found." >&2
    return 1
  fi
}
export -f one

programs=()
for program in build/fuzz/fuzz/fuzz_*; do
  [ -f "$program" ] && [ -x "$program" ] || continue
  [ $# -eq 0 ] || [[ " $* " == *" ${program##*/fuzz_} "* ]] || continue
  programs+=("$program")
done
[ ${#programs[@]} -gt 0 ] || { echo "no fuzz program is called $*; build them first: ./dev prove fuzz" >&2; exit 2; }
printf '%s\n' "${programs[@]}" | xargs -P "$cores" -I{} bash -c 'one {} '"$seconds"
