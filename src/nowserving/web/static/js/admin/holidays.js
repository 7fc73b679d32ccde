/** Another country, region or year is shown at once. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-send-itself]"));
form?.addEventListener("change", (event) => {
  // Regions of another country mean nothing.
  const region = /** @type {HTMLSelectElement | null} */ (form.querySelector("#region"));
  if (region && event.target instanceof Element && event.target.id === "country") region.value = "";
  form.requestSubmit();
});
