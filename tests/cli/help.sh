#!/bin/sh
# Help, completion and man pages know the same options: those of the tables.
# usage: help.sh VM11 COMPLETION_BASH COMPLETION_ZSH MAN_DIR
. "$(dirname "$0")/lib.sh"
bash=$(absolute "$2") zsh=$(absolute "$3") man=$(absolute "$4")

commands=$("$vm11" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
[ -n "$commands" ] || fail "no commands in the help"
for command in $commands; do
    check 0 "^Usage: vm11 $command" "$vm11" "$command" --help
    options=$(grep -Eo '^ {2}(-.,| {3}) --[a-z-]+' out | grep -Eo -- '--[a-z-]+')
    [ -n "$options" ] || fail "no options in the help of $command"
    for option in $options; do
        grep -q -- "$option" "$bash" || fail "$option of $command is not in bash's completion"
        grep -q -- "$option" "$zsh" || fail "$option of $command is not in zsh's completion"
        [ -f "$man/vm11-$command.1" ] || continue
        # scdoc writes a dash as \-.
        page=$(sed 's/\\-/-/g' "$man/vm11-$command.1")
        case $page in
        *"$option"*) ;;
        *) fail "$option is not in vm11-$command(1)" ;;
        esac
    done
    [ -f "$man/vm11-$command.1" ] || fail "there is no vm11-$command(1)"
    check 0 '^vm11 [0-9]' "$vm11" "$command" --version
    grep -q "vm11-$command" "$man/vm11.1" || grep -q "vm11\\\\-$command" "$man/vm11.1" ||
        fail "vm11(1) does not know $command"
done

command -v bash >/dev/null || exit 77
cat >try.bash <<'END'
. "$1"
compopt() { :; }
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_vm11
echo "${COMPREPLY[*]}"
END
complete() {
    want=$1
    shift
    got=$(command bash try.bash "$bash" "$@")
    [ "$got" = "$want" ] || fail "completion of '$*': '$got', not '$want'"
}
complete "$(echo $commands) --help --version" vm11 ''
complete '--timeout=' vm11 run --ti
complete 'virtual real' vm11 run --clock ''
complete 'virtual' vm11 run --clock = v
complete 'lda' vm11 as --format l
complete '--help --version' vm11 exec -
finish
