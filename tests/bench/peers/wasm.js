// How long the official engine, compiled to WebAssembly, takes for one decision. Its interface reads
// the entities anew with each call: so do the times. Usage: wasm.js POLICIES ENTITIES REQUESTS.
// Prints nanoseconds at the median and the 99th percentile over requests, each the best of several
// calls, and how many requests were allowed.
'use strict';

const fs = require('fs');
const { createRequire } = require('module');
const path = require('path');

const modules = createRequire(path.join(__dirname, '..', '..', 'oracle', 'package.json'));
const cedar = modules('@cedar-policy/cedar-wasm/nodejs');
const ROUNDS = 5;
const SECONDS = 5; // no further round after so long

function main() {
  const [policies, entities, requests] = process.argv.slice(2, 5).map((name) => fs.readFileSync(name, 'utf8'));
  const parsed = cedar.preparsePolicySet('peer', { staticPolicies: policies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const data = JSON.parse(entities);
  const calls = JSON.parse(requests).map((request) => (
    { ...request, entities: data, preparsedPolicySetId: 'peer', validateRequest: false }));
  const times = calls.map(() => Infinity);
  const allowed = new Set();
  const begun = process.hrtime.bigint();
  const spent = () => Number(process.hrtime.bigint() - begun) / 1e9;
  for (let round = 0; round < ROUNDS && (round === 0 || spent() < SECONDS); round++) {
    calls.forEach((call, index) => {
      const start = process.hrtime.bigint();
      const answer = cedar.statefulIsAuthorized(call);
      times[index] = Math.min(times[index], Number(process.hrtime.bigint() - start));
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
      if (answer.response.decision === 'allow') allowed.add(index);
    });
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length * share) / 100)];
  console.log(`${at(50)} ${at(99)} ${allowed.size}`);
}

main();
