// What the pages do beyond links and forms: they refresh themselves, and their buttons check and
// sync. Without this script everything can still be read.

import "./morph.js";
import "./plot.js";
import { announce, askForForce, askForToken, isAsking, notice } from "./dialogs.js";

const REFRESH_MS = 5000;
const TYPING_MS = 300;
const REFRESH_HEADER = "Seqwarden-Refresh";

// Kept here alone: in no cookie and no storage, and so gone with the window.
let token = null;
let acting = 0;
let live = true;

const byId = (id) => document.getElementById(id);
const here = () => location.pathname + location.search;
const page = () => byId("page");

document.documentElement.classList.add("scripts");

function stale(why) {
  const time = page().querySelector(".as-of time")?.textContent ?? "before";
  byId("stale").hidden = false;
  byId("stale").textContent = `${why} What stands here is as of ${time}. Trying again.`;
  document.documentElement.classList.add("is-stale");
}

function fresh() {
  byId("stale").hidden = true;
  document.documentElement.classList.remove("is-stale");
}

// ---- Check now, sync now.

// 64-bit values do not fit a number of JavaScript: they are read as text.
const parse = (text) =>
  JSON.parse(text.replace(/"(before|after|highWater)":(-?\d+)/g, '"$1":"$2"'));

const number = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

async function post(path) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(path, { method: "POST", headers, cache: "no-store" });
  const text = await response.text();
  try {
    return { status: response.status, body: parse(text) };
  } catch {
    return { status: response.status, body: { detail: `The answer was ${response.status}.` } };
  }
}

// Posts, and asks for the token as often as it is wrong. Null where that was given up.
async function postWithToken(path) {
  let wrong = null;
  for (;;) {
    if (token === null && (page().dataset.posting === "token" || wrong !== null)) {
      token = await askForToken(wrong);
      if (token === null) {
        return null;
      }
    }
    const answer = await post(path);
    if (answer.status !== 401) {
      return answer;
    }
    token = null;
    wrong = answer.body.detail;
  }
}

