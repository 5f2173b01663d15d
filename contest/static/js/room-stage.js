// The pictures of one work: shown as large as the window allows, next ones decoded ahead, 100 % in place.

const SIDES = [640, 1280, 2560];
const AHEAD = 3;

export class Stage {
  #element;
  #address;
  #words;
  #decoded = new Map();
  #work = null;
  #chosen = -1;

  // `address` is a template with the words HANDLE, 987654321 for the picture and 123456789 for its long side.
  constructor(element, address, words) {
    this.#element = element;
    this.#address = address;
    this.#words = words;
    this.#letMove();
  }

  get isZoomed() {
    return this.#element.classList.contains("zoomed");
  }

  url(handle, index, side) {
    return this.#address.replace("HANDLE", handle).replace("987654321", index).replace("123456789", side);
  }

  // Decode the first works of a queue before they are asked for, and forget what was decoded for others.
  prepare(works) {
    const wanted = works.slice(0, AHEAD);
    const kept = new Set(wanted.map((work) => work.handle));
    for (const handle of this.#decoded.keys()) {
      if (!kept.has(handle) && handle !== this.#work?.handle) this.#decoded.delete(handle);
    }
    for (const work of wanted) this.#images(work);
  }

  // Show a work. The picture before stays until the new one is decoded: no flash of empty grey.
  async show(work) {
    this.#work = work;
    this.unzoom();
    const images = this.#images(work);
    await Promise.allSettled(images.map((image) => image.decode()));
    if (this.#work !== work) return;
    const box = document.createElement("div");
    box.id = "pictures";
    box.className = `pictures of-${images.length}${images.length > 8 ? " many" : ""}`;
    box.replaceChildren(...images);
    this.#element.replaceChildren(box);
    this.#choose(-1);
  }

  // Step through a series: -1 is all together, then one after the other.
  step(by) {
    const count = this.#images(this.#work).length;
    if (count < 2) return;
    const next = this.#chosen + by;
    this.unzoom();
    this.#choose(next >= count || next < -1 ? -1 : next);
  }

  toggleZoom() {
    if (this.isZoomed) this.unzoom();
    else this.#zoom();
    return this.isZoomed;
  }

  unzoom() {
    if (!this.isZoomed) return;
    this.#element.classList.remove("zoomed");
    for (const image of this.#box().children) {
      image.removeAttribute("style");
      image.width = Number(image.dataset.width);
      image.height = Number(image.dataset.height);
    }
  }

  // Move a zoomed picture by a part of the window.
  pan(x, y) {
    const { clientWidth, clientHeight } = this.#element;
    this.#element.scrollBy(x * clientWidth * 0.4, y * clientHeight * 0.4);
  }

  #box() {
    return this.#element.querySelector(".pictures");
  }

  #choose(index) {
    this.#chosen = index;
    const box = this.#box();
    box.classList.toggle("alone", index >= 0);
    [...box.children].forEach((image, place) => image.classList.toggle("chosen", place === Math.max(index, 0)));
  }

  #images(work) {
    let images = this.#decoded.get(work.handle);
    if (images === undefined) {
      images = work.pictures.map((picture, index) => this.#image(work, picture, index));
      this.#decoded.set(work.handle, images);
    }
    return images;
  }

  #image(work, picture, index) {
    const image = new Image(picture.width, picture.height);
    const count = work.pictures.length;
    image.dataset.width = picture.width;
    image.dataset.height = picture.height;
    image.alt = count > 1 ? this.#words.picture.replace("PLACE", index + 1).replace("COUNT", count) : this.#words.alone;
    image.decoding = "async";
    image.src = this.url(work.handle, index, this.#side());
    image.decode().catch(() => {}); // a picture that cannot be decoded yet is asked for again when it is shown
    if (count > 1) {
      image.addEventListener("click", () => {
        if (!this.isZoomed) this.#choose(this.#chosen === index ? -1 : index);
      });
    }
    return image;
  }

  // The smallest file that has a pixel for every pixel of the window.
  #side() {
    const needed = Math.max(this.#element.clientWidth, this.#element.clientHeight) * devicePixelRatio;
    return SIDES.find((side) => side >= needed) ?? SIDES.at(-1);
  }

  #zoom() {
    const image = this.#box().children[Math.max(this.#chosen, 0)];
    const index = [...this.#box().children].indexOf(image);
    const largest = this.url(this.#work.handle, index, SIDES.at(-1));
    if (!image.src.endsWith(largest)) image.src = largest;
    this.#element.classList.add("zoomed");
    image.style.width = `${Number(image.dataset.width) / devicePixelRatio}px`;
    image.style.height = "auto";
    this.#element.scrollTo(
      (this.#element.scrollWidth - this.#element.clientWidth) / 2,
      (this.#element.scrollHeight - this.#element.clientHeight) / 2,
    );
  }

  // Let the hand move a zoomed picture; fingers scroll it by themselves.
  #letMove() {
    let from = null;
    this.#element.addEventListener("pointerdown", (event) => {
      if (!this.isZoomed || event.pointerType !== "mouse") return;
      from = [event.clientX + this.#element.scrollLeft, event.clientY + this.#element.scrollTop];
      this.#element.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.#element.addEventListener("pointermove", (event) => {
      if (from) this.#element.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) this.#element.addEventListener(end, () => (from = null));
  }
}
