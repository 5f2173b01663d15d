// What surrounds the stage: the grey of the walls, words, troubles told, answers fetched.

const GREYS = ["middle", "dark", "light"];

// The sentences that the page brought along in its language, by name.
export function readWords() {
  const found = document.getElementById("says").content.querySelectorAll("[data-word]");
  return Object.fromEntries([...found].map((one) => [one.dataset.word, one.textContent]));
}

export function chooseGrey() {
  const button = document.getElementById("grey");
  const set = (grey) => {
    if (grey === "middle") delete document.documentElement.dataset.grey;
    else document.documentElement.dataset.grey = grey;
  };
  set(localStorage.getItem("contest.grey") ?? "middle");
  button.hidden = false;
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.grey ?? "middle";
    const next = GREYS[(GREYS.indexOf(now) + 1) % GREYS.length];
    remember("contest.grey", next);
    set(next);
  });
}

// Tell something that must be read, with what can be done about it.
export function trouble(sentences, link, act) {
  const box = document.getElementById("trouble");
  const told = [sentences].flat().map((text) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    return paragraph;
  });
  const way = document.createElement(typeof act === "string" ? "a" : "button");
  way.className = "button";
  way.textContent = link;
  if (typeof act === "string") {
    way.href = act;
  } else {
    way.type = "button";
    way.addEventListener("click", () => {
      box.hidden = true;
      act();
    });
  }
  box.replaceChildren(...told, way);
  box.hidden = false;
}

// Give what the flag's dialog says, and close it empty.
export function takeFlag(dialog) {
  const told = Object.fromEntries(new FormData(dialog.querySelector("form")));
  dialog.querySelector("form").reset();
  dialog.close();
  return Object.fromEntries(["kind", "note", "side"].filter((name) => name in told).map((name) => [name, told[name]]));
}

// Remember something in this browser; where it keeps nothing, the page goes on without.
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // no room: a choice or a count of this browser is lost, never a mark
  }
}

// Give the answer, or null while there is none to be had.
export async function fetchJson(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
