// Follows every build on the page; when one ends, the page is shown anew. Without it the page reloads itself.

const EVERY_MS = 1500;

for (const place of document.querySelectorAll("[data-progress]")) follow(place);

function follow(place) {
  const bar = place.querySelector("progress");
  const remaining = place.querySelector("[data-remaining]");
  let first = null;

  async function ask() {
    try {
      const answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const build = await answer.json();
      if (!build.is_under_way) {
        location.reload();
        return;
      }
      tell(build.progress);
    } catch {
      // The network may be away for a moment; the build goes on without us.
      remaining.textContent = "";
    }
    setTimeout(ask, EVERY_MS);
  }

  function tell(percent) {
    bar.value = percent;
    place.querySelector("[data-percent]").textContent = `${percent} %`;
    const moment = Date.now();
    if (!first || percent < first.percent) first = { percent, moment };
    const gained = percent - first.percent;
    const left = gained > 4 ? Math.ceil(((100 - percent) * (moment - first.moment)) / gained / 1000) : null;
    remaining.textContent = left ? place.dataset.left.replace("{seconds}", left) : "";
  }

  ask();
}
