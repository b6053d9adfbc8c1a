// Keeps an open page as the server has it. It hears that something has changed, asks for the page
// again as its reader would, and puts what is marked (data-live) in the place of what was there.
// What somebody is filling in, or has marked, is left alone. Without this the page is as complete.
"use strict";

const said = document.getElementById("live"); // where a screen reader hears of it
const pause = 1000; // ms between two times that the page is asked for
const later = 5000; // ms until it is asked for again when the server did not answer

let due = false;
let asking = false;
let last = -pause;
let shown = performance.now(); // when what is on the page was made
let turn; // the timer, until it is this page's turn to ask
let source;

function say(which, more = "") {
  said.textContent = said.dataset[which] + more;
}

// --- What was there -----------------------------------------------------------------------------

function isChanged(field) {
  if (field.tagName === "SELECT") {
    const first = [...field.options].findIndex((one) => one.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  }
  if (field.type === "checkbox" || field.type === "radio")
    return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

function isInUse(region) {
  const marked = getSelection();
  if (!marked.isCollapsed && region.contains(marked.anchorNode)) return true;
  const fields = [...region.querySelectorAll("input:not([type=hidden]), select, textarea")];
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

// What a person reads there, without what runs by the clock.
function words(region) {
  const copy = region.cloneNode(true);
  for (const quiet of copy.querySelectorAll("[data-quiet]")) quiet.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function name(region) {
  return region.querySelector("h1") ? words(region) : region.querySelector("h2")?.textContent;
}

function sameAs(element, region) {
  if (element.id) return region.querySelector(`#${CSS.escape(element.id)}`);
  const all = [...region.querySelectorAll(element.tagName)];
  const href = element.getAttribute("href");
  return href ? all.find((one) => one.getAttribute("href") === href) : null;
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const open = [...old.querySelectorAll("details")];
  [...fresh.querySelectorAll("details")].forEach((one, i) => {
    if (open[i]) one.open = open[i].open;
  });
  old.replaceWith(fresh);
  if (!focused) return;
  const target = sameAs(focused, fresh) ?? fresh;
  if (target === fresh) fresh.tabIndex = -1; // what had the focus is gone: its place keeps it
  target.focus({ preventScroll: true });
}

// --- What is there now --------------------------------------------------------------------------

function renew(page) {
  const names = [];
  let waits = false;
  for (const old of document.querySelectorAll("main [data-live]")) {
    const fresh = page.querySelector(`main [data-live="${CSS.escape(old.dataset.live)}"]`);
    if (!fresh) continue;
    const differs = words(old) !== words(fresh);
    if (isInUse(old)) {
      waits ||= differs;
      continue;
    }
    replace(old, document.adoptNode(fresh));
    if (differs) names.push(name(fresh));
  }
  document.title = page.title;
  shown = performance.now();
  const known = names.filter(Boolean);
  if (waits) say("waits");
  else if (known.length) say("renewed", ` ${new Date().toLocaleTimeString()}: ${known.join(", ")}`);
}

function end() {
  source.close();
  due = false;
  say("ended");
}

async function ask() {
  if (!due || asking || document.hidden) return;
  const wait = last + pause - performance.now();
  if (wait > 0) {
    setTimeout(ask, wait);
    return;
  }
  due = false;
  asking = true;
  last = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected)
      renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.status < 500 && answer.status !== 429) end();
    else throw new Error(answer.statusText);
  } catch {
    due = true;
    setTimeout(ask, later);
  }
  asking = false;
  if (due) ask();
}

function listen() {
  source = new EventSource(said.dataset.liveFrom);
  source.addEventListener("changed", (event) => {
    // What many pages hear they do not ask for all at once: the second line says when.
    const wait = Number(event.data.split("\n")[1] ?? 0);
    turn ??= setTimeout(() => {
      turn = undefined;
      due = true;
      ask();
    }, wait);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) end();
  });
}

// --- Leases run out while nobody says so --------------------------------------------------------

const two = (number) => String(number).padStart(2, "0");

// As the server writes a span (words_span).
function span(seconds) {
  const [minutes, hours, days] = [60, 3600, 86400].map((unit) => Math.floor(seconds / unit));
  if (seconds < 10) return `${seconds}.00 s`;
  if (!minutes) return `${seconds} s`;
  if (!hours) return seconds % 60 ? `${minutes} min ${two(seconds % 60)} s` : `${minutes} min`;
  if (!days) return minutes % 60 ? `${hours} h ${two(minutes % 60)} min` : `${hours} h`;
  const rest = hours % 24;
  return `${days} ${days === 1 ? "day" : "days"}${rest && days < 10 ? ` ${rest} h` : ""}`;
}

function tick() {
  for (const lease of document.querySelectorAll("[data-left]")) {
    const whole = Number(lease.dataset.left);
    const left = Math.max(0, whole - Math.floor((performance.now() - shown) / 1000));
    const text = lease.querySelector(".en-lease__time");
    if (text.textContent !== span(left)) text.textContent = span(left);
    if (left === 0 && whole > 0) {
      lease.dataset.left = 0; // the server says what that means, once
      due = true;
    }
  }
  ask();
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", ask);
document.addEventListener("focusout", () => setTimeout(ask));
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  due = true; // what came meanwhile was not heard
  listen();
  ask();
});
listen();
