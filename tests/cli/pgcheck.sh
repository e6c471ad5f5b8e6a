#!/bin/sh
# vm11 pgcheck: the theorems as text and as JSON, the same with any number of threads.
# usage: pgcheck.sh VM11
. "$(dirname "$0")/lib.sh"

check 0 '^Theorem 1 .*no, against it: RTI RESET RTT SPL MFPI MTPI MFPD MTPD$' \
    "$vm11" pgcheck --samples 24 --threads 1
grep -q '^Theorem 3, while the previous mode is not K: *yes$' out || fail "theorem 3 with its condition"
grep -q '^000230 SPL 0: changes a resource$' out || fail "an example"
grep -q '^WAIT .*II *not agreed' out || fail "the appendix"
mv out one
check 0 '' "$vm11" pgcheck --samples 24 --threads 3
cmp -s one out || fail "three threads find something else than one"

check 0 '^Theorem 1 .*: *yes$' "$vm11" pgcheck --kbs --samples 24 --homo
grep -q '^Stack limit: 0 words' out || fail "the stack limit is not mended"
grep -q 'not what they are: 0 words of a virtual kernel, 0 of a supervisor, 0 of a user$' out ||
    fail "the homomorphism"
check 0 '^Theorem 1 .*against it: MFPI MTPI MFPD MTPD$' "$vm11" pgcheck --vcsr 47 --samples 24

check 0 '' "$vm11" pgcheck --samples 24 --json
[ "$(wc -l <out)" = 1 ] || fail "JSON on one line"
grep -q '"theorem1":{"holds":false,"against":\["RTI","RESET","RTT","SPL","MFPI","MTPI","MFPD","MTPD"\]}' out ||
    fail "theorem 1 in JSON"
grep -q '"theorem3_hybrid":{"holds":true,"against":\[\]}' out || fail "theorem 3 in JSON"
grep -q '"pairs":\[{"name":"RTI","word":"000002"' out || fail "pairs in JSON"

check 0 '^Theorem 1 .*: *yes$' "$vm11" pgcheck --hv --samples 12
grep -q '^RESET .*all.*VM-fault$' out || fail "RESET in a virtual machine"
grep -q "^MFPI .*its machine's own$" out || fail "MFPI in a virtual machine"
check 0 '^Theorem 1 .*against it: RESET$' "$vm11" pgcheck --ctl 0 --samples 12
grep -q '^  mode K, previous K, in a virtual machine, PC' out || fail "a virtual machine's state"
check 0 '"hv":true,"ctl":"000006","guest":"virtual machine"' "$vm11" pgcheck --hv --no-mmu --samples 4 --json

check 0 '^Under CP, by method hv, .*: 0 words of a virtual kernel, 0 of a supervisor, 0 of a user$' \
    "$vm11" pgcheck --monitor hv --samples 1
check 0 '"monitor":"simulate","homo_words":{"k":0,"s":0,"u":0}' \
    "$vm11" pgcheck --monitor simulate --samples 1 --json
check 2 'without options' "$vm11" pgcheck --monitor hv --kbs
check 2 'tarp' "$vm11" pgcheck --monitor tarp

check 2 'no such model' "$vm11" pgcheck --cpu 11/99
check 2 'no such mode' "$vm11" pgcheck --guest kernel
check 2 'a number of states' "$vm11" pgcheck --samples 0
check 2 'exit controls in octal' "$vm11" pgcheck --ctl 200
check 2 'has no KBS11-A' "$vm11" pgcheck --hv --kbs
check 2 'bits of VCSR' "$vm11" pgcheck --vcsr 1000
one_line
finish
