#!/usr/bin/env bash
# The faults of the disk, many rounds on one zone.
set -euo pipefail
shim=build/proofs/libfaulty_disk.so
mkdir -p build/proofs
g++ -std=c++20 -O1 -shared -fPIC tests/proofs/faulty_disk.cpp -o "$shim" -ldl
python3 tests/proofs/disk.py --binary build/release/yuanqu --shim "$PWD/$shim" --rounds "${1:-20}"
