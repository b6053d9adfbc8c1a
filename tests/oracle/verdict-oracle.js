// Judges the cases that verdict_cases prints with the official Cedar engine and compares decision
// and determining clauses with our own verdicts.
//
//   verdict_cases SEED COUNT | node verdict-oracle.js
//
// Prints one line for each case that differs, then the counts by outcome. Exits 1 when a case
// differs or an outcome never occurred.
'use strict';

const fs = require('fs');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const OUTCOMES = ['within', 'forbidden', 'no-clause', 'erred'];

// Our words for what the official engine answers: permitted only if it allows and no clause erred.
function verdict({ decision, diagnostics }) {
  const reasons = [...diagnostics.reason];
  const errors = diagnostics.errors.map((error) => error.policyId);
  if (decision === 'allow' && !errors.length) return { outcome: 'within', clauses: reasons };
  if (decision === 'deny' && reasons.length) return { outcome: 'forbidden', clauses: reasons };
  if (errors.length) return { outcome: 'erred', clauses: errors };
  return { outcome: 'no-clause', clauses: [] };
}

const words = ({ outcome, clauses }) => [outcome, ...[...clauses].sort()].join(' ');

function main() {
  const [header, ...lines] = fs.readFileSync(0, 'utf8').trim().split('\n');
  const { schema, terms } = JSON.parse(header);
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  let differs = 0;
  lines.forEach((line, index) => {
    const { principal, action, resource, context, entities, ...rest } = JSON.parse(line);
    const answer = cedar.isAuthorized({
      principal, action, resource, context, entities, schema, validateRequest: true,
      policies: { staticPolicies: terms[rest.terms] },
    });
    counts[rest.outcome]++;
    const found = answer.type === 'success'
      ? words(verdict(answer.response)) : JSON.stringify(answer.errors);
    if (found === words(rest)) return;
    differs++;
    console.log(`case ${index + 1}: ours ${words(rest)}, theirs ${found}`);
  });
  console.log(`${lines.length} cases, ${differs} differ: ${JSON.stringify(counts)}`);
  return differs || OUTCOMES.some((outcome) => !counts[outcome]) ? 1 : 0;
}

process.exitCode = main();
