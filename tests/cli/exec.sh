#!/bin/sh
# vm11 exec: answers, errors, what is fresh and what changed.
. "$(dirname "$0")/lib.sh"

# ask REQUEST KEY VALUE ...
ask() {
    request=$1
    shift
    printf '%s\n' "$request" | "$vm11" exec >out 2>err || fail "status of $request"
    while [ $# -gt 0 ]; do
        grep -qF "\"$1\":$2" out || fail "\"$1\" is not $2: $request"
        shift 2
    done
}

ask '{"pc":"1000","r":["1","2"],"mem":{"1000":"060001"}}' stop '"limit"' icount 1 pc '"001002"' \
    r '["000001","000003","000000","000000","000000","000000"]' mem '{}' mmr2 '"001000"'
ask '{"pc":"1000","r":[1,2],"ksp":"700","mem":{"1000":"010146"}}' ksp '"000676"' \
    mem '{"000676":"000002"}' mmr1 '"000366"'
# Register set 1 and user mode.
ask '{"ps":"144000","pc":"1000","r":[1],"r1":[5],"usp":"600","ksp":"700","mem":{"1000":"010046"}}' \
    usp '"000576"' ksp '"000700"' mem '{"000576":"000005"}' \
    r '["000001","000000","000000","000000","000000","000000"]'
# A trap: the vector has been entered.
ask '{"pc":"1000","ksp":"700","mem":{"1000":"104400","34":"2000","36":"340"}}' pc '"002000"' \
    ps '"000340"' ksp '"000674"' mem '{"000674":"001002"}'
# An address beyond memory, and one of the I/O page.
ask '{"pc":"1000","ksp":"700","mem":{"1000":"005037","1002":"177776","4":"2000"},"ps":"17"}' \
    pc '"001004"' ps '"000000"'
ask '{"n":5,"pc":"1000","mem":{"1000":"1"}}' stop '"wait"' icount 1
ask '{"n":5,"pc":"1000","mem":{"1000":"0"}}' stop '"halt"' icount 1
ask '{"n":0}' icount 0 stop '"limit"'
ask '{"n":3,"pc":"1000","mem":{"1000":"777"}}' icount 3 pc '"001000"'
# Memory management: kernel page 0 at 10000.
ask '{"pc":"0","mmr0":"1","par":{"ki":["100"]},"pdr":{"ki":["77406"]},"mem":{"10000":"005200"}}' \
    pc '"000002"' r '["000001"' par '{"ki":["000100"' pdr '{"ki":["077406"'
# Floating point: ADDD AC1,AC0 with 1.0 and 2.0 is 3.0.
ask '{"pc":"1000","fps":"200","ac":["4080000000000000","4100000000000000"],"mem":{"1000":"172001"}}' \
    ac '["4140000000000000"'
ask '{"sr":"123456","pc":"1000","mem":{"1000":"013700","1002":"177570"}}' sr '"123456"' \
    r '["123456"'
ask '{"cpu":"11/45","engine":"interp","hash":false}' stop '"halt"'
grep -q hash out && fail "a hash that was not wanted"

# What it gives it takes: an answer's state is a request's.
printf '%s\n' '{"ps":"34017","pc":"1000","r":[1,2,3,4,5,6],"r1":["7","10"],"slr":"400","pirq":"1000",
"par":{"ud":[1,2,3]},"fps":"1","fec":"2","fea":"4","ac":["4080000000000000"]}' | tr -d '\n' >first
echo >>first
sed 's/^{/{"n":0,/' first | "$vm11" exec >a1 2>err
sed 's/"stop":"limit",//; s/"icount":0,/"n":0,/; s/,"hash":"[0-9a-f]*"//' a1 | "$vm11" exec >a2 2>err
cmp -s a1 a2 || fail "an answer as a request"

# A device that was touched is as new for the next request, and so is memory.
printf '%s\n%s\n' '{"pc":"1000","mem":{"1000":"105237","1002":"177560"}}' \
    '{"pc":"1000","mem":{"1000":"005037","1002":"2000"}}' | "$vm11" exec >two
printf '%s\n' '{"pc":"1000","mem":{"1000":"005037","1002":"2000"}}' | "$vm11" exec >one
[ "$(tail -n 1 two)" = "$(cat one)" ] || fail "a machine that is not fresh after a device"
printf '%s\n%s\n' '{"n":2,"pc":"1000","r":[5],"mem":{"1000":"010037","1002":"20000","1004":"7"}}' \
    '{"pc":"1000","mem":{"1000":"005037","1002":"2000"}}' | "$vm11" exec >two
[ "$(tail -n 1 two)" = "$(cat one)" ] || fail "a machine that is not fresh"

# Slips: an answer each, status 2, and on it goes.
printf '%s\n' '{bad' '[]' '{"pcc":1}' '{"cpu":"11/99"}' '{"engine":"jti"}' '{"pc":"9"}' \
    '{"mem":{"1001":"1"}}' '{"mem":{"760000":"1"}}' '{"r":[1,2,3,4,5,6,7]}' '{"ac":["1"]}' \
    '{"par":{"xx":[]}}' '{"n":-1}' '{"pc":"200000"}' '' '{"n":0}' | "$vm11" exec >out 2>err
[ $? = 2 ] || fail "status after bad lines"
[ "$(grep -c '"error":' out)" = 13 ] || fail "13 errors"
grep -q '"error":"pcc: no such key; did you mean pc?","line":3' out || fail "the slip of line 3"
tail -n 1 out | grep -q '"stop":"limit"' || fail "the line after the bad ones"
finish
