#!/bin/sh
# vm11 run --record and --replay: in virtual and in real time, with disks, from damaged files.
. "$(dirname "$0")/lib.sh"

# Counts ticks of the clock in R5, writes the counts into memory, echoes until ^D.
cat >live.mac <<'END'
        .=100
        .WORD TICK,300
        .=1000
START:  MOV #1000,SP
        MOV #100,@#177546
1$:     INC R1
        TSTB @#177560
        BPL 1$
        MOVB @#177562,R0
        BIC #177600,R0
        CMPB R0,#4
        BEQ 3$
2$:     TSTB @#177564
        BPL 2$
        MOVB R0,@#177566
        BR 1$
3$:     RESET
        HALT
TICK:   INC R5
        MOV R5,R4
        BIC #177001,R4
        MOV R1,4000(R4)
        RTI
        .END START
END

# The same run again: output, state, hash.
same() {
    cmp -s out.1 out.2 || fail "$1: another output: $(cat out.2)"
    for k in icount pc hash; do
        [ "$(key s.1 $k)" = "$(key s.2 $k)" ] || fail "$1: another $k"
    done
}

# In virtual time.
printf 'one\ntwo\n\004' | "$vm11" run --record virtual.rec --state s.1 live.mac >out.1 || fail "record"
check 0 '' "$vm11" run --replay virtual.rec --state s.2
cp out out.2
same "virtual time"
[ "$(key s.2 stop)" = halt ] || fail "the end of the recorded run"

# In real time: ticks and text come when they come. The clock is the recording's.
(sleep 0.2; printf 'slow'; sleep 0.3; printf 'ly\n\004') |
    "$vm11" run --clock real --record real.rec --state s.1 live.mac >out.1 || fail "record in real time"
check 0 '' "$vm11" run --replay real.rec --state s.2
cp out out.2
same "real time"
grep -q slowly out.2 || fail "no text in real time"
check 0 '' "$vm11" run --clock real --replay real.rec --state s.2
cp out out.2
same "real time again"

# A limit ends a run, and its repetition is over at the same moment, or before.
check 124 '' "$vm11" run --record limit.rec --state s.1 --limit 12345 loop.mac
check 0 '' "$vm11" run --replay limit.rec --state s.2
[ "$(key s.1 hash)" = "$(key s.2 hash)" ] && [ "$(key s.2 icount)" = 12345 ] || fail "after a limit"
[ "$(key s.2 stop)" = present ] || fail "the end of the recording"
check 124 '' "$vm11" run --replay limit.rec --state s.2 --limit 1000
[ "$(key s.2 icount)" = 1000 ] || fail "a limit in a repetition"

# The monitor goes back and forth in it.
printf 'replay real.rec\npresent\nset $h = hash\ngoto 1000\nstep 5 into\npresent\nassert hash == $h\n' >go.mon
check 0 '' "$vm11" monitor --batch -x go.mon
# And records in real time itself.
cat >real.mon <<'END'
record start 100K
continue 20M
set $h = hash
assert r5 > 0 "the clock ticked"
goto 3M
reverse-step 5
last-write 4002
present
assert hash == $h
record save monitor.rec
record stop
replay monitor.rec
continue
assert hash == $h && icount == 20000000.
END
check 0 '' "$vm11" monitor --batch --clock real -x real.mon live.mac

# What is wrong, and with which file.
check 2 '^vm11 run: --record virtual.rec: File exists$' "$vm11" run --record virtual.rec live.mac
one_line
check 2 '^vm11 run: --record none/x: No such file' "$vm11" run --record none/x live.mac
[ ! -e none ] || fail "a file was made"
check 2 '^vm11 run: none.rec: No such file' "$vm11" run --replay none.rec
check 2 '^vm11 run: live.mac: not a recording$' "$vm11" run --replay live.mac
check 2 'virtual.rec: the recorded machine has 248K of memory, this one 8K' \
    "$vm11" run --replay virtual.rec --mem 8K
check 2 'not with --expect' "$vm11" run --replay virtual.rec --expect live.mac
check 2 'not with --record' "$vm11" run --replay virtual.rec --record x.rec
check 2 'no use for input' "$vm11" run --replay virtual.rec --console pty
check 2 'is also the file of --state' "$vm11" run --record s --state s live.mac
head -c 5000 virtual.rec >short.rec
check 2 '^vm11 run: short.rec: a damaged recording' "$vm11" run --replay short.rec
one_line
finish
