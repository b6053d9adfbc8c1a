// Answers cases with the official Cedar engine: the other end of oracle.c, which starts it.
//
//   node oracle.js FOLDER     FOLDER: of the npm module @cedar-policy/cedar-wasm
//
// Reads batches: a line with a number N, then N lines, each the JSON of a case. Answers each batch,
// once it is read whole, with N lines of JSON: {lines: ["KEY\tVALUE", ...]} with what ours.c says of
// the same case, and where the case asks for it what the engine makes of its texts. A case on which
// the engine dies is answered by {died: MESSAGE}, and the next one by a new instance.
'use strict';

const fs = require('fs');
const path = require('path');

const folder = fs.realpathSync(process.argv[2]);
let cedar;
// The schema of the cases before, mostly: neighbours have the same.
let schemaText;
let schemaGood;

function restart() {
  for (const name of Object.keys(require.cache)) {
    if (name.startsWith(folder)) delete require.cache[name];
  }
  cedar = require(path.join(folder, 'nodejs'));
  schemaText = undefined;
}

const accepted = (answer) => (answer.type === 'success' ? 'accepted' : 'refused');
const sorted = (ids) => [...new Set(ids)].sort().join(' ');

// JSON without the order of members, so that equal documents are equal texts.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join()}}`;
}

// Whether all numbers in it passed through JavaScript unharmed.
function exact(value) {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return value === null || typeof value !== 'object' || Object.values(value).every(exact);
}

const toJson = (text, template) => (template ? cedar.templateToJson(text) : cedar.policyToJson(text));

// Whether what our engine made of a policy is the policy still.
function same(original, made) {
  if (made.type !== 'success') return `refused: ${made.errors[0].message}`;
  const [a, b] = [canonical(original.json), canonical(made.json)];
  return a === b ? 'same' : `other: ${b} instead of ${a}`;
}

function roundTrips(test, say, answer) {
  answer.json = {};
  for (const { id, template, text, printed, formatted, json } of test.trips.policies) {
    const original = toJson(text, template);
    if (original.type !== 'success') {
      say(`text ${id}`, `refused: ${original.errors[0].message}`);
      continue;
    }
    say(`printed ${id}`, same(original, toJson(printed, template)));
    say(`formatted ${id}`, same(original, toJson(formatted, template)));
    if (json) say(`json ${id}`, same(original, { type: 'success', json }));
    if (json && exact(json)) say(`json read ${id}`, same(original, toJson(json, template)));
    if (exact(original.json)) answer.json[id] = original.json;
  }
  if (test.trips.schema) {
    const { text, json } = test.trips.schema;
    const original = cedar.schemaToJson(test.schema);
    say('schema formatted', same(original, cedar.schemaToJson(text)));
    if (json) {
      const back = cedar.schemaToText(json);
      say('schema json', accepted(back));
      if (back.type === 'success') answer.schemaBack = back.text;
    }
    answer.schemaJson = original.json;
    const theirs = cedar.schemaToText(test.schema);
    if (theirs.type === 'success') answer.schemaText = theirs.text;
  }
}

function policySet(test) {
  return {
    staticPolicies: test.policies,
    templates: Object.fromEntries(test.templates.map((text, index) => [`t${index}`, text])),
    templateLinks: test.links,
  };
}

function validate(test, policies, say) {
  const verdict = cedar.validate({ schema: test.schema, policies });
  if (verdict.type !== 'success') {
    say('validation', `failed: ${verdict.errors[0].message}`);
    return;
  }
  const invalid = verdict.validationErrors.map((error) => error.policyId);
  const hidden = test.links.filter(({ templateId }) => invalid.includes(templateId))
    .map(({ newId }) => newId);
  say('invalid', sorted(invalid.filter((id) => !hidden.includes(id))));
  say('impossible', sorted(verdict.validationWarnings
    .filter((warning) => warning.error.message.includes('policy is impossible'))
    .map((warning) => warning.policyId)
    .filter((id) => !invalid.includes(id))));
}

function words(answer) {
  if (answer.type !== 'success') return 'refused';
  const { decision, diagnostics } = answer.response;
  const failed = diagnostics.errors.map((error) => error.policyId);
  return `${decision}; because ${sorted(diagnostics.reason)}; failed ${sorted(failed)}`;
}

function schemaAccepted(text) {
  if (text !== schemaText) {
    schemaText = text;
    schemaGood = cedar.preparseSchema('s', text).type === 'success';
  }
  return schemaGood;
}

// One request, with the schema if all conforms to it, else without. Returns whether the entities
// conform as far as is known: a request that is refused with them and not without says no.
function request(call, test, withSchema, conform, say, index) {
  let known = conform;
  const typed = { ...call, preparsedSchemaName: 's', validateRequest: true };
  if (withSchema) {
    if (known !== 'no') {
      const answer = cedar.statefulIsAuthorized({ ...typed, entities: test.entities });
      if (answer.type === 'success') {
        say(`conforms ${index}`, 'yes');
        say(`request ${index}`, words(answer));
        return 'yes';
      }
    }
    const alone = cedar.statefulIsAuthorized({ ...typed, entities: [] });
    if (alone.type === 'success') known = 'no';
    say(`conforms ${index}`, alone.type === 'success' ? 'yes' : 'no');
  }
  say(`request ${index}`, words(cedar.statefulIsAuthorized({ ...call, entities: test.entities })));
  return known;
}

function answer(test) {
  const result = { lines: [] };
  const say = (key, value) => result.lines.push(`${key}\t${value}`);
  const withSchema = schemaAccepted(test.schema);
  say('schema', withSchema ? 'accepted' : 'refused');
  const policies = policySet(test);
  const parsed = cedar.preparsePolicySet('p', policies);
  say('policies', accepted(parsed));
  if (parsed.type !== 'success') return result;
  if (withSchema) validate(test, policies, say);
  let conform = 'unknown';
  test.requests.forEach((call, index) => {
    conform = request(
      { ...call, preparsedPolicySetId: 'p' }, test, withSchema, conform, say, index);
  });
  if (withSchema && conform !== 'unknown') say('entities conform', conform);
  if (test.trips) roundTrips(test, say, result);
  return result;
}

function guarded(line) {
  try {
    return answer(JSON.parse(line));
  } catch (error) {
    restart();
    return { died: String(error.message || error) };
  }
}

// Lines of standard input, read as they are needed.
const chunk = Buffer.alloc(1 << 16);
let pending = Buffer.alloc(0);

function nextLine() {
  const parts = [pending];
  let end = pending.indexOf(10);
  let before = 0;
  while (end < 0) {
    before += parts[parts.length - 1].length;
    const count = fs.readSync(0, chunk, 0, chunk.length, null);
    if (!count) return null;
    parts.push(Buffer.from(chunk.subarray(0, count)));
    end = parts[parts.length - 1].indexOf(10);
  }
  const all = Buffer.concat(parts);
  pending = all.subarray(before + end + 1);
  return all.subarray(0, before + end).toString('utf8');
}

function main() {
  restart();
  for (let count = nextLine(); count !== null; count = nextLine()) {
    const lines = [];
    for (let i = 0; i < Number(count); i++) lines.push(nextLine());
    fs.writeSync(1, lines.map((line) => `${JSON.stringify(guarded(line))}\n`).join(''));
  }
}

main();
