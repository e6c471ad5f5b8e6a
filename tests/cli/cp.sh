#!/bin/sh
# vm11 cp: users of a directory, the operator's commands, consoles, scripts, the account.
# usage: cp.sh VM11
. "$(dirname "$0")/lib.sh"
impure=$(absolute "$(dirname "$0")/../../guest/impure.mac")

cat >ab.yaml <<'END'
machine:
  mem: 100K
  option: [kbs11a]
machines:
  - {name: alice, mem: 16K, method: trap, ipl: echo.mac, expect: say.expect, console: "file:alice.out"}
  - {name: bob, mem: 16K, method: hybrid, ipl: loop.mac, autostart: no, label: secret}
END
printf 'send "hello"\nexpect "hello"\nsend "\\004"\nhalt\n' >say.expect

check 0 'alice: its script is over' "$vm11" cp ab.yaml --batch
grep -q hello alice.out || fail "alice's console"

cat >ops <<'END'
query
query memory
halt bob
ipl bob
run 0.1
query bob
load bob 1000
examine bob
deposit bob 5
examine bob 1000 2
step bob 1
switches bob 173030
set bob share 50
set bob reserve 20
set bob clock real
monitor bob e 1000
message bob good evening
disconnect alice
logoff bob
query names
logon bob
power bob off
query time
shutdown
END
check 0 '' "$vm11" cp ab.yaml -x ops --batch
for line in '^alice  *runs .*trap .* 16K at 0000000 .*share 100' \
    '^the bare machine has 100K: 32K in use, 68K free, 68K in one piece' \
    '^bob runs, label secret' '^  bob by hybrid: [0-9]* instructions' \
    '^001000: 000777' '^001000: 000005' '^bob: PC 001002, PS 000000' \
    '^bob: switches 173030, display 000000' '^bob: from the operator: good evening' \
    '^bob  *logged off' '^time 0.1[0-9]* s'; do
    grep -q "$line" out || fail "no line like $line"
done

# What cannot be done is said, and counted.
printf 'qury\nstart carol\nipl alice xx\nset bob share 0\nstep alice 1x\n' >bad
printf 'set alice reserve 70\nset bob reserve 31\nset bob reserve 30\n' >>bad
check 2 '' "$vm11" cp ab.yaml -x bad --batch
for line in 'qury: .*did you mean query' 'carol: no user of this name' 'xx: no such unit' \
    'a share is 1 to 10000' '1x: no decimal number' \
    'bob: others have reserved 70 percent: give it 30 at most'; do
    grep -q "$line" out || fail "no complaint like $line"
done

# What is no script is told before anything is carried out, or at its line.
mkdir -p folder
check 2 '-x folder: Is a directory' "$vm11" cp ab.yaml -x ops -x folder --batch
[ -s out ] && fail "commands were carried out before that"
check 2 '-x nowhere: No such file' "$vm11" cp ab.yaml -x nowhere --batch
printf 'query\nquery \0\n' >binary
check 2 'binary:2: this is no text' "$vm11" cp ab.yaml -x binary --batch
printf '\033[2J\n' >binary
check 2 'binary:1: this is no text' "$vm11" cp ab.yaml -x binary --batch
one_line
head -c 600 /dev/zero | tr '\0' 'q' >long
check 2 'long:1: the line is too long' "$vm11" cp ab.yaml -x long --batch
"$vm11" cp ab.yaml <folder >out 2>err
[ $? = 2 ] && grep -q 'standard input: Is a directory' err || fail "a folder as standard input"
printf 'q\033[2J\nquery \033x\n' >control
check 2 'q.\[2J: no such command' "$vm11" cp ab.yaml -x control --batch
tr -d '\033' <out | cmp -s - out || fail "control characters of a script are printed"

# The same VMs do the same, whoever else is there: hashes.
sed 's/, expect: say.expect//; s/, autostart: no//' ab.yaml >both.yaml
grep -v bob both.yaml >one.yaml
check 0 '' "$vm11" cp both.yaml --batch --limit 0.2 --hash-every 1000
grep '^alice [0-9]' out >both
check 0 '' "$vm11" cp one.yaml --batch --limit 0.2 --hash-every 1000
grep '^alice [0-9]' out >one
[ -s both ] || fail "no hashes"
head -n "$(wc -l <both)" one | cmp -s - both || fail "alice's hashes depend on bob"

