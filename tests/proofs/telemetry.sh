#!/usr/bin/env bash
# kill -9 while points are recorded, 200 times by default: every acknowledged point is there, once, equal to the bit; a flood from a partner;
# the real series whole through each protocol.
set -euo pipefail
YUANQU_KILL_ROUNDS=${1:-200} build/release/tests/test_telemetry --gtest_filter='Recorder.KillMinusNine*'
YUANQU_FLOOD=200000 build/release/tests/test_telemetry --gtest_filter='Partners.AFlood*'
YUANQU_WHOLE_SETS=1 build/release/tests/test_telemetry --gtest_filter='RealSets.*'
