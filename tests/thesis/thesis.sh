#!/bin/sh
# thesis.sh - the programs of guest/thesis under the thesis's monitor and on the bare machine, and a
# session as appendix D tells it.
#
# The thesis's own method: the same program, the same input, the same output. The three programs
# that break the preprocessor must break under the monitor, and in no other way than the thesis
# says, and work on the machine.
#
# usage: thesis.sh SOURCE_DIR VM11
set -u
root=$(realpath "$1")
vm11=$(realpath "$2")
here=$root/tests/thesis
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

for source in "$root"/guest/thesis/*.mac; do
    name=$(basename "$source" .mac)
    [ "$name" = la30 ] && continue
    "$vm11" as "$source" -o "$name.out" --format aout || fail "$name: not assembled"
done

# bare NAME INPUT: what it prints on the machine itself, in NAME.bare.
bare() {
    printf '%s' "$2" | "$vm11" run --limit 20M "$1.out" 2>"$1.err" | tr -d '\r' >"$1.bare"
    grep -q . "$1.bare" || fail "$1: prints nothing on the bare machine"
    [ -s "$1.err" ] && fail "$1: $(cat "$1.err")"
}

# job NAME MILESTONE ANSWERS INPUT: a session; what the job prints in NAME.job. Returns its status.
job() {
    { printf 'p %s.out\n' "$1"; printf '%s' "$3"; printf 'e\n'; printf '%s' "$4"; } |
        "$vm11" monitor --thesis --milestone "$2" --stats --limit 20M >"$1.session" 2>/dev/null
    status=$?
    tr -d '\r' <"$1.session" |
        sed -n '/^vmm> e$/,/^\(HALT at\|restriction\|stopped\|PC \)/p' | sed '1d;$d' >"$1.job"
    return $status
}

# same NAME MILESTONE ANSWERS INPUT
same() {
    bare "$1" "$4"
    job "$@" || fail "$1: status $?"
    [ "$(cat "$1.bare")" = "$(cat "$1.job")" ] || {
        diff "$1.bare" "$1.job" >&2
        fail "$1: another output under the monitor"
    }
    grep -q '^HALT at .*: the job is done$' "$1.session" || fail "$1: no HALT"
    grep -Eq '^[0-9]+ instructions, [0-9]+ of them executed directly \([5-9][0-9]\.[0-9]%\)' \
        "$1.session" || fail "$1: no share of instructions executed directly"
}

none=
zero='0
'
lines='Hello, DECwriter
20 seconds per character.
'
for milestone in 1 2 3; do
    same echo $milestone "$none" "$lines"
    same hello $milestone "10
" "$none"
    same sums $milestone "$none" '12+30+7
'
done
for milestone in 2 3; do
    same intecho $milestone "$none" "$lines"
    same traps $milestone "$zero" "$none"
done
same each 3 "$zero$zero$zero$zero$zero$zero$zero$zero$zero" "$none"
grep -q '^  MTPD   1$' each.session || fail "each: MTPD was not simulated"

# Below their milestones these end with a message, and by none of their own means.
job intecho 1 "$none" "$lines" && fail "intecho at milestone 1: status 0"
grep -q '^restriction 3 .*: enables interrupts' intecho.session || fail "intecho at milestone 1"
job traps 1 "$zero" "$none" && fail "traps at milestone 1: status 0"
grep -q '^restriction 3 .*BPT needs milestone 2' traps.session || fail "traps at milestone 1"
bare each "$none"
job each 2 "$zero$zero$zero$zero$zero$zero$zero$zero$zero" "$none"
[ "$(cat each.bare)" = "$(cat each.job)" ] && fail "each: MFPI works at milestone 2"

# broken NAME BARE JOB: the three failures, at every milestone.
broken() {
    bare "$1" "$none"
    [ "$(cat "$1.bare")" = "$2" ] || fail "$1: prints $(cat "$1.bare") on the bare machine, not $2"
    for milestone in 1 2 3; do
        job "$1" $milestone "$none" "$none"
        [ "$(cat "$1.job")" = "$3" ] || fail "$1: prints $(cat "$1.job") under the monitor, not $3"
    done
}
broken data U 0
broken selfmod ABC AAA
broken beat K K
grep -q '^restriction 1 .*000026 HALT: a HALT that was not preprocessed' beat.session ||
    fail "beat: the HALT was seen"
# The user who knows better says no to what is data: to WAIT, RTI, BPT, IOT, RESET, RTT.
printf 'p data.out y\ny\ny\ny\nn\nn\nn\nn\nn\nn\ne\n' |
    "$vm11" monitor --thesis >out
grep -q '^U$' out || fail "data: saying no does not help"

# transcript NAME OPTIONS...: command by command.
transcript() {
    name=$1
    shift
    "$vm11" monitor --thesis "$@" <"$here/$name.in" 2>/dev/null | tr -d '\r' >"$name.got"
    diff "$here/$name.expect" "$name.got" || fail "$name: another transcript"
}
mkdir vmm
transcript session --vmm-dir vmm
[ -s vmm/.vmm002 ] && [ -s vmm/.vmt003 ] || fail "no files in --vmm-dir"
transcript debugger --stats
transcript restrictions
transcript interrupts --milestone 2

# A file named on the command line is preprocessed first; garbage never ends the process.
printf 'e\nx.\n' | "$vm11" monitor --thesis echo.out >out || fail "FILE as p: status $?"
grep -q '^HALT' out || fail "FILE as p"
head -c 20000 "$vm11" | "$vm11" monitor --thesis >/dev/null || fail "garbage: status $?"
"$vm11" monitor --thesis --milestone 4 </dev/null 2>err && fail "milestone 4"
grep -q 'milestone' err || fail "milestone 4: no complaint"

# A signal ends it where it waits for a line, and where a job loops.
printf '        .=0\n        BR 0\n        .END 0\n' >loop.mac
"$vm11" as loop.mac -o loop.out --format aout || fail "loop: not assembled"
for commands in '' 'p loop.out\ne\n'; do
    # shellcheck disable=SC2059
    { printf "$commands"; sleep 1; } | timeout -s TERM -k 10 0.5 "$vm11" monitor --thesis >out 2>&1
    [ $? = 124 ] || fail "SIGTERM does not end it"
done

[ $failures = 0 ] || exit 1