# A kernel that knows where it is: the fast path, only where DIAG is.
cp "$impure" impure.mac
head -c 4096 /dev/zero | tr '\0' '\101' >d.rk
check 0 '^on a bare machine, sum 004000' "$vm11" run --batch -d rk0=d.rk impure.mac
echo 'machine: {option: [kbs11a, hv], mem: 200K}' >impure.yaml
echo 'machines:' >>impure.yaml
for method in simulate hybrid trap hv; do
    for pure in yes no; do
        echo "  - {name: $method-$pure, mem: 16K, method: $method, pure: $pure, ipl: impure.mac," >>impure.yaml
        echo "     units: [{unit: rk0, file: d.rk, ro: yes}]}" >>impure.yaml
    done
done
check 0 '' "$vm11" cp impure.yaml --batch
for method in simulate hybrid trap hv; do
    grep -q "^$method-yes: on a bare machine, sum 004000" out || fail "$method: a pure VM is seen"
    grep -q "^$method-no: in a virtual machine, sum 004000" out || fail "$method: DIAG"
done

# More memory than a KT11 reaches: VMs above the 248K do what one below them does.
cat >real.yaml <<'END'
machine:
  real-mem: 1M
  option: [kbs11a, hv]
machines:
  - {name: low, mem: 200K, method: trap, ipl: impure.mac, units: [{unit: rk0, file: d.rk, ro: yes}]}
  - {name: trap, mem: 200K, method: trap, ipl: impure.mac, units: [{unit: rk0, file: d.rk, ro: yes}]}
  - {name: hybrid, mem: 200K, method: hybrid, ipl: impure.mac, units: [{unit: rk0, file: d.rk, ro: yes}]}
  - {name: hv, mem: 200K, method: hv, ipl: impure.mac, units: [{unit: rk0, file: d.rk, ro: yes}]}
END
check 0 '' "$vm11" cp real.yaml --batch
for name in low trap hybrid hv; do
    grep -q "^$name: on a bare machine, sum 004000" out || fail "$name, with real-mem"
done
echo 'query memory' >ask
check 0 '^the bare machine has 1024K, with 22 address bits' "$vm11" cp real.yaml -x ask --batch

# A console's file that cannot be written is its VM's affair.
sed 's/, expect: say.expect//; s/alice.out/\/dev\/full/; s/ipl: echo.mac/ipl: shout.mac/' ab.yaml >full.yaml
cat >shout.mac <<'END'
        .=1000
1$:     TSTB @#177564
        BPL 1$
        MOV #101,@#177566
        BR 1$
        .END 1000
END
printf 'ipl bob\nrun 0.2\nquery names\nshutdown\n' >ops
check 125 '^alice: its console failed, it stands' "$vm11" cp full.yaml -x ops --batch
grep -q '^bob  *runs' out || fail "bob does not run on"

printf '        .=1000\n        DIAG 0\n        HALT\n        .END 1000\n' >who.mac
cat >who.yaml <<'END'
machine: {option: [kbs11a]}
machines: [{name: w, mem: 16K, method: trap, pure: no, ipl: who.mac, autostart: no}]
END

# A signal ends a monitor's command, and the wait for one of the operator's.
printf 'halt bob\nload bob 1000\ndeposit bob 777\nmonitor bob set pc 1000\nmonitor bob continue\n' >ops
timeout -s TERM 2 "$vm11" cp ab.yaml -x ops --batch >out 2>&1
[ $? = 124 ] || fail "a monitor's command does not heed a signal"
mkfifo pipe
sleep 4 >pipe &
timeout -s TERM 1 "$vm11" cp ab.yaml <pipe >out 2>&1
[ $? = 124 ] || fail "the operator's pipe does not heed a signal"
# What nohup has it ignore it ignores.
mkfifo still
sleep 4 >still &
env --ignore-signal=HUP "$vm11" cp who.yaml <still >out 2>&1 &
cp=$!
sleep 0.5
kill -HUP $cp
sleep 0.5
kill -0 $cp || fail "SIGHUP, which was ignored, ends it"
kill -TERM $cp
wait $cp || fail "status $? after SIGTERM"
# signalled SIGNAL STATUS DIRECTORY: as `vm11 run` ends.
signalled() {
    sleep 4 >still &
    feeder=$!
    env --default-signal=HUP,INT,QUIT "$vm11" cp "$3" <still >out 2>err &
    cp=$!
    sleep 0.5
    kill -"$1" $cp
    wait $cp
    got=$?
    kill $feeder
    [ $got = "$2" ] || fail "status $got after SIG$1, not $2"
}
signalled HUP 0 who.yaml
signalled INT 130 who.yaml
signalled QUIT 130 who.yaml
signalled TERM 1 ab.yaml # alice's script has not succeeded

