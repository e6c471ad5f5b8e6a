#!/bin/sh
# vm11 as and dis: files, listing, errors, and the way there and back.
. "$(dirname "$0")/lib.sh"

check 0 '' "$vm11" as halt.mac -o halt.lda
check 0 'absolute loader tape' "$vm11" dis halt.lda
grep -q 'MOV #12,R0 .*; 001000 012700 000012' out || fail "a line of dis"
grep -q '\.END 001000' out || fail "the start address"
mv out back.mac
check 0 '' "$vm11" as back.mac -o back.lda
cmp -s halt.lda back.lda || fail "there and back"

check 0 '' "$vm11" as halt.mac -o halt.raw --format=raw
[ "$(wc -c <halt.raw)" = 10 ] || fail "the size of a raw file"
check 0 'MOV #12,R0' "$vm11" dis halt.raw --load-at 1000
check 0 'HALT' "$vm11" dis halt.raw --load-at 1000 --from 1010
grep -q MOV out && fail "--from"
check 0 'MOV' "$vm11" dis halt.raw --load-at 1000 --to 1010
grep -q HALT out && fail "--to"

# Words of all kinds.
awk 'BEGIN { for (i = 0; i < 24576; i++) printf ".WORD %o\n", i * 10007 % 65536 }' >words.mac
check 0 '' "$vm11" as words.mac -o words.lda
"$vm11" dis words.lda >back.mac || fail "dis of many words"
check 0 '' "$vm11" as back.mac -o back.lda
cmp -s words.lda back.lda || fail "many words there and back"

printf 'START:  CLR R0\n        .WORD COUNT\nCOUNT = 5\nTABLE:  .BLKB 6\n        .END START\n' >zero.mac
check 0 '' "$vm11" as zero.mac -o zero.out
check 0 'TABLE:' "$vm11" dis zero.out
check 0 'CLR' "$vm11" as zero.mac --list -

# Errors: told with file and line; the old output stays.
printf 'old' >kept
printf '        .=1000\n        MOV R0\n        FOO\n' >bad.mac
check 2 'bad.mac:2: ' "$vm11" as bad.mac -o kept
grep -q 'bad.mac:3: ' err || fail "the second error"
[ "$(cat kept)" = old ] || fail "the old output is gone"
ls kept.* >/dev/null 2>&1 && fail "a file left behind"
printf '        .INCLUDE "halt.mac"\n' >inc.mac
check 0 '' "$vm11" as inc.mac -o inc.lda
cmp -s inc.lda halt.lda || fail ".INCLUDE"
printf '        .INCLUDE "nonesuch.mac"\n' >inc.mac
check 2 'nonesuch.mac' "$vm11" as inc.mac -o inc.lda

# Damaged programs.
head -c 15 halt.lda >cut.lda
check 2 'cut.lda' "$vm11" dis cut.lda
head -c 17 zero.out >cut.out
check 2 'cut.out' "$vm11" dis cut.out
check 2 'cut.lda' "$vm11" run cut.lda
finish
