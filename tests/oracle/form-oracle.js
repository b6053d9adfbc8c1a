// Judges the worked examples of a form's folder with the official Cedar engine, so that our own
// engine and our own mapping of instruments to facts are not their only witness.
//
//   node form-oracle.js FOLDER...
//
// Nothing here is shared with the program: the facts are built anew from scenarios.json. Prints one
// line for each thing that does not hold, then the count. Exits 1 when something does not hold.
'use strict';

const fs = require('fs');
const path = require('path');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const SOURCES = ['certificate', 'licence', 'guard', 'approval', 'declaration'];
const NAMESPACE = 'EndUse';
const INSTALLATION = 'installation-1';

// RFC 7396: null removes, objects merge, anything else replaces.
function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const isObject = target !== null && typeof target === 'object' && !Array.isArray(target);
  const merged = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

// A Cedar string literal of any text. Everything but plain ASCII letters, digits and a few marks is
// written as an escape, so that no character can end the literal.
function literal(text) {
  const plain = /[A-Za-z0-9 _.:\/-]/;
  const parts = [...text].map((c) => (plain.test(c) ? c : `\\u{${c.codePointAt(0).toString(16)}}`));
  return `"${parts.join('')}"`;
}

function slotValue(parameter, value) {
  if (parameter.type === 'entities') {
    return `[${value.map((id) => `${parameter.entity}::${literal(id)}`).join(', ')}]`;
  }
  if (parameter.type === 'time') return `datetime(${literal(value)})`;
  if (parameter.type === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new Error(`parameter ${parameter.name}: unknown type ${parameter.type}`);
}

function fill(template, text, values) {
  return text.replace(/\{\{([a-z]+)\}\}/g, (slot, name) => {
    const parameter = template.parameters.find((p) => p.name === name);
    if (!parameter) throw new Error(`${template.name}: no parameter for ${slot}`);
    if (!(name in values)) throw new Error(`${template.name}: no value for ${slot}`);
    return slotValue(parameter, values[name]);
  });
}

// Splits a file of policies into {number: text of the policy}.
function policiesByNumber(text, where) {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type !== 'success') throw new Error(`${where}: ${JSON.stringify(parts.errors)}`);
  const policies = {};
  for (const policy of parts.policies) {
    const json = cedar.policyToJson(policy);
    if (json.type !== 'success') throw new Error(`${where}: ${JSON.stringify(json.errors)}`);
    const number = (json.json.annotations || {}).clause;
    if (!number) throw new Error(`${where}: a policy without @clause`);
    if (policies[number]) throw new Error(`${where}: clause ${number} twice`);
    policies[number] = { text: policy, effect: json.json.effect };
  }
  return policies;
}

class Form {
  constructor(folder) {
    const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
    this.schema = read('vocabulary.cedarschema');
    this.clauses = policiesByNumber(read('clauses.cedar'), 'clauses.cedar');
    this.conditions =
      policiesByNumber(read('licence-conditions.cedar'), 'licence-conditions.cedar');
    this.templates = {};
    for (const template of JSON.parse(read('orders.json')).templates) {
      const text = read(path.join('orders', `${template.name}.cedar`));
      this.templates[template.name] = { ...template, text };
    }
    const { base, scenarios } = JSON.parse(read('scenarios.json'));
    this.base = base;
    this.scenarios = scenarios;
  }

  order(name, values) {
    const template = this.templates[name];
    if (!template) throw new Error(`no order template ${name}`);
    return policiesByNumber(fill(template, template.text, values), `order ${name}`);
  }