# Standard output that takes no more ends it, with the cause.
cat >pour.mac <<'END'
        .=1000
1$:     MOV #20.,R1
2$:     TSTB @#177564
        BPL 2$
        MOV #101,@#177566
        SOB R1,2$
3$:     TSTB @#177564
        BPL 3$
        MOV #12,@#177566
        BR 1$
        .END 1000
END
echo 'machines: [{name: p, mem: 16K, ipl: pour.mac}]' >pour.yaml
{ timeout -s KILL 20 "$vm11" cp pour.yaml --batch 2>err </dev/null; echo $? >status; } | head -n 1 >out
[ "$(cat status)" = 125 ] || fail "a broken pipe: status $(cat status)"
grep -q 'standard output: Broken pipe' err || fail "a broken pipe: its cause"
one_line
timeout -s KILL 20 "$vm11" cp pour.yaml --batch 2>err </dev/null >/dev/full
[ $? = 125 ] || fail "a full disk: status"
grep -q 'standard output: No space left' err || fail "a full disk: its cause"
printf 'ipl bob\nmonitor bob continue\n' >ops
timeout -s KILL 20 "$vm11" cp ab.yaml -x ops --batch --limit 0.1 >out 2>&1
[ $? -lt 124 ] || fail "a monitor's command does not heed --limit"

# At a terminal a line that comes slowly is shown when it is whole, and a prompt after a silence.
cat >slow.mac <<'END'
        .=1000
        MOV #4$,R1
1$:     MOV #4000,R2
2$:     SOB R2,2$
3$:     TSTB @#177564
        BPL 3$
        MOVB (R1)+,@#177566
        CMP R1,#5$
        BLO 1$
        BR .
4$:     .ASCII "a slow line"
        .BYTE 12
        .ASCII "a prompt? "
5$:
        .END 1000
END
echo 'machines: [{name: s, mem: 16K, ipl: slow.mac}]' >slow.yaml
timeout 30 python3 - "$vm11" >out <<'END' || fail "at a terminal"
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "cp", "slow.yaml"])
text = b""
while b"s: a prompt? " not in text:
    text += os.read(fd, 4096)
os.write(fd, b"shutdown\n")
print(text.decode())
assert text.count(b"s: ") == 2 and b"s: a slow line\r\n" in text
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
END

# What an entry names and is not there, or cannot be: file, line, key, and what to do.
echo '        .=1000' >p.mac
printf '        BR .\n        .END 1000\n' >>p.mac
# entry LINE-AND-COMPLAINT [LINE-OF-THE-ENTRY...]: from line 4 on.
entry() {
    pattern=$1
    shift
    printf 'machines:\n  - name: a\n    mem: 16K\n' >entry.yaml
    printf '    %s\n' "$@" >>entry.yaml
    check 2 "^vm11 cp: entry.yaml:$pattern" "$vm11" cp entry.yaml --batch --limit 0.01
    one_line
}
image=': give an image that is there, or .new: true.$'
entry "4: ipl: none: No such file.*: give a program file that is there, or a unit" 'ipl: none'
entry "4: ipl: folder: Is a directory" 'ipl: folder'
entry "5: ipl: a has no rk3" 'share: 5' 'ipl: rk3'
entry "6: file: none: no such file$image" 'units:' '  - unit: rk0' '    file: none'
entry "6: file: folder: is a directory$image" 'units:' '  - unit: rk0' '    file: folder'
entry "5: expect: none: No such file.*: give a console script" 'ipl: p.mac' 'expect: none'
entry "5: expect: p.mac:1: unknown command" 'ipl: p.mac' 'expect: p.mac'
entry "4: reader: none: No such file.*: give a tape that is there" 'reader: file:none'
entry "5: printer: none/lp: No such file.*: give a file in a folder" 'ipl: p.mac' 'printer: file:none/lp'
entry "4: punch: folder: Is a directory" 'punch: file:folder'
entry "4: console: 99999: no port number" 'console: tcp:99999'
entry "4: console: none/x: No such file.*: give a file in a folder" 'console: file:none/x'
entry "4: set: r9: no such register; did you mean" 'set: [r9=1]'
entry "5: set: 757776=1: nothing answers" 'ipl: p.mac' 'set: [757776=1]'
printf 'machine:\n  packs:\n    - name: u\n      file: none\nmachines: [{name: a, mem: 16K}]\n' >packs.yaml
check 2 "packs.yaml:4: file: none: no such file$image" "$vm11" cp packs.yaml --batch
printf 'ipl alice rk1\nattach alice rk1 none\nlogoff bob\nlogon bob\n' >ops
check 2 'rk1: nothing is attached to it: attach alice rk1 FILE' "$vm11" cp ab.yaml -x ops --batch --limit 0.1
grep -q '^none: no such file; with new behind it' out || fail "attach of nothing"
check 2 'foo: no such method; there are simulate, ' "$vm11" run --vm foo p.mac
check 2 'trp: no such method; did you mean trap' "$vm11" run --vm trp p.mac

