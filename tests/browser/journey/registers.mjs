// What a licence rests on, from an office where nothing has happened: country, form, exporter,
// product, agency, courts; then applications.
import { readFileSync } from "node:fs";
import { journey, must } from "../harness.mjs";
import {
  act, alike, base64, enduse, file, fingerprint, forms, hex, json, keyOf, look, own, programs,
  refused, state, today,
} from "./cast.mjs";

await journey("a country is proposed by one ministry and listed by the other", async () => {
  await act("D-07", "country", "propose", "XA", { name: "State A", reasons: "Its record." });
  await own("D-07", "country", "list", "XA");
  await alike("D-08", "country", "list", "XA");
  await act("F-03", "country", "list", "XA");
});

await journey("a form of certificates is signed by both ministries", async () => {
  enduse("form", "build", `${forms}il-2021-12`, "--key", "keys/D-07.key", "-o", "IL-2021-12.form");
  await act("D-07", "form", "propose", "IL-2021-12.1", { instrument: base64("IL-2021-12.form") });
  await own("D-07", "form", "countersign", "IL-2021-12.1");
  await refused("D-08", "form", "countersign", "IL-2021-12.1", /the signatures of both ministries/);
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
  await own("D-01", "account", "confirm", "X-01");
  await act("D-07", "account", "confirm", "X-01", { fingerprint: fingerprint("X-01") });
  await act("X-01", "exporter", "submit", "EX-0031");
  await act("F-02", "exporter", "screen", "EX-0031", {
    parties: ["An exporter (invented)", "An owner (invented)"],
    lists: [{ name: "Sanctions list (invented)", date: today(-1), digest: hex("a list") }],
    matches: json("screening.json").matches,
  });
  await refused("F-02", "exporter", "register", "EX-0031", /a reviewer of the defence ministry|the defence ministry/);
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
  await own("D-01", "agency", "check", "XA-police-ct");
  await own("D-01", "agency", "refuse", "XA-police-ct");
  await act("F-02", "agency", "check", "XA-police-ct", { evidence: "A visit." });
  for (const [number, name, elevated] of [
    ["XA-court", "District court", false],
    ["XA-high-court", "High court", true],
  ]) {
    const body = { country: "XA", name, independent: true, elevated, key: keyOf(number) };
    await act("D-01", "body", "enter", number, body);
    await own("D-01", "body", "confirm", number);
    await act("F-03", "body", "confirm", number, { fingerprint: fingerprint(number) });
  }
});

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
  await own("F-02", "application", "review", "AP-0003"); // who assessed it
  await review("D-01", "AP-0003", "approve");
  await refused("D-07", "application", "review", "AP-0003", /One review of each ministry/, {
    decision: "approve",
    reasons: "Again.",
  });
  await review("F-03", "AP-0003", "object");
  must((await state("application", "AP-0003")) === "Disputed", "no dispute");
  await look("F-05", "/register/application/AP-0003", "a disputed application");
  await own("F-03", "application", "settle", "AP-0003");
  await act("D-07", "application", "settle", "AP-0003", { decision: "object", reasons: "As they say." });
  await refused("D-08", "application", "settle", "AP-0003", /one word of each ministry/i, {
    decision: "object",
    reasons: "Again.",
  });
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

