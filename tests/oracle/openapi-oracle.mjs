// Holds an OpenAPI document to the specification's own schema, then acts' bodies to the document's
// schemas: each as it is must be valid, and each with a member missing, unknown or of another type
// must not. Usage: node openapi-oracle.mjs openapi.json EXAMPLES
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [path, examples] = process.argv.slice(2);
const text = readFileSync(path, "utf8");
const document = JSON.parse(text);
let count = 0;
let failed = 0;
function test(good, what, why) {
  count += 1;
  failed += good ? 0 : 1;
  console.log(`${good ? "ok" : "not ok"} ${count} - ${what}`);
  if (!good && why) console.log(`# ${JSON.stringify(why).slice(0, 2000)}`);
}

const result = await new Validator().validate(JSON.parse(text));
test(result.valid, "the document is OpenAPI", result.errors);
test(document.openapi === "3.1.0", "of version 3.1");

const broken = JSON.parse(text);
delete broken.info.title;
const refusal = await new Validator().validate(broken);
test(!refusal.valid, "and would not be without a title");

const names = new Set();
for (const operations of Object.values(document.paths))
  for (const operation of Object.values(operations)) names.add(operation.operationId);
const operations = Object.values(document.paths).flatMap(Object.keys).length;
test(names.size === operations, `each of ${operations} operations has a name of its own`);

const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, "api");
function compiled(name) {
  return ajv.compile({ $ref: `api#/components/schemas/${name}` });
}
for (const name of Object.keys(document.components.schemas)) {
  let why;
  try {
    compiled(name);
  } catch (error) {
    why = error.message;
  }
  test(!why, `the schema ${name} stands`, why);
}

// The members a body may lack: an application says its agency, place and marketing only where its
// kind asks for them, which is a condition of the act and not of its form.
const bodies = [
  { file: "exporter.json", name: "act.exporter.draft", optional: [] },
  {
    file: "application.json",
    name: "act.application.draft",
    optional: ["agency", "place", "marketing"],
  },
  { file: "schedule.json", name: "act.schedule.submit", optional: [] },
];
for (const { file, name, optional } of bodies) {
  const body = JSON.parse(readFileSync(`${examples}/${file}`, "utf8"));
  const valid = compiled(name);
  test(valid(body), `${file} is the body of ${name}`, valid.errors);
  test(!valid({ ...body, more: 1 }), `${file} with another member is not`);
  for (const member of Object.keys(body)) {
    const { [member]: _, ...less } = body;
    if (optional.includes(member)) test(valid(less), `${file} without ${member} is`, valid.errors);
    else test(!valid(less), `${file} without ${member} is not`);
    test(!valid({ ...body, [member]: null }), `${file} with null as ${member} is not`);
  }
}
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