# Too many for CP's table of memory, or for CP's own memory.
echo 'machine: {real-mem: 3840K}' >many.yaml
echo 'machines:' >>many.yaml
for n in $(seq 40); do echo "  - {name: v$n, mem: 8K}" >>many.yaml; done
check 2 'many.yaml:35: machines: v33: one too many' "$vm11" cp many.yaml --batch
echo 'machine: {option: [hv], real-mem: 3840K}' >many.yaml
echo 'machines:' >>many.yaml
for n in $(seq 32); do echo "  - {name: v$n, mem: 8K, method: hv}" >>many.yaml; done
check 2 'at most 31 machines' "$vm11" cp many.yaml --batch

# A traced VM has its DIAG.
printf 'monitor w trace on insn to trace.out\nipl w\nrun 0.1\nstep w 1\n' >ops
check 0 'w: HALT, PC 001004' "$vm11" cp who.yaml -x ops --batch

# Stops of the debugger, while all run: by their conditions and counts; a script waits for the end.
cat >count.mac <<'END'
        .=1000
1$:     INC R0
        MOV R0,@#2000
        CMP R0,#100
        BNE 1$
        MOVB #101,@#177566
        BR .
        .END 1000
END
printf 'expect "A"\nhalt\n' >count.expect
cat >count.yaml <<'END'
machine: {option: [kbs11a]}
machines: [{name: w, mem: 16K, method: trap, ipl: count.mac, expect: count.expect, console: none}]
END
cat >ops <<'END'
monitor w break 1002 if r0 == 5
run 0.01
monitor w print r0
start w
monitor w watch 2000 if r0 == 20
monitor w ignore 2 1
monitor w tbreak 1012 if r0 == 11
run 0.01
monitor w print r0
monitor w break 1006 if r0 == 15
monitor w continue
monitor w print r0
start w
run 0.01
monitor w print r0
END
check 0 '^w: its script is over' "$vm11" cp count.yaml -x ops --batch
[ "$(grep -c '^w: breakpoint' out)" = 2 ] || fail "breakpoints of a VM that runs"
[ "$(grep -c '^w: watchpoint' out)" = 0 ] || fail "watchpoints of a VM that runs"
[ "$(sed -n 's/^\(000[0-7]*\)  .*/\1/p' out | tr '\n' ' ')" = '000005 000011 000015 000100 ' ] || fail "where it stopped"

# The account: of each, and of all where there are several; the same as JSON.
printf 'ipl bob\nrun 0.2\nquery bob\nquery time\nshutdown\n' >ops
check 0 '' "$vm11" cp ab.yaml -x ops --batch --report account
for line in '^alice by trap: [0-9]* instructions, [0-9.]* % executed directly' \
    '^  directly [0-9]*, of these translated [0-9]*; simulated [0-9]*; skipped' \
    '^  exits [0-9]* (' '^  shadow map: looked at' ': overhead [0-9.]* %, stretchout [0-9.]*$' \
    '^  device register  *[0-9]*  at 30 ' '^  exit and entry  *[0-9]*  at 24 ' '^bob by hybrid' \
    '^all 2 together: '; do
    grep -q "$line" account || fail "no line in the account like $line"
done
for line in '^  bob by hybrid' '^    directly' '^  all 2 together: ' '^    CP.s work'; do
    grep -q "$line" out || fail "query: no line like $line"
