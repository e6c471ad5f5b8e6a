#!/bin/sh
# Signals: the machine ends cleanly, with its output and its images.
. "$(dirname "$0")/lib.sh"

# Punches a letter on the tape, prints another, goes on for ever.
cat >punch.mac <<'END'
        .=1000
        MOVB #'P,@#177556
        MOVB #'O,@#177566
        BR .
        .END 1000
END
# signalled SIGNAL STATUS OPTIONS...
signalled() {
    signal=$1 want=$2
    shift 2
    rm -f tape out s
    # A background job of a script ignores SIGINT unless told otherwise: env resets it.
    env --default-signal=HUP,INT,QUIT "$vm11" run punch.mac -d pp=tape,new --state s --bits 7 "$@" \
        >out 2>err </dev/null &
    machine=$!
    for _ in $(seq 100); do
        grep -qs O out && break
        sleep 0.1
    done
    kill -"$signal" $machine
    wait $machine
    got=$?
    [ $got = "$want" ] || fail "status $got after SIG$signal, not $want"
    [ "$(cat tape)" = P ] || fail "the tape after SIG$signal"
    grep -q O out || fail "the output after SIG$signal"
    [ "$(key s stop)" = signal ] || fail "the state after SIG$signal"
}

printf 'expect "never"\n' >never.expect
for clock in real virtual; do
    signalled TERM 0 --clock $clock
    signalled HUP 0 --clock $clock
    signalled INT 130 --clock $clock
done
printf 'timeout 1000000\nexpect "never"\n' >never.expect
signalled TERM 1 --expect never.expect --clock real

# Stopped and continued.
"$vm11" run echo.mac --clock real >out 2>err <<'END' &
END
machine=$!
sleep 0.3
kill -TSTP $machine
stopped=
for _ in $(seq 100); do
    case $(sed 's/.*) //' /proc/$machine/stat) in
    T*) stopped=y; break ;;
    esac
    sleep 0.1
done
[ $stopped ] || fail "SIGTSTP does not stop it"
kill -CONT $machine
kill -TERM $machine
wait $machine || fail "status $? after SIGTSTP, SIGCONT and SIGTERM"

# A reader that goes away ends the run with the images written.
rm -f tape
cat >pour.mac <<'END'
        .=1000
        MOVB #'P,@#177556
1$:     TSTB @#177564
        BPL 1$
        MOVB #'x,@#177566
        BR 1$
        .END 1000
END
{ "$vm11" run pour.mac -d pp=tape,new 2>err </dev/null; echo $? >status; } | head -c 1 >out
[ "$(cat status)" = 125 ] && [ "$(cat tape)" = P ] || fail "a broken pipe: status $(cat status)"

# Waiting costs nothing in real time: a second of it takes less than a tenth of a second.
cat >wait.mac <<'END'
        .=1000
        MOV #700,SP
        MOV #3$,@#100
        MOV #100,@#177546
1$:     WAIT
        BR 1$
3$:     RTI
        .END 1000
END
check 124 '' "$vm11" run wait.mac --clock real --timeout 1 --stats
ticks=$(sed -n 's/.*vector 100 *//p' err)
[ "${ticks:-0}" -ge 55 ] && [ "$ticks" -le 61 ] || fail "$ticks ticks of the clock in a second"
cpu=$(sed -n 's/host CPU *\(.*\) s/\1/p' err)
awk "BEGIN { exit !($cpu < 0.1) }" || fail "$cpu s of CPU in a second of waiting"
finish