  // What must hold of the folder before any scenario: a list of sentences about what does not.
  problems() {
    const problems = [];
    const validate = (policies, where) => {
      const staticPolicies = Object.fromEntries(
        Object.entries(policies).map(([number, policy]) => [number, policy.text]));
      const answer = cedar.validate({
        schema: this.schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' },
      });
      const found = answer.type === 'success'
        ? [...answer.validationErrors, ...answer.validationWarnings, ...answer.otherWarnings]
        : answer.errors;
      for (const error of found) problems.push(`${where}: ${JSON.stringify(error)}`);
    };
    const forbidsOnly = (policies, where) => {
      for (const [number, policy] of Object.entries(policies)) {
        if (policy.effect !== 'forbid') problems.push(`${where}: ${number} is no forbid`);
      }
    };
    validate(this.clauses, 'clauses.cedar');
    validate(this.conditions, 'licence-conditions.cedar');
    forbidsOnly(this.conditions, 'licence-conditions.cedar');
    for (const template of Object.values(this.templates)) {
      const values = Object.fromEntries(
        template.parameters.map((p) => [p.name, this.sample(p)]));
      const policies = this.order(template.name, values);
      validate(policies, template.name);
      forbidsOnly(policies, template.name);
    }
    return [...problems, ...this.attributesWithoutSource()];
  }

  // Some value of a parameter's type.
  sample(parameter) {
    if (parameter.type === 'time') return '1970-01-01T00:00:00Z';
    if (parameter.type === 'number') return 0;
    const name = parameter.entity.slice(NAMESPACE.length + 2);
    const type = cedar.schemaToJson(this.schema).json[NAMESPACE].entityTypes[name];
    return [type.enum ? type.enum[0] : 'sample'];
  }

  attributesWithoutSource() {
    const problems = [];
    const json = cedar.schemaToJson(this.schema);
    if (json.type !== 'success') return [`vocabulary: ${JSON.stringify(json.errors)}`];
    const look = (where, attributes) => {
      for (const [name, attribute] of Object.entries(attributes || {})) {
        const source = (attribute.annotations || {}).source;
        if (!SOURCES.includes(source)) problems.push(`${where}.${name}: source ${source}`);
      }
    };
    for (const [name, type] of Object.entries(json.json[NAMESPACE].entityTypes)) {
      look(name, type.shape && type.shape.attributes);
    }
    for (const [name, type] of Object.entries(json.json[NAMESPACE].commonTypes || {})) {
      look(name, type.attributes);
    }
    for (const [name, action] of Object.entries(json.json[NAMESPACE].actions)) {
      look(name, action.appliesTo && action.appliesTo.context.attributes);
    }
    return problems;
  }
}

const uid = (type, id) => ({ type: `${NAMESPACE}::${type}`, id });
const entity = (type, id) => ({ __entity: uid(type, id) });
const entities = (type, ids) => ids.map((id) => entity(type, id));
const extension = (fn, arg) => ({ __extn: { fn, arg } });
const time = (text) => extension('datetime', text);

