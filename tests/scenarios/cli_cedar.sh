#!/bin/sh
# enduse cedar: the commands of the official program, with its options and exit codes; and how they
# point at what is wrong.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"

cat >schema.cedarschema <<'END'
entity Group;
entity User in [Group] { clearance: Long, boss?: User };
entity File { secrecy: Long, owner: User };
action open, close appliesTo { principal: User, resource: File, context: { mfa: Bool } };
END
cat >policies.cedar <<'END'
@id("readers")
permit (principal in Group::"staff", action == Action::"open", resource)
when { principal.clearance >= resource.secrecy }
when { context.mfa };
permit (principal, action == Action::"close", resource)
when { resource.owner == principal };
@id("suspended")
forbid (principal == User::"mallory", action, resource);
END
cat >entities.json <<'END'
[ {"uid": {"type": "User", "id": "alice"}, "attrs": {"clearance": 3},
   "parents": [{"type": "Group", "id": "staff"}]},
  {"uid": {"type": "User", "id": "bob"}, "attrs": {"clearance": 1},
   "parents": [{"type": "Group", "id": "staff"}]},
  {"uid": {"type": "User", "id": "mallory"}, "attrs": {"clearance": 9}, "parents": []},
  {"uid": {"type": "File", "id": "plan"}, "parents": [],
   "attrs": {"secrecy": 2, "owner": {"__entity": {"type": "User", "id": "bob"}}}} ]
END
echo '{"mfa": true}' >mfa.json
cat >request.json <<'END'
{"principal": "User::\"alice\"", "action": "Action::\"open\"", "resource": "File::\"plan\"",
 "context": {"mfa": true}}
END

# --- authorize --------------------------------------------------------------------------------
ask() { # CODE TEXT WHO WHAT ARGUMENT...
    code=$1
    text=$2
    who=$3
    what=$4
    shift 4
    exits "$code" "$text" cedar authorize -p policies.cedar --entities entities.json \
        -l "User::\"$who\"" -a "Action::\"$what\"" -r 'File::"plan"' -c mfa.json "$@"
}
ask 0 ALLOW alice open
ask 0 'permit "readers" at policies.cedar:1:1' alice open -v
ask 0 "Authorized in" alice open --timing
ask 0 ALLOW alice open -s schema.cedarschema
ask 2 DENY bob open
ask 2 "policies.cedar:3:8: when, but false: principal.clearance >= resource.secrecy" bob open -v
ask 2 "principal.clearance is 1" bob open -v
ask 2 "resource.secrecy is 2" bob open --verbose
ask 0 'permit "policy1" at policies.cedar:5:1' bob close -v
ask 2 'forbid "suspended" at policies.cedar:7:1' mallory open -v
ask 2 "No permit is about this principal" bob shred -v
ask 1 "--policies is given twice" alice open -p policies.cedar
ask 1 "an action that the schema does not have" alice shred -s schema.cedarschema
ask 1 "the request: action: an action that the schema does not have" alice shred -s schema.cedarschema \
    --request-validation=false
exits 2 DENY cedar authorize -p policies.cedar --entities entities.json -s schema.cedarschema \
    -l 'User::"alice"' -a 'Action::"shred"' -r 'File::"plan"' --request-validation=false
ask 1 "--request-validation is true or false" alice open --request-validation perhaps
same "ALLOW is all that is printed" ALLOW "$enduse" cedar authorize -p policies.cedar \
    --entities entities.json --request-json request.json
same "policies from standard input" ALLOW sh -c '"$0" cedar authorize --entities entities.json \
    --request-json request.json <policies.cedar' "$enduse"
prints_json cedar authorize -p policies.cedar --entities entities.json --request-json request.json \
    --json
exits 2 '"source": "context.mfa"' cedar authorize -p policies.cedar --entities entities.json --json \
    -l 'User::"alice"' -a 'Action::"open"' -r 'File::"plan"'
