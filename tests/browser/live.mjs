// Pages that renew themselves: somebody has them open while others act.
import { check, hold, picture, visitor } from "./harness.mjs";

// Opens what will change; the answer is called when it has, and holds the pages to it.
export async function watch(browser, base, signIn, pictures, licence, number) {
  const reader = await visitor(browser);
  await signIn(reader.page, "D-07");
  const list = await reader.context.newPage();
  await reader.page.goto(`${base}/register/licence/${licence}`);
  await list.goto(`${base}/register/order`);
  // Neither page is loaded again: a mark of the script's own world would be gone.
  for (const page of [reader.page, list]) await page.evaluate(() => (window.kept = true));
  await reader.page.locator("#documents a").first().focus();
  await list.fill("#q", "half a wor");
  return async () => {
    const said = reader.page.locator("#live");
    await reader.page.locator(".en-title .en-state", { hasText: "Suspended" }).waitFor();
    await reader.page.locator("#orders", { hasText: number }).waitFor();
    await said.filter({ hasText: /^Renewed .*Orders/ }).waitFor();
    check((await reader.page.title()).includes("Suspended"), "an open page: its title too");
    check(await reader.page.evaluate(() => window.kept), "an open page renews itself");
    check(
      await reader.page.evaluate(() => document.activeElement.closest("#documents") !== null),
      "an open page: the focus stays where it was",
    );
    await hold(reader, "a page that renewed itself");
    await picture(reader.page, pictures, "licence-renewed");
    await list.locator("main table", { hasText: number }).waitFor();
    check((await list.inputValue("#q")) === "half a wor", "an open list: what was typed stays");
    check(
      await list.evaluate(() => window.kept && document.activeElement.id === "q"),
      "an open list: so does the focus",
    );
    // The session's end is said. Signing out on one page ends what the others hear.
    await reader.page.getByRole("button", { name: "Sign out" }).click();
    await list.locator("#live", { hasText: "no longer renews itself" }).waitFor();
    await reader.context.close();
  };
}
