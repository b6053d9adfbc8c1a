#!/bin/sh
# Documents: made, signed, shown and verified; malformed, cut, oversized, of another type, signed by
# the wrong people, expired.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
declare_use D
order OR-1 --template limit-functions --set functions=location --certificate EC.certificate
order OR-2 kind=disconnect
quietly "$enduse" delegation make version=1 epoch=1 lease-key=@lease.pub log-key=@log.pub \
    origin=authority.example/log from=now until=now+20d --key defence.key -o 1.delegation
quietly "$enduse" delegation sign 1.delegation --key foreign.key
quietly "$enduse" approval withdraw W.approval --number W-1 --key court.key -o W-1.approval

# Shown: unverified, and said so.
for file in 0001.root EC.certificate IL.licence OR-1.order W.approval D.declaration R.roll \
    1.delegation; do
    type=${file##*.}
    exits 0 "NOT VERIFIED" "$type" show "$file"
    exits 0 "type: $type" show "$file"
    prints_json "$type" show --json "$file"
done
exits 0 "Order templates" form show F.form
exits 0 "limit-functions" form show "$forms/il-2021-12"
prints_json form show --json F.form
exits 0 "signatures: none" certificate show EC.payload
exits 0 "public key: 32 bytes, SHA-256 $("$enduse" key id foreign.pub)" root show 0001.root
exits 0 "public key: 32 bytes, SHA-256 $("$enduse" key id court.pub)" certificate show EC.payload
digest=$("$enduse" show F.form | sed -n 's/^digest: //p')
exits 0 "bytes, SHA-256 $digest" certificate show EC.payload

# Verified.
all="--certificate EC.certificate --licence IL.licence --roll R.roll"
set -- --demo $all
exits 0 "authority: " root verify 0001.root --demo
exits 0 "signed by: D-01 Defence One (defence)" form verify F.form --demo
exits 0 "in force at" certificate verify EC.certificate --demo
exits 0 "signed by: F-01" licence verify IL.licence --demo --certificate EC.certificate
exits 0 "VERIFIED" order verify OR-1.order --demo
exits 0 "VERIFIED" delegation verify 1.delegation --demo
exits 0 "VERIFIED" roll verify R.roll --demo --certificate EC.certificate
exits 0 "VERIFIED" approval verify W.approval --demo --certificate EC.certificate
exits 0 "kind: withdrawal" approval verify W-1.approval --demo --certificate EC.certificate
exits 0 "VERIFIED" declaration verify D.declaration "$@"
prints_json declaration verify D.declaration --json "$@"
prints_json root verify 0001.root --demo --json

# Expired, or not yet in force.
exits 2 "in force at" licence verify IL.licence --demo --time now+400d
exits 2 "in force at" licence verify IL.licence --demo --time now-90d
exits 2 "in force at" approval verify W.approval --demo --certificate EC.certificate \
    --time now+60d
exits 3 "RFC 3339" licence verify IL.licence --demo --time yesterday

# The root: not a demonstration unless told, pinned, whole.
exits 3 "a demonstration root" licence verify IL.licence
exits 3 "not the root that was pinned" root verify 0001.root --demo --pin "$(printf '%064d' 0)"
exits 3 "not hexadecimal" root verify 0001.root --demo --pin xyz
exits 3 "See: enduse root verify --help" root verify 0001.root --demo --pin xyz
exits 3 "do not follow one another" root verify 0001.root 0001.root --demo
quietly "$enduse" root make root.json --key defence.key -o half.root
exits 3 "not signed by everyone" root verify half.root --demo
ENDUSE_ROOT=
exits 3 "the authority's root (or ENDUSE_ROOT)" licence verify IL.licence
ENDUSE_ROOT=0001.root

# Wrong signers.
quietly "$enduse" licence make licence.json certificate=@EC.certificate --key defence.key \
    -o half.licence
exits 3 "not signed by everyone" licence verify half.licence --demo
quietly "$enduse" licence make licence.json certificate=@EC.certificate --key stranger.key \
    -o strange.licence
exits 3 "signed by a key that is not known here" licence verify strange.licence --demo
quietly "$enduse" approval make approval.json certificate=@EC.certificate --key prosecutor.key \
    -o wrong.approval
exits 3 "the approving body that it names" approval verify wrong.approval --demo \
    --certificate EC.certificate
quietly "$enduse" roll make roll.json certificate=@EC.certificate --key operator.key -o wrong.roll
exits 3 "wrong.roll" roll verify wrong.roll --demo --certificate EC.certificate
quietly "$enduse" licence make licence.json certificate=@F.form --key defence.key -o other.licence
quietly "$enduse" licence sign other.licence --key foreign.key
exits 3 "refers to, another one" licence verify other.licence --demo --certificate EC.certificate
order OR-3 kind=lift lifts=@OR-1.order
exits 3 "not signed by everyone" order verify OR-3.order --demo
exits 0 "2 signatures" order sign OR-3.order --key foreign.key
exits 0 "VERIFIED" order verify OR-3.order --demo
exits 3 "signed twice by the same key" order sign OR-3.order --key foreign.key
quietly "$enduse" licence make licence.json certificate=@EC.certificate --key defence.key \
    --authority "$(printf '%064d' 0)" -o elsewhere.licence
exits 3 "signature" licence verify elsewhere.licence --demo

# A stranger's signature would spoil what the others signed: nothing is changed.
cp IL.licence spoiled.licence
exits 3 "somebody whom the root or the document names" licence sign spoiled.licence \
    --key stranger.key
exits 3 "somebody whom the root or the document names" certificate sign EC.payload \
    --key stranger.key -o spoiled.certificate
exits 3 "somebody whom the root or the document names" root sign 0001.root --key stranger.key
accept "the document is as it was" cmp IL.licence spoiled.licence
accept "nothing is written" [ ! -e spoiled.certificate ]
exits 3 "a private key (or ENDUSE_KEY)" licence sign spoiled.licence
accept "without a key nothing is shown either" sh -c \
    '! "$0" licence sign spoiled.licence 2>/dev/null | grep -q number' "$enduse"

# What is no plain file is neither read nor replaced.
mkdir folder
exits 1 "a folder, where a file is needed" licence show folder
exits 1 "Name a file in it" licence make folder certificate=@F.form --key defence.key -o folder.made
exits 1 "a plain file" licence make licence.json certificate=@F.form --key defence.key -o folder -f
mkfifo pipe
exits 1 "a plain file" licence make licence.json certificate=@F.form --key defence.key -o pipe -f
accept "the pipe is there" [ -p pipe ]

# Templates, also of a form that is a folder.
templates="order make number=OR-9 licence=IL-2026-0017 reason=R contact=C --key defence.key"
# shellcheck disable=SC2086
exits 1 "lists the templates" $templates --template nothing --form F.form -o not.made
# shellcheck disable=SC2086
exits 3 "lists the templates" $templates --template limit-functions --set functions= \
    --form F.form -o not.made
# shellcheck disable=SC2086
exits 0 "digest" $templates --template suspend --form "$forms/il-2021-12" -o OR-9.order
# shellcheck disable=SC2086
exits 3 "clauses: value" $templates --template limit-functions --set functions=location \
    --form F.form clauses=none -o not.made
exits 0 "facts.purpose=investigation | prevention | other" form show F.form

# Altered, cut, oversized, empty, of another type.
for file in IL.licence OR-1.order D.declaration R.roll W.approval EC.certificate; do
    type=${file##*.}
    case $type in
    declaration) set -- --demo $all ;;
    roll | approval) set -- --demo --certificate EC.certificate ;;
    *) set -- --demo ;;
    esac
    size=$(wc -c <"$file")
    cp "$file" flipped
    flip flipped $((size - 3))
    exits 3 "flipped" "$type" verify flipped "$@"
    cp "$file" flipped
    flip flipped $((size / 2))
    exits 3 "flipped" "$type" verify flipped "$@"
    cut_file "$file" $((size - 1)) cut
    exits 3 "cut" "$type" verify cut "$@"
    exits 3 "cut" "$type" show cut
    cut_file "$file" 1 cut
    exits 3 "cut" "$type" show cut
    cp "$file" longer
    printf x >>longer
    exits 3 "longer" "$type" verify longer "$@"