prints_json cedar authorize -p policies.cedar --entities entities.json --json \
    -l 'User::"bob"' -a 'Action::"open"' -r 'File::"plan"' -c mfa.json
exits 1 "--principal is missing" cedar authorize -p policies.cedar --entities entities.json
exits 1 "no --action" cedar authorize -p policies.cedar --entities entities.json \
    --request-json request.json -a 'Action::"open"'
exits 1 "--entities FILE is missing" cedar authorize -p policies.cedar --request-json request.json
exits 1 "none.cedar: not found" cedar authorize -p none.cedar --entities entities.json \
    --request-json request.json
exits 1 "no such option" cedar authorize --frobnicate
exits 1 '--principal:1:5: not Cedar here (expected ::"id" after a type' cedar authorize \
    -p policies.cedar --entities entities.json -l User -a 'Action::"open"' -r 'File::"plan"'

# A policy that cannot be evaluated is left out, and that is said.
echo 'permit (principal, action, resource) when { principal.rank > 1 };' >erring.cedar
exits 2 '"code": "CEDAR_ATTRIBUTE"' cedar authorize -p erring.cedar --entities entities.json \
    --request-json request.json --json
exits 2 'erring.cedar:1:45: cannot be evaluated, and was left out: policy "policy0": no such' \
    cedar authorize -p erring.cedar --entities entities.json --request-json request.json

# --- entities and requests that are not good --------------------------------------------------
authorize() { # TEXT ARGUMENT...
    text=$1
    shift
    exits 1 "$text" cedar authorize -p policies.cedar "$@"
}
sed 's/"clearance": 3/"clearance": "high"/' entities.json >wrong.json
authorize 'wrong.json:1:67: User::"alice": $.clearance: a value of the wrong type' --entities wrong.json \
    -s schema.cedarschema --request-json request.json
sed 's/"attrs": {"clearance": 3}/"attrs": {"clearance": 3.5}/' entities.json >wrong.json
authorize 'wrong.json:1:67: $[0].attrs.clearance: a JSON value of another type' \
    --entities wrong.json --request-json request.json
echo '[{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": [{"type": "A", "id": "a"}]}]' >loop.json
authorize 'an entity that is its own ancestor' --entities loop.json --request-json request.json
echo '[' >wrong.json
authorize 'wrong.json:2:1: $[0]: the JSON text ends too early' --entities wrong.json \
    --request-json request.json
echo '{"principal": "User::\"alice\""}' >wrong.json
authorize 'wrong.json:1:1: a required member is missing (expected "action")' \
    --entities entities.json --request-json wrong.json
sed 's/"mfa": true/"mfa": "yes"/' request.json >wrong.json
authorize 'wrong.json:2:21: context: $.mfa: a value of the wrong type' --entities entities.json \
    -s schema.cedarschema --request-json wrong.json
sed 's/::\\"plan/::plan/' request.json >wrong.json
authorize 'wrong.json:1:' --entities entities.json --request-json wrong.json
echo '{"mfa": 1}' >wrong.json
authorize 'wrong.json:1:9: context: $.mfa: a value of the wrong type' --entities entities.json -s schema.cedarschema \
    -l 'User::"alice"' -a 'Action::"open"' -r 'File::"plan"' -c wrong.json

# --- policies and schemas that are not good ---------------------------------------------------
parse() { # TEXT POLICIES
    printf '%s' "$2" >wrong.cedar
    exits 1 "$1" cedar check-parse -p wrong.cedar
}
parse 'wrong.cedar:1:59: not an operator of Cedar' \
    'permit(principal, action, resource) when { principal.name = "x" };'
