#!/bin/sh
# vm11 run: state, options, kinds of files, limits, hashes, traces, text on standard input.
. "$(dirname "$0")/lib.sh"

check 0 '' "$vm11" run halt.mac --state s --peek 2000 --peek 1000,3
[ "$(key s stop)" = halt ] && [ "$(key s icount)" = 3 ] && [ "$(key s pc)" = 001012 ] ||
    fail "state at the HALT: $(cat s)"
grep -q '"r":\["000012","000000"' s || fail "registers in the state"
grep -q '"peek":{"002000":"000012","001000":"012700","001002":"000012","001004":"010037"}' s ||
    fail "--peek: $(cat s)"
grep -Eq '"hash":"[0-9a-f]{16}"}$' s || fail "the hash in the state"
check 0 '^{"stop":"halt"' "$vm11" run halt.mac --state -
check 124 '' "$vm11" run loop.mac --state s --limit 1K
[ "$(key s stop)" = limit ] && [ "$(key s icount)" = 1000 ] || fail "state at the limit"
check 124 '' "$vm11" run loop.mac --state s --timeout 0.25
[ "$(key s stop)" = timeout ] && [ "$(key s icount)" = 250000 ] || fail "state at the time-out"

# What can be set.
check 0 '' "$vm11" run --start 1000 --set 1000=0 --state s
[ "$(key s pc)" = 001002 ] || fail "a program from the switches"
check 0 '' "$vm11" run --set pc=1000 --set r3=7 --set sp=600 --set ps=340 --set sr=123456 \
    --set 1000=13702 --set 1002=177570 --state s
grep -q '"r":\["000000","000000","123456","000007"' s && [ "$(key s ksp)" = 000600 ] &&
    [ "$(key s ps)" = 000350 ] || fail "--set: $(cat s)"
check 0 '' "$vm11" run halt.mac --set r0=5 --set 772342=7406 --state s
check 0 '' "$vm11" run --start 1004 halt.mac --set r0=77 --state s --peek 2000
grep -q '"002000":"000077"' s || fail "--start"
check 124 '' "$vm11" run --cpu 45 --mem 8K --hz 50 --fast-io --engine=interp loop.mac --limit 1

# Kinds of files.
for format in aout lda raw; do
    printf '        MOV #12,R1\n        HALT\n        .END 0\n' >zero.mac
    "$vm11" as zero.mac -o "zero.$format" --format $format || fail "as $format"
done
check 0 '' "$vm11" run zero.aout --state s
[ "$(key s pc)" = 000006 ] || fail "an a.out"
check 0 '' "$vm11" run zero.lda --state s
[ "$(key s pc)" = 000006 ] || fail "a tape"
check 0 '' "$vm11" run zero.raw --load-at 2000 --state s
[ "$(key s pc)" = 002006 ] || fail "a raw binary"
check 2 'load-at' "$vm11" run zero.raw
printf 'load: zero.lda\nset:\n  - r3=33\nlimit: 1000\n' >m.yaml
check 0 '' "$vm11" run m.yaml --set r4=44 --state s
grep -q '"000033","000044"' s || fail "a description and options: $(cat s)"
printf 'lode: x\n' >bad.yaml
check 2 'bad.yaml:1' "$vm11" run bad.yaml

# A disk: its boot block prints a letter and halts. Boot from a copy, read-only, and an overlay.
cat >boot.mac <<'END'
        .WORD 240
        MOVB #'B,@#177566
1$:     TSTB @#177564
        BPL 1$
        HALT
END
"$vm11" as boot.mac -o boot.raw
cp boot.raw disk.rk
truncate -s 2494464 disk.rk
check 0 '^B' "$vm11" run disk.rk
check 0 '^B' "$vm11" run -d rk2=disk.rk,ro --boot rk2
check 0 '^B' "$vm11" run --boot=rk0 -drk0=disk.rk,overlay=o
check 0 '' "$vm11" run halt.mac -d rk1=fresh.rk,new
[ -f fresh.rk ] || fail ",new makes a file"

# Without standard descriptors no image becomes one of them.
"$vm11" run echo.mac -d rk1=other.rk,new --limit 1000 <&- >&- 2>&-
"$vm11" run halt.mac -d rk1=third.rk,new <&- >&- 2>&- || fail "no descriptors"
[ -s other.rk ] || [ -s third.rk ] && fail "something was written to an image"

# Hashes: at the right counts, the same every time, whatever else is asked for.
check 124 '' "$vm11" run loop.mac --limit 1000 --hash-every 300
[ "$(cut -d' ' -f1 out | tr '\n' ,)" = 300,600,900, ] || fail "counts of the hashes"
cp out h1
check 124 '' "$vm11" run loop.mac --limit 1000 --hash-every 100 --trace insn,trap,io,mmu,irq --stats \
    --trace-file t
