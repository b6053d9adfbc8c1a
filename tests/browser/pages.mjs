// The pages in a browser: every page of every reader, then journeys. Usage:
//   node pages.mjs CHROMIUM PORT PROGRAMS FOLDER    FOLDER has office/, where the server runs, and
//                                                   gets pictures/
import * as acts from "./acts.mjs";
import { check, finish, hold, journey, launch, must, picture, visitor, wide } from "./harness.mjs";
import { checkPaper } from "./paper.mjs";
import { checkPrints } from "./print.mjs";
import { watch } from "./live.mjs";

const [chromiumPath, port, programs, folder] = process.argv.slice(2);
const base = `http://localhost:${port}`;
const sign = `http://sign.localhost:${port}`;
const pictures = `${folder}/pictures`;
const browser = await launch(chromiumPath);

const enduse = acts.commands(programs, folder, port);
const signIn = (page, person) => acts.signIn(page, base, person);
const act = (page, ...rest) => acts.act(page, base, ...rest);
const state = (page, kind, number) => acts.state(page, base, kind, number);
const { fill } = acts;

// --- Every page ---------------------------------------------------------------------------------

const titles = new Map();

// Titles tell pages apart: the same title is the same address.
function note(title, path) {
  const before = titles.get(title) ?? path;
  titles.set(title, before);
  return before === path;
}

async function look(who, path, name, status = 200) {
  const response = await who.page.goto(base + path);
  check(response.status() === status, `${name}: ${status}`, response.status());
  check(note(await who.page.title(), path), `${name}: a title of its own`, await who.page.title());
  await hold(who, name);
  await picture(who.page, pictures, name);
}

const nobody = await visitor(browser);
await look(nobody, "/", "home");
await look(nobody, "/sign-in", "sign-in");
await nobody.page.goto(`${base}/queue`);
check(nobody.page.url() === `${base}/sign-in?next=%2Fqueue`, "a page leads to the sign-in");
await look(nobody, "/no-such-page", "not-found", 404);
for (const path of ["/figures", "/countries", "/verify", "/report", "/log", "/help", "/accessibility", "/privacy"]) {
  const response = await nobody.page.goto(base + path);
  if (response.status() === 200) await look(nobody, path, path.slice(1));
}

// One file of each kind that has any, with the forms of what can be done with it.
const officer = await visitor(browser);
await signIn(officer.page, "D-07");
await look(officer, "/queue", "queue");
await look(officer, "/queue?show=all&sort=waiting", "queue-all");
await look(officer, "/queue?kind=ruling", "queue-empty");
await look(officer, "/queue?sort=colour", "queue-refused", 400);
await look(officer, "/cases", "cases");
await look(officer, "/search?q=XA", "search");
await look(officer, "/search", "search-empty");
await look(officer, "/register", "registers");
const kinds = await officer.page
  .locator("main table a")
  .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
check(kinds.length >= 20, "the registers are all there", kinds);
for (const kind of kinds) {
  const name = kind.replace("/register/", "list-");
  await look(officer, kind, name);
  const first = officer.page.locator("main table tbody a").first();
  if ((await first.count()) === 0) continue;
  const file = await first.getAttribute("href");
  await look(officer, file, kind.replace("/register/", "file-"));
}
await look(officer, "/register/licence?state=revoked&q=nothing", "list-empty");
await look(officer, "/figures/exact", "figures-exact");
for (const [path, name] of [
  ["/act/country/propose", "act-country"],
  ["/act/schedule/submit?number=XB", "act-schedule"],
  ["/act/order/draft", "act-order"],
  ["/draft/licence/EC-2026-0031", "draft-licence"],
]) {
  const response = await officer.page.goto(base + path);
  if (response.status() === 200) await look(officer, path, name);
}
await look(officer, "/act/exporter/submit?number=EX-0031", "act-refused", 422);

await journey("a certificate as a PDF", () => checkPaper(officer.page, base, folder));
await journey("pages are printed", () => checkPrints(officer.page, base, folder));

