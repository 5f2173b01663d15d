/* Sends photographs: one after another, resumable where tus is there, each with its own progress; asks for verdicts.
   The server draws every finished picture; this script only shows what is still on its way. */

import { send, SendingError } from "./upload_sending.js";

const AT_ONCE = 2;
const VERDICT_EVERY_MS = 1500;
const VERDICT_PATIENCE_MS = 10 * 60 * 1000;
const MIB = 1024 * 1024;
const HASH_BYTES_MAX = 64 * MIB;
const AUTOSAVE_AFTER_MS = 1200;

const token = document.querySelector('meta[name="csrf-token"]').content;
const queue = [];
let running = 0;

document.documentElement.classList.add("scripted");
for (const drop of document.querySelectorAll("[data-upload]")) watchDrop(drop);
watchReplacements();
watchVerdicts();
watchAutosave();
window.addEventListener("beforeunload", (event) => {
  if (running > 0) event.preventDefault();
});

/** Take files that are dropped or chosen. */
function watchDrop(drop) {
  const field = drop.querySelector('input[type="file"]');
  for (const hint of drop.querySelectorAll(".with-script")) hint.hidden = false;
  field.addEventListener("change", () => {
    add(drop, [...field.files]);
    field.value = "";
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(drop, [...event.dataTransfer.files]);
  });
}

/** A file chosen as a replacement goes the same way, with the picture whose place it takes. */
function watchReplacements() {
  document.addEventListener("change", (event) => {
    const field = event.target.closest?.("input[data-replaces]");
    if (!field || field.files.length === 0) return;
    const drop = document.querySelector("[data-upload]");
    if (!drop) return;
    add(drop, [field.files[0]], field.dataset.replaces);
    field.value = "";
  });
}

function add(drop, files, replaces = "") {
  for (const file of files) {
    const row = newRow(file);
    if (drop.dataset.most && file.size > Number(drop.dataset.most)) {
      row.refuse(drop.dataset.textTooLarge);
      tell(`${file.name}: ${drop.dataset.textTooLarge}`);
      continue;
    }
    row.line(drop.dataset.textWaiting);
    queue.push({ drop, file, row, replaces, endpoint: endpointOf(drop, replaces) });
  }
  next();
}

/** The address says what the files are for; it is fixed when they are chosen. */
function endpointOf(drop, replaces) {
  const address = new URL(drop.dataset.endpoint, location.href);
  if (drop.dataset.entry) {
    address.searchParams.set("entry", drop.dataset.entry);
    if (replaces) address.searchParams.set("replaces", replaces);
    return address;
  }
  for (const name of ["category", "author", "author_zh", "author_en"]) {
    const value = drop.closest("form")?.elements[name]?.value;
    if (value) address.searchParams.set(name, value);
  }
  return address;
}

function next() {
  while (running < AT_ONCE && queue.length > 0) {
    running += 1;
    start(queue.shift()).finally(() => {
      running -= 1;
      next();
      if (running === 0) refresh();
    });
  }
  document.documentElement.classList.toggle("sending-now", running > 0);
}

async function start(job) {
  const { drop, file, row, endpoint } = job;
  const control = new AbortController();
  row.onStop(() => control.abort());
  row.onAgain(() => {
    row.reset(drop.dataset.textWaiting);
    queue.push(job);
    next();
  });
  const begun = { at: 0, bytes: 0 };
  try {
    row.line(drop.dataset.textHashing);
    const told = await send(file, {
      endpoint,
      token,
      person: drop.dataset.person,
      sha256: await digestOf(file),
      signal: control.signal,
      onProgress: (sent, total) => {
        const now = performance.now();
        if (begun.at === 0) Object.assign(begun, { at: now, bytes: sent });
        row.progress(sent, total, leftLine(drop, { sent, total, begun, now }));
      },
      onLost: () => row.line(drop.dataset.textLost),
    });
    row.done(drop.dataset.textDone);
    tell(`${file.name}: ${drop.dataset.textDone}`);
    arrived.add(row);
    await refresh();
    if (told && !("unexamined" in drop.dataset)) ask(told);
  } catch (error) {
    if (control.signal.aborted) {
      row.remove();
      return;
    }
    const sentence = error instanceof SendingError && error.sentence ? error.sentence : drop.dataset.textFailed;
    row.refuse(sentence, { canRetry: !(error instanceof SendingError && error.isFinal) });
    tell(`${file.name}: ${sentence}`);
  }
}

