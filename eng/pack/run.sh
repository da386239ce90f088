#!/bin/sh
# Tests and measures on the GPU of this machine; README.txt tells what and where to. Needs no .NET.
set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bench=$here/app/Lamb.Gpu.Bench
tests=$here/app/Lamb.Gpu.Tests
results=${LAMB_PACK_RESULTS:-$here/results}
results=${results%/}
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 LAMB_REQUIRE=cuda LAMB_ROWS=cpu,cuda LAMB_THOROUGH=1

if [ -e "$results" ]; then
    mv "$results" "$results.until-$(date -u +%Y%m%dT%H%M%SZ)" || exit 4
fi
mkdir -p "$results" || exit 4
cd "$results" || exit 4

say() {
    printf '%s\n' "$*" | tee -a summary.txt
}

# The value of a string in the JSON of the device that CUDA found.
of_cuda() {
    grep -o '"kind":"cuda"[^}]*' devices.json | head -n 1 | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",]*\).*/\1/p"
}

there() {
    if [ -n "$2" ]; then printf '  %s: %s\n' "$1" "$2"; else printf '  %s: not there\n' "$1"; fi
}

no_gpu() {
    say "No GPU that CUDA can use was found, so nothing was run."
    {
        there "device files /dev/nvidia*" "$(ls /dev/nvidia* 2>/dev/null | tr '\n' ' ')"
        there "driver library libcuda.so.1" "$(
            { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | sed -n 's/.*libcuda\.so\.1 .*=> //p' | head -n 1)"
        there "nvidia-smi" "$(nvidia-smi -L 2>/dev/null | tr '\n' ' ')"
    } | tee -a summary.txt
    say "In a container, start it with access to the GPU (docker run --gpus all)."
    exit 3
}

# Runs a part; its output and its exit code are kept, and the last line where that is JSON.
codes=
part() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    { "$@" 2>&1; echo $? > code; } | tee "$name.txt"
    code=$(cat code)
    rm code
    tail -n 1 "$name.txt" | grep '^[[{]' > "$name.json" || rm -f "$name.json"
    codes="$codes\"$name\":$code,"
    say "$name: exit code $code"
    return "$code"
}

# Runs a verb of the bench program; its results are kept under a name.
verb() {
    name=$1
    shift
    part "$name" "$bench" "$@"
}

# Runs a short part of the suite under each tool of compute-sanitizer.
sanitize() {
    sanitizer=$(command -v compute-sanitizer || ls -d /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | tail -n 1)
    if [ -z "$sanitizer" ]; then
        say "compute-sanitizer: not there (it is part of the CUDA toolkit)"
        return 0
    fi
    wrong=0
    for tool in memcheck racecheck initcheck; do
        LAMB_ROWS=cuda part "$tool" "$sanitizer" --tool "$tool" --target-processes all --error-exitcode 9 \
            "$tests" --filter "FullyQualifiedName~StepLaws" --no-ansi --progress off || wrong=1
    done
    return $wrong
}

if ! "$bench" devices --json > devices.json 2> devices.err; then
    say "The programs do not start on this machine (.NET needs glibc, libgcc_s and libstdc++):"
    tee -a summary.txt < devices.err
    exit 4
fi
rm -f devices.err
commit=$(cat "$here/commit.txt")
date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
device=$(of_cuda name)
interpreted=
driver=$(nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null | head -n 1)
say "Lamb.Gpu, commit $commit, $date"
[ -n "$device" ] && grep -q '"kind":"cuda"[^}]*"usable":true' devices.json || no_gpu
case $device in
    Interpreted*)
        [ "${LAMB_PACK_INTERPRETED:-}" = 1 ] || no_gpu
        interpreted=1
        say "NO GPU: the driver interprets CUDA's code. This says nothing about any hardware."
        ;;
esac
say "device: $device; driver: ${driver:-unknown}; $(uname -sr)"

failed=0
part suite "$tests" --output Detailed --no-ansi --progress off \
    ${LAMB_PACK_FILTER:+--filter "$LAMB_PACK_FILTER"} || failed=1
tests_in_suite=$(sed -n 's/^  \(total\|failed\|succeeded\|skipped\): \([0-9]*\)$/"\1":\2/p' suite.txt | tr '\n' ',')
say "  ${tests_in_suite%,}"
sanitize || failed=1
verb roofline roofline --device cuda --json --html roofline.html
verb roofline-together roofline --device cuda --launch together --json --html roofline-together.html
verb peers peers --device cuda --json
verb accuracy accuracy --device cuda --json --golden "$here/app/TestData/golden"
[ -n "$interpreted" ] || verb train train --device cuda --json --text "$here/text" --report train.html

printf '{"commit":"%s","date":"%s","device":"%s","driver":"%s","suite":{%s},"exitCodes":{%s},"passed":%s}\n' \
    "$commit" "$date" "$device" "${driver:-unknown}" "${tests_in_suite%,}" "${codes%,}" \
    "$([ $failed -eq 0 ] && echo true || echo false)" > summary.json
say "$([ $failed -eq 0 ] && echo passed || echo FAILED); the results are in $results"
exit $failed
