// Lets "12 days 3 hours left" count on, by the server's clock. Without script the text of the page stands.
const UNITS = [["day", 1440], ["hour", 60], ["minute", 1]];

function words(language, amount, unit) {
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

function show(place, loadedAt, language) {
  const { now, until, two, one } = place.dataset;
  const passed = (performance.now() - loadedAt) / 1000;
  const minutes = Math.max(0, Math.ceil((Number(until) - Number(now) - passed) / 60));
  const first = UNITS.findIndex(([, size]) => minutes >= size);
  const [unit, size] = UNITS[first < 0 ? 2 : first];
  const long = words(language, Math.floor(minutes / size), unit);
  if (unit === "minute") {
    place.textContent = one.replace("{short}", long);
    return;
  }
  const [next, part] = UNITS[first + 1];
  const short = words(language, Math.floor((minutes % size) / part), next);
  place.textContent = two.replace("{long}", long).replace("{short}", short);
}

const places = [...document.querySelectorAll(".left[data-until]")];
if (places.length) {
  const loadedAt = performance.now();
  const language = document.documentElement.lang;
  setInterval(() => places.forEach((place) => show(place, loadedAt, language)), 20_000);
}
