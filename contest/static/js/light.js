// The light table: all works at once, moved between tiers or given a chip; by drag, by keys, by buttons. Each move is
// saved by itself.

import { Compare } from "./room-compare.js";
import { chooseGrey, readWords, takeFlag, trouble } from "./room-page.js";
import { openOutbox, sendingLine } from "./room-sending.js";

const SETTLE_MS = 600; // the second tap of a shaking finger falls on the work that moved up, and is meant for none

const table = document.getElementById("light");
const words = readWords();
const outbox = openOutbox(table, words);
const line = sendingLine(outbox, words);
const told = table.querySelectorAll("[data-told]"); // below the table, and below a work that is looked at
const places = [...table.querySelectorAll("[data-mark]")]; // the tiers and the tray; for chips one place alone
const isTokens = table.dataset.mode === "tokens";
const chips = Number(table.dataset.chips);
const flag = document.getElementById("flag");
const compare = new Compare(document.getElementById("compare"), table.dataset.picture, words, labelOf);
let settlesAt = 0;

compare.addEventListener("show", () => {
  say("");
  tellAlone();
});
chooseGrey();
if (table.dataset.open) start();
outbox.send();

function start() {
  const standing = new Map(cards().map((card) => [card, card.dataset.score])); // what the service has written down
  // What this browser could not send yet stands on the table as the juror left it.
  for (const { fields } of outbox.acts) {
    const card = cardOf(fields.handle);
    if (card && "score" in fields) put(card, String(fields.score));
    if (card && "is_favourite" in fields) card.toggleAttribute("data-favourite", fields.is_favourite === 1);
  }
  for (const one of table.querySelectorAll("[data-do][hidden]")) one.hidden = false;
  flag.querySelector("form").addEventListener("submit", report);
  table.addEventListener("click", onClick);
  table.addEventListener("keydown", onKey);
  outbox.addEventListener("saved", ({ detail: { answer } }) => {
    const card = cardOf(answer.handle);
    if (card && "score" in answer) standing.set(card, answer.score === null ? "" : String(answer.score));
    if (card && answer.act === "undo") put(card, standing.get(card));
    else if (card && answer.act === "recuse") leave(card); // it is no longer hers to judge
    else if (card === null && answer.act === "undo") location.reload(); // it is hers again
    tell();
  });
  outbox.addEventListener("refused", ({ detail: { act } }) => {
    const card = cardOf(act.fields.handle);
    if (card) put(card, standing.get(card));
    if (card) card.inert = false;
    if (outbox.isOver) lock();
    if (card && "is_favourite" in act.fields) card.toggleAttribute("data-favourite");
    tell();
  });
  if (window.Sortable && !isTokens) for (const place of places) letDrag(place.querySelector(".cards"));
  tell();
}

// The round is over: what the juror reads then leads to the table as it stands.
function lock() {
  document.querySelector("dialog[open]")?.close();
  for (const one of table.querySelectorAll("main, [data-do=undo], [data-do=compare]")) one.inert = true;
}

function letDrag(list) {
  window.Sortable.create(list, {
    group: "works",
    sort: false, // inside a tier all are equal
    forceFallback: true, // one way of dragging for mouse, pen and finger
    fallbackTolerance: 4, // a hand that shakes still clicks
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 200, // a finger that does not rest scrolls
    delayOnTouchOnly: true,
    onMove: ({ to, from }) => to === from || hasRoom(to.closest("[data-mark]")),
    onEnd: ({ item, to, from }) => to !== from && moved(item, to.closest("[data-mark]")),
  });
}

// -- what the juror does

