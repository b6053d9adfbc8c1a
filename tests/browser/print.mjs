// Pages on paper: what is on the sheet and what is not, as Chromium lays it out and prints it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { check, must, skip, wide } from "./harness.mjs";

const sheet = 680; // px: A4 between its margins, at 96 to the inch
const shut = [
  "a.govuk-skip-link", "nav", "form", "button", ".govuk-button", ".en-demo", ".en-search", ".en-person",
  ".en-filter", ".en-footer", "#acts",
].join(", ");

// Its text, as a reader of the PDF finds it; undefined where no program reads it.
function read(pdf) {
  try {
    return execFileSync("pdftotext", [pdf, "-"], { encoding: "utf8" }).replace(/\s+/g, " ");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}

// Prints the page at an address; what: texts that are on the sheets, of which a screen shows some only
// when they are unfolded.
async function checkPrint(page, base, folder, path, name, what) {
  await page.goto(base + path);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.setViewportSize({ width: sheet, height: 960 });
  const seen = await page.evaluate((selector) => {
    const there = (one) => one.checkVisibility() && one.getClientRects().length > 0;
    const style = getComputedStyle(document.body);
    return {
      shut: [...document.querySelectorAll(selector)].filter(there).map((one) => one.outerHTML.slice(0, 100)),
      head: ["h1", ".en-wordmark", ".en-printed"].filter((one) => !there(document.querySelector(one))),
      over: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
      cut: [...document.querySelectorAll("main table, main pre")]
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map((one) => one.outerHTML.slice(0, 100)),
      ink: `${style.color} on ${style.backgroundColor}`,
    };
  }, shut);
  await page.emulateMedia({ media: null, colorScheme: null });
  await page.setViewportSize(wide);
  check(seen.shut.length === 0, `${name} on paper: nothing to go to, fill in or press`, seen.shut);
  check(seen.head.length === 0, `${name} on paper: its heading, the office, what printed it`, seen.head);
  check(seen.over <= 0 && seen.cut.length === 0, `${name} on paper: not wider than the sheet`, seen);
  check(seen.ink === "rgb(0, 0, 0) on rgba(0, 0, 0, 0)", `${name} on paper: black on white from the dark`, seen.ink);
  const file = `${folder}/${name}.pdf`;
  writeFileSync(file, await page.pdf({ format: "A4", preferCSSPageSize: true }));
  const text = read(file);
  if (text === undefined) {
    skip(`${name} on paper: its words`, "pdftotext is not installed");
    return;
  }
  const missing = [`${base}${path}`, "As of", ...what].filter(
    (one) => !text.replace(/ /g, "").includes(one.replace(/ /g, "")),
  );
  check(missing.length === 0, `${name} on paper: says who, when, from where, and all there is`, missing);
}

// The pages that people print.
export async function checkPrints(page, base, folder) {
  const first = async (kind) => {
    await page.goto(`${base}/register/${kind}`);
    return page.locator("main table tbody a").first().getAttribute("href");
  };
  const me = "D-07";
  await checkPrint(page, base, folder, "/queue?show=all", "queue", [me, "1 / "]);
  await checkPrint(page, base, folder, await first("case"), "case", [me, "Timeline"]);
  await checkPrint(page, base, folder, await first("certificate"), "certificate", [me, "The state signs first"]);
  await checkPrint(page, base, folder, await first("licence"), "licence", [me, "Timeline", "/pdf"]);
  await checkPrint(page, base, folder, await first("order"), "order", [me, "Timeline"]);
  await checkPrint(page, base, folder, "/figures", "figures", [me, "Time to obey", "Orders issued, by kind"]);
  await checkPrint(page, base, folder, "/countries", "countries", [me]);
  await checkPrint(page, base, folder, "/log", "log", [me, "Check it yourself", "/api/v1/checkpoint"]);
  await checkPrint(page, base, folder, "/verify?number=IL-2026-0017", "verify", ["In the register now"]);
  await page.goto(`${base}/register/order`);
  must((await page.locator(".en-printed").isVisible()) === false, "what is for paper shows on a screen");
}
