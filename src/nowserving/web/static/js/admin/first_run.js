/** The first run: guesses the time zone, offers the next letter, shows rows as they are needed. */
import { fillPrefixes, showRowsOnDemand } from "./rows.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-first-run]"));
if (form) {
  guessZone(/** @type {HTMLSelectElement | null} */ (form.querySelector("[data-guess-zone]")));
  showRowsOnDemand(form);
  fillPrefixes(form);
}

/** The browser's own zone, where the list knows it. @param {HTMLSelectElement | null} zones */
function guessZone(zones) {
  if (!zones) return;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...zones.options].some((option) => option.value === here)) zones.value = here;
}