function onClick({ target }) {
  const card = target.closest(".card");
  const wanted = target.closest("[data-do]")?.dataset.do;
  if (card && isSettling()) return;
  if (wanted === "undo") undo();
  else if (wanted === "compare") openCompare();
  else if (wanted === "favourite") favourite(cardOf(compare.alone.handle));
  else if (wanted === "flag") flag.showModal();
  else if (wanted === "dismiss") flag.close();
  else if (wanted === "chip" && card) toggleChip(card);
  else if (wanted === "pick" && card) pick(card);
  else if (wanted === "recuse" && card) recuse(card);
  else if (card && target.closest(".look")) look([workOf(card)]);
  else if (target.closest("[data-give]")) give(target.closest("[data-give]").dataset.give);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || flag.open || outbox.isOver) return;
  const card = event.target.closest(".card");
  const key = event.key.toLowerCase();
  if (compare.isOpen) {
    if (/^[0-9]$/.test(key)) give(markOfKey(key));
    else if (key === "b" && compare.alone) favourite(cardOf(compare.alone.handle));
    else if (key === "f" && compare.alone) flag.showModal();
    else return;
    event.preventDefault();
    return;
  }
  if (key === "z") undo();
  else if (key === "v") openCompare();
  else if (card === null) return;
  else if (/^[0-9]$/.test(key)) move(card, markOfKey(key));
  else if (key === "t" && isTokens) toggleChip(card);
  else if (key === "c") pick(card);
  else if (key === "x") recuse(card);
  else if (key === "b") favourite(card);
  else if (key === "f") {
    look([workOf(card)]);
    flag.showModal();
  }
  else if (key.startsWith("arrow")) stepFrom(card, key);
  else return;
  event.preventDefault();
}

// Digits name the tiers from the best on, 0 the tray; with chips 1 gives one and 0 takes it back.
function markOfKey(key) {
  if (isTokens) return key === "0" ? "0" : "100";
  return key === "0" ? "" : String(100 * Number(key));
}

function give(mark) {
  const alone = compare.alone;
  if (alone !== null) move(cardOf(alone.handle), mark);
}

function move(card, mark) {
  if (card === null || card.dataset.score === mark) return;
  if (isTokens) {
    if ((mark === "100") !== (card.dataset.score === "100")) toggleChip(card);
    return;
  }
  const place = places.find((one) => one.dataset.mark === mark);
  if (place === undefined || !hasRoom(place)) return;
  const hadFocus = card.contains(document.activeElement);
  place.querySelector(".cards").append(card);
  if (hadFocus) card.querySelector(".look").focus();
  moved(card, place);
}

function moved(card, place) {
  send(card, place.dataset.mark);
  const count = place.querySelectorAll(".card").length;
  say(words.moved.replace("CODE", card.dataset.code).replace("TIER", place.dataset.name).replace("COUNT", count));
}

function toggleChip(card) {
  const gives = card.dataset.score !== "100";
  if (gives && chipsLeft() <= 0) {
    say(words.noChips);
    return;
  }
  send(card, gives ? "100" : "0");
  say(words.chipsLeft.replace("COUNT", chipsLeft()));
}

function send(card, mark) {
  hideNotice();
  card.dataset.score = mark;
  outbox.put(table.dataset.cast, { handle: card.dataset.handle, score: mark }, { code: card.dataset.code });
  line.sending();
  tell();
}

function undo() {
  hideNotice();
  outbox.put(table.dataset.undo, {});
  line.sending();
}

function recuse(card) {
  if (isSettling()) return;
  const neighbour = card.nextElementSibling ?? card.previousElementSibling;
  const { handle, code } = card.dataset;
  outbox.put(table.dataset.recuse, { handle, reason: "recognized" }, { code });
  line.sending();
  say("");
  card.inert = true;
  settlesAt = performance.now() + SETTLE_MS;
  neighbour?.querySelector(".look").focus();
  trouble(words.recused.replace("CODE", code), words.takeBack, undo);
}

function leave(card) {
  card.remove();
  settlesAt = performance.now() + SETTLE_MS;
}

function isSettling() {
  return performance.now() < settlesAt;
}

// The way to take a conflict back is there until the juror does something else; what was not taken stays told.
function hideNotice() {
  if (outbox.refused.length === 0) document.getElementById("trouble").hidden = true;
}

// A bookmark of her own; it counts for nothing.
function favourite(card) {
  const isFavourite = card.toggleAttribute("data-favourite");
  const { handle, code } = card.dataset;
  outbox.put(table.dataset.favourite, { handle, is_favourite: Number(isFavourite) }, { code });
  line.sending();
  say((isFavourite ? words.favourite : words.noFavourite).replace("CODE", code));
  tellFavourite(card);
}