grep -E '^[369]00 ' out | cmp -s - h1 || fail "hashes under a trace"
[ "$(grep -c ' insn ' t)" = 1000 ] || fail "a line an instruction"
head -n 1 t | grep -q '^ *0 insn k 001000 000777  BR 001000 ' || fail "the trace: $(head -n 1 t)"
grep -q '^instructions *1000$' err || fail "--stats"
check 0 '' "$vm11" run halt.mac --trace insn --trace-file -
[ "$(grep -c ' insn ' out)" = 3 ] && [ ! -e - ] || fail "a trace on stdout"
check 0 '^  associator +0\.000 %$' "$vm11" run --option hv --associator 64 --stats halt.mac
check 2 'it has 1 to 4096 entries' "$vm11" run --option hv --associator 0 halt.mac
check 0 'vector 030 +1$' "$vm11" run --stats --start 1000 --set sp=700 --set 1000=104000 --set 30=0
check 0 ' trap +030 from pc 001002 ps 000000 to pc 002000' "$vm11" run --trace trap --start 1000 \
    --set sp=700 --set 1000=104000 --set 30=2000
check 0 ' io +DATO +777566 000101 XBUF' "$vm11" run --trace io --set pc=1000 --set 1000=12737 \
    --set 1002=101 --set 1004=177566
check 0 ' mmu +DATO +777572 000000' "$vm11" run --trace mmu --set pc=1000 --set 1000=5037 \
    --set 1002=177572

# What is translated: each instruction of the block, and code of the host beside it.
if "$vm11" run --batch --engine jit halt.mac >/dev/null 2>&1; then
    check 124 '' "$vm11" run loop.mac --engine jit --limit 1000 --hash-every 300 --trace jit --trace-file t
    cmp -s out h1 || fail "hashes under --trace jit"
    grep -qE '^ +[0-9]+ jit  k 001000 1 instruction, [0-9]+ bytes$' t || fail "a block: $(head -n 1 t)"
    grep -qE '^ +[0-9]+ jit    001000  BR 001000 +[0-9a-f]{5}  [0-9a-z]' t || fail "guest and host"
    [ "$(grep -cE '^ +[0-9]+ jit {10,}[0-9a-f]{5}  ' t)" -ge 3 ] || fail "code of the host"
fi
check 2 'the interpreter runs' "$vm11" run loop.mac --engine interp --limit 10 --trace jit
check 2 'did you mean jit' "$vm11" run loop.mac --trace jet

# Text on standard input: nothing is lost, CR for each line, the same run every time.
awk 'BEGIN { for (i = 0; i < 60; i++) print "line " i ": the quick brown fox" }' >text
printf '\004' >>text
"$vm11" run echo.mac --hash-every 1M --limit 200M <text >o1 2>err || fail "echo of a file"
tr -d '\n' <o1 | tr '\r' '\n' | sed 's/[0-9]*000000 [0-9a-f]\{16\}//g' >back
head -c $(($(wc -c <text) - 1)) text | cmp -s - back || fail "text from a file"
cat text | "$vm11" run echo.mac --hash-every 1M --limit 200M >o2 2>err || fail "echo of a pipe"
cmp -s o1 o2 || fail "a file and a pipe make different runs"
(sleep 1; cat text) | "$vm11" run echo.mac --clock virtual >o2 2>err || fail "a late pipe"
tr '\r' '\n' <o2 | head -c $(($(wc -c <text) - 1)) | cmp -s - back || fail "a late pipe's text"
{ head -n 5 text; printf "\004"; } >short
"$vm11" run echo.mac --clock real <short >o2 2>err || fail "echo in real time"
head -n 5 back >want
tr "\r" "\n" <o2 | head -n 5 | cmp -s - want || fail "text in real time"

# Parity is cut, unless it is wanted; the last character comes before the end.
printf '        .=1000\n        MOVB #301,@#177566\n        HALT\n        .END 1000\n' >bits.mac
check 0 '^A$' "$vm11" run bits.mac
"$vm11" run --bits 8 bits.mac </dev/null | od -An -to1 | grep -q '301' || fail "--bits 8"

# Scripts.
printf 'send "hello\\r"\nexpect "hello"\npeek 1000 = 105737\nsend "^D"\nwait halt\n' >e.expect
check 0 'hello' "$vm11" run --expect e.expect echo.mac --state s
[ "$(key s stop)" = expect ] && grep -q '"peek":{"001000":"105737"}' s || fail "a script's state"
printf 'timeout 1\nexpect "hello"\n' >f.expect
check 1 'f.expect:2: ' "$vm11" run --expect f.expect echo.mac
check 2 'g.expect:1' sh -c "echo 'expct \"x\"' >g.expect; '$vm11' run --expect g.expect echo.mac"
finish
