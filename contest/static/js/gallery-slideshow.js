// Plays the slides one after another without being touched, online and from a folder. A classic script on purpose:
// browsers refuse modules on pages that are opened as files.
(() => {
  const root = document.documentElement;
  const show = document.querySelector("[data-show]");
  const slides = [...show.querySelectorAll(".slide")];
  const keys = document.querySelector(".show-keys");
  const pause = keys.querySelector('[data-do="pause"]');
  const stays = Number(new URLSearchParams(location.search).get("seconds")) || Number(show.dataset.seconds);
  const IDLE_MS = 3000;
  let at = Math.max(0, slides.findIndex((slide) => `#${slide.dataset.key}` === decodeURIComponent(location.hash)));
  let playing = true;
  let timer = 0;
  let idle = 0;

  if (slides.length === 0) return;
  root.classList.add("plays");
  keys.hidden = false;

  // The next picture is decoded before it is shown, so that nothing builds up on the screen. One that cannot be
  // loaded is passed over rather than stopping the show.
  const ready = (slide) => {
    const image = slide.querySelector("img");
    image.loading = "eager";
    return image.decode().then(() => true, () => false);
  };

  const turn = async (to, step) => {
    clearTimeout(timer);
    at = (to + slides.length) % slides.length;
    const wanted = at;
    const isThere = await ready(slides[wanted]);
    if (wanted !== at) return;
    if (!isThere && slides.some((slide) => slide.classList.contains("on"))) {
      timer = setTimeout(() => turn(at + step, step), 1000);
      return;
    }
    for (const slide of slides) slide.classList.toggle("on", slide === slides[at]);
    ready(slides[(at + 1) % slides.length]);
    if (playing) timer = setTimeout(() => turn(at + 1, 1), stays * 1000);
  };

  const play = (wanted) => {
    playing = wanted;
    pause.textContent = playing ? pause.dataset.pause : pause.dataset.play;
    clearTimeout(timer);
    if (playing) timer = setTimeout(() => turn(at + 1, 1), stays * 1000);
    keepAwake();
  };

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());

  const acts = {
    before: () => turn(at - 1, -1),
    after: () => turn(at + 1, 1),
    pause: () => play(!playing),
    full,
  };

  keys.addEventListener("click", (event) => acts[event.target.dataset.do]?.());
  addEventListener("keydown", (event) => {
    const act = { ArrowLeft: "before", ArrowRight: "after", PageUp: "before", PageDown: "after", f: "full", F: "full" }[event.key];
    const onControl = event.target.closest?.("button, a");
    if (act) acts[act]();
    else if (event.key === " " && !onControl) acts.pause();
    else return;
    event.preventDefault();
  });

  const wake = () => {
    root.classList.remove("idle");
    clearTimeout(idle);
    idle = setTimeout(() => root.classList.add("idle"), IDLE_MS);
  };
  for (const sign of ["pointermove", "pointerdown", "keydown"]) addEventListener(sign, wake);

  // A screen on a wall must not go dark; where the browser has no such wish or refuses it, the system's setting rules.
  let lock = null;
  const keepAwake = async () => {
    if (!playing || document.hidden) {
      await lock?.release();
      lock = null;
    } else if (!lock && "wakeLock" in navigator) {
      lock = await navigator.wakeLock.request("screen").catch(() => null);
      lock?.addEventListener("release", () => { lock = null; });
    }
  };
  document.addEventListener("visibilitychange", keepAwake);

  wake();
  keepAwake();
  turn(at, 1);
})();
