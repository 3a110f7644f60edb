#!/usr/bin/env bash
# Restores, builds, tests and publishes the self-contained single file for linux-x64 and win-x64 into artifacts/.
set -euo pipefail
cd "$(dirname "$0")"
dotnet restore RvcNative.sln
dotnet build RvcNative.sln -c Release --no-restore
[ "${1:-}" = "--no-test" ] || dotnet test RvcNative.sln -c Release --no-build
# With nvcc the file carries PTX of its kernels, so that a machine with a card needs no NVRTC.
images=()
if command -v cmake >/dev/null && command -v nvcc >/dev/null; then
  cmake -S cmake -B build/kernels
  cmake --build build/kernels
  images=("-p:KernelImages=$PWD/build/kernels/images")
fi
for runtime in linux-x64 win-x64; do
  dotnet publish src/RvcNative.Cli -c Release -r "$runtime" -o "artifacts/$runtime" "${images[@]}"
done
ls -l artifacts/*/rvcnative*
