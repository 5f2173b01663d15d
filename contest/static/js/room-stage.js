// The pictures of one work, or of a few side by side: as large as the window allows, next ones decoded ahead.

import { Lens } from "./room-lens.js";

const SIDES = [640, 1280, 2560];
const AHEAD = 3;
const RETRY_MS = 3000;

export class Stage {
  lens;
  #element;
  #address;
  #words;
  #decoded = new Map();
  #works = [];
  #chosen = -1;
  #isForZoom = false; // a picture is alone only while it is zoomed

  // `address` is a template with the words HANDLE, 987654321 for the picture and 123456789 for its long side.
  constructor(element, address, words) {
    this.#element = element;
    this.#address = address;
    this.#words = words;
    this.lens = new Lens(element);
    this.lens.addEventListener("enter", ({ detail }) => this.#single(detail));
    this.lens.addEventListener("zoom", () => {
      if (!this.lens.isZoomed && this.#isForZoom) this.choose(-1);
    });
  }

  url(work, index, side) {
    const place = (work.first ?? 0) + index;
    return this.#address.replace("HANDLE", work.handle).replace("987654321", place).replace("123456789", side);
  }

  // Decode the first works of a queue before they are asked for, and forget what was decoded for others.
  prepare(works) {
    const wanted = works.slice(0, AHEAD);
    const kept = new Set([...wanted, ...this.#works].map(nameOf));
    for (const name of this.#decoded.keys()) if (!kept.has(name)) this.#decoded.delete(name);
    for (const work of wanted) this.#images(work);
  }

  // Show works side by side. What was there stays until they are decoded: no flash of empty grey.
  async show(...works) {
    this.#works = works;
    this.#isForZoom = false;
    this.lens.look([]);
    const images = works.map((work) => this.#images(work));
    await Promise.allSettled(images.flat().map((image) => image.decode()));
    if (this.#works !== works) return;
    const groups = works.map((work, place) => this.#group(work, images[place]));
    const box = groups.length === 1 ? groups[0] : document.createElement("div");
    if (groups.length > 1) {
      box.className = `side-by-side of-${groups.length}`;
      box.replaceChildren(...groups);
    }
    this.#element.replaceChildren(box);
    this.choose(-1);
  }

  // Step through series: -1 is all together, then one after the other.
  step(by) {
    const count = Math.max(...this.#works.map((work) => work.pictures.length));
    if (count < 2) return;
    const next = this.#chosen + by;
    this.choose(next >= count || next < -1 ? -1 : next);
  }

  // Show one picture of each series large, the others in a strip below; all together for -1.
  choose(index) {
    this.#chosen = index;
    this.#isForZoom = false;
    const chosen = [];
    for (const group of this.#element.querySelectorAll(".pictures")) {
      const frames = [...group.children];
      group.classList.toggle("alone", index >= 0 && frames.length > 1);
      frames.forEach((frame, place) => {
        const isChosen = place === Math.min(Math.max(index, 0), frames.length - 1);
        frame.classList.toggle("chosen", isChosen);
        if (isChosen) chosen.push(frame.querySelector("img"));
      });
    }
    this.lens.look(chosen);
  }

  // Of a series that is seen together, the picture at a place of the screen is the one to be zoomed, else the first.
  #single({ x, y }) {
    if (this.#chosen >= 0 || this.#works.every((work) => work.pictures.length < 2)) return;
    const frame = x === undefined ? null : document.elementFromPoint(x, y)?.closest(".frame");
    this.choose(frame && this.#element.contains(frame) ? [...frame.parentElement.children].indexOf(frame) : 0);
    this.#isForZoom = true;
  }

  #group(work, images) {
    const group = document.createElement("div");
    group.className = `pictures of-${images.length}${images.length > 8 ? " many" : ""}`;
    group.replaceChildren(...images.map((image, index) => this.#frame(image, index, images.length)));
    if (work.label === undefined) return group;
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = work.label;
    figure.replaceChildren(group, caption);
    return figure;
  }

  #frame(image, index, count) {
    const frame = document.createElement("div");
    frame.className = "frame";
    frame.append(image);
    if (count > 1) {
      frame.addEventListener("click", (event) => {
        // The second click of two zooms.
        if (!this.lens.isZoomed && event.detail < 2) this.choose(this.#chosen === index ? -1 : index);
      });
    }
    return frame;
  }

  #images(work) {
    let images = this.#decoded.get(nameOf(work));
    if (images === undefined) {
      images = work.pictures.map((picture, index) => this.#image(work, picture, index));
      this.#decoded.set(nameOf(work), images);
    }
    return images;
  }

  #image(work, picture, index) {
    const image = new Image(picture.width, picture.height);
    const count = work.pictures.length;
    const largest = picture.full ?? { ...picture, side: SIDES.at(-1) };
    image.dataset.width = largest.width;
    image.dataset.height = largest.height;
    image.dataset.full = this.url(work, index, largest.side);
    image.alt = count > 1 ? this.#words.picture.replace("PLACE", index + 1).replace("COUNT", count) : this.#words.alone;
    image.decoding = "async";
    image.draggable = false;
    image.src = this.url(work, index, this.#side());
    image.addEventListener("error", () => setTimeout(() => this.#again(work, image), RETRY_MS));
    image.decode().catch(() => {}); // a picture that cannot be decoded yet is asked for again when it is shown
    return image;
  }

  // A picture that did not come is asked for again for as long as it is wanted.
  #again(work, image) {
    if (this.#decoded.get(nameOf(work))?.includes(image)) image.src = image.getAttribute("src");
  }

  // The smallest file that has a pixel for every pixel of the window.
  #side() {
    const needed = Math.max(this.#element.clientWidth, this.#element.clientHeight) * devicePixelRatio;
    return SIDES.find((side) => side >= needed) ?? SIDES.at(-1);
  }
}

function nameOf(work) {
  return `${work.handle} ${work.first ?? 0}`;
}
