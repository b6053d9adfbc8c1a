// Rules for two people, or for two ministries, that the story has not met: what they are about is made
// by command; who may not go on is refused on the page. Chairing a hearing of what one investigated is
// such a rule too, and nobody here has both roles.
import { readFileSync, writeFileSync } from "node:fs";
import { journey, must } from "../harness.mjs";
import {
  alike, command, documents, enduse, fingerprint, hex, json, office, own, probe, refused, state,
} from "./cast.mjs";
import { complaint } from "./supervision.mjs";

const licence = "IL-2026-0017";
const certificate = "EC-2026-0009";

await journey("two people for an exporter, its product and a build", async () => {
  writeFileSync(`${office}/sanctions.csv`, readFileSync(`${documents}sanctions.csv`));
  command("D-01", "exporter", "draft", "EX-0032", "--body", `${documents}exporter.json`);
  command("D-01", "exporter", "submit", "EX-0032");
  await own("D-01", "exporter", "screen", "EX-0032");
  command("F-02", "exporter", "screen", "EX-0032", "--body", `${documents}screening.json`);
  await own("D-01", "exporter", "register", "EX-0032");
  await own("D-01", "exporter", "refuse", "EX-0032");
  command("D-01", "product", "submit", "P-0113", "exporter=EX-0031", "name=Another", "summary=Prints.",
    "functions=location");
  await own("D-01", "product", "classify", "P-0113");
  command("D-07", "product", "classify", "P-0113", "control=4.D.4", "reason=Software.");
  const digest = hex("a build");
  command("D-01", "product", "enter-build", "P-0113", "version=1.0", `digest=${digest}`);
  await own("D-01", "product", "test-build", "P-0113", { digest, passed: true, report: "It stops." });
});

await journey("two people for an application, and others for an objection to its refusal", async () => {
  const draft = (person, number) =>
    command(person, "application", "draft", number, "kind=marketing", "exporter=EX-0031", "product=P-0112",
      "country=XA", "purpose=To show it.", "until=now+90d");
  draft("D-01", "AP-0010");
  command("D-01", "application", "submit", "AP-0010");
  for (const verb of ["ask", "open-review", "assess"]) await own("D-01", "application", verb, "AP-0010");
  draft("F-02", "AP-0011");
  command("F-02", "application", "submit", "AP-0011");
  await own("F-02", "application", "opine", "AP-0011");
  draft("X-01", "AP-0012");
  command("X-01", "application", "submit", "AP-0012");
  command("D-01", "application", "ask", "AP-0012", "question=Which unit?");
  await own("D-01", "application", "answer", "AP-0012");
  command("X-01", "application", "answer", "AP-0012", "answer=The first.");
  command("D-01", "application", "open-review", "AP-0012", "days=5");
  command("F-02", "application", "assess", "AP-0012", "--body", `${documents}assessment.json`);
  for (const person of ["D-07", "F-03"])
    command(person, "application", "review", "AP-0012", "decision=object", "reasons=Not now.");
  command("X-01", "application", "object", "AP-0012", "grounds=Nothing is said.");
  for (const person of ["D-07", "F-03"]) await own(person, "application", "decide", "AP-0012");
  command("D-08", "application", "decide", "AP-0012", "decision=approve", "reasons=Read again.");
  await refused("D-08", "application", "decide", "AP-0012", /One review of each ministry/, {
    decision: "approve",
    reasons: "Again.",
  });
  must((await state("application", "AP-0012")) !== "Approved", "one ministry's word approved it");
  command("F-08", "application", "decide", "AP-0012", "decision=approve", "reasons=As the other.");
  must((await state("application", "AP-0012")) === "Approved", "not approved by both");
});

await journey("two people for a certificate's signature, two ministries for its end", async () => {
  enduse("key", "new", "keys/XA-S2");
  command("D-01", "account", "enrol", "XA-S2", "kind=state", "organisation=XA", "name=The deputy",
    "key=@keys/XA-S2.pub", "until=now+90d");
  command("F-03", "account", "confirm", "XA-S2", `fingerprint=${fingerprint("XA-S2")}`);
  const other = json("certificate.json");
  other.number = "EC-2026-0010";
  other.signatories[0] = { ...other.signatories[0], id: "XA-S2", name: "The deputy", office: `The ministry${probe}`, key: { $key: "keys/XA-S2.pub" } };
  writeFileSync(`${office}/other.json`, JSON.stringify(other));
  enduse("certificate", "make", "other.json", "form=@IL-2021-12.form", "--unsigned", "-o", "other.payload");
  command("D-01", "certificate", "offer", "EC-2026-0010", "application=AP-0005", "payload=@other.payload");
  enduse("certificate", "sign", "other.payload", "--key", "keys/XA-S2.key", "-o", "other.certificate");
  command("F-02", "certificate", "enter", "EC-2026-0010", "--instrument", "other.certificate");
  await own("F-02", "certificate", "authenticate", "EC-2026-0010");
  for (const [ask, verb, fields] of [
    ["ask-withdrawal", "withdraw", []],
    ["ask-breach", "breach", [`case=case/${complaint}`]],
  ]) {
    command("D-07", "certificate", ask, certificate, "reason=To see.", ...fields);
    await own("D-07", "certificate", verb, certificate);
    const said = { reason: "To see.", ...(verb === "breach" && { case: `case/${complaint}` }) };
    await alike("D-08", "certificate", verb, certificate, said);
    command("F-03", "certificate", "keep", certificate);
  }
  must((await state("certificate", certificate)) === "In force", "one ministry ended it");
});

await journey("two people for a case: who investigates neither decides nor dismisses", async () => {
  command("D-01", "case", "open", "CA-0100", "origin=other", `licence=${licence}`, "what=A report.");
  command("D-01", "case", "triage", "CA-0100", "pursue=true", "reasons=To see.", "investigator=D-07");
  command("D-07", "case", "investigate", "CA-0100", "plan=Read it.");
  for (const verb of ["dismiss", "decide"]) await own("D-07", "case", verb, "CA-0100");
  command("D-07", "case", "hold", "CA-0100", "reason=A court asks.");
  await own("D-07", "case", "release", "CA-0100");
});

await journey("two people for a key and for a suspension, two ministries for settings and keys", async () => {
  enduse("key", "new", "keys/X-02");
  command("D-01", "account", "replace", "X-01", "key=@keys/X-02.pub", "until=now+90d");
  await own("D-01", "account", "confirm-key", "X-01");
  command("D-07", "account", "suspend", "XA-V1", "reason=To see.");
  await own("D-07", "account", "restore", "XA-V1");
  command("F-03", "account", "restore", "XA-V1");
  command("D-07", "settings", "propose", "office", "settings.calendar.utc-offset=+02:00",
    "settings.review-days=5", "settings.silence=consents", "settings.confirm-within=72h",
    "settings.decide-days=45", "settings.objection-days=14", "reasons=As they are.");
  await own("D-07", "settings", "confirm", "office");
  await alike("D-08", "settings", "confirm", "office");
  const delegation = json("delegation.json");
  writeFileSync(`${office}/delegation.json`, JSON.stringify({ ...delegation, version: 2, epoch: 2 }));
  enduse("delegation", "make", "delegation.json", "--key", "keys/D-07.key", "-o", "2.delegation");
  command("D-07", "delegation", "propose", "2", "--instrument", "2.delegation");
  await own("D-07", "delegation", "countersign", "2");
  await refused("D-08", "delegation", "countersign", "2", /the signatures of both ministries/);
});
