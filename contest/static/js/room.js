// The judging room: one key, one mark, the next work. Without this script the page works by plain forms.

import { Compare } from "./room-compare.js";
import { Mirror } from "./room-mirror.js";
import { openOutbox, sendingLine } from "./room-sending.js";
import { Pad } from "./room-pad.js";
import { chooseGrey, fetchJson, readWords, takeFlag, trouble } from "./room-page.js";
import { Stage } from "./room-stage.js";
import { Watch } from "./room-watch.js";

const AHEAD = 4;
const RECENT = 12;

const room = document.getElementById("room");
const words = readWords();
const outbox = openOutbox(room, words);
const isPairs = room.dataset.mode === "pairs";

chooseGrey();
if (room.dataset.handle) start();
else outbox.send();

async function start() {
  const stage = new Stage(document.getElementById("stage"), room.dataset.picture, words);
  const mirror = new Mirror(outbox, words, { name: room.dataset.outbox, sessionMinutes: room.dataset.session });
  const pad = new Pad(document.getElementById("mark"));
  const compare = new Compare(document.getElementById("compare"), room.dataset.picture, words, labelOf);
  const watch = new Watch();
  const line = sendingLine(outbox, words);
  const [conflict, flag] = ["conflict", "flag"].map((name) => document.getElementById(name));
  const queue = []; // works that wait, in the juror's order
  const putOff = new Set(); // handles of works that return after all others
  const history = []; // works seen, the latest last
  let at = -1; // place in `history` of the work on the stage
  let loading = null;
  let onStage = null; // the work whose pictures are on the screen: while the next one's are on their way, none
  let isComing = false; // the next work is on its way, and the last one still on the stage
  let isStarting = true; // the first works are on their way; the first picture is there already
  let early = null; // the mark given meanwhile

  for (const one of document.querySelectorAll("[data-do][hidden]")) one.hidden = false;
  // With the script running there is one dialog at a time, and the page's own forms are not sent.
  conflict.close();
  flag.close();
  for (const form of document.querySelectorAll(".tools form, dialog form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      act(event.submitter.dataset.do);
    });
  }
  document.addEventListener("click", (event) => {
    const one = event.target.closest("[data-do]");
    if (one === null || one.form) return;
    event.preventDefault();
    act(one.dataset.do);
  });
  document.addEventListener("keydown", onKey);
  pad.addEventListener("mark", ({ detail }) => cast(detail));
  stage.lens.addEventListener("swipe", ({ detail }) => go(detail.by));
  stage.lens.addEventListener("zoom", () => {
    document.querySelector('[data-do="zoom"]').setAttribute("aria-pressed", String(stage.lens.isZoomed));
  });
  outbox.addEventListener("saved", onSaved);
  outbox.addEventListener("refused", onRefused);
  outbox.addEventListener("changed", () => mirror.show());

  const first = await fetchJson(room.dataset.work.replace("HANDLE", room.dataset.handle));
  const ahead = await fetchJson(`${room.dataset.next}?count=${AHEAD}&recent=${RECENT}&counts=1`);
  if (first === null || ahead === null) {
    trouble(words.unseen, words.reload, location.href);
    return;
  }
  mirror.tell(ahead.progress);
  history.push(...ahead.recent.filter((work) => work.handle !== first.handle), first);
  at = history.length - 1;
  take(ahead.works);
  outbox.send();
  await show();
  isStarting = false;
  early?.();

  // -- what the juror does

  function act(name) {
    const acts = {
      back: () => go(-1),
      forward: () => go(1),
      zoom: () => stage.lens.toggle(),
      compare: () => compare.open(history, history.slice(Math.max(at - 1, 0), at + 1)),
      favourite,
      skip,
      undo,
      conflict: () => conflict.showModal(),
      recuse: () => {
        const form = conflict.querySelector("form");
        if (form.reportValidity()) recuse(form.elements.reason.value, form.elements.side?.value);
      },
      flag: () => seen() && flag.showModal(),
      report,
      dismiss: () => document.querySelector("dialog[open]")?.close(),
    };
    acts[name]?.();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || event.target.matches("input:not([type=radio], [type=checkbox]), textarea")) {
      return;
    }
    const pans = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (stage.lens.isZoomed && event.key in pans) {
      stage.lens.pan(...pans[event.key]);
      event.preventDefault();
      return;
    }
    if (event.repeat && event.key !== "Tab") {
      event.preventDefault();
      return;
    }
    if (pad.key(event)) {
      event.preventDefault();
      return;
    }
    const keys = {
      ArrowLeft: () => go(-1),
      ArrowRight: () => go(1),
      ArrowUp: () => stage.step(-1),
      ArrowDown: () => stage.step(1),
      " ": () => act("zoom"),
      Escape: () => stage.lens.isZoomed && act("zoom"),
      b: favourite,
      c: () => act("compare"),
      f: () => act("flag"),
      s: skip,
      x: () => (isPairs ? act("conflict") : recuse("recognized")),
      z: undo,
    };
    const wanted = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // Space and the arrows belong to a focused button or link only when they would press it.
    if (wanted === undefined || (event.key === " " && event.target.closest("a, button:not([name=score]), input"))) return;
    event.preventDefault();
    wanted();
  }

  function cast({ score, marks }) {
    if (isStarting) {
      early = () => cast({ score, marks });
      return;
    }
    const work = seen();
    if (work === undefined) return;
    document.getElementById("trouble").hidden = outbox.refused.length === 0;
    const singles = Object.entries(marks ?? {}).map(([key, mark]) => [`mark-${key}`, mark]);
    const fields = { handle: work.handle, score, viewed_ms: watch.take(work.handle), ...Object.fromEntries(singles) };
    outbox.put(room.dataset.cast, fields, { before: markOf(work), counts: true, code: work.code, marks });
    line.sending();
    if (room.dataset.then) {
      // She came from her contact sheet to change this one mark, and goes back to it.
      outbox.addEventListener("empty", () => location.assign(`${room.dataset.then}#${work.code}`), { once: true });
      return;
    }
    if (mirror.count()) document.getElementById("rest").showModal();
    forward();
  }

  function skip() {
    const work = seen();
    if (work === undefined || markOf(work) !== null) return;
    outbox.put(room.dataset.skip, { handle: work.handle }, { code: work.code });
    putOff.add(work.handle);
    leave();
  }

  function recuse(reason, side) {
    const work = seen();
    if (work === undefined) return;
    conflict.close();
    if (side !== undefined) {
      offOneOf(work, reason, side);
      return;
    }
    outbox.put(room.dataset.recuse, { handle: work.handle, reason }, { before: markOf(work), counts: true, code: work.code });
    trouble(words.recused.replace("CODE", work.code), words.takeBack, undo);
    leave();
  }

  // In pairs she is off a work in all its pairs: which of those that wait these are, only the service knows.
  function offOneOf({ handle, code }, reason, side) {
    outbox.put(room.dataset.recuse, { handle, reason, side }, { code });
    queue.length = 0;
    history.splice(at, 1);
    at -= 1;
    onStage = null;
    line.sending();
    outbox.addEventListener("empty", goOnWithout, { once: true });
  }

  async function goOnWithout() {
    const ahead = await fetchJson(`${room.dataset.next}?count=${AHEAD}&counts=1`);
    if (ahead !== null) {
      mirror.tell(ahead.progress);
      take(ahead.works);
    }
    forward();
    trouble(words.recusedPairs, words.takeBack, undo);
  }

  // The service knows what the last act was; its receipt names the work to go back to.
  function undo() {
    if (outbox.isOver) return;
    document.getElementById("trouble").hidden = true;
    outbox.put(room.dataset.undo, {});
    line.sending();
  }

  function favourite() {
    const work = seen();
    if (work === undefined) return;
    work.is_favourite = !work.is_favourite;
    const is_favourite = Number(work.is_favourite);
    outbox.put(room.dataset.favourite, { handle: work.handle, is_favourite }, { code: work.code });
    line.sending();
    tellFavourite(work);
  }

  function report() {
    const work = seen();
    if (work === undefined) return;
    outbox.put(room.dataset.flag, { handle: work.handle, ...takeFlag(flag) }, { code: work.code });
    line.sending();
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

  // The work on the stage is put off or left to others: it goes, and the next one comes.
  function leave() {
    history.splice(at, 1);
    at -= 1;
    line.sending();
    forward();
  }

  async function forward() {
    if (at < history.length - 1) {
      at += 1;
      show();
      return;
    }
    // Two marks given while the next work is on its way would step over it.
    if (isComing) return;
    isComing = queue.length === 0;
    if (isComing) await refill();
    isComing = false;
    const next = queue.shift();
    if (next === undefined) {
      ended();
      return;
    }
    if (history.at(-1)?.is_practice && !next.is_practice) document.getElementById("practised").showModal();
    history.push(next);
    at = history.length - 1;
    show();
  }

  // -- what is on the screen

  // Nothing is said of a work before it is seen: a key pressed twice by a shaking hand marks one work. Nor is it when
  // the round is over.
  function seen() {
    return history[at] === onStage && !outbox.isOver ? history[at] : undefined;
  }

  async function show() {
    const work = history[at];
    if (!work) return;
    onStage = null;
    mirror.show();
    stage.prepare([work, ...history.slice(at + 1), ...queue].flatMap(sides));
    watch.look(null);
    await stage.show(...sides(work));
    if (history[at] === work) {
      onStage = work;
      tellWork(work);
      watch.look(work.handle);
    }
    if (queue.length < AHEAD - 1) refill();
  }

  function tellWork(work) {
    const mark = markOf(work);
    const pending = outbox.latest(work.handle)?.memo.marks;
    pad.show(mark, pending ?? work.marks);
    document.getElementById("category").textContent = work.category;
    document.getElementById("code").textContent = (isPairs ? words.pair : words.work).replace("CODE", work.code);
    const count = work.pictures.length;
    document.getElementById("kind").textContent = count > 1 ? words.series.replace("COUNT", count) : words.single;
    document.getElementById("practice").hidden = !work.is_practice;
    document.getElementById("text")?.replaceChildren(...[work.title, work.caption].filter(Boolean).map(paragraph));
    document.querySelector('[data-do="skip"]').disabled = mark !== null;
    document.querySelector('[data-do="back"]').disabled = at <= 0;
    document.querySelector('[data-do="forward"]').disabled = mark === null && at >= history.length - 1;
    tellFavourite(work);
    mirror.show();
  }

  function tellFavourite(work) {
    document.querySelector('[data-do="favourite"]')?.setAttribute("aria-pressed", String(work.is_favourite));
  }

  // -- what the service answers

  async function onSaved({ detail: { act: done, answer } }) {
    mirror.fold(done, answer);
    if (answer.act === "undo") await cameBack(answer);
    const known = history.find((one) => one.handle === answer.handle);
    if (known && "score" in done.fields) Object.assign(known, { score: answer.score, marks: done.memo.marks ?? null });
    mirror.show();
  }

  async function cameBack(answer) {
    const work = await fetchJson(room.dataset.work.replace("HANDLE", answer.handle));
    const ahead = await fetchJson(`${room.dataset.next}?count=${AHEAD}&counts=1`);
    if (work === null || ahead === null) return;
    const place = history.findIndex((one) => one.handle === work.handle);
    if (place >= 0) {
      history[place] = work;
      at = place;
    } else {
      history.splice(at + 1, 0, work);
      at += 1;
    }
    mirror.tell(ahead.progress);
    queue.length = 0;
    take(ahead.works);
    show();
  }

  // Something was not taken: show what stands instead.
  async function onRefused({ detail: { act: refused } }) {
    if (outbox.isOver) for (const one of document.querySelectorAll("#mark, .tools form")) one.inert = true;
    const { handle } = refused.fields;
    const work = handle ? await fetchJson(room.dataset.work.replace("HANDLE", handle)) : null;
    const ahead = await fetchJson(`${room.dataset.next}?count=1&counts=1`);
    const place = history.findIndex((one) => one.handle === handle);
    if (work !== null && place >= 0) history[place] = work;
    if (ahead !== null) mirror.tell(ahead.progress);
    if (place === at && work !== null) show();
  }

  async function refill() {
    loading ??= fetchJson(`${room.dataset.next}?count=${AHEAD + outbox.acts.length + 4}`).finally(() => (loading = null));
    const ahead = await loading;
    if (ahead === null) return;
    take(ahead.works);
    stage.prepare([history[at], ...queue].filter(Boolean).flatMap(sides));
  }

  // Add what waits and is neither here already nor on its way to the service.
  function take(works) {
    const seen = new Set([...queue, ...history].map((work) => work.handle));
    for (const work of works) {
      if (!seen.has(work.handle) && outbox.latest(work.handle) === undefined) queue.push(work);
    }
    // An answer asked for before a work was put off has it in its old place still.
    queue.sort((one, other) => putOff.has(one.handle) - putOff.has(other.handle));
  }

  // Nothing is left to show: either all is judged, or the next works could not be fetched.
  function ended() {
    const { isDone } = mirror;
    if (!isDone) trouble(words.unseen, words.reload, location.href);
    // The last marks must be there before the sheet that shows them.
    const onward = () => location.assign(isDone ? room.dataset.marks : location.href);
    if (outbox.acts.length > 0) outbox.addEventListener("empty", onward, { once: true });
    else if (isDone) onward();
  }

  function markOf(work) {
    const pending = outbox.acts.findLast(({ fields }) => fields.handle === work.handle && "score" in fields);
    return pending === undefined ? work.score : pending.fields.score;
  }

  function labelOf(work) {
    const mark = markOf(work);
    const told = mark === null ? "" : ` · ${words[`mark${mark}`] ?? mark / 100}`;
    return `${words.work.replace("CODE", work.code)}${told}`;
  }
}

// What stands side by side: in a pair the work and its rival, whose pictures follow under the same handle.
function sides(work) {
  if (!isPairs) return [work];
  return [
    { ...work, label: words.leftSide },
    { ...work.rival, handle: work.handle, first: work.pictures.length, label: words.rightSide },
  ];
}

function paragraph(text) {
  const one = document.createElement("p");
  one.textContent = text;
  return one;
}
