#!/bin/sh
# Clients that are none: bytes by chance, packets that are cut or far too long, answers that nobody
# reads. The machine goes on, and the next client is served.
# usage: noise.sh VM11 CLIENT
. "$(dirname "$0")/../cli/lib.sh"
client=$(absolute "$2")

for seed in 1 2 3 4; do
    "$vm11" run loop.mac --console null --gdb unix:g >out 2>err </dev/null &
    machine=$!
    "$client" unix:g noise $seed || fail "seed $seed"
    kill -0 $machine || fail "the machine has died of seed $seed"
    printf '? -> T*\n&k\n' | "$client" unix:g - || fail "the client after seed $seed"
    wait $machine || fail "status $? after seed $seed"
done

# Who asks and does not listen is hung up on, in the end.
"$vm11" run loop.mac --console null --gdb unix:g >out 2>err </dev/null &
machine=$!
"$client" unix:g deaf || fail "the deaf"
printf 'qC -> QC1\n&k\n' | "$client" unix:g - || fail "the client after the deaf"
wait $machine || fail "status $? after the deaf"
finish
