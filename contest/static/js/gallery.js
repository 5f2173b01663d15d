// Shows a gallery's pictures large: keys, swiping, and an address for every picture. The links work without it.

const gallery = document.querySelector("[data-gallery]");
const links = [...gallery.querySelectorAll("a[data-key]")];
const told = gallery.dataset;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const CAPTION_PX = 76;
const ADDRESS = /^#view=(.+)$/;

if (told.lightbox && links.length > 0) {
  const { default: Lightbox } = await import(told.lightbox);
  enhance(new Lightbox({
    dataSource: links.map(slide),
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

function slide(link) {
  return {
    src: link.dataset.large,
    srcset: link.dataset.srcset,
    width: Number(link.dataset.width),
    height: Number(link.dataset.height),
    alt: link.querySelector("img").alt,
    element: link,
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
      onInit: (place, pswp) => pswp.on("change", () => place.replaceChildren(...caption(links[pswp.currIndex]))),
    });
  });
  lightbox.on("change", () => {
    history.replaceState(history.state, "", `#view=${links[lightbox.pswp.currIndex].dataset.key}`);
  });
  lightbox.on("close", () => {
    // Back closes the picture, so closing it must leave nothing behind to go back to.
    if (pushed) history.back();
    else history.replaceState(null, "", location.pathname + location.search);
    pushed = false;
  });

  lightbox.init();
  for (const [index, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.pushState(null, "", `#view=${link.dataset.key}`);
      pushed = true;
      lightbox.loadAndOpen(index);
    });
  }
  addEventListener("popstate", () => {
    pushed = false;
    if (!ADDRESS.test(location.hash)) lightbox.pswp?.close();
  });
  const wanted = ADDRESS.exec(location.hash);
  const at = wanted ? links.findIndex((link) => link.dataset.key === decodeURIComponent(wanted[1])) : -1;
  if (at >= 0) lightbox.loadAndOpen(at);
}

function caption(link) {
  const figure = link.closest("figure");
  const title = document.createElement("b");
  title.textContent = link.querySelector("img").alt;
  const words = document.createElement("span");
  const source = figure.querySelector("figcaption .by") ?? document.querySelector(".about .by");
  words.textContent = source ? source.textContent.trim() : "";
  return [title, words];
}
