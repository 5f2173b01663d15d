// The contact sheet of the juror's own marks: works to compare, and what this browser could not send before.

import { Compare } from "./room-compare.js";
import { readWords } from "./room-page.js";
import { openOutbox, sendingLine } from "./room-sending.js";

const sheet = document.getElementById("sheet");
const words = readWords();
const outbox = openOutbox(sheet, words);
sendingLine(outbox, words);
// What was sent only now belongs on this sheet.
if (outbox.acts.length > 0) outbox.addEventListener("empty", () => outbox.refused.length > 0 || location.reload());
outbox.send();

const button = document.getElementById("compare-picked");
if (button !== null) letCompare();

function letCompare() {
  const compare = new Compare(document.getElementById("compare"), sheet.dataset.picture, words, ({ code, mark }) =>
    `${words.work.replace("CODE", code)} · ${mark}`,
  );
  const picks = [...sheet.querySelectorAll("[name=pick]")];
  button.hidden = false;
  for (const pick of picks) pick.hidden = false;
  const picked = () => picks.filter((pick) => pick.checked);
  const tell = () => {
    const count = picked().length;
    button.disabled = count < 2;
    document.getElementById("picked").textContent = count > 0 ? `(${count})` : "";
  };
  sheet.addEventListener("change", tell);
  button.addEventListener("click", () => {
    const works = picked().map(workOf);
    compare.open(works, works);
  });
  tell();
}

function workOf(pick) {
  const { handle, code, mark, pictures } = pick.closest("li").dataset;
  return { handle, code, mark, pictures: JSON.parse(pictures) };
}
