#!/bin/sh
# The official command line of Cedar (cedar-policy-cli 4) beside ours: the same commands on the same
# files must end with the same exit code, which is the decision or verdict; and where both print
# JSON or links, with the same content. Usage: cedar_cli.sh ENDUSE TREE. Skipped (status 77) where
# there is no `cedar` on PATH: cargo install cedar-policy-cli --version 4.12.0
set -eu
enduse=$(realpath "$1")
tree=$(realpath "$2")
case "$(cedar --version 2>/dev/null || :)" in
"cedar-policy-cli 4."*) ;;
*)
    echo "skipped: no cedar-policy-cli 4 on PATH"
    exit 77
    ;;
esac
data=${DATA:-$DEFAULT_DATA}/cedar
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cp "$tree"/examples/cedar/* "$work"
cd "$work"
count=0
failed=0

both() { # ARGUMENT...
    count=$((count + 1))
    theirs=0
    ours=0
    cedar "$@" >theirs.out 2>&1 </dev/null || theirs=$?
    "$enduse" cedar "$@" >ours.out 2>&1 </dev/null || ours=$?
    [ $theirs = $ours ] && return
    failed=$((failed + 1))
    echo "FAILED $*: cedar $theirs, enduse $ours"
    cat theirs.out ours.out
}

# --- Decisions, verdicts, texts ----------------------------------------------------------------
printf 'permit(principal,action,resource)when{true};' >flat.cedar
printf 'permit(principal, action, resource) when { principal.x = 1 };' >broken.cedar
printf 'permit(principal, action, resource) when { principal.rank > 1 };' >erring.cedar
printf 'permit(principal, action, resource) when { principal is File };' >never.cedar
cedar translate-policy --direction cedar-to-json -p policies.cedar >policies.json
cedar translate-schema --direction cedar-to-json -s schema.cedarschema >schema.json
for who in alice bob mallory; do
    for what in open share use delete; do
        set -- -l "User::\"$who\"" -a "Action::\"$what\"" -r 'File::"plan"' -c context.json
        both authorize -p policies.cedar --entities entities.json "$@"
        both authorize -p policies.cedar --entities entities.json -s schema.cedarschema "$@"
        both authorize -p policies.cedar --entities entities.json -s schema.cedarschema \
            --request-validation=false "$@"
        both authorize -p policies.json --policy-format json --entities entities.json \
            -s schema.json --schema-format json -v "$@"
    done
done
request='--request-json request.json'
for policies in policies templates misspelt flat broken erring never none; do
    # shellcheck disable=SC2086
    both authorize -p $policies.cedar --entities entities.json $request
    both validate -p $policies.cedar -s schema.cedarschema
    both validate -p $policies.cedar -s schema.cedarschema --deny-warnings
    both validate -p $policies.cedar -s schema.json --schema-format json
    both check-parse -p $policies.cedar
    both format -p $policies.cedar
    both translate-policy --direction cedar-to-json -p $policies.cedar
    both translate-policy --direction json-to-cedar -p $policies.cedar
done
both validate -p policies.cedar -s schema.cedarschema --validation-mode strict
both check-parse -s schema.cedarschema
both check-parse -s request.json
both check-parse --entities entities.json -s schema.cedarschema
both check-parse --entities request.json
both check-parse --expression '1 + 2'
both check-parse --expression '1 2'
both translate-schema --direction json-to-cedar -s schema.json
both translate-schema --direction cedar-to-json -s schema.json
both run-tests -p policies.cedar --tests tests.json
both run-tests -p flat.cedar --tests tests.json
for expression in 'principal' 'principal in Group::"staff"' 'principal.clearance + 1' '1 +' \
    'principal.rank' 'resource.owner.clearance' '[1, 2].contains(2)' '9223372036854775807 + 1'; do
    # shellcheck disable=SC2086
    both evaluate --entities entities.json $request "$expression"
    # shellcheck disable=SC2086
    both evaluate $request "$expression"
done

# --- Links: each reads the file that the other has written --------------------------------------
arguments='{"?principal": "User::\"bob\"", "?resource": "File::\"plan\""}'
cedar link -p templates.cedar -k theirs.links --template-id access -n one -a "$arguments" >/dev/null
"$enduse" cedar link -p templates.cedar -k ours.links --template-id access -n one \
    -a "$arguments" >/dev/null
for links in theirs.links ours.links; do
    # shellcheck disable=SC2086
    both authorize -p templates.cedar -k $links --entities entities.json $request
    both link -p templates.cedar -k $links --template-id access -n one -a "$arguments"
    cp $links kept.links
    theirs=0
    ours=0
    cedar link -p templates.cedar -k $links --template-id access -n two -a "$arguments" \
        >/dev/null || theirs=1
    "$enduse" cedar link -p templates.cedar -k kept.links --template-id access -n two \
        -a "$arguments" >/dev/null || ours=1
    count=$((count + 1))
    [ $theirs$ours = 00 ] || failed=$((failed + 1))
    both validate -p templates.cedar -k kept.links -s schema.cedarschema
    both link -p templates.cedar -k $links --template-id access -n three -a '{}'
    both link -p templates.cedar -k $links --template-id none -n three -a "$arguments"
    both validate -p templates.cedar -k $links -s schema.cedarschema
done

# --- Levels ------------------------------------------------------------------------------------
number=0
while IFS= read -r body; do
    number=$((number + 1))
    printf 'permit(principal, action == Action::"open", resource) when { %s };' "$body" \
        >level$number.cedar
    for level in 0 1 2 3; do
        both validate -p level$number.cedar -s schema.cedarschema --level $level
    done
done <<'END'
context.mfa
principal == User::"x"
principal in Group::"x"
principal.clearance > 1
principal has manager
principal has manager && principal.manager.clearance > 1
principal has manager.manager
resource.owner.clearance > 1
resource.owner in Group::"x"
resource.owner has manager && resource.owner.manager.clearance > 1
User::"x".clearance > 1
action in Action::"use"
Action::"open" in Action::"use"
Action::"share" in Action::"use"
{a: principal}.a.clearance > 1
{a: principal, b: resource.owner}.b.clearance > 1
(if context.mfa then principal else resource.owner).clearance > 1
(if context.mfa then principal else User::"x").clearance > 1
false && resource.owner.clearance > 1
END
both validate -p policies.cedar -s schema.cedarschema --level 0
both validate -p policies.cedar -s schema.cedarschema --level 1
both validate -p templates.cedar -s schema.cedarschema --level 0
# A slice of the corpus, where it is.
if [ -f "$data/corpus-4.10.tar.gz" ]; then
    tar -xzf "$data/corpus-4.10.tar.gz" 2>/dev/null
    for case in $(find corpus-tests -name "${ENDUSE_CORPUS_SLICE:-0a}*.cedar" | sed 's/\.cedar$//'); do
        for level in 0 1 2; do
            both validate -p "$case.cedar" -s "$case.cedarschema" --level $level
        done
    done
fi
echo "cedar command lines: $count commands, $failed differ"
[ $failed = 0 ]
