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

check 2 'no such model' "$vm11" pgcheck --cpu 11/99
check 2 'no such mode' "$vm11" pgcheck --guest kernel
check 2 'a number of states' "$vm11" pgcheck --samples 0
check 2 'bits of VCSR' "$vm11" pgcheck --vcsr 1000
one_line
finish