/** "63 % · 1.8 MB/s · 5 s left" */
function leftLine(drop, { sent, total, begun, now }) {
  const seconds = (now - begun.at) / 1000;
  const speed = seconds > 0.3 ? (sent - begun.bytes) / seconds : 0;
  const percent = total ? Math.floor((100 * sent) / total) : 100;
  if (speed <= 0) return `${percent} %`;
  const left = Math.ceil((total - sent) / speed);
  const texts = drop.dataset;
  const wait = left < 90 ? texts.textSecond.replace("{n}", left) : texts.textMinute.replace("{n}", Math.ceil(left / 60));
  const shown = (speed / MIB).toLocaleString(texts.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return texts.textLeft.replace("{percent}", `${percent} %`).replace("{speed}", shown).replace("{left}", wait);
}

/** Hash what is small enough to be held; larger files are hashed by the service alone. */
async function digestOf(file) {
  if (!globalThis.crypto?.subtle || file.size > HASH_BYTES_MAX) return "";
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ask for the verdicts of all pictures that the page shows as being examined. */
function watchVerdicts() {
  for (const shown of document.querySelectorAll("[data-verdict]")) ask(shown.dataset.verdict);
}

const asked = new Set();

async function ask(address) {
  if (asked.has(address)) return;
  asked.add(address);
  const until = performance.now() + VERDICT_PATIENCE_MS;
  while (performance.now() < until) {
    await new Promise((resume) => setTimeout(resume, VERDICT_EVERY_MS));
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer && !answer.ok) break;
    const told = answer ? await answer.json() : { state: "received" };
    if (told.state === "received" || told.state === "uploading") continue;
    await refresh();
    tell(`${told.name}: ${told.sentence}`);
    break;
  }
  asked.delete(address);
}

let refreshing = Promise.resolve();
const arrived = new Set();

/** Let the server draw the lists anew; what is being typed elsewhere on the page stays. A line that has arrived goes
    once the server's own list shows its picture. */
function refresh() {
  refreshing = refreshing.then(async () => {
    const shownNow = [...arrived];
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    // Without its style block: that carries the other answer's nonce, which the policy of this page refuses.
    const text = (await answer.text()).replace(/<style[^]*?<\/style>/g, "");
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const old of document.querySelectorAll("[data-refresh]")) {
      const now = fresh.getElementById(old.id);
      if (!now) continue;
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      old.replaceChildren(...document.adoptNode(now).childNodes);
      if (focused) document.getElementById(focused)?.focus();
    }
    for (const row of shownNow) {
      row.remove();
      arrived.delete(row);
    }
    watchVerdicts();
  });
  return refreshing;
}

/** Say something to those who do not see the page; one after another, so that nothing is swallowed. */
function tell(sentence) {
  const region = document.querySelector("[data-upload-told]");
  if (region) region.textContent = sentence;
}

/** Keep a draft's texts while they are typed. */
function watchAutosave() {
  const form = document.querySelector("form[data-autosave]");
  const told = document.querySelector("[data-autosave-told]");
  if (!form || !told) return;
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const typed = new FormData(form);
      for (const field of form.querySelectorAll('input[type="file"]')) typed.delete(field.name);
      const answer = await fetch(location.pathname, {
        method: "POST",
        body: typed,
        headers: { "X-CSRFToken": token, Accept: "application/json" },
      }).catch(() => null);
      if (!answer) return;
      const said = await answer.json().catch(() => ({}));
      told.textContent = said.saved ? form.dataset.textSaved.replace("{at}", said.saved) : (said.sentence ?? "");
    }, AUTOSAVE_AFTER_MS);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

/** One line of the list of files on their way, from the page's own template. */
function newRow(file) {
  const template = document.querySelector("template[data-upload-row]");
  const row = template.content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-${name}]`);
  const bar = row.querySelector("progress");
  part("name").textContent = file.name;
  part("size").textContent = `${(file.size / MIB).toFixed(1)} MB`;
  bar.setAttribute("aria-label", file.name);
  const holder = row.querySelector(".no-picture");
  const address = URL.createObjectURL(file);
  const preview = new Image(88);
  preview.alt = "";
  preview.addEventListener("load", () => {
    if (holder.isConnected) holder.replaceWith(preview);
    URL.revokeObjectURL(address);
  });
  preview.src = address;
  part("close").addEventListener("click", () => row.remove());
  document.querySelector(".sending").append(row);
  const say = (text, tone = "") => {
    part("line").textContent = text;
    part("line").className = tone ? `verdict ${tone}` : "small num";
  };
  return {
    line: say,
    progress(sent, total, text) {
      bar.value = total ? (100 * sent) / total : 100;
      say(text);
    },
    done(text) {
      bar.value = 100;
      part("buttons").hidden = true;
      say(text);
    },
    refuse(text, { canRetry = false } = {}) {
      bar.hidden = true;
      part("again").hidden = !canRetry;
      part("stop").hidden = true;
      part("close").hidden = false;
      say(text, "bad");
    },
    reset(text) {
      bar.hidden = false;
      bar.value = 0;
      part("again").hidden = part("close").hidden = true;
      part("stop").hidden = false;
      say(text);
    },
    onStop: (act) => part("stop").addEventListener("click", act, { once: true }),
    onAgain: (act) => part("again").addEventListener("click", act, { once: true }),
    remove: () => row.remove(),
  };
}
