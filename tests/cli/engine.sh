#!/bin/sh
# Which engine executes, on a host with a translator and on one without: engine.sh VM11 yes|no
translator=$2
. "$(dirname "$0")/lib.sh"

# Whatever the host, the interpreter is there, and nothing is told of it.
check 0 '' "$vm11" run halt.mac --engine interp --state interp
[ -s err ] && fail "a note about the interpreter that was asked for"
check 2 'the interpreter runs, nothing is translated' "$vm11" run halt.mac --engine interp --trace jit
check 124 '' "$vm11" run loop.mac --engine interp --limit 1000 --hash-every 300
cp out hashes

# Unless one is asked for, that which is there; the run is the same.
check 0 '' "$vm11" run halt.mac --state default
cmp -s interp default || fail "another state by default"
if [ "$translator" = yes ]; then
    [ -s err ] && fail "a note, where the translator is there"
    check 0 '' "$vm11" run halt.mac --engine jit --state jit
    cmp -s interp jit || fail "another state on the translator"
    check 0 '^translated ' "$vm11" run halt.mac --stats
else
    check 0 'note: there is no translator for this host; the interpreter runs$' "$vm11" run halt.mac
    [ "$(wc -l <err)" = 1 ] || fail "more than a note"
    check 2 '^vm11 run: there is no translator for this host$' "$vm11" run halt.mac --engine jit
    [ -s out ] && fail "something runs, though"
    one_line
    printf 'load: halt.mac\nengine: jit\n' >m.yaml
    check 2 'there is no translator for this host$' "$vm11" run m.yaml
    check 2 'there is no translator' "$vm11" run halt.mac --engine jit --vm trap
    check 2 'nothing is translated' "$vm11" run halt.mac --trace jit
    "$vm11" run halt.mac --stats 2>&1 | grep -q '^translated ' && fail "something is translated"
fi
check 124 '' "$vm11" run loop.mac --limit 1000 --hash-every 300
cmp -s out hashes || fail "other hashes by default"
finish
