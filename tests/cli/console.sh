#!/bin/sh
# The console elsewhere: file, null, sockets and a pty; peers that go and come back.
# usage: console.sh VM11 PEER
. "$(dirname "$0")/lib.sh"
peer=$(absolute "$2")

# start OPTIONS...: a machine in the background that echoes.
start() {
    rm -f err s
    "$vm11" run echo.mac --state s "$@" >out 2>err </dev/null &
    machine=$!
}
# where: what the note on stderr says, once it is there.
where() {
    for _ in $(seq 100); do
        place=$(sed -n "s/.*note: the console is at //p" err 2>/dev/null)
        [ -n "$place" ] && return
        sleep 0.1
    done
    fail "nobody says where the console is"
}
# ended: the machine halts by itself, status 0.
ended() {
    wait $machine || fail "the machine's status is $?"
    [ "$(key s stop)" = halt ] || fail "the state: $(cat s)"
}
eot=$(printf '\004')

check 0 '' "$vm11" run halt.mac --console null
printf '        .=1000\n        MOVB #101,@#177566\n        HALT\n        .END 1000\n' >a.mac
check 0 '' "$vm11" run a.mac --console file:printed
[ "$(cat printed)" = A ] || fail "the file"
check 0 '' "$vm11" run a.mac --console null
[ -s out ] && fail "null prints"

start --console unix:sock
where
"$peer" unix:sock 'hello, machine' 'hello, machine' || fail "unix"
"$peer" unix:sock 'here again' 'here again' || fail "a peer that comes back"
check 2 'in use' "$vm11" run a.mac --console unix:sock
"$peer" unix:sock "$eot" '' || fail "the last peer"
ended
[ -e sock ] && fail "the socket is left behind"

# A socket of a machine that died is no obstacle; a file of another kind is.
start --console unix:sock
where
kill -KILL $machine
wait $machine 2>/dev/null
start --console unix:sock
: >err
"$peer" unix:sock "x$eot" 'x' || fail "after a dead machine"
ended
: >plain
check 2 'plain' "$vm11" run a.mac --console unix:plain
[ -f plain ] || fail "a plain file was removed"

start --console tcp:0
where
case $place in
127.0.0.1\ port\ *) ;;
*) fail "not bound to this host alone: $place" ;;
esac
port=${place##* }
"$peer" "tcp:$port" 'by tcp' 'by tcp' || fail "tcp"
"$peer" "tcp:$port" "again$eot" 'again' || fail "tcp, a second peer"
ended

start --console pty
where
"$peer" "$place" 'by pty' 'by pty' || fail "pty"
"$peer" "$place" 'once more' 'once more' || fail "pty, a second time"
"$peer" "$place" "$eot" '' || fail "pty, a third time"
ended

# A peer that does not read does not stop the machine, nor one that hangs up.
cat >flood.mac <<'END'
        .=1000
2$:     TSTB @#177560
        BPL 2$
        MOV #144000,R1
1$:     TSTB @#177564
        BPL 1$
        MOVB #'x,@#177566
        SOB R1,1$
        HALT
        .END 1000
END
"$vm11" run flood.mac --console unix:sock --clock virtual --state s 2>err &
machine=$!
"$peer" unix:sock 'g' 'xxx' || fail "the flood"
ended
finish
