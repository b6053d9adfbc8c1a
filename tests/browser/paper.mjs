// A certificate's PDF, read by other programs: what it says, what is inside, where its code leads. A
// step whose program is not installed says so.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { check, fetched, skip } from "./harness.mjs";

function run(what, program, ...options) {
  try {
    return execFileSync(program, options, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    skip(what, `${program} is not installed`);
    return undefined;
  }
}

function hold(what, good, program, ...options) {
  const said = run(what, program, ...options);
  if (said !== undefined) check(good(said), what, said);
}

export async function checkPaper(page, base, folder) {
  await page.goto(`${base}/register/certificate`);
  const address = await page.locator("main table tbody a").first().getAttribute("href");
  const number = address.split("/").pop();
  await page.goto(base + address);
  const link = await page.getByRole("link", { name: "PDF" }).getAttribute("href");
  const answer = await fetched(page, base + link);
  if (answer.status === 503 && answer.body.includes("makes no PDFs")) {
    skip("the certificate as a PDF", "no WeasyPrint, or no sandbox");
    return;
  }
  const pdf = `${folder}/certificate.pdf`;
  writeFileSync(pdf, answer.body);
  check(answer.status === 200 && answer.type === "application/pdf", "PDF: it is one", answer.status);
  const clause = await page.locator(".en-clause__law p").first().textContent();
  const words = (text) => text.replace(/\s+/g, " ").trim();
  hold("PDF: tagged, and of A4", (said) => /Tagged: +yes/.test(said) && /A4/.test(said), "pdfinfo", pdf);
  hold(
    "PDF: the number and the first clause",
    (said) => said.includes(number) && words(said).includes(words(clause).slice(0, 25)),
    "pdftotext",
    "-nopgbrk",
    pdf,
    "-",
  );
  const whole = (said) => said.includes("No syntax or stream encoding errors");
  hold("PDF: whole", whole, "qpdf", "--check", pdf);
  const part = (said) => said.includes('pdfaid:part="3"') && said.includes('pdfaid:conformance="B"');
  hold("PDF: its metadata says PDF/A-3b", part, "pdfinfo", "-meta", pdf);
  const embedded = (said) => {
    const fonts = said.trim().split("\n").slice(2);
    return fonts.length >= 2 && fonts.every((line) => line.includes(" yes yes yes "));
  };
  hold("PDF: every font is inside", embedded, "pdffonts", pdf);
  const inside = `${folder}/inside`;
  if (run("PDF: the instrument", "pdfdetach", "-save", "1", "-o", inside, pdf) !== undefined) {
    const signed = await fetched(page, `${base}${address}/document`);
    check(readFileSync(inside).equals(signed.body), "PDF: the signed bytes are inside");
  }
  const picture = `${folder}/paper`;
  const drawing = ["-r", "150", "-f", "1", "-l", "1", "-singlefile", "-png", pdf, picture];
  if (run("PDF: its first page", "pdftoppm", ...drawing) === undefined) return;
  const code = run("PDF: its code", "zbarimg", "-q", "--raw", `${picture}.png`);
  if (code === undefined) return;
  const shown = new URL(code.trim());
  await page.goto(base + shown.pathname + shown.search);
  const verdict = await page.locator(".en-verified").textContent();
  const known = verdict.includes(`${number} is in the register`);
  check(known, "PDF: its code leads to what anyone can know of it", verdict);
}
