# lib.sh - for the boot tests: real systems, from scripts, in virtual time. Sourced.
#
# usage of a test: NAME SOURCE_DIR VM11. The packs are in $VM11_SHARED/guests; without them a test
# is skipped (77) and says so. The packs are never written: the work is on copies or overlays.
set -eu
here=$1/tests/boot
vm11=$2
guests=${VM11_SHARED:-$1/../shared}/guests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

need_pack() { # folder/file
    [ -r "$guests/$1" ] || {
        echo "skip: no pack $1 in $guests (set VM11_SHARED)"
        exit 77
    }
}

# Run a script against packs: boot SCRIPT NAME OPTIONS... Transcript and hashes in $work/NAME.*
boot() {
    script=$1 name=$2
    shift 2
    "$vm11" run --batch "$@" --boot rk0 --expect "$here/$script.expect" --hash-every 2000000 \
        >"$work/$name.out" 2>"$work/$name.err" || {
        cat "$work/$name.out" "$work/$name.err"
        fail "$name: vm11 ended with an error"
    }
    grep -E '^[0-9]+ [0-9a-f]{16}$' "$work/$name.out" >"$work/$name.hashes" ||
        grep -E '^[0-9]+ [0-9a-f]{16}$' "$work/$name.err" >"$work/$name.hashes" ||
        fail "$name: no hashes were printed"
}

copy_pack() { # folder/file name
    cp "$guests/$1" "$work/$2"
    chmod u+w "$work/$2"
}