done 2>/dev/null
: >nothing
exits 3 "nothing" licence show nothing
exits 1 "missing: not found" licence show missing
exits 3 "another type of document" licence show R.roll
exits 3 "another type of document" licence verify OR-1.order --demo
head -c 30000000 /dev/zero >large
exits 3 "larger than the limit" licence show large

# Making: what the table refuses, it refuses by name.
exits 1 "IL.licence: exists already" licence make licence.json certificate=@EC.certificate \
    --key defence.key -o IL.licence
exits 0 "digest" licence make licence.json certificate=@EC.certificate --key defence.key \
    -o again.licence
exits 0 "digest" licence make licence.json certificate=@EC.certificate --key defence.key \
    -o again.licence --force
make() { # CODE TEXT ARGUMENT...: a licence that is not made, and leaves no file
    code=$1
    text=$2
    shift 2
    exits "$code" "$text" licence make "$@" -o not.made
    accept "nothing is written" [ ! -e not.made ]
}
make 3 "certificate" licence.json --key defence.key
make 3 "not hexadecimal" licence.json certificate=xyz --key defence.key
make 1 "gone.certificate: not found" licence.json certificate=@gone.certificate --key defence.key
make 3 "a member that does not belong here" licence.json certificate=@F.form colour=red \
    --key defence.key
