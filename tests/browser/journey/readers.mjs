// Who reads and does nothing, who acts in no file, and what anybody can check.
import { journey, must, hold } from "../harness.mjs";
import { act, base, be, enduse, file, own, people, refused, stranger, today } from "./cast.mjs";
import { complaint } from "./supervision.mjs";

await journey("the auditor reads every register and can do nothing", async () => {
  const page = await be("F-05");
  await page.goto(`${base}/register`);
  const kinds = await page.locator("main table a").evaluateAll((links) => links.map((one) => one.href));
  must(kinds.length >= 20, `${kinds.length} registers`);
  for (const kind of kinds) {
    must((await page.goto(kind)).status() === 200, kind);
    const first = page.locator("main table tbody a").first();
    if (await first.count()) {
      const address = await first.getAttribute("href");
      must((await page.goto(base + address)).status() === 200, address);
      // But to note an absence of one's own, as everybody may.
      const ways = page.locator('main a[href^="/act/"]:not([href^="/act/account/"]), main a[href^="/order/"]');
      must((await ways.count()) === 0, `${address} has for the auditor: ${await ways.allTextContents()}`);
    }
  }
  await refused("F-05", "account", "absent", "X-01", /the person or a signatory/, { from: today(), until: today(1) });
  await refused("F-05", "country", "propose", "XB", /Not for you/);
});

await journey("the administrator suspends accounts, sees no file and acts in none", async () => {
  const page = await be("D-09");
  for (const path of ["/register/licence/IL-2026-0017", `/register/case/${complaint}`, "/register/application"])
    must((await page.goto(base + path)).status() >= 403, `the administrator sees ${path}`);
  await refused("D-09", "exporter", "draft", "", /Not for you/);
  await act("D-09", "account", "suspend", "X-01", { reason: "Reported lost." });
  await refused("D-09", "account", "restore", "X-01", /Not for you|signatory/);
  const { page: theirs } = people.get("X-01");
  await theirs.goto(`${base}/queue`);
  must(theirs.url().startsWith(`${base}/sign-in`), `a suspended account reads ${theirs.url()}`);
});

await journey("anybody verifies certificate and licence, by file and by digest", async () => {
  const one = await stranger();
  const { page } = one;
  const verdict = async () => (await page.locator(".en-verified__verdict").textContent()).trim();
  const send = async (name, buffer) => {
    await page.goto(`${base}/verify`);
    await page.setInputFiles("#file", { name, mimeType: "application/cose", buffer });
    await page.locator('main form[method="post"] button').click();
    return verdict();
  };
  for (const [kind, number] of [["certificate", "EC-2026-0009"], ["licence", "IL-2026-0017"]]) {
    const name = `${number}.${kind}`;
    const good = `This is the ${kind} ${number} as it is in the register`;
    must((await send(name, file(name))) === good, `${name}: ${await verdict()}`);
    await hold(one, `${number} is verified`);
    const altered = Buffer.from(file(name));
    altered[altered.length - 3] ^= 1;
    must((await send(name, altered)) !== good, `${name}, altered: ${await verdict()}`);
    const { digest } = JSON.parse(enduse(kind, "show", name, "--json"));
    await page.goto(`${base}/verify?digest=${digest}`);
    must((await verdict()).endsWith(`${number} is in the register`), `${digest}: ${await verdict()}`);
    await page.goto(`${base}/verify?digest=${digest.replace(/^./, (first) => (first === "0" ? "1" : "0"))}`);
    must((await verdict()).startsWith("No document"), `another digest: ${await verdict()}`);
  }
  await one.context.close();
});
