// Two pictures laid on one another: a slider between them, blinking, and keys to decide. Without it the page shows
// half of each, and the buttons work as they are.

const place = document.querySelector("[data-over]");
const cut = place.querySelector("[data-cut]");
const second = place.querySelector("[data-second]");
const slider = place.querySelector("[data-slider]");
const blink = place.querySelector("[data-blink]");
const width = place.querySelector("svg").viewBox.baseVal.width;
const BLINK_MS = 700;
let blinking = null;

for (const hidden of document.querySelectorAll(".with-script")) hidden.hidden = false;

function show(share) {
  cut.setAttribute("width", width * share);
}

function stop() {
  clearInterval(blinking);
  blinking = null;
  second.removeAttribute("visibility");
  show(slider.value / 100);
  blink.setAttribute("aria-pressed", "false");
}

function start() {
  let shown = true;
  show(1);
  blinking = setInterval(() => {
    shown = !shown;
    second.setAttribute("visibility", shown ? "visible" : "hidden");
  }, BLINK_MS);
  blink.setAttribute("aria-pressed", "true");
}

slider.addEventListener("input", stop);
blink.addEventListener("click", () => (blinking ? stop() : start()));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input:not([type=range]), select")) return;
  if (event.key === "b" || event.key === "B") blink.click();
  const buttons = document.querySelectorAll("[data-decide] button[name=verdict]");
  if (/^[1-9]$/.test(event.key)) buttons[Number(event.key) - 1]?.click();
});
