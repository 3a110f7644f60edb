#!/usr/bin/env bash
# Restores, builds, tests and publishes the self-contained single file for linux-x64 and win-x64 into artifacts/.
set -euo pipefail
cd "$(dirname "$0")"
dotnet restore RvcNative.sln
dotnet build RvcNative.sln -c Release --no-restore
[ "${1:-}" = "--no-test" ] || dotnet test RvcNative.sln -c Release --no-build
for runtime in linux-x64 win-x64; do
  dotnet publish src/RvcNative.Cli -c Release -r "$runtime" -o "artifacts/$runtime"
done
ls -l artifacts/*/rvcnative*