parse 'Did you mean `==`?' 'permit(principal, action, resource) when { principal.name = "x" };'
parse 'Did you mean `contains`?' 'permit(principal, action, resource) when { [1].contain(1) };'
parse 'Did you mean `&&`?' 'permit(principal, action, resource) when { true and false };'
parse 'Each policy ends with `;`.' 'permit(principal, action, resource)'
parse 'User::"alice"' 'permit(principal == User::alice, action, resource);'
parse '      | ^^^^^' 'allow(principal, action, resource);'
parse 'Methods stand after' 'permit(principal, action, resource) when { contains([1], 1) };'
parse 'wrong.cedar:2:47: a policy id that the set has already' '@id("a") permit(principal, action, resource);
@id("b") permit(principal, action, resource); @id("a") forbid(principal, action, resource);'
parse 'Did you mean `permit`?' 'permti(principal, action, resource);'
parse 'Did you mean `unless`?' 'permit(principal, action, resource) unles { true };'
parse '--policy-format json' '{"staticPolicies": {}}'
# No control of a terminal reaches it.
printf 'permit(principal, action, resource) when { "\033[2J" = 1 };' >wrong.cedar
exits 1 '"?[2J" = 1' cedar check-parse -p wrong.cedar
printf 'entity User { name: Strng };' >wrong.cedarschema
exits 1 "wrong.cedarschema:1:21: no type of that name" cedar check-parse -s wrong.cedarschema
exits 1 'Did you mean "String"?' cedar check-parse -s wrong.cedarschema
exits 1 "This looks like JSON" cedar check-parse -s entities.json
exits 1 "--schema-format json" cedar check-parse -s request.json
schema() { # TEXT SCHEMA
    printf '%s' "$2" >wrong.cedarschema
    exits 1 "$1" cedar check-parse -s wrong.cedarschema
}
schema 'Did you mean `entity`?' 'enttiy User;'
schema 'Did you mean `principal`?' 'action a appliesTo { principals: User, resource: User };'
schema 'Did you leave out `appliesTo`?' 'action view { principal: User };'
echo '{"": {"entityTypes": {"U": {"shape": {"type": "Strng"}}}, "actions": {}}}' >wrong.json
exits 1 "wrong.json:1:" cedar check-parse -s wrong.json --schema-format json
exits 1 "cedar or json" cedar check-parse -s wrong.json --schema-format human
silent() { # ARGUMENT...: done, and nothing is said
    same "enduse $*" "" "$enduse" "$@"
}
silent cedar check-parse -p policies.cedar -s schema.cedarschema --entities entities.json

exits 1 "expression:1:3: not Cedar here" cedar check-parse --expression '1 2'
silent cedar check-parse --expression '1 + 2'

# --- validate ---------------------------------------------------------------------------------
valid() { # CODE TEXT POLICIES ARGUMENT...
    code=$1
    text=$2
    printf '%s\n' "$3" >checked.cedar
    shift 3
    exits "$code" "$text" cedar validate -s schema.cedarschema -p checked.cedar "$@"
}
exits 0 "Valid: 3 policies" cedar validate -s schema.cedarschema -p policies.cedar
exits 1 "--schema FILE is missing" cedar validate -p policies.cedar
valid 3 'checked.cedar:1:54: error: policy "policy0": an attribute' \
    'permit(principal, action, resource) when { principal.clearence > 1 };'
valid 3 'Did you mean "clearance"?' \
    'permit(principal, action, resource) when { principal.clearence > 1 };'
valid 3 '"code": "CHECK_ATTRIBUTE"' \
    'permit(principal, action, resource) when { principal.clearence > 1 };' --json
