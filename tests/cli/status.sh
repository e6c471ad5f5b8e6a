#!/bin/sh
# Exit statuses and complaints: one clear line for every slip.
. "$(dirname "$0")/lib.sh"
slip() {
    check "$@"
    one_line
}

check 2 'no command given' "$vm11"
check 2 'xyzzy: no such command; there are run, monitor, ' "$vm11" xyzzy
check 2 'rum: no such command; did you mean run\?' "$vm11" rum
check 2 'hlep: no such option; did you mean --help\?' "$vm11" --hlep
check 0 '^vm11 [0-9]' "$vm11" --version
check 0 'Usage: vm11 COMMAND' "$vm11" --help
check 0 'Usage: vm11 run' "$vm11" help run

slip 2 '--limt: no such option; did you mean --limit\?' "$vm11" run --limt 3
slip 2 '--frobnicate: no such option \(see vm11 run --help\)' "$vm11" run --frobnicate
slip 2 '--limit wants a value: N' "$vm11" run --limit
slip 2 '--batch takes no value' "$vm11" run --batch=1
slip 2 'limit 1x: give a number' "$vm11" run --limit 1x
slip 2 'limit 0: give a number' "$vm11" run --limit 0
slip 2 'timeout -1: give seconds' "$vm11" run --timeout -1
slip 2 '11/44: no such model; did you mean 11/4' "$vm11" run --cpu 11/44
slip 2 'mem: give a size|mem xK: give a size' "$vm11" run --mem xK
slip 2 '248K' "$vm11" run --mem 1M halt.mac
slip 2 'jti: no such engine; did you mean jit' "$vm11" run --engine jti
slip 2 'reel: no such clock; did you mean real' "$vm11" run --clock reel
slip 2 'hz 55' "$vm11" run --hz 55
slip 2 'r9: no such register; did you mean r' "$vm11" run --set r9=1
slip 2 'write REG=VALUE' "$vm11" run --set pc
slip 2 '200000 is no octal number' "$vm11" run --set pc=200000
slip 2 'even physical address' "$vm11" run --set 1001=0
slip 2 'nothing answers' "$vm11" run --start 1000 --set 764000=1
slip 2 'start 1001' "$vm11" run --start 1001
slip 2 'start 9' "$vm11" run --start 9
slip 2 'peek 3' "$vm11" run --peek 3
slip 2 'tyt: no such kind of console; did you mean tty' "$vm11" run --console tyt
slip 2 'write unix:PATH' "$vm11" run --console unix
slip 2 'tcp.* no port' "$vm11" run --console tcp:99999
slip 2 'foo: no such engine; there are interp, jit$' "$vm11" run --engine foo
slip 2 'isn: no such trace; did you mean insn' "$vm11" run --trace isn
slip 2 'escape E' "$vm11" run --escape E
slip 2 '7 bits or 8' "$vm11" run --bits 9
slip 2 'nothing to run' "$vm11" run
slip 2 'one file is enough' "$vm11" run halt.mac loop.mac
slip 2 'nonesuch: ' "$vm11" run nonesuch
slip 2 'irectory' "$vm11" run .
slip 2 'nonesuch' "$vm11" run -d rk0=nonesuch --boot rk0
slip 2 'no such unit' "$vm11" run -d rk9=halt.mac
slip 2 'nothing is attached' "$vm11" run --boot rk1
slip 2 'not both' "$vm11" run --boot rk0 halt.mac
slip 2 'nonesuch' "$vm11" run --expect nonesuch halt.mac
slip 2 'nonesuch' "$vm11" run --state nonesuch/x halt.mac
slip 2 'nonesuch' "$vm11" run --trace insn --trace-file nonesuch/x halt.mac
slip 2 'nonesuch' "$vm11" run --console file:nonesuch/x halt.mac

# What the guest comes to.
check 0 '' "$vm11" run halt.mac
check 124 'limit of 10 instructions' "$vm11" run --limit 10 loop.mac
check 124 'limit of 0.5 seconds' "$vm11" run --timeout 0.5 loop.mac
check 124 'limit of 5 instructions' "$vm11" run --limit=5 -- loop.mac
printf '        .=1000\n        WAIT\n        HALT\n        .END 1000\n' >wait.mac
check 1 'waits for ever' "$vm11" run wait.mac
# Memory management with no page at all: neither the abort's vector nor that of its abort is there.
printf '        .=1000\n        INC @#177572\n        HALT\n        .END 1000\n' >double.mac
check 1 'double fault' "$vm11" run double.mac --limit 1000
printf 'expect "x"\n' >x.expect
check 1 'x.expect:1: ' "$vm11" run --expect x.expect halt.mac
check 124 'x.expect:1: ' "$vm11" run --expect x.expect --limit 1000 loop.mac

# What the host comes to.
if [ -w /dev/full ]; then
    slip 125 'full: No space' "$vm11" run --state /dev/full halt.mac
    slip 125 'full: No space' "$vm11" as halt.mac -o /dev/full
    for command in 'run --state - halt.mac' 'dis halt.mac' 'run --help' 'as --list - halt.mac' \
        'scan halt.mac' 'scan --json halt.mac' 'pgcheck --samples 1 --json'; do
        # shellcheck disable=SC2086
        "$vm11" $command >/dev/full 2>err
        [ $? = 125 ] || fail "a full disk: $command"
        one_line
        grep -q 'No space left' err || fail "why: $command"
    done
    echo '{}' | "$vm11" exec >/dev/full 2>err
    [ $? = 125 ] || fail "a full disk: exec"
    grep -q 'No space left' err || fail "why: exec"
fi

slip 2 'no source given' "$vm11" as
slip 2 'nothing to make' "$vm11" as halt.mac
slip 2 'lad: no such format; did you mean lda' "$vm11" as halt.mac -o x --format lad
slip 2 'irectory' "$vm11" as halt.mac -o .
slip 2 'no file given' "$vm11" dis
slip 2 'nothing to do with this word' "$vm11" exec halt.mac
finish
