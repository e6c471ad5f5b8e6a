#!/bin/sh
# The spool and minidisks of vm11 cp: what is printed and punched, handed over, and read; a full disk.
# usage: spool.sh VM11
. "$(dirname "$0")/lib.sh"

# Prints a line and punches it, over and over as often as SR says, then halts.
cat >out.mac <<'END'
        .=1000
START:  MOV @#177570,R5
1$:     MOV #TEXT,R4
2$:     TSTB @#177514
        BPL 2$
        TSTB @#177554
        BPL 2$
        MOVB (R4),@#177516
        MOVB (R4),@#177556
        CMPB (R4)+,#12
        BNE 2$
        SOB R5,1$
        HALT
TEXT:   .ASCII /A LINE OF THIS USER/<15><12>
        .EVEN
        .END START
END
# Types what the reader reads, up to its end; then again.
cat >in.mac <<'END'
        .=1000
START:  TST @#177550
        BMI START
        MOV #1,@#177550
1$:     TSTB @#177550
        BMI 2$
        TST @#177550
        BMI START
        BR 1$
2$:     TSTB @#177564
        BPL 2$
        MOVB @#177552,@#177566
        BR START
        .END START
END
cat >two.yaml <<'END'
machine:
  mem: 100K
  fast-io: yes
  option: [kbs11a]
  packs:
    - {name: work, file: work.img, new: yes}
cp: {spool: spool}
machines:
  - name: writer
    mem: 16K
    ipl: out.mac
    set: [sr=2]
    console: none
    units: [{unit: rk0, pack: work, blocks: 10}]
  - {name: reader, mem: 16K, method: trap, ipl: in.mac, console: "file:typed"}
END
cat >ops <<'END'
run 0.1
close writer lp
close writer pp
close writer pp
spool
transfer 2 reader
order 2
run 3
spool
scrub writer rk0
detach writer rk0
shutdown
END
check 0 '' "$vm11" cp two.yaml -x ops --batch
for line in 'writer lp is file [12]$' 'writer pp is file [12]$' 'writer pp: nothing was written' \
    'writer  *lp  *42 bytes' 'writer  *pp  *42 bytes'; do
    grep -q "$line" out || fail "no line like $line"
done
printf 'A LINE OF THIS USER\r\nA LINE OF THIS USER\r\n' >want
cmp -s want spool/writer-lp-0001.txt || fail "what was printed"
cmp -s want typed || fail "what was punched, transferred, read and typed"
[ ! -e spool/reader-pr-0002.bin ] || fail "what was read is still there"

# A VM that is not pure closes its own spool files: DIAG 5, twice; a pure one traps to 10.
cat >close.mac <<'END'
        .=10
        .WORD TRAPS,0
        .=1000
START:  MOV #1000,SP
        MOVB #101,@#177516
        CLR R0
        DIAG 5
        BCS BAD
        CLR R0
        DIAG 5
        BCS BAD
        MOV #1,R0
        DIAG 5
        BCS BAD
        MOV #2,R0
        DIAG 5
        BCC BAD
        CMP R0,#1
        BNE BAD
        HALT            ; at 1054
TRAPS:  HALT            ; at 1056
BAD:    HALT
        .END START
END
cat >diag.yaml <<'END'
machine: {mem: 100K}
cp: {spool: closed}
machines:
  - {name: impure, mem: 16K, pure: no, ipl: close.mac, console: none}
  - {name: bare, mem: 16K, ipl: close.mac, console: none}
END
printf 'run 0.1\nspool\nshutdown\n' >ops
check 0 '0001 impure  *lp  *1 bytes' "$vm11" cp diag.yaml -x ops --batch
grep -q '^impure: HALT, PC 001056' out || fail "DIAG 5"
grep -q '^bare: HALT, PC 001060' out || fail "DIAG 5 of a pure machine"

# What cannot be done is said.
printf 'close writer xx\npurge 99\ntransfer 1 nobody\nscrub writer rk9\nscrub reader rk0\nfeed reader none\n' >bad
sed 's/, new: yes//' two.yaml >again.yaml
check 2 '' "$vm11" cp again.yaml -x bad --batch --limit 0.1
for line in 'xx: no such device' '99: the spool has no file' 'nobody: no such machine' \
    'rk9: no such disk' 'rk0: nothing is attached' 'none: No such file'; do
    grep -q "$line" out || fail "no complaint like $line"
done

# No room: the printer stands, the other user goes on, and nothing is lost when there is room.
rm -r spool typed
sed 's/sr=2/sr=2000/; s/fast-io/engine: interp\n  fast-io/' again.yaml >many.yaml
printf 'run 2\nspool\nfeed reader want\nrun 3\nspool\nshutdown\n' >full
check 125 'writer lp: the spool in spool: File too large; it stands' \
    sh -c "ulimit -f 8; exec '$vm11' cp many.yaml -x full --batch"
cmp -s want typed || fail "the reader's user was held up"
size=$(wc -c <spool/writer-lp-0001.txt)
[ "$size" = 8192 ] || [ "$size" = 4096 ] || fail "the spool file has $size bytes"
finish
