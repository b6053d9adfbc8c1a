#!/bin/sh
# Keys: made, shown, sealed; and every way in which a key file can be wrong.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"

exits 0 "type: ed25519" key new a
exits 1 "exists already" key new a
exits 3 "without its ending" key new b.key
same "the private key is its owner's alone" "600 644" sh -c 'echo $(stat -c %a a.key a.pub)'
prints_json key show --json a.pub
prints_json key new --json b
same "the id is the same of both files" "$("$enduse" key id a.pub)" "$enduse" key id a.key

echo secret >pass
echo other >wrong
echo >empty
exits 0 "type: ed25519" key new sealed --passphrase-file pass
accept "a sealed key does not show its secret" grep -q "secret scrypt" sealed.key
exits 0 "" key id sealed.key --passphrase-file pass
exits 3 "wrong or the key file was altered" key id sealed.key --passphrase-file wrong
exits 3 "it in the first line, found an empty line" key id sealed.key --passphrase-file empty
exits 1 "nowhere: not found" key id sealed.key --passphrase-file nowhere
accept "without a terminal the passphrase is asked for in vain" setsid sh -c '
    "$0" key id sealed.key >out 2>&1; [ $? = 3 ] && grep -q "passphrase" out' "$enduse"

exits 1 "missing.pub: not found" key id missing.pub
chmod 644 a.key
exits 3 "readable by its owner only" key id a.key
chmod 600 a.key
echo garbage >garbage.pub
exits 3 "not a key file of the documented form" key id garbage.pub
head -c 100000 /dev/zero >large.pub
exits 3 "limit" key id large.pub
cut_file b.pub 40 cut.pub
exits 3 "not a key file" key id cut.pub
cp b.pub flipped.pub
flip flipped.pub 40
exits 3 "flipped.pub" key id flipped.pub
finish
