# lib.sh - what the tests of the command line share. Sourced by them; $1 is the program vm11.
vm11=$(realpath "$1")
start_dir=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failures=0

# Programs that the tests run.
cat >halt.mac <<'END'
        .=1000
START:  MOV #12,R0
        MOV R0,@#2000
        HALT
        .END START
END
cat >loop.mac <<'END'
        .=1000
        BR .
        .END 1000
END
# Echoes until ^D; types a dollar sign where input was lost.
cat >echo.mac <<'END'
        .=1000
1$:     TSTB @#177560
        BPL 1$
        MOVB @#177562,R0
        BIC #177600,R0
        CMPB R0,#4
        BEQ 3$
2$:     TSTB @#177564
        BPL 2$
        MOVB R0,@#177566
        BR 1$
3$:     HALT
        .END 1000
END

# The absolute name of a file that the caller named from where it was.
absolute() {
    (cd "$start_dir" && realpath "$1")
}

fail() {
    echo "FAIL: $*" >&2
    [ -s out ] && sed 's/^/  out: /' out | head -20 >&2
    [ -s err ] && sed 's/^/  err: /' err | head -20 >&2
    failures=$((failures + 1))
}

# check STATUS PATTERN COMMAND...: the exit status, and an extended regular expression that must be
# found in what was printed (stdout and stderr are left in out and err).
check() {
    want=$1 pattern=$2
    shift 2
    "$@" >out 2>err </dev/null
    got=$?
    [ $got = "$want" ] || fail "status $got, not $want: $*"
    [ -z "$pattern" ] || cat out err | grep -Eq -- "$pattern" || fail "no /$pattern/: $*"
}

# The complaint of the last check is one line; a host without a translator adds its note.
one_line() {
    [ "$(grep -vc "note: there is no translator" err)" = 1 ] || fail "not one line of complaint"
}

# A key of the state in the file $1.
key() {
    sed 's/.*"'"$2"'":"\{0,1\}\([^",]*\).*/\1/' "$1"
}

finish() {
    [ $failures = 0 ] || exit 1
    exit 0
}
