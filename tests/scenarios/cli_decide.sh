#!/bin/sh
# decide: the verdict on a declaration from files alone, and each document that is not good.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
declare_use D
order OR-1 --template limit-functions --set functions=stored-data --certificate EC.certificate
order OR-2 kind=disconnect
order OR-3 kind=lift lifts=@OR-1.order
order OR-4 kind=disconnect installations=IN-0002

judge() { # CODE TEXT DECLARATION ARGUMENT...
    code=$1
    text=$2
    shift 2
    exits "$code" "$text" decide "$@" --demo --certificate EC.certificate --licence IL.licence \
        --roll R.roll
}
judge 0 "Within the terms" D.declaration --approval W.approval
judge 0 "certificate 4" D.declaration --approval W.approval
judge 2 "order OR-1/O1" D.declaration --approval W.approval --order OR-1.order
judge 2 "OR-2" D.declaration --approval W.approval --order OR-2.order
judge 0 "Within" D.declaration --approval W.approval --order OR-4.order
judge 2 "OR-4" D.declaration --approval W.approval --order OR-4.order --installation IN-0002
judge 3 "not signed by everyone" D.declaration --approval W.approval --order OR-3.order
quietly "$enduse" order sign OR-3.order --key foreign.key
judge 0 "Within" D.declaration --approval W.approval --order OR-1.order --order OR-3.order
judge 2 "licence L3" D.declaration --approval W.approval --other-active-uses 10
judge 2 "Outside" D.declaration --approval W.approval --time now+60d
judge 2 "not in force on the agency's roll" D.declaration --approval W.approval --time now+200d
judge 2 "Outside" D.declaration --approval W.approval --time now-20d
prints_json decide D.declaration --demo --certificate EC.certificate --licence IL.licence \
    --roll R.roll --approval W.approval --json
prints_json decide D.declaration --demo --certificate EC.certificate --licence IL.licence \
    --roll R.roll --approval W.approval --order OR-2.order --json
quietly "$enduse" approval withdraw W.approval --number W-1 --key court.key -o W-1.approval
judge 2 "Outside" D.declaration --approval W.approval --withdrawal W-1.approval
judge 3 "a withdrawal" D.declaration --approval W.approval --withdrawal W.approval
# Another body's takes away as well; the withdrawal of another approval does not.
quietly "$enduse" approval make number=WW-2 kind=withdrawal body=XA-prosecutor file=F-77/2026 \
    life-at-risk=false privacy-law-met=false withdraws=@W.approval \
    certificate=@EC.certificate --key prosecutor.key -o WW-2.approval
judge 2 "Outside" D.declaration --approval W.approval --withdrawal WW-2.approval
quietly "$enduse" approval make number=WW-3 kind=withdrawal body=XA-prosecutor file=F-77/2026 \
    life-at-risk=false privacy-law-met=false withdraws=@WW-2.approval \
    certificate=@EC.certificate --key prosecutor.key -o WW-3.approval
judge 0 "Within" D.declaration --approval W.approval --withdrawal WW-3.approval

declare_use D-1 facts.purpose=other
judge 2 "Outside" D-1.declaration --approval W.approval
declare_use D-2 facts.offence=XA-202 facts.matter=serious-crime
judge 2 "Outside" D-2.declaration --approval W.approval
declare_use D-3 facts.colour=red
judge 3 "not a fact of the vocabulary" D-3.declaration --approval W.approval
declare_use D-4 facts.intentional=perhaps
judge 3 "intentional" D-4.declaration --approval W.approval
declare_use D-5 facts.time=2026-01-01T00:00:00Z
judge 3 "a fact that a declaration may not state" D-5.declaration --approval W.approval
declare_use D-6 operator=op-18
judge 3 "the operator who signed" D-6.declaration --approval W.approval

judge 3 "the approval that the declaration names" D.declaration
quietly "$enduse" approval make approval.json certificate=@EC.certificate number=W-2 \
    --key court.key -o W-2.approval
judge 3 "the declaration" D.declaration --approval W-2.approval
judge 3 "not a number" D.declaration --approval W.approval --other-active-uses many
judge 1 "gone: not found" gone --approval W.approval
exits 3 "--certificate FILE is missing" decide D.declaration --licence IL.licence --roll R.roll
exits 3 "demonstration" decide D.declaration --certificate EC.certificate --licence IL.licence \
    --roll R.roll --approval W.approval
finish
