// Zoom and pan, of one picture or of several that move together. A scale of 1 is one pixel of the picture on one of
// the screen; where pictures are compared all of them have the same scale and show the same place.

const SCALE_MAX = 4;
const SWIPE_PX = 60;

// Tells "enter" with the place pointed at, where there is one, before it zooms in; "zoom" when it has, or is out again;
// "swipe" with the direction.
export class Lens extends EventTarget {
  #element;
  #images = [];
  #scale = null; // null: each as large as its frame allows
  #centre = [0.5, 0.5]; // the place in the middle, as fractions of the picture
  #fingers = new Map();
  #from = null;

  // `element` is the window through which one looks; each picture lies in a frame of its own inside it.
  constructor(element) {
    super();
    this.#element = element;
    element.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    element.addEventListener("dblclick", (event) => this.toggle(event.clientX, event.clientY));
    element.addEventListener("pointerdown", (event) => this.#onDown(event));
    element.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => this.#onUp(event));
    new ResizeObserver(() => this.#scale !== null && this.#apply()).observe(element);
  }

  get isZoomed() {
    return this.#scale !== null;
  }

  // Look at other pictures, each as large as its frame allows.
  look(images) {
    this.#images = images;
    this.#set(null);
  }

  // Show every pixel, around a place of the screen or the middle; or all of it again.
  toggle(x, y) {
    if (this.isZoomed) {
      this.#set(null);
      return;
    }
    this.#enter(x, y);
    this.#zoomTo(1, x, y);
  }

  // Move zoomed pictures by parts of the window.
  pan(x, y) {
    const image = this.#images[0];
    const { clientWidth, clientHeight } = image.parentElement;
    this.#move(image, -x * clientWidth * 0.4, -y * clientHeight * 0.4);
  }

  // Zoomed pictures have larger frames, and of a series the one that is pointed at has all the room: they are laid
  // out so before anything is measured.
  #enter(x, y) {
    if (this.#images.length === 0) return;
    this.dispatchEvent(new CustomEvent("enter", { detail: { x, y } }));
    this.#element.classList.add("zoomed");
  }

  // Zoom in or out a little.
  #zoomBy(factor, x, y) {
    if (!this.isZoomed && factor > 1) this.#enter(x, y);
    const image = this.#under(x, y);
    if (image !== undefined) this.#zoomTo((this.#scale ?? this.#fit(image) * devicePixelRatio) * factor, x, y);
  }

  // Zoom to a scale so that what lies under a place of the screen stays there.
  #zoomTo(scale, x, y) {
    const image = this.#under(x, y);
    if (image === undefined) return;
    const fit = this.#fit(image) * devicePixelRatio;
    const wanted = Math.min(Math.max(scale, fit), Math.max(SCALE_MAX, fit));
    if (wanted <= fit && scale !== 1) {
      this.#set(null);
      return;
    }
    const frame = image.parentElement.getBoundingClientRect();
    const offset = [(x ?? frame.x + frame.width / 2) - frame.x - frame.width / 2];
    offset.push((y ?? frame.y + frame.height / 2) - frame.y - frame.height / 2);
    const size = sizeOf(image);
    const before = this.isZoomed ? this.#scale / devicePixelRatio : this.#fit(image);
    const after = wanted / devicePixelRatio;
    const [u, v] = this.isZoomed ? this.#held(image) : [0.5, 0.5];
    const place = [u + offset[0] / (size[0] * before), v + offset[1] / (size[1] * before)];
    this.#set(wanted, [place[0] - offset[0] / (size[0] * after), place[1] - offset[1] / (size[1] * after)]);
  }

