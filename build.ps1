# Restores, builds, tests and publishes the self-contained single file for linux-x64 and win-x64 into artifacts/.
param([switch]$NoTest)
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Invoke-Step([string[]]$Arguments) {
    & dotnet @Arguments
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($Arguments -join ' ') failed with exit code $LASTEXITCODE" }
}

Invoke-Step restore, RvcNative.sln
Invoke-Step build, RvcNative.sln, -c, Release, --no-restore
if (-not $NoTest) { Invoke-Step test, RvcNative.sln, -c, Release, --no-build }
# With nvcc the file carries PTX of its kernels, so that a machine with a card needs no NVRTC.
$images = @()
if ((Get-Command cmake -ErrorAction SilentlyContinue) -and (Get-Command nvcc -ErrorAction SilentlyContinue)) {
    & cmake -S cmake -B build/kernels
    & cmake --build build/kernels
    if ($LASTEXITCODE -ne 0) { throw "cmake failed with exit code $LASTEXITCODE" }
    $images = @("-p:KernelImages=$PSScriptRoot/build/kernels/images")
}
foreach ($runtime in 'linux-x64', 'win-x64') {
    Invoke-Step (@('publish', 'src/RvcNative.Cli', '-c', 'Release', '-r', $runtime, '-o', "artifacts/$runtime") + $images)
}
Get-Item artifacts/*/rvcnative* | Select-Object FullName, Length