valid 0 '"valid": true' 'permit(principal, action, resource);' --json
valid 3 'Did you mean "User"?' 'permit(principal == Usr::"a", action, resource);'
valid 3 'Decimals have methods' 'permit(principal, action, resource)
when { decimal("1.0") < decimal("2.0") };'
valid 3 'Did you mean Action::"open"?' 'permit(principal, action == Action::"opn", resource);'
valid 3 "Ask first" 'permit(principal, action, resource) when { principal.boss == principal };'
valid 3 "2 policies, 1 with errors" 'permit(principal, action, resource);
permit(principal, action, resource) when { 1 };'
never='permit(principal, action, resource) when { principal is File };'
valid 0 "Valid: 1 policy, 1 with warnings" "$never"
valid 0 "warning: policy" "$never"
valid 3 "Not valid: 1 policy, 1 with warnings" "$never" --deny-warnings
owner='permit(principal, action, resource) when { resource.owner.clearance > 1 };'
valid 0 "Valid" "$owner" --level 2
valid 3 "level 1 at most, found level 2" "$owner" --level 1
valid 3 "level 0 at most" 'permit(principal in Group::"staff", action, resource);' --level 0
valid 3 "an entity that the request does not lead to" \
    'permit(principal, action, resource) when { User::"x".clearance > 1 };' --level 9
valid 1 "--level is a whole number" "$owner" --level=-1
valid 0 "Valid" "$owner" --validation-mode strict
valid 1 'validates strictly, and only so' "$owner" --validation-mode permissive
valid 3 'error: policy "policy0"' 'permit(principal == ?principal, action, resource)
when { principal.rank > 1 };'

# --- templates and links ----------------------------------------------------------------------
cat >template.cedar <<'END'
@id("access")
permit (principal in ?principal, action == Action::"open", resource);
END
link() { # CODE TEXT ARGUMENT...
    code=$1
    text=$2
    shift 2
    exits "$code" "$text" cedar link -p template.cedar "$@"
}
link 0 'principal in User::"alice"' --template-id access --new-id one \
    --arguments '{"?principal": "User::\"alice\""}'
accept "nothing is kept without a file" [ ! -e linked ]
link 0 'principal in Group::"staff"' -k linked --template-id access -n two \
    -a '{"?principal": "Group::\"staff\""}'
link 0 'User::"mallory"' -k linked --template-id access -n three \
    -a '{"?principal": "User::\"mallory\""}'
link 1 "--new-id two: there is a policy" -k linked --template-id access -n two \
    -a '{"?principal": "User::\"bob\""}'
link 1 'a template of that id' --template-id none -n x -a '{"?principal": "User::\"bob\""}'
link 1 "not the slots of the template" --template-id access -n x -a '{}'
link 1 "a member that does not belong here" --template-id access -n x -a '{"?other": "A::\"b\""}'
link 1 "--arguments:1:16: " --template-id access -n x -a '{"?principal": "bob"}'
link 1 "--arguments:1:1: " --template-id access -n x -a 'bob'
accept "both links are kept" grep -q '"link_id": "three"' linked
linked() { # CODE TEXT WHO ARGUMENT...
    code=$1
    text=$2
    who=$3
    shift 3
    exits "$code" "$text" cedar authorize -p template.cedar --entities entities.json \
        -l "User::\"$who\"" -a 'Action::"open"' -r 'File::"plan"' "$@"
}
linked 2 DENY bob
linked 0 'permit "two"' bob -k linked -v
linked 0 'permit "three"' mallory -k linked -v
linked 1 "template.cedar" bob -k template.cedar
echo '[{"template_id": "gone", "link_id": "x", "args": {}}]' >wrong.json
linked 1 'wrong.json:1:2: ' bob -k wrong.json

# --- JSON policies ----------------------------------------------------------------------------
"$enduse" cedar translate-policy --direction cedar-to-json -p policies.cedar >policies.json
json() { # CODE TEXT ARGUMENT...
    code=$1
    text=$2
    shift 2
    exits "$code" "$text" cedar "$@" --policy-format json -p policies.json
}
json 0 'permit "readers"' authorize --entities entities.json --request-json request.json -v
silent cedar check-parse --policy-format json -p policies.json
json 0 "Valid: 3 policies" validate -s schema.cedarschema
sed 's/"clearance"/"clearence"/' policies.json >other.json
exits 3 'other.json ("readers" as text):3:18: error: policy "readers"' cedar validate \
    -s schema.cedarschema --policy-format json -p other.json
