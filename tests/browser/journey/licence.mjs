// The certificate, which the acquiring state signs with a passkey; the licence under it.
import { readFileSync } from "node:fs";
import * as acts from "../acts.mjs";
import { hold, journey, must, picture } from "../harness.mjs";
import {
  act, base, download, draft, fingerprint, forms, json, keyOf, look, office, people, pictures, own,
  refused, signOrigin, state, stranger, today,
} from "./cast.mjs";

let stateKey, stateFingerprint;

await journey("the acquiring state's signatory makes a passkey, which two people enrol", async () => {
  const owner = await stranger();
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
  await own("D-01", "account", "confirm", "XA-S1");
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
  // Lines with the same reasons at once.
  const alike = new Map();
  for (const { "defence-reasons": defence, "foreign-reasons": foreign, code } of json("certificate.json").offences) {
    const key = JSON.stringify([defence, foreign]);
    alike.set(key, [...(alike.get(key) ?? []), code]);
  }
  for (const [key, codes] of alike)
    for (const [i, person] of ["D-07", "F-02"].entries())
      await act(person, "schedule", "review", "XA", { codes, decision: "accept", reasons: JSON.parse(key)[i] });
  await look("F-05", "/register/schedule/XA", "offence lines");
});

await journey("the certificate is offered, signed with the passkey, authenticated, countersigned", async () => {
  const { signatories, supervisor, "lease-ttl": lease, "return-period": period } = json("certificate.json");
  await draft("D-01", "certificate", "AP-0005", "EC-2026-0009", {
    until: today(730),
    signatories: signatories.map(({ office }) => ({ office })),
    supervisor: { ...supervisor, key: keyOf("XA-V1") },
    "lease-ttl": lease,
    "return-period": period,
  });
  await signInWithPasskey();
  const { page } = people.get("XA-S1");
  await page.goto(`${base}/register/certificate/EC-2026-0009`);
  await picture(page, pictures, "journey-certificate-offered");
  await page.goto(`${base}/act/certificate/sign?number=EC-2026-0009`);
  await acts.check(page);
  await page.getByRole("button", { name: "Go on to sign with your passkey" }).click();
  must(page.url().startsWith(`${signOrigin}/sign/`), page.url());
  await hold(people.get("XA-S1"), "the certificate to sign with a passkey");
  await picture(page, pictures, "journey-certificate-sign");
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
  await own("D-07", "certificate", "countersign", "EC-2026-0009");
  await act("D-08", "certificate", "countersign", "EC-2026-0009"); // more of the one are not the other
  must((await state("certificate", "EC-2026-0009")) !== "In force", "one ministry put it in force");
  await act("F-03", "certificate", "countersign", "EC-2026-0009");
  must((await state("certificate", "EC-2026-0009")) === "In force", "not in force");
  await look("XA-S1", "/register/certificate/EC-2026-0009", "a certificate in force, for its state");
});

await journey("a licence is proposed by one ministry and issued with the other's signature", async () => {
  await download("certificate", "EC-2026-0009");
  const said = Object.entries(json("licence.json")).filter(([name]) =>
    /^(functions|territories|maximum-.*|uses-period|contact)$/.test(name),
  );
  await draft("D-07", "licence", "EC-2026-0009", "IL-2026-0017", {
    ...Object.fromEntries(said),
    until: today(365),
    clauses: readFileSync(`${forms}il-2021-12/licence-conditions.cedar`, "utf8"),
  });
  await own("D-07", "licence", "countersign", "IL-2026-0017");
  await refused("D-08", "licence", "countersign", "IL-2026-0017", /the signatures of both ministries/);
  await act("F-03", "licence", "countersign", "IL-2026-0017");
  must((await state("licence", "IL-2026-0017")) === "Active", "not active");
  await download("licence", "IL-2026-0017");
});
