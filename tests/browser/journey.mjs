// From an office where nothing has happened to a licence, on the pages alone: each role does its
// part, and each rule that wants two people or two ministries refuses the same one with a reason.
// Only what is a document is made with the commands beforehand.
//
// Usage: node journey.mjs CHROMIUM PORT PROGRAMS FOLDER    FOLDER has office/, where the server runs,
//                                                          and gets pictures/
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import * as acts from "./acts.mjs";
import { check, finish, hold, journey, launch, must, picture, visitor } from "./harness.mjs";

const [chromiumPath, port, programs, folder] = process.argv.slice(2);
const base = `http://localhost:${port}`;
const signOrigin = `http://sign.localhost:${port}`;
const office = `${folder}/office`;
const documents = new URL("../../examples/demo/", import.meta.url).pathname;
const forms = new URL("../../forms/", import.meta.url).pathname;
const enduse = acts.commands(programs, folder, port);
const file = (name) => readFileSync(`${office}/${name}`);
const base64 = (name) => file(name).toString("base64url");
const json = (name) => JSON.parse(readFileSync(documents + name, "utf8"));
const hex = (bytes) => createHash("sha256").update(bytes).digest("hex");

const today = (ahead = 0) => new Date(Date.now() + ahead * 86400e3).toISOString().slice(0, 10);

// The public key of a key file, as a form wants it.
function keyOf(name) {
  const [, type, bytes] = /type (\S+)\npublic (\S+)/.exec(file(`keys/${name}.pub`).toString());
  return { kind: "key", type, "public-key": Buffer.from(bytes, "base64").toString("base64url") };
}
const fingerprint = (name) => enduse("key", "id", `keys/${name}.pub`).trim();

const browser = await launch(chromiumPath);

// Everybody has a browser of their own, signed in once.
const people = new Map();
async function be(person) {
  if (!people.has(person)) {
    people.set(person, await visitor(browser));
    await acts.signIn(people.get(person).page, base, person);
  }
  return people.get(person).page;
}
const act = async (person, ...rest) => acts.act(await be(person), base, ...rest);
const state = async (kind, number) => acts.state(await be("F-05"), base, kind, number);