// Other readers: what they see first.
for (const person of ["D-01", "F-02", "X-01"]) {
  const reader = await visitor(browser);
  await signIn(reader.page, person);
  await hold(reader, `queue of ${person}`);
  if (person === "X-01") {
    await look(reader, "/cases", "cases-refused", 403);
    await look(reader, "/hearing", "hearings");
    await reader.page.goto(`${base}/register/licence/IL-2026-0017`);
    const hearing = reader.page.locator('.en-notice a[href^="/hearing/"]').first();
    await look(reader, await hearing.getAttribute("href"), "hearing");
  }
  if (person === "D-01") await look(reader, "/draft/certificate/AP-0005", "draft-certificate");
  await reader.page.goto(`${base}/register`);
  await hold(reader, `registers of ${person}`);
  await reader.context.close();
}

await journey("somebody with a key file signs in with a login that a command signed", async () => {
  const keyed = await visitor(browser);
  await keyed.page.goto(`${base}/sign-in`);
  await keyed.page.locator("summary").click();
  await hold(keyed, "signing in with a key file");
  await keyed.page.fill("#login", enduse("login", "--key", "keys/D-01.key"));
  await keyed.page.getByRole("button", { name: "Sign in with it" }).click();
  must(keyed.page.url() === `${base}/queue`, keyed.page.url());
  must((await keyed.page.locator("header").textContent()).includes("D-01"), "somebody else");
  await keyed.context.close();
});

// --- Looks --------------------------------------------------------------------------------------

for (const [name, media, rules] of [
  ["dark", { colorScheme: "dark" }],
  // There the colours are the reader's own, of which axe-core knows nothing.
  ["forced colours", { forcedColors: "active" }, { "color-contrast": { enabled: false } }],
  ["reduced motion", { reducedMotion: "reduce" }],
]) {
  const reader = await visitor(browser, media);
  await signIn(reader.page, "D-07");
  for (const path of ["/register/licence", "/figures/exact", "/countries"]) {
    await reader.page.goto(base + path);
    await hold(reader, `${path}, ${name}`, rules);
  }
  await reader.context.close();
}

await journey("right-to-left, nothing is wider than the window", async () => {
  for (const path of ["/queue", "/register/licence", "/register/licence/IL-2026-0017", "/figures/exact", "/countries"]) {
    await officer.page.goto(base + path);
    await officer.page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
    for (const width of [320, 1280]) {
      await officer.page.setViewportSize({ width, height: 800 });
      const over = await officer.page.evaluate(
        () => document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
      );
      must(over <= 0, `${path} at ${width}: ${over}`);
    }
  }
  await officer.page.setViewportSize(wide);
});

