// What people do on the pages, for every journey: being somebody, filling in the form of an act,
// signing it, looking at what came of it.
import { execFileSync } from "node:child_process";
import { must } from "./harness.mjs";

// What the programs of an office are told: where it is, and its clock, ahead of the machine's.
export const environment = (folder, port) => ({
  ...process.env,
  ENDUSE_URL: `http://127.0.0.1:${port}`,
  ENDUSE_ROOT: "0001.root",
  ENDUSE_DEMO_CLOCK: `${folder}/office/clock`,
  LD_PRELOAD: "./demo_clock.so",
  ASAN_OPTIONS: "verify_asan_link_order=0",
});

// Commands of the office, as somebody with a key file.
export function commands(programs, folder, port) {
  const options = { cwd: `${folder}/office`, encoding: "utf8", env: environment(folder, port) };
  return (...args) => execFileSync(`${programs}/enduse`, args, options);
}

export async function signIn(page, base, person) {
  await page.goto(`${base}/sign-in`);
  await page.getByRole("button", { name: `Be ${person}`, exact: true }).click();
  must(page.url() === `${base}/queue`, `signed in, but at ${page.url()}`);
}

// The fields of a body as the form names them: lists of texts are lines, items of others numbered.
function flat(value, name, out) {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) out[name] = value.join("\n");
  else if (Array.isArray(value)) value.forEach((one, i) => flat(one, `${name}.${i + 1}`, out));
  else if (typeof value === "object")
    for (const [key, one] of Object.entries(value)) flat(one, name ? `${name}.${key}` : key, out);
  else if (typeof value === "boolean") out[name] = value ? "yes" : "no";
  else out[name] = String(value);
  return out;
}

// Fills in the form of an act: names are of its fields, without "body.". A list grows by its button.
export async function fill(page, fields) {
  for (const [name, value] of Object.entries(flat(fields, "", {}))) {
    const whole = name === "number" ? name : `body.${name}`;
    const field = page.locator(`[name="${whole}"]`);
    if ((await field.count()) === 0) {
      const list = whole.replace(/\.\d+\.[^.]*$/, "");
      await page.locator(`button[name="more"][value="${list}"]`).click();
    }
    const type = await field.first().getAttribute("type");
    if (type === "radio") await field.and(page.locator(`[value="${value}"]`)).check();
    else if (type === "checkbox")
      for (const one of value.split("\n")) await field.and(page.locator(`[value="${one}"]`)).check();
    else if (await field.first().evaluate((one) => one.tagName === "SELECT"))
      await field.selectOption(value);
    else await field.fill(value);
  }
}

// From the form to the page that shows what will be signed.
export async function check(page) {
  await page.getByRole("button", { name: "Check before you sign" }).click();
  const mistakes = page.locator(".en-mistakes");
  must((await mistakes.count()) === 0, `${page.url()}: ${await mistakes.allTextContents()}`);
}

// From there to the file's page, as the persona who is signed in.
export async function sign(page) {
  const title = await page.title();
  await page.getByRole("button", { name: /^Sign as/ }).click();
  const main = await page.locator("main").textContent();
  must(page.url().includes("?done="), `${title} ended at ${page.url()}: ${main.replace(/\s+/g, " ")}`);
}

// Does an act from its page.
export async function act(page, base, kind, verb, number, fields = {}) {
  const response = await page.goto(`${base}/act/${kind}/${verb}?number=${encodeURIComponent(number)}`);
  must(response.status() === 200, `${kind} ${verb} ${number}: ${await page.locator("main").textContent()}`);
  await fill(page, fields);
  await check(page);
  await sign(page);
}

export async function state(page, base, kind, number) {
  await page.goto(`${base}/register/${kind}/${number}`);
  return page.locator(".en-title .en-state").textContent();
}

// A virtual security key that answers by itself, in the visitor's browser.
export async function givePasskey(visitor) {
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