done
check 0 '' "$vm11" cp ab.yaml -x ops --batch --report account --json
python3 - <<'END' || fail "the account as JSON"
import json
a = json.load(open("account"))
sums = ["instructions", "direct", "translated", "simulated", "skipped", "exits", "slices",
        "shadow_loads", "shadow_pages", "interrupts", "cost"]
assert [m["name"] for m in a["machines"]] == ["alice", "bob"]
for m in a["machines"] + [a["all"]]:
    rows = list(m["events"].values()) + list(m["work"].values())
    assert m["cost"] == sum(r["total"] for r in rows) and all(r["total"] == r["count"] * r["cost"] for r in rows)
    assert m["instructions"] == m["direct"] + m["simulated"]
    assert m["translated"] <= m["direct"] and m["stretchout"] > 1 and m["overhead"] > 0
for key in sums:
    assert a["all"][key] == sum(m[key] for m in a["machines"]), key
END
grep -v bob ab.yaml >single.yaml
check 0 '^alice by trap' "$vm11" cp single.yaml --batch --report -
grep -q together out && fail "an account of all where there is one"
# Where the account cannot go is told before the run, and no file that is read becomes one.
for file in folder nowhere/account /proc/account; do
    check 2 "--report $file: " "$vm11" cp ab.yaml -x ops --batch --report $file
    [ -s out ] && fail "it was run, but the account cannot go to $file"
done
for file in ab.yaml ops say.expect echo.mac; do
    cp $file kept
    check 2 "--report $file: is the source" "$vm11" cp ab.yaml -x ops --batch --report $file
    cmp -s $file kept || fail "$file is overwritten"
done
sed 's/^machines:/cp: {report: folder}\nmachines:/' ab.yaml >into.yaml
check 2 'into.yaml:[0-9]*: report: folder: Is a directory' "$vm11" cp into.yaml -x ops --batch
# What cannot be written at the end is on stderr.
check 125 'dev/full: No space left' "$vm11" cp ab.yaml -x ops --batch --report /dev/full
grep -q '^all 2 together: ' err || fail "the account is lost"

# The chart, and what becomes of it without gnuplot, or with one that fails.
if command -v gnuplot >/dev/null; then
    check 0 '' "$vm11" cp ab.yaml -x ops --batch --chart chart.svg
    grep -q '<svg' chart.svg || fail "the chart is no SVG"
    grep -q '</svg>' chart.svg || fail "the chart has no end"
    for text in alice bob trap hybrid together direct simulated stretchout; do
        grep -q ">[^<]*$text" chart.svg || fail "the chart does not show $text"
    done
    share=$(python3 -c 'import json; print("%.3f" % (100 * json.load(open("account"))["all"]["direct_share"]))')
    grep -q ">$share<" chart.svg || fail "the chart has not the share of all, $share"
    check 125 'No space left' "$vm11" cp ab.yaml -x ops --batch --chart /dev/full
    grep -q '^all 2 together: ' err || fail "the account is lost with the chart"
    check 2 '--chart folder: Is a directory' "$vm11" cp ab.yaml -x ops --batch --chart folder
    check 2 '--chart one: is also the file of the account' \
        "$vm11" cp ab.yaml -x ops --batch --chart one --report one
else
    echo "skip: the chart: there is no gnuplot (package gnuplot-nox)"
fi
check 2 'gnuplot-nox' env PATH=/nowhere "$vm11" cp ab.yaml -x ops --batch --chart none.svg
mkdir -p fake
printf '#!/bin/sh\nexit 3\n' >fake/gnuplot
chmod +x fake/gnuplot
check 125 'gnuplot: it failed' env PATH="$PWD/fake:$PATH" "$vm11" cp ab.yaml -x ops --batch --chart none.svg
printf '#!/bin/sh\nexec true\n' >fake/gnuplot
check 125 'gnuplot has drawn nothing' env PATH="$PWD/fake:$PATH" "$vm11" cp ab.yaml -x ops --batch --chart none.svg
[ ! -e none.svg ] || fail "a chart of nothing"

check 2 'give a directory' "$vm11" cp
check 2 'nowhere.yaml' "$vm11" cp nowhere.yaml
printf 'machines:\n  - {name: x, mem: 8K, metod: trap}\n' >bad.yaml
check 2 'bad.yaml:2: .*did you mean .method' "$vm11" cp bad.yaml
finish