// In a language that is read from the right, with what the browser asks for and what is chosen.
const hebrew = await visitor(browser, { locale: "he-IL" });
await look(hebrew, "/", "home-hebrew");
for (const path of ["/figures", "/countries", "/verify?number=IL-2026-0017", "/log", "/help", "/no-such-page"]) {
  await look(hebrew, path, `${path.slice(1).replace(/\?.*/, "")}-hebrew`, path === "/no-such-page" ? 404 : 200);
  const dir = await hebrew.page.locator("html").getAttribute("dir");
  check(dir === "rtl", `${path} is read from the right`, dir);
}
await journey("bars begin at the right, and what is folded points to the left", async () => {
  const { page } = hebrew;
  await page.goto(`${base}/figures`);
  const plot = await page.locator("#grounds svg.en-chart__plot").boundingBox();
  const bar = await page.locator("#grounds rect.en-chart__b").first().boundingBox();
  const label = await page.locator("#grounds text.en-chart__label").first().boundingBox();
  const right = plot.x + plot.width;
  must(Math.abs(bar.x + bar.width - right) < 2, `a bar ends at ${bar.x + bar.width}, not ${right}`);
  must(Math.abs(label.x + label.width - right) < 3, `a label ends at ${label.x + label.width}`);
  const mark = await page
    .locator("#grounds summary")
    .evaluate((one) => getComputedStyle(one, "::before").borderRightWidth);
  must(parseFloat(mark) > 10, `its mark is ${mark} wide`);
});
await journey("a report is made and followed in Hebrew", async () => {
  const { page } = hebrew;
  const go = (name) => page.getByRole("button", { name, exact: true }).click();
  const reads = async (name) => {
    must((await page.locator("html").getAttribute("dir")) === "rtl", `${name} is not from the right`);
    await hold(hebrew, `${name}, in Hebrew`);
  };
  await page.goto(`${base}/report`);
  await reads("report");
  await go("התחלה");
  await go("המשך");
  must((await page.locator(".govuk-error-message").count()) === 1, "nothing is missed");
  await reads("report with a mistake");
  await picture(page, pictures, "report-mistake-hebrew");
  await page.locator("#what").fill("דבר מה");
  await go("המשך");
  await page.locator("#when").fill("אתמול");
  await page.locator("#where").fill("XA");
  await go("המשך");
  await page.getByLabel("מסמך", { exact: true }).check();
  await reads("evidence");
  await picture(page, pictures, "report-evidence-hebrew");
  await go("המשך");
  await go("המשך");
  await reads("check");
  await picture(page, pictures, "report-check-hebrew");
  await go("שליחת הדיווח");
  await reads("received");
  const reference = await page.locator(".en-once .en-id").textContent();
  const secret = await page.locator(".en-once .en-digest").textContent();
  await page.goto(`${base}/report/follow`);
  await page.locator("#reference").fill(reference);
  await page.locator("#secret").fill(secret);
  await go("הצגת מצב הטיפול");
  must((await page.locator(".en-state").textContent()).trim() === "התקבל", "another state");
  await reads("followed");
  await picture(page, pictures, "follow-hebrew");
  await page.goto(`${base}/report`);
  await page.getByRole("link", { name: "English" }).click();
  must(page.url() === `${base}/report`, page.url());
  must((await page.locator("html").getAttribute("lang")) === "en", "it is not in English");
});
await hebrew.context.close();

// --- Journeys -----------------------------------------------------------------------------------

const desk = await visitor(browser);
await signIn(desk.page, "D-01");
const reviewer = await visitor(browser);
await signIn(reviewer.page, "F-02");
const foreign = await visitor(browser);
await signIn(foreign.page, "F-03");

await journey("an exporter is drafted, submitted, screened and registered by three people", async () => {
  await act(desk.page, "exporter", "draft", "EX-0900", {
    name: "Sample Systems",
    address: "1 Main Street",
    country: "XA",
    owners: "A Holding",
  });
  await act(desk.page, "exporter", "submit", "EX-0900");
  await act(reviewer.page, "exporter", "screen", "EX-0900", {
    parties: "A Holding\nSample Systems",
    "lists.1.name": "A list",
    "lists.1.date": "2026-11-01",
    "lists.1.digest": "0".repeat(63) + "1",
  });
  // Who submitted it does not register it.
  await desk.page.goto(`${base}/register/exporter/EX-0900`);
  must((await desk.page.locator(".en-act--shut").count()) > 0, "nothing is shut for the desk");
  must(
    (await desk.page.goto(`${base}/act/exporter/register?number=EX-0900`)).status() >= 400,
    "the desk has the form to register",
  );
  await act(officer.page, "exporter", "register", "EX-0900");
  must((await state(officer.page, "exporter", "EX-0900")) === "Registered", "not registered");
});

await journey("a newer form is compared with the older one: without scripts, then looked at", async () => {
  const plain = await visitor(browser, { javaScriptEnabled: false });
  await signIn(plain.page, "D-07");
  await plain.page.goto(`${base}/register/certificate/EC-2026-0009`);
  await plain.page.selectOption("#new", "IL-2021-12.2");
  await plain.page.getByRole("button", { name: "Compare" }).click();
  const marks = await plain.page.locator("#policies del, #policies ins").allTextContents();
  must(marks.join(" ") === "72 84", `marked in the policies: ${marks}`);
  await plain.page.getByRole("button", { name: "Judge the worked examples" }).click();
  const turned = (await plain.page.locator("#examples tbody tr").first().textContent()).replace(/\s+/g, " ");
  must(turned.includes("exactly six years"), `turned: ${turned}`);
  const at = new URL(plain.page.url());
  await plain.context.close();
  await look(officer, `${at.pathname}${at.search}`, "compare");
  await look(officer, "/compare?old=IL-2021-12.2&new=IL-2021-12.2", "compare-twice");
});

