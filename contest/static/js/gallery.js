// Shows a gallery's pictures large: keys, swiping, and an address for every picture. The links work without it.

const gallery = document.querySelector("[data-gallery]");
const pictures = [...gallery.querySelectorAll("a img[data-key]")];
const told = gallery.dataset;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const CAPTION_PX = 76;
const ADDRESS = /^#view=(.+)$/;

if (told.lightbox && pictures.length > 0) {
  const { default: Lightbox } = await import(told.lightbox);
  enhance(new Lightbox({
    dataSource: pictures.map(slide),
    pswpModule: () => import(told.photoswipe),
    bgOpacity: 1,
    wheelToZoom: true,
    loop: false,
    showHideAnimationType: still.matches ? "none" : "zoom",
    zoomAnimationDuration: still.matches ? false : 250,
    padding: { top: 44, bottom: CAPTION_PX, left: 0, right: 0 },
    closeTitle: told.close,
    zoomTitle: told.zoom,
    arrowPrevTitle: told.before,
    arrowNextTitle: told.after,
    errorMsg: told.lost,
  }));
}

function slide(picture) {
  return {
    src: picture.dataset.large,
    srcset: picture.srcset,
    msrc: picture.currentSrc,
    width: picture.getAttribute("width"),
    height: picture.getAttribute("height"),
    alt: picture.dataset.told,
    element: picture,
  };
}

function enhance(lightbox) {
  let pushed = false;

  lightbox.on("uiRegister", () => {
    lightbox.pswp.ui.registerElement({
      name: "caption",
      className: "pswp__caption",
      appendTo: "root",
      order: 9,
      onInit: (place, pswp) => pswp.on("change", () => place.replaceChildren(...caption(pictures[pswp.currIndex]))),
    });
  });
  lightbox.on("change", () => {
    history.replaceState(history.state, "", `#view=${pictures[lightbox.pswp.currIndex].dataset.key}`);
  });
  lightbox.on("close", () => {
    // Back closes the picture, so closing it must leave nothing behind to go back to.
    if (pushed) history.back();
    else history.replaceState(null, "", location.pathname + location.search);
    pushed = false;
  });

  lightbox.init();
  gallery.addEventListener("click", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const picture = event.target.closest("img[data-key]") ?? event.target.querySelector?.("img[data-key]");
    const at = pictures.indexOf(picture);
    if (at < 0 || !event.target.closest("a")) return;
    event.preventDefault();
    history.pushState(null, "", `#view=${picture.dataset.key}`);
    pushed = true;
    lightbox.loadAndOpen(at);
  });
  addEventListener("popstate", () => {
    pushed = false;
    if (!ADDRESS.test(location.hash)) lightbox.pswp?.close();
  });
  const wanted = ADDRESS.exec(location.hash);
  const at = wanted ? pictures.findIndex((picture) => picture.dataset.key === decodeURIComponent(wanted[1])) : -1;
  if (at >= 0) lightbox.loadAndOpen(at);
}

function caption(picture) {
  const title = document.createElement("b");
  title.textContent = picture.dataset.told;
  const words = document.createElement("span");
  const source = picture.closest("figure").querySelector(".by") ?? document.querySelector(".about .by");
  words.textContent = source ? source.textContent.trim() : "";
  return [title, words];
}
