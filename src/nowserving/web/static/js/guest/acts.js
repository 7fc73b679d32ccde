/** The page's forms, carried out without leaving the page. Without this module they are ordinary forms. */
import { t } from "../i18n.js";
import { send } from "../send.js";
import { toast } from "../toast.js";

/** @typedef {{method: string, path: string, body?: Record<string, number>}} Call */

/**
 * What a form asks of the API; null for a form that is left to the browser.
 *
 * @param {string | undefined} act @param {Record<string, string>} given @returns {Call | null}
 */
export function callOf(act, given) {
  if (act === "leave") return { method: "DELETE", path: "" };
  if (act === "postpone") return { method: "POST", path: "/postpone", body: { places: Number(given.places) } };
  if (act === "party-size") return { method: "POST", path: "/party-size", body: { party_size: Number(given.party_size) } };
  if (act === "coming") return { method: "POST", path: "/coming", body: {} };
  if (act === "check-in" || act === "rejoin" || act === "undo-leave") return { method: "POST", path: `/${act}` };
  return null;
}

/** @param {string} act what to say once it is done */
function doneWords(act) {
  if (act === "postpone") return t("Done. Your new place is shown above.");
  return act === "party-size" ? t("Saved.") : "";
}

/**
 * @param {string} key the ticket's
 * @param {{done: (act: string) => void, refused: (act: string) => void}} after
 */
export function listenToForms(key, { done, refused }) {
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const given = Object.fromEntries(new FormData(form, button));
    const call = callOf(form.dataset.do, /** @type {Record<string, string>} */ (given));
    if (!call) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const answer = await send(call.method, `/tickets/${key}${call.path}`, { body: call.body });
    form.removeAttribute("aria-busy");
    const act = form.dataset.do ?? "";
    if (!answer.ok) {
      toast(answer.detail);
      return refused(act);
    }
    form.closest("details")?.removeAttribute("open");
    if (doneWords(act)) toast(doneWords(act), { seconds: 5 });
    done(act);
  });
}