await journey("countries are listed by both ministries, and one is taken off: on the map", async () => {
  for (const code of ["FR", "JP", "SG", "BR"]) {
    await act(officer.page, "country", "propose", code, { reasons: "Its record." });
    await act(foreign.page, "country", "list", code);
  }
  await act(officer.page, "country", "delist", "BR", { reason: "A law that shields abuse." });
  await look(officer, "/countries", "countries-inside");
  const marks = await officer.page.locator(".en-map__country").evaluateAll((all) =>
    all.filter((one) => one.getBBox().width > 0).map((one) => one.textContent),
  );
  must(
    ["France: Listed", "Japan: Listed", "Singapore: Listed", "Brazil: Delisted"].every((one) =>
      marks.includes(one),
    ),
    `on the map: ${marks}`,
  );
  await look(nobody, "/countries", "countries");
  must(!(await nobody.page.content()).includes("Brazil"), "a country that was taken off is public");
  const weight = await nobody.page.evaluate(() =>
    performance
      .getEntries()
      .filter((one) => ["navigation", "resource"].includes(one.entryType))
      .reduce((sum, one) => sum + one.encodedBodySize, 0),
  );
  must(weight > 0 && weight <= 60 * 1024, `the map's first visit weighs ${weight} bytes`);
  console.log(`# the map's first visit: ${weight} bytes`);
});

await journey("a licence is suspended from its page, and the other ministry confirms", async () => {
  const licences = `${base}/register/licence?state=active`;
  await officer.page.goto(licences);
  const link = officer.page.locator("main table tbody td:first-child > a").first();
  const number = await link.textContent();
  await link.click();
  await officer.page.getByRole("link", { name: /Suspend/ }).click();
  await look(officer, `/order/${number}/suspend`, "order-suspend");
  await fill(officer.page, {
    number: "OR-0900",
    reason: "Refused declarations were declared again on other grounds.",
    contact: "orders@authority.example",
  });
  await officer.page.getByRole("button", { name: "Check before you sign" }).click();
  await hold(officer, "an order to check");
  await picture(officer.page, pictures, "order-check");
  await officer.page.getByRole("button", { name: /^Sign as/ }).click();
  const renewed = await watch(browser, base, signIn, pictures, number, "OR-0900");
  await act(officer.page, "order", "issue", "OR-0900");
  await renewed();
  must((await state(officer.page, "licence", number)) === "Suspended", "not suspended");
  await act(foreign.page, "order", "confirm", "OR-0900");
  must((await state(foreign.page, "order", "OR-0900")) === "Confirmed", "not confirmed");
});

await journey("clocks run and stand still in the queue; cases are cards on a board", async () => {
  const by = (person, ...words) => enduse(...words, "--key", `keys/${person}.key`);
  for (const number of ["AP-0900", "AP-0901", "AP-0902"]) {
    by("X-01", "application", "draft", number, "kind=marketing", "exporter=EX-0031", "product=P-0112",
      "country=XA", "purpose=Suspicion of organised theft", "until=2027-12-31T00:00:00Z");
    by("X-01", "application", "submit", number);
  }
  by("D-01", "application", "ask", "AP-0901", "question=Which unit will use it?");
  by("D-01", "application", "open-review", "AP-0902", "days=5");
  for (const [number, what] of [
    ["CA-0900", "The operator told us of a device outside the territory."],
    ["CA-0901", "A build that was not tested, found at an inspection."],
  ])
    by("D-01", "case", "open", number, "origin=other", "licence=IL-2026-0017", `what=${what}`);
  by("D-01", "case", "triage", "CA-0901", "pursue=true", "reasons=Two sources agree.", "investigator=F-02");
  await officer.page.goto(`${base}/queue?show=team&kind=application`);
  await officer.page.fill("#name", "Applications of my ministry");
  await officer.page.getByRole("button", { name: "Keep" }).click();
  await look(officer, "/queue?show=all", "queue-clocks");
  const text = await officer.page.locator("main").textContent();
  for (const words of ["0 of 45 working days", "Stopped at 0 of 45 working days", "0 of 5 working days"])
    must(text.includes(words), words);
  await look(officer, "/register/application/AP-0901", "file-stopped");
  await look(officer, "/cases", "cases-cards");
  must((await officer.page.locator(".en-board__card").count()) >= 3, "no cards");
});

