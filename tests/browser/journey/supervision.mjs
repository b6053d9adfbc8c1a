// What is licensed is at work and is supervised: a guard, a complaint by anybody, its case, the
// hearing, a disconnection that the running use obeys, and giving back.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { check, environment, fill, sign } from "../acts.mjs";
import { hold, journey, must } from "../harness.mjs";
import {
  act, alike, atEnd, base, be, documents, enduse, folder, hex, json, keyOf, fingerprint, look, office, order, own, passDays,
  port, programs, refused, state, stranger, today,
} from "./cast.mjs";

const licence = "IL-2026-0017";

// Asks until the answer is good: what the office and a guard tell each other takes a moment.
async function until(good, what) {
  for (let i = 0; i < 1200; i++) {
    const found = await good();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(what());
}

// --- The guarded system -------------------------------------------------------------------------

const said = []; // its lines
let site;

function start() {
  const env = environment(folder, port);
  site = spawn(`${programs}/examples/stand_in`, ["site", "pin"], { cwd: office, env });
  for (const stream of [site.stdout, site.stderr])
    stream.on("data", (text) => said.push(...String(text).split("\n").filter(Boolean)));
}

atEnd(() => site?.kill());

const line = (pattern, from = 0) =>
  until(() => said.slice(from).find((one) => pattern.test(one)), () => `no ${pattern} in ${said.slice(-5).join(" | ")}`);

// Declares a use for so many seconds; what the guard says of it.
let uses = 0;
function use(seconds) {
  const from = said.length;
  const declaration = `use-${++uses}.declaration`;
  enduse("declaration", "make", "declaration.json", "facts.function=location", "approval=@w.approval",
    "--key", "keys/op-17.key", "-o", declaration);
  site.stdin.write(`${declaration} w.approval location c1 ${seconds}\n`);
  return line(/^(begun|refused|declaration)/, from);
}

// The guard hears of a lease, or of what gives back, in its own time; until then it refuses.
const begins = (seconds) =>
  until(async () => (await use(seconds)).startsWith("begun"), () => `goes on refusing: ${said.at(-1)}`);

await journey("the agency's supervisor is enrolled by one and confirmed by another", async () => {
  await act("D-01", "account", "enrol", "XA-V1", {
    kind: "supervisor",
    organisation: "XA-police-ct",
    name: "The supervisor of operators",
    key: keyOf("XA-V1"),
    until: today(365),
  });
  await own("D-01", "account", "confirm", "XA-V1");
  await act("F-03", "account", "confirm", "XA-V1", { fingerprint: fingerprint("XA-V1") });
});

await journey("an installation is enrolled, and its guard runs a declared use", async () => {
  for (const name of ["roll.json", "approval.json", "declaration.json"])
    writeFileSync(`${office}/${name}`, readFileSync(documents + name));
  enduse("roll", "make", "roll.json", "--key", "keys/XA-V1.key", "-o", "police.roll");
  enduse("installation", "enrol", "IN-0041", "--folder", "site", "--place", "Site 1, capital", "--demo",
    "--certificate", "EC-2026-0009.certificate", "--licence", `${licence}.licence`,
    "--roll", "police.roll", "--build", hex(readFileSync(`${programs}/examples/stand_in`)),
    "--escrow", "site.escrow", "--key", "keys/D-01.key");
  const root = JSON.parse(enduse("root", "show", "0001.root", "--json"));
  writeFileSync(`${office}/pin`, Buffer.from(root.digest, "hex"));
  enduse("approval", "make", "approval.json", "number=W-1", "offence=XA-114", "functions=location",
    "--key", "keys/XA-court.key", "-o", "w.approval");
  start();
  await begins(3600);
  await line(/would have/);
  await look("F-05", "/register/installation/IN-0041", "an installation");
});

await journey("the supervisor reads what is of the own agency, and asks how a clause reads", async () => {
  const page = await be("XA-V1");
  await look("XA-V1", `/register/licence/${licence}`, "a licence, for the agency's supervisor");
  for (const path of ["/register/installation/IN-0041", "/register/certificate/EC-2026-0009"])
    must((await page.goto(base + path)).status() === 200, path);
  for (const path of ["/register/application/AP-0005", "/register/case", "/register/ruling/RU-9999"])
    must((await page.goto(base + path)).status() >= 403, `the supervisor sees ${path}`);
  await act("XA-V1", "ruling", "ask", "RU-0001", {
    certificate: "EC-2026-0009",
    clause: "7.2",
    question: "Is a blogger a journalist?",
  });
  const reading = { reading: "Whoever publishes regularly is.", needs: "nothing" };
  await act("D-07", "ruling", "propose", "RU-0001", reading);
  await own("D-07", "ruling", "give", "RU-0001");
  await alike("D-08", "ruling", "give", "RU-0001", reading);
  await act("F-03", "ruling", "give", "RU-0001", reading);
});

// --- A complaint, and what follows --------------------------------------------------------------

export let complaint; // its reference, which is its case's number
let secret;

await journey("anybody complains, without an account, and follows it with its secret alone", async () => {
  const one = await stranger();
  const { page } = one;
  const go = (name) => page.getByRole("button", { name, exact: true }).click();
  await page.goto(`${base}/report`);
  await go("Start");
  await page.fill("#what", "My telephone was taken over.");
  await go("Continue");
  await page.fill("#when", "From March");
  await page.fill("#where", "The capital");
  await go("Continue");
  await page.locator('[name="evidence"][value="device"]').check();
  await go("Continue");
  await page.fill("#contact", "A. Journalist, by the lawyer");
  await go("Continue");
  await go("Send the report");
  await hold(one, "a report that was received");
  complaint = await page.locator(".en-once .en-id").textContent();
  secret = await page.locator(".en-once .en-digest").textContent();
  must(/no report with this/.test(await follow(page, "guess")), "a guess was good");
  must(/It waits for an officer/.test(await follow(page, secret)), "the secret was not");
  await one.context.close();
});

async function follow(page, word) {
  await page.goto(`${base}/report/follow`);
  await page.fill("#reference", complaint);
  await page.fill("#secret", word);
  await page.locator("main form button").last().click();
  return page.locator("main").textContent();
}

await journey("the case is investigated; an interim order stops the running use", async () => {
  const path = `/register/complainant/${complaint}`;
  for (const person of ["X-01", "XA-V1", "F-08", "D-09"])
    must((await (await be(person)).goto(base + path)).status() >= 403, `${person} sees who complained`);
  await act("D-01", "case", "triage", complaint, {
    pursue: true,
    licence,
    investigator: "D-12",
    reasons: "What was found fits.",
  });
  await refused("F-12", "case", "investigate", complaint, /investigator/, { plan: "Ask." });
  await act("D-12", "case", "investigate", complaint, { plan: "Ask for the records." });
  await act("D-12", "case", "find", complaint, { text: "Declared again.", evidence: hex("device") });
  const before = said.length;
  await order("F-02", licence, "suspend", "OR-0001", { reason: "Until the parties were heard." });
  await act("F-03", "order", "issue", "OR-0001");
  await line(/stopped/, before);
  must((await state("licence", licence)) === "Suspended", "not suspended");
  await own("F-03", "order", "confirm", "OR-0001");
  await act("D-07", "order", "confirm", "OR-0001");
  await act("D-01", "case", "interim", complaint, { order: "OR-0001" });
});

await journey("an inspector of the other ministry looks at the place", async () => {
  await act("F-12", "inspection", "plan", "IP-0001", {
    licence,
    installation: "IN-0041",
    place: "Site 1, capital",
    purpose: "To see that nothing runs.",
    date: today(6),
  });
});

// A party does not see the case: it answers where it reads its hearing.
async function answer(person, title, fields) {
  const page = await be(person);
  await page.goto(`${base}/queue`);
  await page.getByRole("link", { name: `Hearing in case ${complaint}` }).click();
  await page.locator("#acts").getByRole("link", { name: title }).click();
  await fill(page, fields);
  await check(page);
  await sign(page);
  must(page.url().startsWith(`${base}/hearing/${complaint}?`), page.url());
}

await journey("both are heard, who investigated does not chair, and nobody decides before", async () => {
  const tracks = ["exporter", "state"];
  const decision = json("decision.json");
  await refused("D-12", "case", "notify", complaint, /hearing chair/);
  for (const track of tracks)
    await act("F-08", "case", "notify", complaint, { track, date: today(6), notice: "Clause 7.2." });
  await refused("D-07", "case", "decide", complaint, /heard|hearing/i, decision);
  must((await (await be("X-01")).goto(`${base}/register/case`)).status() === 403, "a party sees cases");
  await answer("X-01", "State what you have to say", { statement: "We cannot see what is declared." });
  must(/state: called/.test(enduse("hearing", "show", complaint, "--key", "keys/X-01.key")), "not called");
  await passDays(7);
  await act("F-12", "inspection", "report", "IP-0001", { result: "satisfactory", report: "Nothing runs." });
  await act("D-01", "case", "statement", complaint, { track: "state", statement: "The operator was removed." });
  for (const track of tracks)
    await act("F-08", "case", "hear", complaint, { track, record: "Heard. Not disputed." });
  await act("D-07", "case", "decide", complaint, decision);
  await look("X-01", `/hearing/${complaint}`, "a hearing, for its party");
  await answer("X-01", "Object to the outcome", { reasons: "We could not know." });
  await own("D-07", "case", "settle", complaint);
  await act("F-03", "case", "settle", complaint, { outcome: "disconnect", answer: "It stands." });
  await look("F-05", `/register/case/${complaint}`, "a case that was decided");
});

// --- Taken away, and given back -----------------------------------------------------------------

await journey("the suspension is ended by both, and a use runs again", async () => {
  const reason = "Heard; disconnected instead.";
  await order("D-01", licence, "restore", "OR-0002", { reason, lifts: "OR-0001" });
  await refused("D-07", "order", "issue", "OR-0002", /the signatures of both ministries/);
  await act("F-03", "order", "sign-first", "OR-0002");
  await own("F-03", "order", "issue", "OR-0002");
  await act("D-07", "order", "issue", "OR-0002");
  must((await state("licence", licence)) === "Active", "still suspended");
  await begins(3600);
});

await journey("it is disconnected by one ministry, the running use obeys, the other confirms", async () => {
  const before = said.length;
  await order("D-01", licence, "disconnect", "OR-0003", { reason: "The decision." });
  await act("D-07", "order", "issue", "OR-0003");
  await line(/stopped .*OR-0003/, before);
  must(/^refused .*OR-0003/.test(await use(0)), "a use begins under a disconnection");
  await own("D-07", "order", "confirm", "OR-0003");
  await alike("D-08", "order", "confirm", "OR-0003");
  await act("F-03", "order", "confirm", "OR-0003");
  await act("D-01", "case", "execute", complaint, { order: "OR-0003" });
  must((await state("licence", licence)) === "Disconnected", "not disconnected");
  const page = await be("F-05");
  await until(async () => {
    await page.goto(`${base}/register/order/OR-0003`);
    return /obeyed/i.test(await page.locator("main").textContent());
  }, () => "no receipt of the guard");
  await look("F-05", "/register/order/OR-0003", "an order that was obeyed");
  await look("X-01", `/register/licence/${licence}`, "a licence that is disconnected, for its exporter");
  const one = await stranger();
  must(/decided/i.test(await follow(one.page, secret)), "who complained does not read that it was decided");
  await one.context.close();
});

await journey("giving back: the one signs first, it waits, the other signs and issues", async () => {
  await order("D-01", licence, "restore", "OR-0004", { reason: "Corrected.", lifts: "OR-0003" });
  await act("D-07", "order", "sign-first", "OR-0004");
  await look("D-07", "/register/order/OR-0004", "an order that waits for the other ministry");
  for (const verb of ["sign-first", "issue"]) await own("D-07", "order", verb, "OR-0004");
  await refused("D-08", "order", "issue", "OR-0004", /the signatures of both ministries/);
  must((await state("licence", licence)) === "Disconnected", "one ministry restored it");
  await act("F-03", "order", "issue", "OR-0004");
  must((await state("licence", licence)) === "Active", "not restored");
  await begins(0);
});
