// The outbox of a page and what it tells: "saved 12:03:04", what waits, what was not taken.

import { Outbox } from "./room-outbox.js";
import { trouble } from "./room-page.js";

// Open the outbox that an element names; whatever needs the juror's eyes is told on every page that opens it.
export function openOutbox({ dataset }, words) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const outbox = new Outbox(dataset.outbox, token, dataset.receipt);
  const tellRefused = () => {
    const told = outbox.refused.map(({ refused, memo }) =>
      [words.refused, memo.code && words.work.replace("CODE", memo.code), refused].filter(Boolean).join(" "),
    );
    const noted = () => {
      outbox.forgetRefused();
      if (outbox.isOver) location.reload(); // to the page of a round that is over
    };
    if (told.length > 0) trouble(told, words.noted, noted);
  };
  outbox.addEventListener("refused", tellRefused);
  outbox.addEventListener("signedout", () => trouble(words.signIn, words.signInLink, dataset.signIn));
  outbox.addEventListener("stale", () => trouble(words.signIn, words.reload, location.href));
  outbox.addEventListener("unkept", () => trouble(words.unkept, words.noted, () => {}));
  tellRefused();
  return outbox;
}

// Keep the line that says when the last act was saved; give a way to say that one is on its way.
export function sendingLine(outbox, words) {
  const line = document.getElementById("saved");
  let isLost = false;
  const sending = () => {
    if (!isLost) line.textContent = words.sending;
  };
  outbox.addEventListener("saved", ({ detail: { answer } }) => {
    isLost = false;
    if (outbox.acts.length === 0) line.textContent = words.saved.replace("AT", answer.saved_at);
    else sending();
  });
  outbox.addEventListener("waiting", () => {
    isLost = true;
    line.textContent = words.waiting.replace("COUNT", outbox.acts.length);
  });
  outbox.addEventListener("refused", () => {
    isLost = false;
    line.textContent = "";
  });
  return { sending };
}