  #move(image, dx, dy) {
    const [width, height] = sizeOf(image);
    const [u, v] = this.#held(image);
    const shown = this.#scale / devicePixelRatio;
    this.#set(this.#scale, [u - dx / (width * shown), v - dy / (height * shown)]);
  }

  #set(scale, centre = [0.5, 0.5]) {
    const was = this.isZoomed;
    this.#scale = scale;
    this.#centre = centre.map((part) => Math.min(Math.max(part, 0), 1));
    this.#element.classList.toggle("zoomed", this.isZoomed);
    this.#apply();
    if (was !== this.isZoomed) this.dispatchEvent(new Event("zoom"));
  }

  #apply() {
    for (const image of this.#images) {
      if (!this.isZoomed) {
        image.style.transform = "";
        continue;
      }
      const { full } = image.dataset;
      // The picture stays on the screen until the larger file has come.
      if (full && image.getAttribute("src") !== full) image.src = full;
      const frame = image.parentElement.getBoundingClientRect();
      const shown = this.#scale / devicePixelRatio;
      const [width, height] = sizeOf(image).map((side) => side * shown);
      const [u, v] = this.#held(image);
      const x = snapped(frame.x + frame.width / 2 - u * width) + width / 2 - frame.x - frame.width / 2;
      const y = snapped(frame.y + frame.height / 2 - v * height) + height / 2 - frame.y - frame.height / 2;
      image.style.transform = `translate(${x}px, ${y}px) scale(${shown / this.#fit(image)})`;
    }
  }

  // How large a picture is in its frame, in pixels of the page for one of the picture.
  #fit(image) {
    const [width, height] = sizeOf(image);
    return Math.min(image.offsetWidth / width, image.offsetHeight / height);
  }

  // The place in the middle of a picture's frame: no frame is left partly empty while the picture is larger.
  #held(image) {
    const { clientWidth, clientHeight } = image.parentElement;
    const shown = this.#scale / devicePixelRatio;
    return sizeOf(image).map((side, axis) => {
      const half = [clientWidth, clientHeight][axis] / (2 * side * shown);
      return half >= 0.5 ? 0.5 : Math.min(Math.max(this.#centre[axis], half), 1 - half);
    });
  }

  #under(x, y) {
    return this.#images.find((image) => contains(image.parentElement.getBoundingClientRect(), x, y)) ?? this.#images[0];
  }

  #onWheel(event) {
    event.preventDefault();
    this.#zoomBy(Math.exp(-Math.sign(event.deltaY) * 0.25), event.clientX, event.clientY);
  }

  #onDown(event) {
    if (event.button !== 0 || event.target.closest("button, a")) return;
    this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
    this.#from = this.#fingers.size === 1 ? [event.clientX, event.clientY] : null;
    if (this.isZoomed || event.pointerType !== "mouse") this.#element.setPointerCapture(event.pointerId);
  }

  #onMove(event) {
    const before = this.#fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = [event.clientX, event.clientY];
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, now);
    if (other !== undefined) {
      const [x, y] = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      this.#zoomBy(distance(now, other) / Math.max(distance(before, other), 1), x, y);
    } else if (this.isZoomed) {
      this.#move(this.#under(...now), now[0] - before[0], now[1] - before[1]);
    }
  }

  #onUp(event) {
    const last = this.#fingers.get(event.pointerId);
    this.#fingers.delete(event.pointerId);
    if (last === undefined || this.#from === null || this.isZoomed || event.pointerType === "mouse") return;
    const [dx, dy] = [event.clientX - this.#from[0], event.clientY - this.#from[1]];
    if (event.type === "pointerup" && Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) {
      this.dispatchEvent(new CustomEvent("swipe", { detail: { by: dx < 0 ? 1 : -1 } }));
    }
  }
}

// Give a picture's width and height in its own pixels.
function sizeOf(image) {
  return [Number(image.dataset.width), Number(image.dataset.height)];
}

// A picture pixel that lies across two of the screen would be blurred.
function snapped(place) {
  return Math.round(place * devicePixelRatio) / devicePixelRatio;
}

function contains(box, x, y) {
  return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
}

function distance([x, y], [u, v]) {
  return Math.hypot(x - u, y - v);
}
