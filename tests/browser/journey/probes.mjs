// What people wrote stays text, in a browser that runs scripts: acts of many kinds, their instruments
// and a report by somebody outside end with a probe (pairs.mjs, and here), and what is asked for is
// one. Every page that each reader is led to is opened, a list renews itself, and a page whose probe
// is not escaped shows that this would be noticed.
import * as acts from "../acts.mjs";
import { check, journey, must } from "../harness.mjs";
import { base, command, enduse, people, probe, stranger } from "./cast.mjs";

await journey("probes are put wherever people write", async () => {
  enduse("key", "new", "keys/probe");
  enduse("complaint", "make", `what=${probe}`, `when=${probe}`, `where=${probe}`, "evidence=device", `contact=${probe}`);
  command("D-07", "country", "propose", "XZ", "name=State Z", "reasons=To see.");
  command("D-01", "agency", "submit", "XA-probe", "country=XA", "name=An agency", "mandate=By law.");
  command("F-02", "agency", "refuse", "XA-probe", "reason=Not shown.");
  command("D-01", "body", "enter", "XA-probe", "country=XA", "name=A court", "independent=true", "elevated=false",
    "key=@keys/probe.pub");
  command("D-01", "product", "add-document", "P-0112", "title=A test", `digest=${"1".repeat(64)}`);
  command("D-01", "application", "direct", "AP-0010", "name=Somebody", "office=The cabinet", "reason=Make haste.");
  command("F-12", "inspection", "plan", "IP-0002", "licence=IL-2026-0017", "place=Site 1", "purpose=To look.",
    "date=now+9d");
  command("F-12", "inspection", "refuse", "IP-0002", "reason=Not let in.");
  command("XA-V1", "ruling", "ask", "RU-0002", "certificate=EC-2026-0009", "clause=6.2", "question=What is a critic?");
  command("D-07", "ruling", "propose", "RU-0002", "reading=Whoever says so.", "needs=nothing");
  command("D-01", "order", "draft", "OR-0009", "--template", "suspend", "licence=IL-2026-0017", "reason=To see.",
    `contact=${probe}`);
  command("D-01", "case", "open", "CA-0101", "origin=other", "licence=IL-2026-0017", "what=A report.");
  command("D-01", "case", "triage", "CA-0101", "pursue=true", "reasons=To see.", "investigator=F-12");
  command("F-12", "case", "investigate", "CA-0101", "plan=To ask.");
});

// --- Looking ------------------------------------------------------------------------------------

// Before any script of the page, in every page of the visitor.
function listen() {
  window.found = [];
  window.probe = () => window.found.push("the probe ran");
  document.addEventListener("securitypolicyviolation", (event) => {
    window.found.push(`${event.effectiveDirective} refused ${event.blockedURI}`);
  });
}

// What the probe would have made of the document, had it been markup; and how often it is text.
function search(probe) {
  const found = [...window.found];
  for (const one of document.querySelectorAll("*"))
    for (const { name, value } of one.attributes)
      if (name.startsWith("on") || (/^(href|src|action|formaction)$/.test(name) && /^\s*javascript:/i.test(value)))
        found.push(`${one.tagName} ${name}=${value}`);
  for (const one of document.querySelectorAll("img[src=x], script:not([src])")) found.push(one.outerHTML);
  for (const one of document.querySelectorAll("b"))
    if (one.previousSibling?.textContent.endsWith("{{probe}}")) found.push(one.outerHTML);
  const shown = document.documentElement.textContent.split(probe).length - 1;
  const inFields = [...document.querySelectorAll("input, textarea")].filter((one) => one.value.includes(probe));
  return { found, shown: shown + inFields.length };
}

async function watchful(one) {
  await one.context.addInitScript(listen);
  const dialogs = [];
  one.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss();
  });
  return {
    ...one,
    async look(path) {
      const response = path && (await one.page.goto(base + path));
      const { found, shown } = await one.page.evaluate(search, probe);
      return { status: response?.status(), found: [...found, ...dialogs.splice(0)], shown };
    },
  };
}

// Pages of one kind are alike: so many of each are opened, one where there is no time for more.
const each = process.env.ENDUSE_DEEP ? 10 : 1;
const kindOf = (path) => path.replace(/\?.*/, "?").replace(/(\/(register|act)\/[^/]+)\/[^/?]+/, "$1/*");

