// Two to four works side by side, under one lens: what is zoomed or moved in one is zoomed or moved in all.

import { Stage } from "./room-stage.js";

const MOST = 4;

// Says "show" when other works are shown.
export class Compare extends EventTarget {
  #dialog;
  #stage;
  #strip;
  #label;
  #works = [];
  #chosen = [];

  // `label` names a work for its caption.
  constructor(dialog, address, words, label) {
    super();
    this.#dialog = dialog;
    this.#strip = dialog.querySelector(".strip");
    this.#stage = new Stage(dialog.querySelector(".stage"), address, words);
    this.#label = label;
    dialog.addEventListener("keydown", (event) => this.#onKey(event));
    dialog.addEventListener("click", ({ target }) => target.closest("[data-close]") && dialog.close());
    const zoom = dialog.querySelector("[data-zoom]");
    zoom.addEventListener("click", () => this.#stage.lens.toggle());
    this.#stage.lens.addEventListener("zoom", () => {
      zoom.setAttribute("aria-pressed", String(this.#stage.lens.isZoomed));
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  // The one work that is looked at, or null where several are compared.
  get alone() {
    return this.#dialog.open && this.#chosen.length === 1 ? this.#chosen[0] : null;
  }

  // Show `chosen` of the works, at most four; the others wait in a strip below.
  open(works, chosen) {
    this.#works = works;
    this.#chosen = chosen.slice(-MOST);
    this.#dialog.showModal();
    this.#strip.replaceChildren(...works.map((work) => this.#thumb(work)));
    this.#show();
  }

  // Name the works anew: what is said of them may have changed meanwhile.
  name() {
    const captions = this.#dialog.querySelectorAll("figcaption");
    captions.forEach((caption, place) => (caption.textContent = this.#label(this.#chosen[place])));
    [...this.#strip.children].forEach((button, place) => {
      button.title = button.firstChild.alt = this.#label(this.#works[place]);
    });
  }

  #thumb(work) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.handle = work.handle;
    button.title = this.#label(work);
    const image = new Image();
    image.loading = "lazy";
    image.src = this.#stage.url(work, 0, 320);
    image.alt = button.title;
    button.append(image);
    button.addEventListener("click", ({ detail }) => {
      this.#toggle(work);
      // After a click, not after a key, the keys are for the pictures again.
      if (detail > 0) this.#dialog.querySelector(".stage").focus();
    });
    return button;
  }

  #toggle(work) {
    const others = this.#chosen.filter((one) => one.handle !== work.handle);
    if (others.length === this.#chosen.length) this.#chosen = [...others, work].slice(-MOST);
    else if (others.length > 0) this.#chosen = others;
    this.#show();
  }

  // From one work alone to its neighbour.
  #turn(by) {
    const next = this.#works[this.#works.findIndex((work) => work.handle === this.alone?.handle) + by];
    if (this.alone === null || next === undefined) return;
    this.#chosen = [next];
    this.#show();
  }

  #show() {
    this.#dialog.toggleAttribute("data-alone", this.#chosen.length === 1);
    for (const button of this.#strip.children) {
      const isShown = this.#chosen.some((work) => work.handle === button.dataset.handle);
      button.setAttribute("aria-pressed", String(isShown));
    }
    this.#strip.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#stage.show(...this.#chosen.map((work) => ({ ...work, label: this.#label(work) }))).then(() => this.name());
    this.#stage.prepare([]);
    this.dispatchEvent(new Event("show"));
  }

  #onKey(event) {
    const { lens } = this.#stage;
    const pans = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const keys = {
      " ": () => lens.toggle(),
      c: () => this.#dialog.close(),
      ArrowLeft: () => this.#turn(-1),
      ArrowRight: () => this.#turn(1),
      ArrowUp: () => this.#stage.step(-1),
      ArrowDown: () => this.#stage.step(1),
    };
    const isPan = lens.isZoomed && event.key in pans;
    const wanted = isPan ? () => lens.pan(...pans[event.key]) : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (wanted === undefined || (event.key === " " && event.target.closest("button"))) return;
    event.preventDefault();
    event.stopPropagation(); // the page below has its own use for the same keys
    wanted();
  }
}
