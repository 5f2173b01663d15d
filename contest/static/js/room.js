// The judging room: one key, one mark, the next picture. Without this script the page works by plain forms.

import { Outbox } from "./room-outbox.js";
import { chooseGrey, fetchJson, trouble } from "./room-page.js";
import { Stage } from "./room-stage.js";

const AHEAD = 4;
const RECENT = 12;
const PACE_ACTS = 20;

const room = document.getElementById("room");
const words = Object.fromEntries(
  [...document.getElementById("says").content.querySelectorAll("[data-word]")].map((one) => [
    one.dataset.word,
    one.textContent,
  ]),
);
const token = document.querySelector('meta[name="csrf-token"]').content;
const low = Number(room.dataset.low);
const high = Number(room.dataset.high);
const outbox = new Outbox(room.dataset.outbox, token, room.dataset.receipt);

chooseGrey();
outbox.addEventListener("signedout", () => trouble(words.signIn, words.signInLink, room.dataset.signIn));
outbox.addEventListener("stale", () => trouble(words.signIn, words.reload, location.href));
if (room.dataset.handle) start();
else sendWhatIsLeft();

// The round takes no more marks: what this browser still holds was saved before, or it is told that it was not.
function sendWhatIsLeft() {
  outbox.addEventListener("refused", ({ detail: { answer } }) =>
    trouble(`${words.refused} ${answer.sentence}`, words.marks, room.dataset.marks),
  );
  outbox.addEventListener("saved", ({ detail: { answer } }) => {
    document.getElementById("saved").textContent = words.saved.replace("AT", answer.saved_at);
  });
  outbox.send();
}

