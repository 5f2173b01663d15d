// What surrounds the stage: the grey of the walls, troubles told, answers fetched.

const GREYS = ["middle", "dark", "light"];

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
    localStorage.setItem("contest.grey", next);
    set(next);
  });
}

export function trouble(text, link, address) {
  const box = document.getElementById("trouble");
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const anchor = document.createElement("a");
  anchor.textContent = link;
  anchor.href = address;
  box.replaceChildren(paragraph, anchor);
  box.hidden = false;
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
