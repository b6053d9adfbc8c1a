// What the tests of pages share: TAP, a browser, and what every page is held to.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let count = 0;
let failed = 0;

export function check(good, what, why) {
  count += 1;
  if (!good) failed += 1;
  console.log(`${good ? "ok" : "not ok"} ${count} - ${what}`);
  if (!good && why !== undefined) console.log(`# ${JSON.stringify(why).slice(0, 3000)}`);
}

export function skip(what, why) {
  count += 1;
  console.log(`ok ${count} # SKIP ${what}: ${why}`);
}

export function finish() {
  console.log(`1..${count}`);
  process.exitCode = failed ? 1 : 0;
}

// Runs a journey; what it throws is a failure of it, not of the run.
export async function journey(name, steps) {
  try {
    await steps();
    check(true, name);
  } catch (error) {
    check(false, name, String(error.stack ?? error));
  }
}

export function must(good, what) {
  if (!good) throw new Error(what);
}

export const wide = { width: 1280, height: 900 };

export async function launch(path) {
  // As root, as in containers, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
}

// A visitor: a browser context whose pages complain about whatever no page of ours does.
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: wide, ...options });
  context.setDefaultTimeout(120e3); // with other tests beside it
  const complaints = [];
  context.on("page", (page) => {
    page.on("console", (message) => {
      // A refusal's own status is no complaint about the page.
      const status = /Failed to load resource.*status of (4\d\d)/.test(message.text());
      if (message.type() === "error" && !status) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
  });
  return { context, complaints, page: await context.newPage() };
}

// Never detached: with one session of a page ends what another has set up, a virtual authenticator.
const sessions = new WeakMap();

// In a way that the page's content policy does not bind.
async function evaluate(page, expression) {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  const result = await session.send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  if (result.exceptionDetails) throw new Error(result.exceptionDetails.exception.description);
  return result.result.value;
}

// What the page's own script would get at an address: where names of the loopback are known to the
// browser alone, Node.js finds no server.
export async function fetched(page, url) {
  const { body, ...answer } = await page.evaluate(async (address) => {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      body: btoa(letters.join("")),
    };
  }, url);
  return { ...answer, body: Buffer.from(body, "base64") };
}

// What axe-core finds: [rule, element], in words that lead there.
export async function violations(page, rules = {}) {
  await evaluate(page, axe);
  return evaluate(
    page,
    `axe.run(document, { resultTypes: ["violations"], rules: ${JSON.stringify(rules)} }).then((result) =>
      result.violations.flatMap((one) => one.nodes.map((node) => [one.id, node.html.slice(0, 200)])))`,
  );
}

// How far the page is wider than the window, at a width.
export async function overflow(page, width) {
  await page.setViewportSize({ width, height: 800 });
  const over = await evaluate(
    page,
    `document.scrollingElement.scrollWidth - document.documentElement.clientWidth`,
  );
  await page.setViewportSize(wide);
  return over;
}

// Holds the page that is open to what every page is held to.
export async function hold(visitor, name, rules) {
  const { page, complaints } = visitor;
  await page.waitForLoadState("load"); // a click may have led here a moment ago
  const found = await violations(page, rules);
  check(found.length === 0, `${name}: axe finds nothing`, found);
  const over = await overflow(page, 320);
  check(over <= 0, `${name}: no sideways scrolling at 320 px`, over);
  const headings = await page.locator("h1").count();
  check(headings === 1, `${name}: one heading of the first level`, headings);
  check(complaints.length === 0, `${name}: nothing in the console`, complaints);
  complaints.length = 0;
}

// For people to look at, who ask for them (site.sh): they take a quarter of the time.
export async function picture(page, folder, name) {
  if (process.env.PICTURES !== "yes") return;
  for (const [width, height] of [[1280, 900], [390, 800]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize(wide);
}