echo '{"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"},
  "resource": {"op": "All"}, "conditions": []}' >one.json
exits 0 'permit "JSON policy"' cedar authorize --entities entities.json --request-json request.json \
    -v --policy-format json -p one.json
echo '{"effect": "permit", "principal": {"op": "Some"}, "action": {"op": "All"},
  "resource": {"op": "All"}, "conditions": []}' >one.json
echo '{"templates": {"t": {"effect": "permit", "principal": {"op": "==", "slot": "?principal"},
  "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}}}' >template.json
exits 0 'principal == User::"alice"' cedar link --policy-format json -p template.json \
    --template-id t -n l -a '{"?principal": "User::\"alice\""}'
exits 1 'one.json:1:42: $.principal.op: not allowed in the scope of a policy' cedar check-parse \
    --policy-format json -p one.json

# --- translations there and back --------------------------------------------------------------
"$enduse" cedar format -p policies.cedar >formatted.cedar
same "policies to JSON and back" "$(cat formatted.cedar)" sh -c \
    '"$0" cedar translate-policy --direction json-to-cedar -p policies.json' "$enduse"
"$enduse" cedar translate-schema --direction cedar-to-json -s schema.cedarschema >schema.json
exits 0 "Valid: 3 policies" cedar validate -s schema.json --schema-format json -p policies.cedar
"$enduse" cedar translate-schema --direction json-to-cedar -s schema.json >again.cedarschema
exits 0 "Valid: 3 policies" cedar validate -s again.cedarschema -p policies.cedar
exits 1 "--direction is cedar-to-json or json-to-cedar" cedar translate-schema --direction up \
    -s schema.json
exits 1 "schema.json:1:1: " cedar translate-schema --direction cedar-to-json -s schema.json
exits 1 "--direction cedar-to-json|json-to-cedar is missing" cedar translate-policy -p policies.cedar

# --- format -----------------------------------------------------------------------------------
printf '// who\npermit(principal,action,resource)when{principal in Group::"staff"};\n' >flat.cedar
exits 1 "not laid out" cedar format -p flat.cedar --check
exits 0 "  principal in Group" cedar format -p flat.cedar -l 20
silent cedar format -p flat.cedar -w
silent cedar format -p flat.cedar -c
accept "comments stay" grep -q '^// who' flat.cedar
exits 0 "        principal" cedar format -p flat.cedar -i 8 -l 20
exits 1 "exclude each other" cedar format -p flat.cedar -w -c
exits 1 "--write needs --policies" cedar format -w
exits 1 "whole number" cedar format -p flat.cedar -l wide
exits 1 "expected permit or forbid" cedar format -p entities.json

# --- evaluate ---------------------------------------------------------------------------------
value() { # VALUE EXPRESSION
    same "evaluate $2" "$1" "$enduse" cedar evaluate --request-json request.json \
        --entities entities.json "$2"
}
value true 'principal in Group::"staff"'
value 'User::"bob"' 'resource.owner'
value 5 'principal.clearance + resource.secrecy'
value 'decimal("1.5")' 'decimal("1.50")'
value '{a: [1, 2]}' '{a: [2, 1, 2]}'
exits 1 "expression:1:1: no such attribute" cedar evaluate --request-json request.json \
    --entities entities.json principal.rank
exits 1 "expression:1:3: not Cedar here" cedar evaluate --request-json request.json '1 2'
exits 1 "integer overflow" cedar evaluate --request-json request.json '9223372036854775807 + 1'
exits 1 "an operand is missing" cedar evaluate --request-json request.json

