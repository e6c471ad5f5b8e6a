#!/bin/sh
# vm11 run --gdb: conversations with a client, which comes, goes, is lost, or is none.
# usage: gdb.sh VM11 CLIENT PEER
. "$(dirname "$0")/../cli/lib.sh"
client=$(absolute "$2")
PEER=$(absolute "$3")
peer=$PEER
export PEER
here=$(cd "$start_dir" && cd "$(dirname "$0")" && pwd)

cat >count.mac <<'END'
        .=1000
COUNT:  CLR R0
1$:     INC R0
        NOP
        MOV R0,@#2000
        TST @#2000
        CMP R0,#20.
        BNE 1$
        HALT
        .END COUNT
END

# start OPTIONS...: a machine in the background that gdb is to lead.
start() {
    rm -f err s
    "$vm11" run --state s "$@" >out 2>err </dev/null &
    machine=$!
}
# talk WHERE: the conversation on standard input.
talk() {
    "$client" "$1" - && return
    fail "the conversation at $1"
    kill $machine
}
# told PATTERN: a note on stderr, now or soon.
told() {
    for _ in $(seq 100); do
        grep -Eq -- "$1" err 2>/dev/null && return
        sleep 0.1
    done
    fail "no /$1/"
}
# ended STATUS STOP: how the machine ends.
ended() {
    wait $machine
    got=$?
    [ $got = "$1" ] || fail "the machine's status is $got, not $1"
    [ "$(key s stop)" = "$2" ] || fail "the state: $(cat s)"
    [ -e g ] && fail "the socket is left behind"
}

# All of a session. The run was at its end when gdb left: that is its status.
start count.mac --console null --gdb unix:g
told 'gdb is awaited at the socket g'
talk unix:g <"$here/session.txt"
ended 0 halt
[ "$(key s pc)" = 001026 ] || fail "the PC: $(cat s)"

# Detached before, the machine runs to its end by itself.
start count.mac --console null --gdb unix:g
talk unix:g <<'END'
c -> T11*
P7=0002 -> OK
D;1 -> OK
END
ended 0 halt
[ "$(key s icount)" -gt 200 ] || fail "it did not run again: $(cat s)"

# Killed, in two ways.
start loop.mac --console null --gdb unix:g
talk unix:g <<'END'
? -> T05*
&k
END
ended 0 quit
start loop.mac --console null --gdb unix:g
talk unix:g <<'END'
vKill;1 -> OK
END
ended 0 quit

# ^C; limits; a run that is over.
start loop.mac --console null --gdb unix:g --limit 5000000
talk unix:g <<'END'
&c
^C
-> T02*;07:0002;*
^C
c -> T02*
c -> T18*
s -> T18*
D -> OK
END
ended 124 limit
# ^C on the way back, which is long; and from there on to the beginning.
start loop.mac --console null --gdb unix:g
talk unix:g <<'END'
Z2,800,2 -> OK
&c
|sleep 1
^C
-> T02*;07:0002;*
&bc
^C
-> T02*;07:0002;*
bc -> T05*;replaylog:begin;*
vKill;1 -> OK
END
ended 0 quit
printf 'expect "%s"\n' 'never' >e
start halt.mac --expect e --gdb unix:g --console null
talk unix:g <<'END'
c -> W01
END
ended 1 expect-failed

# The console and gdb side by side; a second gdb; attached, detached, attached, lost, attached.
start echo.mac --console unix:c --gdb unix:g
told 'console is at'
talk unix:g <<'END'
&c
|"$PEER" unix:c 'as gdb looks on' 'as gdb looks on'
second -> E.another gdb is at this machine
^C
-> T02*
Z2,1fc,4 -> OK
D -> OK
END
told 'a second gdb was turned away'
"$peer" unix:c 'nobody looks on' 'nobody looks on' || fail "the console, detached"
# Noise stops nothing; a packet does.
talk unix:g <<'END'
\x00\x03\xff\x2b\x2d\x23
|"$PEER" unix:c 'noise' 'noise'
P4=3412 -> OK
close
open
p4 -> 3412
&c
|"$PEER" unix:c 'hello' 'hello'
close
END
told 'gdb has gone; the machine waits for it'
told 'gdb has gone; the machine runs on'
"$peer" unix:c 'alone again' 'alone again' || fail "the console, gdb lost"
talk unix:g <<'END'
p4 -> 3412
!registers r4 -> *
D -> OK
END
"$peer" unix:c "$(printf '\004')" '' || fail "the last peer"
ended 0 halt

# A stop of the monitor's that nobody is there for: the machine waits.
start count.mac --console null --gdb unix:g
talk unix:g <<'END'
!break 1002 if r0 == 3 -> *
D -> OK
END
told 'the machine has stopped, and waits for gdb'
talk unix:g <<'END'
p0 -> 0300
!delete -> *
D -> OK
END
ended 0 halt

# Signals while it waits.
start loop.mac --console null --gdb unix:g
told 'gdb is awaited'
kill $machine
ended 0 signal

# TCP: this host only, unless another is named; no files of ours for who comes that way.
start count.mac --console null --gdb tcp:0
told 'gdb is awaited at 127.0.0.1 port'
grep -q password err && fail "a warning without a reason"
port=$(sed -n 's/.*gdb is awaited at 127.0.0.1 port //p' err)
talk "tcp:$port" <<'END'
QStartNoAckMode -> OK
!dump 0,10 stolen -> *file*
!record save stolen -> *file*
Z0,206,2 -> OK
c -> T05*;07:0602;*
z0,206,2 -> OK
D -> OK
END
[ -e stolen ] && fail "a file was written"
ended 0 halt
start loop.mac --console null --gdb tcp:0.0.0.0:0
told 'there is no password'
kill $machine
ended 0 signal

# What cannot be.
check 2 'unix:PATH, tcp:PORT or tcp:HOST:PORT' "$vm11" run halt.mac --gdb pty
check 2 'unix:PATH' "$vm11" run halt.mac --gdb unix:
check 2 'port' "$vm11" run halt.mac --gdb tcp:70000
check 2 'no such option' "$vm11" monitor halt.mac --gdb unix:g
: >plain
check 2 'plain' "$vm11" run halt.mac --gdb unix:plain
[ -f plain ] || fail "a plain file was removed"
start loop.mac --console null --gdb unix:g
told 'gdb is awaited'
check 2 'in use' "$vm11" run halt.mac --gdb unix:g
kill $machine
ended 0 signal
finish