// The facts of one use, from the documents of a scenario. An offence or a body that the certificate
// does not name is an entity of no state with the least favourable attributes.
function request(use) {
  const { certificate, licence, roll, approval, declaration, guard } = use;
  const now = Date.parse(guard.time);
  const state = uid('State', certificate.acquiringState);
  const list = [];
  const add = (at, attrs, parents = []) => list.push({ uid: at, attrs, parents });

  add(state, {});
  const { agency } = certificate;
  add(uid('Agency', agency.id), { governmental: agency.governmental }, [state]);
  for (const other of new Set([licence.licensee, roll.agency])) {
    if (other !== agency.id) add(uid('Agency', other), { governmental: false });
  }
  add(uid('Operator', roll.operator), {}, [uid('Agency', roll.agency)]);
  add(uid('Installation', INSTALLATION), {
    acquiringState: entity('State', certificate.acquiringState),
    certificateFrom: time(certificate.certificateFrom),
    certificateUntil: time(certificate.certificateUntil),
    longestApproval: extension('duration', certificate.longestApproval),
    licensee: entity('Agency', licence.licensee),
    licenceFrom: time(licence.licenceFrom),
    licenceUntil: time(licence.licenceUntil),
    functions: entities('Function', licence.functions),
    territories: entities('State', licence.territories),
    maximumActiveUses: licence.maximumActiveUses,
    maximumUsesInPeriod: licence.maximumUsesInPeriod,
    otherActiveUses: guard.otherActiveUses,
    usesInPeriod: guard.usesInPeriod,
  });

  const never = '9999-12-31T23:59:59Z';
  const unlisted = {
    maximumMonths: 0, inForceFrom: never, accepted: false, acts: [], completedBy: [],
  };
  const offences = { ...certificate.offences };
  for (const code of [declaration.offence, approval && approval.offence]) {
    if (code && !offences[code]) offences[code] = { ...unlisted, unlisted: true };
  }
  for (const [code, line] of Object.entries(offences)) {
    const inForce = Date.parse(line.inForceFrom) <= now &&
      (!line.inForceUntil || now < Date.parse(line.inForceUntil));
    add(uid('Offence', code), {
      maximumMonths: line.maximumMonths, inForce, inForceFrom: time(line.inForceFrom),
      accepted: line.accepted, acts: entities('Act', line.acts),
      completedBy: entities('Element', line.completedBy),
    }, line.unlisted ? [] : [state]);
  }
  const bodies = { ...certificate.approvingBodies };
  if (approval && !bodies[approval.body]) {
    bodies[approval.body] = { independent: false, elevated: false, unlisted: true };
  }
  for (const [id, body] of Object.entries(bodies)) {
    add(uid('ApprovingBody', id), { independent: body.independent, elevated: body.elevated },
      body.unlisted ? [] : [state]);
  }

  const d = declaration;
  const context = {
    time: time(guard.time), running: guard.running, file: d.file, subject: d.subject,
    function: entity('Function', d.function), territory: entity('State', d.territory),
    purpose: entity('Purpose', d.purpose), matter: entity('Matter', d.matter),
    intentional: d.intentional, seriousDamage: d.seriousDamage, aims: entities('Aim', d.aims),
    acts: entities('Act', d.acts), conduct: entities('Conduct', d.conduct),
    conductSince: time(d.conductSince), reasons: entities('Reason', d.reasons),
    protections: entities('Protection', d.protections),
  };
  if (d.offence) context.offence = entity('Offence', d.offence);
  if (approval) {
    context.approval = {
      body: entity('ApprovingBody', approval.body), kind: entity('ApprovalKind', approval.kind),
      issued: time(approval.issued), expires: time(approval.expires),
      withdrawn: approval.withdrawn, file: approval.file, subject: approval.subject,
      offence: entity('Offence', approval.offence),
      functions: entities('Function', approval.functions),
      findsPrivacyLawMet: approval.findsPrivacyLawMet, findsLifeAtRisk: approval.findsLifeAtRisk,
    };
  }
  return {
    principal: uid('Operator', roll.operator), action: uid('Action', 'use'),
    resource: uid('Installation', INSTALLATION), context, entities: list,
  };
}

// The differences between what a scenario expects and what the engine says, or none.
function judge(form, scenario) {
  const policies = { ...form.clauses, ...form.conditions };
  for (const order of scenario.orders || []) {
    Object.assign(policies, form.order(order.template, order.parameters));
  }
  const answer = cedar.isAuthorized({
    ...request(mergePatch(form.base, scenario.change)),
    policies: {
      staticPolicies: Object.fromEntries(Object.entries(policies).map(([n, p]) => [n, p.text])),
    },
    schema: form.schema,
    validateRequest: true,
  });
  if (answer.type !== 'success') return JSON.stringify(answer.errors);
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length) return `erred: ${JSON.stringify(diagnostics.errors)}`;
  const got = `${decision === 'allow' ? 'within' : 'outside'} ${[...diagnostics.reason].sort()}`;
  const want = `${scenario.expect} ${[...scenario.clauses].sort()}`;
  return got === want ? null : `expected ${want}, found ${got}`;
}

function main(folders) {
  if (!folders.length) {
    console.error('usage: node form-oracle.js FOLDER...');
    return 1;
  }
  let failed = 0;
  for (const folder of folders) {
    const form = new Form(folder);
    const problems = form.problems();
    for (const problem of problems) console.log(`${folder}: ${problem}`);
    let differs = 0;
    for (const scenario of form.scenarios) {
      const difference = judge(form, scenario);
      if (difference) {
        differs++;
        console.log(`${folder}: scenario "${scenario.name}": ${difference}`);
      }
    }
    console.log(`${folder}: ${form.scenarios.length - differs} of ${form.scenarios.length} ` +
      'scenarios hold');
    failed += problems.length + differs;
  }
  return failed ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