function tellFavourite(card) {
  const button = document.querySelector('[data-do="favourite"]');
  button?.setAttribute("aria-pressed", String(card.hasAttribute("data-favourite")));
}

function report(event) {
  event.preventDefault();
  const { handle, code } = compare.alone;
  outbox.put(table.dataset.flag, { handle, ...takeFlag(flag) }, { code });
  line.sending();
  say(words.flagged.replace("CODE", code));
}

function pick(card) {
  const button = card.querySelector('[data-do="pick"]');
  const isPicked = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isPicked));
  const count = picked().length;
  document.querySelector('[data-do="compare"]').disabled = count < 2;
  document.getElementById("picked").textContent = count > 0 ? `(${count})` : "";
}

function openCompare() {
  const chosen = picked().map(workOf);
  if (chosen.length > 0) look(chosen);
}

function look(chosen) {
  compare.open(works(), chosen);
}

// What the buttons below a work that is looked at say of it.
function tellAlone() {
  const card = compare.alone && cardOf(compare.alone.handle);
  if (!card) return;
  tellFavourite(card);
  for (const one of table.querySelectorAll("[data-give]")) {
    one.setAttribute("aria-pressed", String(one.dataset.give === card.dataset.score));
  }
}

// An arrow leads to the nearest work in its direction, as they lie on the screen: the tiers may lie above the tray or
// beside it. What lies straight ahead is nearer than what lies askew.
function stepFrom(card, key) {
  const [x, y] = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] }[key];
  const here = card.getBoundingClientRect();
  const ahead = cards().map((one) => {
    const { left, top } = one.getBoundingClientRect();
    const [dx, dy] = [left - here.left, top - here.top];
    return { one, along: dx * x + dy * y, aside: Math.abs(dx * y) + Math.abs(dy * x) };
  });
  const nearest = ahead.filter(({ along }) => along > 4).sort((a, b) => a.along + 3 * a.aside - b.along - 3 * b.aside)[0];
  nearest?.one.querySelector(".look").focus();
}

// Say what was done, or why it was not, where it is seen: a dialog covers the table.
function say(sentence) {
  for (const one of told) one.textContent = sentence;
}

// -- what lies where

function put(card, mark) {
  card.dataset.score = mark;
  if (!isTokens) places.find((place) => place.dataset.mark === mark)?.querySelector(".cards").append(card);
}

function hasRoom(place) {
  const capacity = Number(place.dataset.capacity || Infinity);
  const has = place.querySelectorAll(".card").length < capacity;
  if (!has) say(words.full.replace("TIER", place.dataset.name).replace("COUNT", capacity));
  return has;
}

function tell() {
  if (compare.isOpen) compare.name();
  tellAlone();
  for (const place of places) {
    const count = place.querySelectorAll(".card").length;
    place.querySelector(".count").textContent = place.dataset.capacity ? `${count} / ${place.dataset.capacity}` : count;
  }
  if (!isTokens) return;
  for (const card of cards()) {
    const button = card.querySelector('[data-do="chip"]');
    button.setAttribute("aria-pressed", String(card.dataset.score === "100"));
    button.disabled = card.dataset.score !== "100" && chipsLeft() <= 0;
  }
  document.getElementById("chips").textContent = words.chipsLeft.replace("COUNT", chipsLeft());
}

function chipsLeft() {
  return chips - cards().filter((card) => card.dataset.score === "100").length;
}

function cards() {
  return [...table.querySelectorAll(".card")];
}

function picked() {
  return cards().filter((card) => card.querySelector('[data-do="pick"]').getAttribute("aria-pressed") === "true");
}

function cardOf(handle) {
  return cards().find((card) => card.dataset.handle === handle) ?? null;
}

function works() {
  return cards().map(workOf);
}

function workOf({ dataset }) {
  return { handle: dataset.handle, code: dataset.code, pictures: JSON.parse(dataset.pictures) };
}

function labelOf(work) {
  const card = cardOf(work.handle);
  const place = isTokens ? (card.dataset.score === "100" ? words.chip : "") : card.closest("[data-mark]").dataset.name;
  return [words.work.replace("CODE", work.code), place].filter(Boolean).join(" · ");
}