// The act has no form for this person, or is refused when it is checked or signed; the page says why.
async function refused(person, kind, verb, number, why, fields = {}) {
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

async function look(person, path, name) {
  const one = people.get(person);
  await one.page.goto(base + path);
  await hold(one, name);
  await picture(one.page, `${folder}/pictures`, `journey-${name.replace(/\W+/g, "-")}`);
}

// --- What everything else rests on --------------------------------------------------------------

await journey("a country is proposed by one ministry and listed by the other", async () => {
  await act("D-07", "country", "propose", "XA", { name: "State A", reasons: "Its record." });
  await refused("D-07", "country", "list", "XA", /D-07|other ministry/i);
  await act("F-03", "country", "list", "XA");
});

await journey("a form of certificates is signed by both ministries", async () => {
  enduse("form", "build", `${forms}il-2021-12`, "--key", "keys/D-07.key", "-o", "IL-2021-12.form");
  await act("D-07", "form", "propose", "IL-2021-12.1", { instrument: base64("IL-2021-12.form") });
  await refused("D-07", "form", "countersign", "IL-2021-12.1", /D-07|other|both/i);
  await act("F-03", "form", "countersign", "IL-2021-12.1");
});

await journey("an exporter registers: its officer, a reviewer, a signatory, nobody twice", async () => {
  await act("D-01", "exporter", "draft", "EX-0031", json("exporter.json"));
  await act("D-01", "account", "enrol", "X-01", {
    kind: "exporter",
    organisation: "EX-0031",
    name: "The exporter's officer",
    key: keyOf("X-01"),
    until: today(365),
  });
  await refused("D-01", "account", "confirm", "X-01", /D-01/, { fingerprint: fingerprint("X-01") });
  await act("D-07", "account", "confirm", "X-01", { fingerprint: fingerprint("X-01") });
  await act("X-01", "exporter", "submit", "EX-0031");
  await act("F-02", "exporter", "screen", "EX-0031", {
    parties: ["An exporter (invented)", "An owner (invented)"],
    lists: [{ name: "Sanctions list (invented)", date: today(-1), digest: hex("a list") }],
    matches: json("screening.json").matches,
  });
  await refused("F-02", "exporter", "register", "EX-0031", /F-02|defence/i);
  await act("D-07", "exporter", "register", "EX-0031");
});

await journey("its product is classified, its build tested; agency and courts are confirmed", async () => {
  await act("X-01", "product", "submit", "P-0112", {
    exporter: "EX-0031",
    name: "A stand-in that prints",
    summary: "Prints what a system of class 4.D.4 would have done.",
    functions: ["location", "stored-data", "surroundings"],
  });
  await act("D-07", "product", "classify", "P-0112", { control: "4.D.4", reason: "Software." });
  const build = hex(readFileSync(`${programs}/examples/stand_in`));
  await act("D-01", "product", "enter-build", "P-0112", { version: "1.0", digest: build });
  await act("F-02", "product", "test-build", "P-0112", { digest: build, passed: true, report: "Stops." });
  await act("D-01", "agency", "submit", "XA-police-ct", {
    country: "XA",
    name: "Police, counter-terrorism",
    mandate: "By the Police Act.",
  });
  await refused("D-01", "agency", "check", "XA-police-ct", /D-01/, { evidence: "A visit." });
  await act("F-02", "agency", "check", "XA-police-ct", { evidence: "A visit." });
  for (const [number, name, elevated] of [
    ["XA-court", "District court", false],
    ["XA-high-court", "High court", true],
  ]) {
    const body = { country: "XA", name, independent: true, elevated, key: keyOf(number) };
    await act("D-01", "body", "enter", number, body);
    await act("F-03", "body", "confirm", number, { fingerprint: fingerprint(number) });
  }
});

// --- Applications -------------------------------------------------------------------------------

const marketing = { kind: "marketing", exporter: "EX-0031", product: "P-0112", country: "XA" };
const review = (person, number, decision) =>
  act(person, "application", "review", number, { decision, reasons: "Checked with the file." });

async function assessed(number) {
  await act("X-01", "application", "submit", number);
  await act("D-01", "application", "open-review", number, { days: 5 });
  await act("F-02", "application", "assess", number, json("assessment.json"));
}

await journey("both ministries review at once; one objects, and nobody settles their own review", async () => {
  const body = { ...marketing, purpose: "To show it.", until: today(300) };
  await act("X-01", "application", "draft", "AP-0003", body);
  await assessed("AP-0003");
  await review("D-01", "AP-0003", "approve");
  await refused("D-07", "application", "review", "AP-0003", /One review of each ministry/, {
    decision: "approve",
    reasons: "Again.",
  });
  await review("F-03", "AP-0003", "object");
  must((await state("application", "AP-0003")) === "Disputed", "no dispute");
  await look("F-05", "/register/application/AP-0003", "a disputed application");
  await refused("F-03", "application", "settle", "AP-0003", /F-03/, { decision: "object", reasons: "No." });
  await act("X-01", "application", "withdraw", "AP-0003", { reason: "We apply again." });
});

await journey("an application to market, then one to export, are assessed and approved", async () => {
  const body = { ...marketing, purpose: "To show it to the police.", until: today(300) };
  await act("X-01", "application", "draft", "AP-0004", body);
  await assessed("AP-0004");
  await review("D-07", "AP-0004", "approve");
  await review("F-03", "AP-0004", "approve");
  must((await state("application", "AP-0004")) === "Approved", "not approved");
  await act("X-01", "application", "draft", "AP-0005", json("application.json"));
  await assessed("AP-0005");
  await review("D-07", "AP-0005", "approve");
  await review("F-03", "AP-0005", "approve");
});

// --- The certificate, and the acquiring state's passkey -----------------------------------------

let stateKey, stateFingerprint;

await journey("the acquiring state's signatory makes a passkey, which two people enrol", async () => {
  const owner = await visitor(browser);
  people.set("XA-S1", owner);
  await acts.givePasskey(owner);
  await owner.page.goto(`${signOrigin}/passkey`);
  await owner.page.getByRole("button").click();
  stateKey = JSON.parse(await owner.page.locator("#key").textContent());
  stateFingerprint = await owner.page.locator("#fingerprint").textContent();
  owner.complaints.length = 0; // Chromium's advice about RS256
  await act("D-01", "account", "enrol", "XA-S1", {
    kind: "state",
    organisation: "XA",
    name: "The minister",
    key: stateKey,
    until: today(365),
  });
  await refused("F-03", "account", "confirm", "XA-S1", /fingerprint/i, {
    fingerprint: fingerprint("X-01"),
  });
  await act("F-03", "account", "confirm", "XA-S1", { fingerprint: stateFingerprint });
});

async function signInWithPasskey() {
  const { page } = people.get("XA-S1");
  await page.goto(`${base}/sign-in`);
  await page.fill("#person", "XA-S1");
  await page.getByRole("button", { name: "Go on with your passkey" }).click();
  await page.getByRole("button", { name: "Sign", exact: true }).click();
  await page.waitForURL(`${base}/queue`);
}

await journey("offence lines are submitted by the state's desk and accepted by both ministries", async () => {
  const { lines } = json("schedule.json");
  await act("D-01", "schedule", "submit", "XA", { lines });
  const accept = (person, code, reasons) =>
    act(person, "schedule", "review", "XA", { codes: [code].flat(), decision: "accept", reasons });
  for (const { "defence-reasons": defence, "foreign-reasons": foreign, code } of json("certificate.json").offences) {
    await accept("D-07", code, defence);
    await accept("F-02", code, foreign);
  }
  await look("F-05", "/register/schedule/XA", "offence lines");
});

await journey("the certificate is offered, signed with the passkey, authenticated, countersigned", async () => {
  const certificate = json("certificate.json");
  certificate.signatories[0].key = stateKey;
  certificate.form = { $file: "IL-2021-12.form" };
  writeFileSync(`${office}/certificate.json`, JSON.stringify(certificate));
  enduse("certificate", "make", "certificate.json", "form=@IL-2021-12.form", "--unsigned", "-o", "EC.payload");
  await act("D-01", "certificate", "offer", "EC-2026-0009", {
    application: "AP-0005",
    payload: base64("EC.payload"),
  });
  await signInWithPasskey();
  const { page } = people.get("XA-S1");
  await page.goto(`${base}/register/certificate/EC-2026-0009`);
  await picture(page, `${folder}/pictures`, "journey-certificate-offered");
  await page.goto(`${base}/act/certificate/sign?number=EC-2026-0009`);
  await acts.check(page);
  await page.getByRole("button", { name: "Go on to sign with your passkey" }).click();
  must(page.url().startsWith(`${signOrigin}/sign/`), page.url());
  await hold(people.get("XA-S1"), "the certificate to sign with a passkey");
  await picture(page, `${folder}/pictures`, "journey-certificate-sign");
  await page.getByRole("button", { name: "Sign", exact: true }).click(); // the certificate
  await page.waitForURL((url) => url.href.startsWith(`${signOrigin}/sign/`));
  await page.waitForFunction(() => document.title.includes("EC-2026-0009"));
  await page.getByRole("button", { name: "Sign", exact: true }).click(); // the act
  await page.waitForURL(`${base}/register/certificate/EC-2026-0009?done=*`);
  await refused("F-03", "certificate", "authenticate", "EC-2026-0009", /fingerprint/i, {
    fingerprint: fingerprint("X-01"),
  });
  await act("F-03", "certificate", "authenticate", "EC-2026-0009", { fingerprint: stateFingerprint });
  await act("D-07", "certificate", "countersign", "EC-2026-0009");
  await refused("D-07", "certificate", "countersign", "EC-2026-0009", /./);
  must((await state("certificate", "EC-2026-0009")) !== "In force", "one ministry put it in force");
  await act("F-03", "certificate", "countersign", "EC-2026-0009");
  must((await state("certificate", "EC-2026-0009")) === "In force", "not in force");
  await look("XA-S1", "/register/certificate/EC-2026-0009", "a certificate in force, for its state");
});

// The signed document of a file, as its page has it.
async function download(kind, number) {
  const { request } = (await be("D-07")).context();
  const answer = await request.get(`${base}/register/${kind}/${number}/document`);
  writeFileSync(`${office}/${number}.${kind}`, await answer.body());
}

await journey("a licence is proposed by one ministry and issued with the other's signature", async () => {
  await download("certificate", "EC-2026-0009");
  writeFileSync(`${office}/conditions.cedar`, readFileSync(`${forms}il-2021-12/licence-conditions.cedar`));
  writeFileSync(`${office}/licence.json`, readFileSync(`${documents}licence.json`));
  enduse("licence", "make", "licence.json", "--key", "keys/D-07.key", "-o", "IL-2026-0017.licence");
  await act("D-07", "licence", "propose", "IL-2026-0017", {
    application: "AP-0005",
    certificate: "EC-2026-0009",
    instrument: base64("IL-2026-0017.licence"),
  });
  await refused("D-07", "licence", "countersign", "IL-2026-0017", /D-07/);
  await act("F-03", "licence", "countersign", "IL-2026-0017");
  must((await state("licence", "IL-2026-0017")) === "Active", "not active");
  await download("licence", "IL-2026-0017");
});

for (const [person, { complaints }] of people)
  check(complaints.length === 0, `${person}: nothing in the console on the whole way`, complaints);
await browser.close();
finish();