# --- run-tests --------------------------------------------------------------------------------
test_of() { # DECISION REASON ERRORS
    printf '[{"name": "n", "request": %s, "entities": "entities.json", "decision": "%s",
        "reason": %s, "num_errors": %s}]' "$(cat request.json)" "$1" "$2" "$3" >tests.json
}
test_of allow '["readers"]' 0
exits 0 "1 passed, 0 failed" cedar run-tests -p policies.cedar --tests tests.json
exits 0 'ok     1 "n"' cedar run-tests -p policies.cedar --tests tests.json -s schema.cedarschema
test_of deny '["readers"]' 0
exits 1 "it is ALLOW" cedar run-tests -p policies.cedar --tests tests.json
test_of allow '["policy1"]' 0
exits 1 'decided by "readers"' cedar run-tests -p policies.cedar --tests tests.json
test_of allow '["readers", "policy1"]' 0
exits 1 '0 passed, 1 failed' cedar run-tests -p policies.cedar --tests tests.json
test_of allow '["readers"]' 1
exits 1 "0 policies cannot be evaluated, not 1" cedar run-tests -p policies.cedar --tests tests.json
test_of perhaps '["readers"]' 0
exits 1 'expected allow or deny, found "perhaps"' cedar run-tests -p policies.cedar \
    --tests tests.json
exits 1 "--tests FILE is missing" cedar run-tests -p policies.cedar

# --- run-corpus -------------------------------------------------------------------------------
mkdir -p corpus/cases corpus/cases-validation
cp schema.cedarschema corpus/cases/s.cedarschema
echo 'permit(principal, action, resource) when { resource.owner == principal };' >corpus/cases/p.cedar
cp entities.json corpus/cases/e.entities.json
corpus_case() { # DECISION REASON STRICT
    cat >corpus/cases/one.json <<END
{"policies": "cases/p.cedar", "schema": "cases/s.cedarschema", "entities": "cases/e.entities.json",
 "shouldValidate": true, "requests": [{"principal": {"type": "User", "id": "bob"},
 "action": {"type": "Action", "id": "close"}, "resource": {"type": "File", "id": "plan"},
 "context": {"mfa": true}, "decision": "$1", "reason": $2, "errors": []}]}
END
    cat >corpus/cases-validation/one.validation.json <<END
{"policyValidation": {"perPolicy": {"policy0": {"strict": $3}}}, "entityValidation":
 {"perEntity": {"User::alice": {}}}, "requestValidation": [{"strict": true}]}
END
}
corpus_case allow '["policy0"]' true
exits 0 "1 passed, 0 failed" cedar run-corpus corpus
exits 0 "1 passed, 0 failed" cedar run-corpus corpus/cases
tar -czf corpus.tar.gz corpus
tar -cf corpus.tar corpus
exits 0 "1 passed, 0 failed" cedar run-corpus corpus.tar.gz
exits 0 "2 passed, 0 failed" cedar run-corpus corpus.tar corpus
corpus_case deny '["policy0"]' true
exits 1 'FAILED "corpus/cases/one.json": request 0: the decision is allow' cedar run-corpus corpus
exits 0 "1 passed, 0 failed" cedar run-corpus --validation corpus
corpus_case allow '[]' true
exits 1 "request 0: other policies decide it" cedar run-corpus corpus
corpus_case allow '["policy0"]' false
exits 1 "policy 0: should be refused, but is valid" cedar run-corpus corpus
exits 1 "0 passed, 1 failed" cedar run-corpus corpus
exits 0 "1 passed, 0 failed" cedar run-corpus corpus/cases
rm corpus/cases/p.cedar
exits 1 "cannot be read" cedar run-corpus corpus
exits 1 "there is no case" cedar run-corpus corpus/cases-validation
exits 1 "nowhere: not found" cedar run-corpus nowhere
head -c 300 corpus.tar.gz >cut.tar.gz
exits 1 "cut.tar.gz: an archive that ends too early" cedar run-corpus cut.tar.gz
exits 1 "A corpus is a folder or a tar archive" cedar run-corpus policies.cedar
exits 1 "an operand is missing" cedar run-corpus
finish
