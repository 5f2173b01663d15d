// Where the juror's mark comes from: buttons, keys, a typed number, or one mark for each criterion. Marks are integers
// in hundredths of a point, as everywhere.

const LETTERS = { y: 100, m: 50, n: 0 };
const SIDES = { ArrowLeft: 100, ArrowDown: 50, ArrowRight: 0 };

export class Pad extends EventTarget {
  #form;
  #mode;
  #half;
  #rows;

  // `form` carries data-mode (yesno, score or pairs) and the page's own buttons, which say which marks there are.
  constructor(form) {
    super();
    this.#form = form;
    this.#mode = form.dataset.mode;
    this.#half = form.querySelector("[name=half]");
    this.#rows = [...form.querySelectorAll("fieldset")];
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button?.name === "score") this.#give(Number(button.value) + (this.#half?.checked ? 50 : 0));
      else if (this.#rows.length > 0) this.#giveRows();
      else this.#giveTyped();
    });
    form.addEventListener("change", ({ target }) => target.type === "radio" && this.#goOn());
  }

  // Show the mark that a work has, null for none, and the single marks of its criteria.
  show(mark, marks) {
    for (const button of this.#form.querySelectorAll("[name=score]")) {
      const off = mark === null ? null : mark - Number(button.value);
      const isHalf = off === 50 && this.#half !== null;
      button.setAttribute("aria-pressed", String(off === 0 || isHalf));
      button.classList.toggle("half", isHalf);
    }
    if (this.#half) this.#half.checked = false;
    const typed = this.#form.querySelector("[name=points]");
    if (typed) typed.value = mark === null ? "" : mark / 100;
    for (const row of this.#rows) {
      for (const one of row.elements) one.checked = Number(one.value) === marks?.[row.dataset.key];
    }
  }

  // Take a key; tell whether it was one of the pad's.
  key(event) {
    if (this.#mode === "yesno") return this.#press(LETTERS[event.key.toLowerCase()]);
    if (this.#mode === "pairs") return this.#press(SIDES[event.key]);
    // The key's place, not its sign: with Shift a digit is another sign on every keyboard.
    const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1] ?? /^[0-9]$/.exec(event.key)?.[0];
    if (digit === undefined) return false;
    const points = 100 * (digit === "0" && !this.#has(0) ? 10 : Number(digit));
    if (this.#rows.length > 0) return this.#check(points + (event.shiftKey ? 50 : 0));
    const typed = this.#form.querySelector("[name=points]");
    if (typed) {
      typed.focus(); // the digit is typed there
      return false;
    }
    return this.#press(points, event.shiftKey && this.#half !== null ? 50 : 0);
  }

  #has(mark) {
    return this.#form.querySelector(`[name=score][value="${mark}"], [type=radio][value="${mark}"]`) !== null;
  }

  #press(mark, more = 0) {
    if (mark === undefined || !this.#has(mark)) return false;
    this.#give(mark + more);
    return true;
  }

  #give(score) {
    if (this.#half?.checked) this.#half.checked = false;
    // Half a step above the highest mark is no mark.
    if (score <= Number(this.#form.dataset.high)) this.#say({ score });
  }

  #giveTyped() {
    const typed = this.#form.querySelector("[name=points]");
    if (!typed.reportValidity() || typed.value === "") return;
    typed.blur();
    this.#say({ score: Math.round(Number(typed.value) * 100) });
  }

  // Give the criterion on which the hand rests, or the first without a mark.
  #row() {
    return this.#rows.find((row) => row.contains(document.activeElement)) ?? this.#open() ?? this.#rows[0];
  }

  #open() {
    return this.#rows.find((row) => row.querySelector(":checked") === null);
  }

  #check(mark) {
    const one = this.#row().querySelector(`[value="${mark}"]`);
    if (one === null) return false;
    one.checked = true;
    one.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  // A criterion has its mark: the hand goes on to the next without one; the last of them gives the work its mark.
  #goOn() {
    const next = this.#open();
    if (next === undefined) this.#giveRows();
    else next.querySelector("input").focus();
  }

  #giveRows() {
    const marks = Object.fromEntries(
      this.#rows.map((row) => [row.dataset.key, Number(row.querySelector(":checked")?.value)]),
    );
    if (Object.values(marks).some(Number.isNaN)) return;
    document.activeElement.blur();
    this.#say({ score: this.#mean(marks), marks });
  }

  // As the service reckons it: the weighted mean, rounded to hundredths with halves up.
  #mean(marks) {
    let [sum, weights] = [0, 0];
    for (const { dataset } of this.#rows) {
      sum += Number(dataset.weight) * marks[dataset.key];
      weights += Number(dataset.weight);
    }
    return Math.floor((2 * sum + weights) / (2 * weights));
  }

  #say(detail) {
    this.dispatchEvent(new CustomEvent("mark", { detail }));
  }
}