function tellSweep(database, body) {
  const counts = Object.entries(body.counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state.replace("_", " ")}`)
    .join(", ");
  const bad = body.counts.behind + body.counts.refused > 0;
  const tone = bad ? "bad" : body.counts.unreadable > 0 ? "warn" : "good";
  notice(tone, `${database} was checked: ${counts || "no sequences"}.`);
}

function tellSync(subject, body) {
  if (body.state === "in_sync" && body.before !== body.after) {
    const [before, after] = [number(body.before), number(body.after)];
    notice("good", `${subject} was advanced from ${before} to ${after}.`);
  } else if (body.state === "in_sync") {
    notice("good", `${subject} is in sync; nothing was to be done.`);
  } else {
    const why = body.reason ? `: ${body.reason.message}` : ".";
    notice("warn", `${subject} is ${body.state}${why}`);
  }
}

async function refused(button, subject, body) {
  const code = body.reason?.code ?? "policy";
  const consequence =
    code === "exhausted"
      ? "Forcing cannot help: no id would remain."
      : "Forcing advances it all the same, and counts ids that were left out as outliers. An" +
        " advance is never taken back. A sequence is never left without ids.";
  if (await askForForce(subject, body.detail, consequence, code)) {
    await act(button, subject, true);
  } else {
    notice("bad", `${subject} was refused: ${body.detail}`);
  }
}

async function act(button, subject, force) {
  const answer = await postWithToken(button.dataset.post + (force ? "?force=true" : ""));
  if (answer === null) {
    return;
  }
  if (answer.status === 409) {
    await refused(button, subject, answer.body);
  } else if (answer.status !== 200) {
    notice("bad", `${subject}: ${answer.body.detail}`);
  } else if (button.dataset.kind === "sweep") {
    tellSweep(subject, answer.body);
  } else {
    tellSync(subject, answer.body);
  }
}

async function pressed(button) {
  if (button.getAttribute("aria-busy") === "true") {
    return;
  }
  const { subject, ask: question } = button.dataset;
  button.setAttribute("aria-busy", "true");
  acting++;
  try {
    const force = question !== undefined;
    if (!force || (await askForForce(subject, question, "", null))) {
      await act(button, subject, force);
    }
  } catch {
    notice("bad", `${subject}: seqwarden did not answer.`);
  } finally {
    acting--;
    button.removeAttribute("aria-busy");
    refresh();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-post]");
  if (button !== null) {
    pressed(button);
  } else if (event.target.closest("#ask-token")) {
    signIn(null);
  }
});

// On other addresses than loopback the page itself needs the token.
async function signIn(wrong) {
  token = await askForToken(wrong);
  if (token === null) {
    return;
  }
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(here(), { headers, cache: "no-store" });
    if (answer.status === 401) {
      token = null;
      await signIn((await answer.json()).detail);
    } else {
      load(false);
    }
  } catch {
    stale("seqwarden does not answer.");
  }
}

// ---- Loading and refreshing.

function load(isRefresh) {
  htmx.ajax("GET", here(), {
    source: page(),
    target: "#page",
    select: "#page",
    swap: "morph",
    headers: isRefresh ? { [REFRESH_HEADER]: "true" } : {},
  });
}

function refresh() {
  if (live && acting === 0 && !isAsking() && !document.hidden && byId("sign-in") === null) {
    load(true);
  }
}

setInterval(refresh, REFRESH_MS);
document.addEventListener("visibilitychange", refresh);
byId("live").addEventListener("click", (event) => {
  live = !live;
  event.currentTarget.setAttribute("aria-pressed", String(live));
  announce(live ? "The page refreshes itself." : "The page stands still.");
  refresh();
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (token !== null) {
    detail.headers.Authorization = `Bearer ${token}`;
  }
  for (const [name, value] of [...detail.formData.entries()]) {
    if (value === "") {
      detail.formData.delete(name);
    }
  }
});
document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
  if (token !== null) {
    detail.xhr.setRequestHeader("Authorization", `Bearer ${token}`);
  }
});

// An answer that comes after the person has gone on is nobody's.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const isRefresh = detail.requestConfig.headers[REFRESH_HEADER] === "true";
  if (isRefresh && (detail.requestConfig.path !== here() || acting > 0)) {
    detail.shouldSwap = false;
  }
});

let headline = byId("headline")?.textContent;
let total = byId("total")?.textContent;
let shown = here();
document.addEventListener("htmx:afterSettle", () => {
  fresh();
  const before = { headline, total, shown };
  headline = byId("headline")?.textContent;
  total = byId("total")?.textContent;
  shown = here();
  if (before.shown.split("?")[0] !== location.pathname) {
    arrive();
  } else if (headline !== before.headline) {
    announce(headline);
  } else if (before.shown !== shown) {
    announce(total ?? "");
    if (new URLSearchParams(location.search).has("after")) {
      byId("sequences").scrollIntoView();
    }
  }
});

function arrive() {
  announce(document.title);
  if (location.hash === "") {
    scrollTo(0, 0);
    page().focus({ preventScroll: true });
  }
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  const why = problem(detail.xhr);
  if (detail.xhr.status === 401) {
    token = null;
    signIn(why);
  } else if (detail.requestConfig.headers[REFRESH_HEADER] === "true") {
    stale(why);
  } else {
    notice("bad", why);
  }
});
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => stale("seqwarden does not answer."));
}

function problem(xhr) {
  try {
    return JSON.parse(xhr.responseText).detail;
  } catch {
    return `The answer was ${xhr.status}.`;
  }
}

// ---- Filters take effect as they are chosen.

let typing = 0;
document.addEventListener("change", ({ target }) => {
  if (target.closest("#filters select")) {
    target.form.requestSubmit();
  }
});
document.addEventListener("input", ({ target }) => {
  if (target.id === "filter-q") {
    clearTimeout(typing);
    typing = setTimeout(() => target.form?.requestSubmit(), TYPING_MS);
  }
});
