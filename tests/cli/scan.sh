#!/bin/sh
# vm11 scan: the report of the preprocessor, for people and as JSON.
# usage: scan.sh VM11
. "$(dirname "$0")/lib.sh"

cat >sens.mac <<'END'
        .=0
START:  MOV #2000,SP
        CLR R0
        CLR R1
        CLR R2
        CLR R3
        CLR R4
        MFPI (R0)
        SPL 7
        RTI
        TSTB @#177560
        MOV 177560,R0
        JSR PC,START
        HALT
        .END START
END
check 0 '^17 words, 13 instructions' "$vm11" scan sens.mac
grep -q '^==> 000016 006510                MFPI (R0)$' out || fail "an instruction's line"
# Five before it, no more: the MOV at 0 is not among them.
[ "$(grep -c '^    000004 005000' out)" = 1 ] || fail "the instructions before the first"
grep -q '^    000000' out && fail "six instructions before the first"
for group in 'I    1' 'II   1' 'III  1' 'IV   1' 'V    1'; do
    grep -q "^group $group$" out || fail "group $group"
done
check 0 '5 replaced' "$vm11" scan sens.mac
check 0 'not privileged: loads the PSW; replaced by TRAP 104450' "$vm11" scan sens.mac
check 0 'asks how many parameters follow' "$vm11" scan sens.mac
check 0 'refers to the I/O page in a way that will fail' "$vm11" scan sens.mac

check 0 '"action":"ask"' "$vm11" scan --json sens.mac
[ "$(wc -l <out)" = 1 ] || fail "not one line of JSON"
grep -q '"addr":"000016","words":\["006510"\],"text":"MFPI (R0)","group":"III"' out ||
    fail "an instruction in JSON"
grep -q '"before":\["000004","000006","000010","000012","000014"\]' out || fail "before, in JSON"
grep -q '"replaced":5,"asked":1,"refused":1}' out || fail "the sums in JSON"

# Formats, and what is none.
check 0 '' "$vm11" as sens.mac -o sens.out --format aout
check 0 '5 replaced, 1 asked about, 1 refused' "$vm11" scan sens.out
check 0 '' "$vm11" as sens.mac -o sens.raw --format raw
check 0 '^==> 001016 006510' "$vm11" scan --load-at 1000 sens.raw
check 2 'no file given' "$vm11" scan
one_line
check 2 'one file is enough' "$vm11" scan sens.out sens.mac
check 2 'nonesuch' "$vm11" scan nonesuch
check 2 'even address' "$vm11" scan --load-at 1 sens.raw
head -c 20 sens.out >cut.out
check 2 'truncated' "$vm11" scan cut.out
if [ -w /dev/full ]; then
    "$vm11" scan sens.mac >/dev/full 2>err
    [ $? = 125 ] || fail "a full disk"
fi
finish
