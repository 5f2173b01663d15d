// Keeps the page at what the chair has put on the table: asks every two seconds, and shows anew what has changed.
// Whoever is writing is not interrupted; a line says that there is something new.

const EVERY_MS = 2000;
const table = document.getElementById("table");
const changed = document.getElementById("changed");
const votes = document.getElementById("votes");
let isTouched = false;

document.addEventListener("input", () => { isTouched = true; });
document.addEventListener("submit", () => { isTouched = true; });

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(table.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.ok) follow(await answer.json());
    } catch {
      // The connection is away; the next look may find it again.
    }
  }
  setTimeout(look, EVERY_MS);
}

function follow(state) {
  if (votes && state.votes !== undefined) votes.textContent = String(state.votes);
  if (state.version === table.dataset.version) return;
  if (isTouched) changed.hidden = false;
  else location.reload();
}

look();
