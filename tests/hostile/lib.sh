# lib.sh - for the hostile tests: bad input must end with one clear line, the right status, and no
# file changed. Sourced with: SOURCE_DIR VM11
here=$1/tests/hostile
vm11=$(realpath "$2")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

cat >ok.mac <<'END'
        .=1000
START:  MOV     #12,R0
        HALT
        .END    START
END

fail() {
    echo "FAILED: $*" >&2
    head -c 400 "$work/err" 2>/dev/null | sed 's/^/  err: /' >&2
    failures=$((failures + 1))
}

# slip STATUS PATTERN COMMAND...: the status; one line of complaint, without control characters,
# that the extended regular expression fits; nothing on stdout; ended within ten seconds.
slip() {
    want=$1 pattern=$2
    shift 2
    got=0
    timeout 10 "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    [ "$got" = "$want" ] || fail "status $got, not $want: $*"
    LC_ALL=C grep -av ': note: ' "$work/err" >"$work/lines" || true
    [ "$(wc -l <"$work/lines")" = 1 ] || fail "not one line of complaint: $*"
    LC_ALL=C grep -aEq -- "$pattern" "$work/lines" || fail "no /$pattern/: $*"
    LC_ALL=C tr -d '\012\040-\176\200-\377' <"$work/err" | grep -q . && fail "control characters: $*"
    [ ! -s "$work/out" ] || fail "something on stdout: $*"
}

# The same for what is no error at all.
fine() {
    got=0
    timeout 10 "$@" >"$work/out" 2>"$work/err" </dev/null || got=$?
    [ "$got" = 0 ] || fail "status $got: $*"
}

# What must not change: watch FILE..., later unchanged.
watch() {
    sha256sum "$@" >"$work/.sums"
}
unchanged() {
    sha256sum --quiet -c "$work/.sums" >&2 || fail "files were changed"
}

finish() {
    [ "$failures" = 0 ]
    exit
}
