// Who takes part in the journey, with a browser each, and what they do there.
//
// Usage of every part: node journey.mjs CHROMIUM PORT PROGRAMS FOLDER
//   FOLDER has office/, where the server runs, and gets pictures/
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as acts from "../acts.mjs";
import { check, fetched, hold, launch, must, picture, visitor } from "../harness.mjs";

export const [chromiumPath, port, programs, folder] = process.argv.slice(2);
export const base = `http://localhost:${port}`;
export const signOrigin = `http://sign.localhost:${port}`;
export const office = `${folder}/office`;
export const pictures = `${folder}/pictures`;
export const documents = fileURLToPath(new URL("../../../examples/demo/", import.meta.url));
export const forms = fileURLToPath(new URL("../../../forms/", import.meta.url));
export const enduse = acts.commands(programs, folder, port);
export const file = (name) => readFileSync(`${office}/${name}`);
export const base64 = (name) => file(name).toString("base64url");
export const json = (name) => JSON.parse(readFileSync(documents + name, "utf8"));
export const hex = (bytes) => createHash("sha256").update(bytes).digest("hex");
export const fingerprint = (name) => enduse("key", "id", `keys/${name}.pub`).trim();

// The public key of a key file, as a form wants it.
export function keyOf(name) {
  const [, type, bytes] = /type (\S+)\npublic (\S+)/.exec(file(`keys/${name}.pub`).toString());
  return { kind: "key", type, "public-key": Buffer.from(bytes, "base64").toString("base64url") };
}

// --- The office's days --------------------------------------------------------------------------

let days = 0;

export const today = (ahead = 0) => new Date(Date.now() + (days + ahead) * 86400e3).toISOString().slice(0, 10);

// Days pass at once, for every program that reads the office's clock; sessions end over them.
export async function passDays(count) {
  days += count;
  writeFileSync(`${office}/clock`, `${String(days * 86400).padStart(31, "0")}\n`, { flag: "r+" });
  for (const [person, { page }] of people)
    if (person !== "XA-S1") await acts.signIn(page, base, person);
}

// --- People -------------------------------------------------------------------------------------

const browser = await launch(chromiumPath);

// Everybody has a browser of their own, signed in once.
export const people = new Map();

export async function be(person) {
  if (!people.has(person)) {
    people.set(person, await visitor(browser));
    await acts.signIn(people.get(person).page, base, person);
  }
  return people.get(person).page;
}

// Somebody who is nobody here yet.
export const stranger = () => visitor(browser);

export const act = async (person, ...rest) => acts.act(await be(person), base, ...rest);
export const state = async (kind, number) => acts.state(await be("F-05"), base, kind, number);

// What would be script, an attribute's end, an element or one of our templates' own, if a page had it
// as anything but text: the same as in tests/unit/test_site_injection.c.
export const probe = `javascript:probe()//'"><img src=x onerror=probe()></title></script>{{probe}}&lt;b&gt;`;

// An act by command, where the page's part was seen elsewhere. What is said in it in words ends with
// the probe, for probes.mjs.
const inWords = /^(name|office|title|mandate|reasons?|reading|question|answer|grounds|what|plan|purpose|place|summary|contact)=/;

export const command = (person, kind, verb, number, ...fields) =>
  enduse(kind, verb, number, ...fields.map((one) => (inWords.test(one) ? one + probe : one)), "--key",
    `keys/${person}.key`);

// The act has no form for this person, or is refused when it is checked or signed; the page says why.
export async function refused(person, kind, verb, number, why, fields = {}) {
  const page = await be(person);
  const response = await page.goto(`${base}/act/${kind}/${verb}?number=${number}`);
  if (response.status() === 200) {
    await acts.fill(page, fields);
    await page.getByRole("button", { name: "Check before you sign" }).click();
    const sign = page.getByRole("button", { name: /^Sign as/ });
    if (await sign.count()) await sign.click();
  }
  must(!page.url().includes("?done="), `${person}: ${kind} ${verb} was done`);
  const said = (await page.locator("main").textContent()).replace(/\s+/g, " ");
  must(why.test(said), `${person}: ${kind} ${verb} ${number} says: ${said}`);
}

// Nobody does what only somebody else may, and the page says so.
export const own = (person, kind, verb, number, fields) =>
  refused(person, kind, verb, number, new RegExp(`${verb}: expected another person, found ${person}`), fields);

// Nor does a colleague of the same ministry, where the other one has to agree.
export const alike = (person, kind, verb, number, fields) =>
  refused(person, kind, verb, number, new RegExp(`${verb}: expected the other ministry, found ${person}`), fields);

// Drafts what is drafted from a file: a certificate from its application, a licence from its
// certificate.
export async function draft(person, kind, from, number, fields) {
  const page = await be(person);
  const path = `/draft/${kind}/${from}`;
  must((await page.goto(base + path)).status() === 200, path);
  await acts.fill(page, { number, ...fields });
  await acts.check(page);
  await hold(people.get(person), `a ${kind} that was drafted`);
  await picture(page, pictures, `journey-${kind}-drafted`);
  await acts.sign(page);
}

// Drafts an order from the licence's page.
export async function order(person, licence, word, number, fields) {
  const page = await be(person);
  const path = `/order/${licence}/${word}`;
  must((await page.goto(base + path)).status() === 200, path);
  await acts.fill(page, { number, contact: "orders@authority.example", ...fields });
  await acts.check(page);
  await acts.sign(page);
}

// The signed document of a file, as its page has it.
export async function download(kind, number) {
  const page = await be("D-07");
  await page.goto(`${base}/register/${kind}/${number}`);
  const answer = await fetched(page, `${base}/register/${kind}/${number}/document`);
  writeFileSync(`${office}/${number}.${kind}`, answer.body);
}

// What a person sees at an address is held to what every page is held to.
export async function look(person, path, name) {
  const page = await be(person);
  await page.goto(base + path);
  await hold(people.get(person), name);
  await picture(page, pictures, `journey-${name.replace(/\W+/g, "-")}`);
}

// What goes on beside the browser, and would keep this program from its end.
const endings = [];
export const atEnd = (end) => endings.push(end);

export async function leave() {
  endings.forEach((end) => end());
  for (const [person, { complaints }] of people)
    check(complaints.length === 0, `${person}: nothing in the console on the whole way`, complaints);
  await browser.close();
}
