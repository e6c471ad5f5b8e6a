#!/bin/sh
# monitor.sh - transcripts: what the monitor says to the lines of *.in is in *.expect.
# usage: monitor.sh VM11 GEN [--write]     (--write: take what it says now; then read the changes)
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"
gen=$(absolute "$2")
cp "$here"/*.mac "$here"/*.mon "$here"/*.lst "$here"/*.nm "$here"/*.txt .

for in in "$here"/*.in; do
    name=$(basename "$in" .in)
    json=
    case $name in *json) json=--json ;; esac
    "$vm11" monitor $json prog.mac <"$in" >said 2>&1
    status=$?
    grep -v 'note: there is no translator' said >out # on a host without one
    echo "status $status" >>out
    if [ "$3" = --write ]; then
        cp out "$here/$name.expect"
    elif ! diff -u "$here/$name.expect" out >diff; then
        cat diff >&2
        fail "$name: another answer"
    fi
done

# Every command of the tables is in a transcript, or in a test that is named here.
elsewhere=" $(cat "$here/elsewhere") "
"$gen" commands | sed -n 's/^| `\([a-z-]*\).*/\1/p' >commands
[ -s commands ] || fail "no commands"
while read -r command; do
    grep -qE "^ *$command( |/|\$)" "$here"/*.in && continue
    case $elsewhere in
    *" $command "*) ;;
    *) fail "$command is in no transcript" ;;
    esac
done <commands

# The exit status, -x, and what the list in the docs knows.
check 0 '' "$vm11" monitor --batch -x good.mon
check 2 'bad.mon:3: xyzzy: no such register' "$vm11" monitor --batch -x bad.mon
check 1 'fail.mon:2: assertion failed: 2 == 3: arithmetic' "$vm11" monitor -x fail.mon
check 2 'none.mon' "$vm11" monitor -x none.mon
check 0 '' "$vm11" monitor --batch prog.mac
"$gen" commands >list
docs=$here/../../docs/monitor.md
if [ "$3" = --write ]; then
    sed -e '/^<!-- commands -->$/q' "$docs" >new
    cat list >>new
    sed -n '/^<!-- end of commands -->$/,$p' "$docs" >>new
    cp new "$docs"
fi
sed -n '/^<!-- commands -->$/,/^<!-- end of commands -->$/p' "$docs" | sed '1d;$d' >listed
cmp -s list listed || fail "docs/monitor.md: the commands are not those of the tables (--write)"
finish