await journey("without scripts: a view of the queue is filtered, sorted, kept and forgotten", async () => {
  const plain = await visitor(browser, { javaScriptEnabled: false });
  const { page } = plain;
  await signIn(page, "D-01");
  await page.getByRole("link", { name: /^My ministry’s/ }).click();
  await page.selectOption("#kind", "application");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("columnheader", { name: "Waiting" }).getByRole("link").click();
  must(page.url().includes("sort=waiting"), page.url());
  await page.fill("#name", "Applications");
  await page.getByRole("button", { name: "Keep" }).click();
  await page.goto(`${base}/queue`);
  await page.getByRole("link", { name: "Applications", exact: true }).last().click();
  for (const words of ["show=team", "kind=application", "sort=waiting"])
    must(page.url().includes(words), page.url());
  await page.getByRole("button", { name: "Forget Applications" }).click();
  must((await page.locator(".en-kept").textContent()).includes("None yet."), "still kept");
  await plain.context.close();
});

await journey("what is missing is said at its field, and read out", async () => {
  await desk.page.goto(`${base}/act/exporter/draft`);
  await fill(desk.page, { number: "EX-0901", name: "Half" });
  await desk.page.getByRole("button", { name: "Check before you sign" }).click();
  must((await desk.page.title()).startsWith("Error: "), await desk.page.title());
  await hold(desk, "a form with a mistake");
  await desk.page.locator(".en-mistakes a").click();
  must(desk.page.url().includes("#body."), desk.page.url());
  must((await desk.page.locator("#body\\.name").inputValue()) === "Half", "what was filled in is gone");
});

await journey("without scripts: signing in, filling in, checking, signing", async () => {
  const plain = await visitor(browser, { javaScriptEnabled: false });
  await signIn(plain.page, "D-01");
  await act(plain.page, "exporter", "draft", "EX-0902", {
    name: "No Scripts",
    address: "2 Main Street",
    country: "XA",
    owners: "Somebody",
  });
  must((await plain.page.locator(".en-notice").textContent()).includes("Done"), "no notice");
  await plain.page.goto(`${sign}/passkey`);
  must(await plain.page.getByRole("button").isDisabled(), "a passkey without scripts");
  await plain.context.close();
});

await journey("a declaration is tried: without scripts, then looked at", async () => {
  const certificate = `${base}/register/certificate/EC-2026-0009`;
  const facts = async (page, offence) => {
    await page.selectOption("#offence", offence);
    await page.check("#matter-serious-crime");
    await page.check("#conduct-other-offence");
    await page.check("#reasons-suspicion-of-declared-matter");
    await page.check("#approval-body-XA-court");
    await page.check("#approval-findings-privacy-law-met");
    await page.getByRole("button", { name: "Judge it" }).click();
  };
  const plain = await visitor(browser, { javaScriptEnabled: false });
  await signIn(plain.page, "D-07");
  await plain.page.goto(certificate);
  await plain.page.getByRole("link", { name: "State the facts of a use" }).click();
  for (const [offence, words] of [
    ["XA-201", "Clause 5 permits it"],
    ["XA-202", "context.offence.maximumMonths was 71"],
    ["XA-301", "Clause 6.1 forbids it"],
  ]) {
    await facts(plain.page, offence);
    const verdict = (await plain.page.locator("#verdict").textContent()).replace(/\s+/g, " ");
    must(verdict.includes(words), `${offence}: ${verdict}`);
  }
  await plain.page.locator("#verdict").getByRole("link", { name: "Clause 6.1" }).click();
  must(plain.page.url().endsWith("#c6.1"), plain.page.url());
  await plain.context.close();
  await officer.page.goto(`${certificate}/try`);
  await facts(officer.page, "XA-202");
  await hold(officer, "a verdict");
  await officer.page.fill("#approval-days", "many");
  await officer.page.getByRole("button", { name: "Judge it" }).click();
  await officer.page.locator(".en-mistakes a").waitFor();
  await hold(officer, "a trial with a mistake");
});