async function start() {
  const stage = new Stage(document.getElementById("stage"), room.dataset.picture, words);
  const conflict = document.getElementById("conflict");
  const queue = []; // works that wait, in the juror's order
  const history = []; // works seen, the latest last
  const given = new Map(); // marks given here and not yet known to the queue
  const counts = Array(high - low + 1).fill(0);
  const moments = [];
  let progress = { scored: 0, total: 0, recused: 0 };
  let at = -1; // place in `history` of the work on the stage
  let loading = null;
  let early = null; // what was asked for while the first works were still on their way

  for (const button of document.querySelectorAll("[data-do][hidden]")) button.hidden = false;
  // With the script running there is one dialog, and the page's own forms are not sent.
  conflict.close();
  for (const form of document.querySelectorAll(".dock form, #conflict form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button?.name === "score") cast(Number(button.value));
      else if (button?.dataset.do) act(button.dataset.do);
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button === null || button.form) return;
    event.preventDefault();
    act(button.dataset.do);
  });
  document.addEventListener("keydown", onKey);
  outbox.addEventListener("saved", onSaved);
  outbox.addEventListener("waiting", tellWaiting);
  outbox.addEventListener("refused", onRefused);
  document.querySelectorAll("#bars rect").forEach((_bar, step) => (counts[step] = 0));

  const first = await fetchJson(room.dataset.work.replace("HANDLE", room.dataset.handle));
  const ahead = await fetchJson(`${room.dataset.next}?count=${AHEAD}&recent=${RECENT}`);
  if (first === null || ahead === null) {
    trouble(words.unseen, words.reload, location.href);
    return;
  }
  progress = ahead.progress;
  readBars();
  history.push(...ahead.recent.filter((work) => work.handle !== first.handle), first);
  at = history.length - 1;
  take(ahead.works);
  outbox.send();
  await show();
  early?.();

  // -- what the juror does

  function act(name) {
    const acts = {
      back: () => go(-1),
      forward: () => go(1),
      zoom: () => mirrorZoom(stage.toggleZoom()),
      skip,
      undo,
      conflict: () => conflict.showModal(),
      recuse,
      dismiss: () => conflict.close(),
    };
    acts[name]?.();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (conflict.open) {
      if (event.key === "x" || event.key === "X") conflict.close();
      return;
    }
    if (event.target.matches("input, textarea, select")) return;
    const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : null;
    if (digit !== null) {
      const score = digit === 0 ? 10 : digit;
      if (!event.repeat && score >= low && score <= high) cast(score);
      event.preventDefault();
      return;
    }
    const pans = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (stage.isZoomed && event.key in pans) {
      stage.pan(...pans[event.key]);
      event.preventDefault();
      return;
    }
    const keys = {
      ArrowLeft: () => go(-1),
      ArrowRight: () => go(1),
      ArrowUp: () => stage.step(-1),
      ArrowDown: () => stage.step(1),
      " ": () => act("zoom"),
      Escape: () => stage.isZoomed && act("zoom"),
      s: skip,
      z: undo,
      x: () => act("conflict"),
    };
    const wanted = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // Space and the arrows belong to a focused button or link only when they would press it.
    if (wanted === undefined || (event.key === " " && event.target.closest("a, button:not([name=score])"))) return;
    event.preventDefault();
    if (!event.repeat) wanted();
  }

  function cast(score) {
    if (at < 0) {
      early = () => cast(score);
      return;
    }
    const work = history[at];
    const before = markOf(work);
    moments.push(Date.now());
    outbox.put(room.dataset.cast, { handle: work.handle, score });
    given.set(work.handle, score);
    if (before === null) progress.scored += 1;
    else counts[before - low] -= 1;
    counts[score - low] += 1;
    tellSending();
    forward();
  }

  function skip() {
    const work = history[at];
    if (!work || markOf(work) !== null) return;
    outbox.put(room.dataset.skip, { handle: work.handle });
    history.splice(at, 1);
    at -= 1;
    tellSending();
    forward();
  }

  function recuse() {
    const work = history[at];
    const reason = conflict.querySelector("input[name=reason]:checked").value;
    conflict.close();
    outbox.put(room.dataset.recuse, { handle: work.handle, reason });
    const before = markOf(work);
    if (before !== null) {
      counts[before - low] -= 1;
      progress.scored -= 1;
    }
    progress.total -= 1;
    progress.recused += 1;
    given.delete(work.handle);
    history.splice(at, 1);
    at -= 1;
    tellSending();
    forward();
  }

  // The service knows what the last act was; its receipt names the work to go back to.
  function undo() {
    outbox.put(room.dataset.undo, {});
    tellSending();
  }

  // Step back among the works seen, forward to those seen after, then to the next that waits.
  function go(by) {
    if (by < 0 && at > 0) {
      at -= 1;
      show();
    } else if (by > 0 && at < history.length - 1) {
      at += 1;
      show();
    } else if (by > 0 && markOf(history[at]) !== null) {
      forward();
    }
  }

  async function forward() {
    if (at < history.length - 1) {
      at += 1;
      show();
      return;
    }
    if (queue.length === 0) await refill();
    const next = queue.shift();
    if (next === undefined) {
      ended();
      return;
    }
    history.push(next);
    at = history.length - 1;
    show();
  }

  // -- what is on the screen

  async function show() {
    const work = history[at];
    if (!work) return;
    tellWork(work);
    stage.prepare([work, ...history.slice(at + 1), ...queue]);
    await stage.show(work);
    if (queue.length < AHEAD - 1) refill();
  }

  function tellWork(work) {
    const mark = markOf(work);
    for (const button of document.querySelectorAll(".scale button")) {
      button.setAttribute("aria-pressed", String(Number(button.value) === mark));
    }
    const what = document.getElementById("what");
    const category = document.createElement("b");
    category.textContent = work.category;
    const count = work.pictures.length;
    const kind = count > 1 ? words.series.replace("COUNT", count) : words.single;
    what.replaceChildren(category, ` ${words.work.replace("CODE", work.code)} · ${kind}`);
    document.querySelector('[data-do="skip"]').disabled = mark !== null;
    document.querySelector('[data-do="back"]').disabled = at <= 0;
    document.querySelector('[data-do="forward"]').disabled = mark === null && at >= history.length - 1;
    mirrorZoom(false);
    tellProgress();
  }

  function tellProgress() {
    const left = minutesLeft();
    document.getElementById("progress-words").textContent =
      `${progress.scored} / ${progress.total}` + (left ? ` · ${words.left.replace("MINUTES", left)}` : "");
    const bar = document.getElementById("progress");
    bar.max = Math.max(progress.total, 1);
    bar.value = progress.scored;
    const most = Math.max(...counts, 1);
    document.querySelectorAll("#bars rect").forEach((rect, step) => {
      const tall = (38 * counts[step]) / most;
      rect.setAttribute("y", 40 - tall);
      rect.setAttribute("height", tall);
    });
    const told = counts.map((count, step) => (count ? `${step + low}: ${count}; ` : "")).join("");
    document.getElementById("bars-title").textContent = `${words.bars} ${told}`;
  }

  // The bars drawn by the page say what was given before; the page's title carries the numbers.
  function readBars() {
    for (const [, step, count] of document.getElementById("bars-title").textContent.matchAll(/(\d+): (\d+)/g)) {
      counts[Number(step) - low] = Number(count);
    }
  }

  function minutesLeft() {
    const latest = moments.slice(-PACE_ACTS);
    const remaining = progress.total - progress.scored;
    if (latest.length < 5 || remaining <= 0) return null;
    const gaps = latest.slice(1).map((moment, place) => Math.min(moment - latest[place], 60000));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    return Math.max(1, Math.round((remaining * mean) / 60000));
  }

  function mirrorZoom(isZoomed) {
    document.querySelector('[data-do="zoom"]').setAttribute("aria-pressed", String(isZoomed));
  }

  function tellSending() {
    if (!document.getElementById("saved").dataset.waits) say(words.sending);
  }

  function tellWaiting() {
    document.getElementById("saved").dataset.waits = "1";
    say(words.waiting.replace("COUNT", outbox.waiting));
  }

  function say(text) {
    document.getElementById("saved").textContent = text;
  }

  // -- what the service answers

  async function onSaved({ detail: { act: done, answer } }) {
    delete document.getElementById("saved").dataset.waits;
    // The act itself still counts as waiting here: one more than it means that another is on its way.
    if (outbox.waiting <= 1) say(words.saved.replace("AT", answer.saved_at));
    else tellSending();
    document.getElementById("trouble").hidden = true;
    if (answer.act === "undo") await cameBack(answer);
    else progress.scored = Math.max(answer.scored, progress.scored);
    if (done.address === room.dataset.cast && outbox.waiting <= 1) tellProgress();
  }

  async function cameBack(answer) {
    const work = await fetchJson(room.dataset.work.replace("HANDLE", answer.handle));
    const ahead = await fetchJson(`${room.dataset.next}?count=${AHEAD}`);
    if (work === null || ahead === null) return;
    const place = history.findIndex((one) => one.handle === work.handle);
    const known = place < 0 ? undefined : history[place];
    const before = known ? markOf(known) : null;
    if (before !== null) counts[before - low] -= 1;
    if (work.score !== null) counts[work.score - low] += 1;
    given.delete(work.handle);
    progress = ahead.progress;
    if (known) {
      known.score = work.score;
      at = place;
    } else {
      history.splice(at + 1, 0, work);
      at += 1;
    }
    queue.length = 0;
    take(ahead.works);
    show();
  }

  // Something was not taken: show what stands instead.
  async function onRefused({ detail: { act: refused, answer } }) {
    const work = refused.handle ? await fetchJson(room.dataset.work.replace("HANDLE", refused.handle)) : null;
    if (work !== null) {
      const known = history.find((one) => one.handle === work.handle);
      if (known) known.score = work.score;
      given.delete(work.handle);
    }
    say("");
    trouble(`${words.refused} ${answer.sentence}`, words.reload, location.href);
  }

  async function refill() {
    loading ??= fetchJson(`${room.dataset.next}?count=${AHEAD + outbox.waiting + 4}`).finally(() => (loading = null));
    const ahead = await loading;
    if (ahead === null) return;
    take(ahead.works);
    stage.prepare([history[at], ...queue].filter(Boolean));
  }

  // Add what waits and is neither here already nor on its way to the service.
  function take(works) {
    const seen = new Set([...queue, ...history].map((work) => work.handle));
    for (const work of works) {
      if (!seen.has(work.handle) && !outbox.has(work.handle)) queue.push(work);
    }
  }

  // Nothing is left to show: either all is judged, or the next works could not be fetched.
  function ended() {
    const isDone = progress.scored >= progress.total;
    if (!isDone) trouble(words.unseen, words.reload, location.href);
    // The last marks must be there before the sheet that shows them.
    const onward = () => location.assign(isDone ? room.dataset.marks : location.href);
    if (outbox.waiting > 0) outbox.addEventListener("empty", onward, { once: true });
    else if (isDone) onward();
  }

  function markOf(work) {
    return given.get(work.handle) ?? outbox.mark(work.handle) ?? work.score;
  }
}