make 3 "not a number" licence.json certificate=@F.form maximum-active-uses=many --key defence.key
make 3 "NAME=VALUE" licence.json certificate=@F.form nothing --key defence.key
make 3 "NAME=VALUE" licence.json certificate=@F.form a..b=1 --key defence.key
make 3 "NAME=VALUE" licence.json certificate=@F.form .a=1 --key defence.key
make 3 "NAME=VALUE" licence.json certificate=@F.form a.=1 --key defence.key
make 3 "at most 16 levels" licence.json certificate=@F.form \
    "$(printf '%060000d' 0 | sed 's/0/a./g')a=1" --key defence.key
make 3 "See: enduse licence make --help" licence.json nothing --key defence.key
make 3 "(expected certificate)" licence.json --key defence.key
make 3 "Its members are listed by: enduse licence make --help" licence.json --key defence.key
make 3 "one assignment" licence.json certificate=@F.form contact=a contact=b --key defence.key
make 3 "breaks a rule" licence.json certificate=@F.form until=now-100d --key defence.key
make 3 "RFC 3339" licence.json certificate=@F.form until=tomorrow --key defence.key
make 3 "key" licence.json certificate=@F.form
make 1 "gone.key: not found" licence.json certificate=@F.form --key gone.key
make 3 "private" licence.json certificate=@F.form --key defence.pub
make 1 "gone.json: not found" gone.json certificate=@F.form --key defence.key
echo '{"number": ' >bad.json
make 3 "bad.json: line" bad.json certificate=@F.form --key defence.key
echo '[]' >bad.json
make 3 "bad.json" bad.json certificate=@F.form --key defence.key
printf '{"number": "\377"}' >bad.json
make 3 "UTF-8" bad.json certificate=@F.form --key defence.key
echo '{"number": "A", "number": "B"}' >bad.json
make 3 "twice" bad.json certificate=@F.form --key defence.key
sed 's/"IL-2026-0017"/17/' licence.json >bad.json
make 3 '$.number' bad.json certificate=@F.form --key defence.key
echo '{"certificate": {"$digest": 7}}' >bad.json
make 3 '$.certificate' bad.json --key defence.key

# Templates of orders.
order_fails() { # TEXT ARGUMENT...
    text=$1
    shift
    exits 3 "$text" order make number=OR-9 licence=IL-2026-0017 reason=R contact=c \
        --key defence.key -o not.order "$@"
}
order_fails "either --form or --certificate" --template suspend
order_fails "either --form or --certificate" --template suspend --form F.form \
    --certificate EC.certificate
order_fails "belong to --template" --set functions=location
order_fails "arguments are not those" --template limit-functions --form F.form
order_fails "arguments are not those" --template suspend --form F.form --set functions=location
order_fails "NAME=VALUE" --template suspend --form F.form --set functions
order_fails "parameter's type" --template limit-active-uses --form F.form --set most=few
exits 1 "not found" order make number=OR-9 licence=L reason=R contact=c --key defence.key \
    -o not.order --template nothing --form F.form
exits 3 "clauses in an order to limit" order make number=OR-9 licence=L reason=R contact=c \
    kind=limit --key defence.key -o not.order

# Forms.
exits 0 "The form passes." form check "$forms/il-2021-12"
prints_json form check --json "$forms/il-2021-12"
cp -r "$forms/il-2021-12" form
chmod -R u+w form
sed -i 's/context.purpose/context.porpose/' form/clauses.cedar
exits 3 "The form does not pass." form check form
exits 3 "line 29" form check form
exits 3 "clauses.cedar" form build form --key defence.key -o not.form
accept "nothing is built" [ ! -e not.form ]
exits 1 "not found" form check nowhere
finish