await journey("with the keyboard alone: to the sign-in, to a file, through an act", async () => {
  const hand = await visitor(browser);
  const { page } = hand;
  // Tab until what is focused says so; Enter.
  const go = async (words) => {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press("Tab");
      const text = await page.evaluate(() => {
        const one = document.activeElement;
        return `${one.textContent} ${one.id}`.replace(/\s+/g, " ").trim();
      });
      if (text.includes(words)) return;
    }
    throw new Error(`no "${words}" on the keyboard's way at ${page.url()}`);
  };
  const press = async (words) => {
    await go(words);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  };
  await page.goto(`${base}/`);
  await page.keyboard.press("Tab");
  must((await page.evaluate(() => document.activeElement.textContent)).startsWith("Skip"), "no skip link");
  await press("Sign in");
  await press("Be D-01");
  await press("Registers");
  await press("Exporters");
  await press("Draft an exporter");
  await go("number");
  await page.keyboard.type("EX-0903");
  for (const [field, value] of [["body.name", "By Hand"], ["body.address", "3 Main Street"], ["body.country", "XA"], ["body.owners", "Somebody"]]) {
    await go(field);
    await page.keyboard.type(value);
  }
  await press("Check before you sign");
  await press("Sign as D-01");
  must(page.url().includes("/register/exporter/EX-0903?done="), page.url());
  await hand.context.close();
});

await journey("a passkey is made, enrolled, signs in and signs an act", async () => {
  const owner = await visitor(browser);
  const { page } = owner;
  await acts.givePasskey(owner);
  await page.goto(`${sign}/passkey`);
  await hold(owner, "making a passkey");
  await picture(page, pictures, "passkey");
  await page.getByRole("button").click();
  await page.waitForSelector("#key");
  owner.complaints.length = 0; // Chromium's advice about RS256
  await hold(owner, "a passkey that was made");
  const key = await page.locator("#key").textContent();
  const fingerprint = await page.locator("#fingerprint").textContent();
  enduse("account", "enrol", "X-90", "kind=exporter", "organisation=EX-0031",
    "name=With a passkey", `key=${key}`, "until=now+365d", "--key", "keys/D-01.key");
  enduse("account", "confirm", "X-90", `fingerprint=${fingerprint}`, "--key", "keys/D-07.key");
  await page.goto(`${base}/sign-in`);
  await page.fill("#person", "X-90");
  await page.getByRole("button", { name: "Go on with your passkey" }).click();
  must(page.url().startsWith(`${sign}/sign/`), page.url());
  await hold(owner, "signing in with a passkey");
  await page.getByRole("button", { name: "Sign", exact: true }).click();
  await page.waitForURL(`${base}/queue`);
  await page.goto(`${base}/act/application/draft`);
  await fill(page, {
    number: "AP-0950",
    kind: "marketing",
    exporter: "EX-0031",
    product: "P-0112",
    country: "XA",
    purpose: "To show it.",
    until: "2027-11-01",
  });
  await page.getByRole("button", { name: "Check before you sign" }).click();
  await hold(owner, "an act to check");
  await picture(page, pictures, "act-check");
  await page.getByRole("button", { name: "Go on to sign with your passkey" }).click();
  await hold(owner, "an act to sign with a passkey");
  await picture(page, pictures, "act-sign");
  await page.getByRole("button", { name: "Sign", exact: true }).click();
  await page.waitForURL(`${base}/register/application/AP-0950?done=*`);
  await hold(owner, "an act that was signed");
  await owner.context.close();
});

await browser.close();
finish();
