// The album desk: a work's name is dragged to another page of its prize. Arrows and each page's own form do the same
// without it; so after every move the page comes back as the service laid it out.

const book = document.getElementById("book");

if (window.Sortable) {
  book.classList.add("can-drag");
  for (const list of book.querySelectorAll("[data-takes]")) letDrag(list);
}
addEventListener("load", () => setTimeout(comeBack)); // later than the browser's own way to the fragment

function letDrag(list) {
  const prize = list.dataset.takes;
  window.Sortable.create(list, {
    group: prize,
    handle: ".name",
    forceFallback: true, // one way of dragging for mouse, pen and finger
    fallbackOnBody: true,
    fallbackTolerance: 4, // a hand that shakes still clicks
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 200, // a finger that does not rest scrolls
    delayOnTouchOnly: true,
    onStart: () => mark(prize, true),
    onEnd: ({ item, to, from, oldIndex, newIndex }) => {
      mark(prize, false);
      if (to !== from || oldIndex !== newIndex) place(item.dataset.work, to.dataset.page, newIndex + 1);
    },
  });
}

function mark(prize, on) {
  book.classList.toggle("dragging", on);
  for (const list of book.querySelectorAll("[data-takes]")) {
    list.classList.toggle("fits", on && list.dataset.takes === prize);
  }
}

function place(work, to, slot) {
  for (const [name, value] of Object.entries({ place: work, to, slot: Math.min(slot, 4) })) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    book.append(field);
  }
  book.submit();
}

// The work that was moved keeps the focus, so that the next key goes on with it.
function comeBack() {
  const moved = location.hash.startsWith("#w-") && document.getElementById(location.hash.slice(1));
  if (moved) (moved.querySelector("button") ?? moved).focus();
}