async function walk(one, first) {
  const paths = [...first], counts = new Map();
  let pages = 0, shown = 0;
  const bad = [];
  for (const path of paths) {
    const kind = kindOf(path);
    const count = counts.get(kind) ?? 0;
    if (count >= each) continue;
    counts.set(kind, count + 1);
    const seen = await one.look(path);
    bad.push(...seen.found.map((what) => `${path}: ${what}`));
    pages += 1;
    shown += seen.shown;
    const links = await one.page.locator('a[href^="/"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const link of links.map((href) => href.replace(/#.*/, "")))
      if (link && !paths.includes(link) && !/^\/(assets|language)|\/(document|pdf)$|\.(csv|json)$/.test(link)) paths.push(link);
  }
  bad.push(...one.complaints.splice(0));
  return { pages, shown, bad };
}

let opened = 0;
for (const person of ["D-07", "XA-V1", undefined]) {
  const one = await watchful(person ? people.get(person) : await stranger());
  const { pages, shown, bad } = await walk(one, ["/", "/queue", "/register", `/search?q=${encodeURIComponent(probe)}`]);
  opened += pages;
  console.log(`# ${person ?? "nobody"}: ${pages} pages, the probe ${shown} times`);
  check(bad.length === 0, `${person ?? "nobody"} is shown what was written, and nothing runs`, bad);
  check(!person || shown > 10, `${person ?? "nobody"} sees it`, shown);
}
check(opened > 100, "pages enough", opened);

await journey("what is signed is shown as text before it is", async () => {
  const one = await watchful(people.get("F-03"));
  await one.look("/act/order/issue?number=OR-0009");
  await acts.check(one.page);
  const { found, shown } = await one.look();
  must(found.length === 0 && shown >= 2, `${found}; shown ${shown} times`);
});

await journey("what is filled in and asked for comes back as text", async () => {
  const one = await watchful(await stranger());
  const { page } = one;
  const still = async (what, path) => {
    const { found } = await one.look(path);
    must(found.length === 0 && one.complaints.length === 0, `${what}: ${found} ${one.complaints}`);
  };
  const asked = encodeURIComponent(probe);
  for (const path of [`/${asked}`, `/verify?digest=${asked}`, `/sign-in?next=${asked}`, `/language/${asked}`])
    await still(path, path);
  await page.goto(`${base}/sign-in`);
  await page.fill("#person", probe);
  await page.getByRole("button", { name: "Go on with your passkey" }).click();
  await still("a name to sign in with");
  await page.goto(`${base}/report/follow`);
  await page.fill("#reference", probe);
  await page.fill("#secret", probe);
  await page.locator("main form button").last().click();
  await still("a reference to follow");
  await page.goto(`${base}/report`);
  for (const answers of [[], ["what"], ["when", "where"], [], ["contact"]]) {
    for (const name of answers) await page.fill(`#${name}`, probe);
    await page.locator('main form button:not([name="to"])').last().click();
    await still(`a report after ${answers}`);
  }
  must((await one.look()).shown >= 4, "the report that is checked does not show what was answered");
  await one.context.close();
});

await journey("an open list that renews itself shows it as text", async () => {
  const one = await watchful(people.get("F-12"));
  await one.page.goto(`${base}/register/country`);
  await one.page.evaluate(() => (window.kept = true));
  command("D-07", "country", "propose", "XY", "name=State Y", "reasons=To see.");
  await one.page.locator("main table", { hasText: "XY" }).waitFor();
  const { found, shown } = await one.look();
  must(await one.page.evaluate(() => window.kept), "the list was loaded anew");
  must(found.length === 0 && shown > 0, `${found}; shown ${shown} times`);
});

// The list of countries as if its template had forgotten to escape the probe, without some fields of
// its head. It is changed in the browser: Node.js may not find the server by its name.
async function forget(one, fields) {
  const left = ["content-encoding", "content-length", ...fields];
  const session = await one.context.newCDPSession(one.page);
  session.on("Fetch.requestPaused", async ({ requestId, responseStatusCode, responseHeaders }) => {
    const { body, base64Encoded } = await session.send("Fetch.getResponseBody", { requestId });
    const page = Buffer.from(body, base64Encoded ? "base64" : "utf8").toString();
    await session.send("Fetch.fulfillRequest", {
      requestId,
      responseCode: responseStatusCode,
      responseHeaders: responseHeaders.filter(({ name }) => !left.includes(name.toLowerCase())),
      body: Buffer.from(page.replace("</main>", () => `${probe}</main>`)).toString("base64"),
    });
  });
  const patterns = [{ urlPattern: "*/register/country", requestStage: "Response" }];
  await session.send("Fetch.enable", { patterns });
}

await journey("a probe that is not escaped is noticed; the content policy stops it even so", async () => {
  for (const policy of [true, false]) {
    const one = await watchful(await stranger());
    await forget(one, policy ? [] : ["content-security-policy"]);
    await acts.signIn(one.page, base, "D-01");
    const { found } = await one.look("/register/country");
    must(found.some((what) => what.startsWith("IMG onerror=")), `not seen in the document: ${found}`);
    must(found.includes("the probe ran") === !policy, `with${policy ? "" : "out"} the policy: ${found}`);
    must(!policy || found.some((what) => /^script-src.* refused inline/.test(what)), `no violation: ${found}`);
    await one.context.close();
  }
});
