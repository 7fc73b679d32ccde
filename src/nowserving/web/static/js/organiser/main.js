/** The numbers of a sale, read again every few seconds; what is being typed below them stays. */
import { t } from "../i18n.js";
import { toast } from "../toast.js";

const EVERY_MS = 3000;
const SELECTOR = "#numbers";
let lost = false;

async function readAgain() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(SELECTOR);
    if (fresh) document.querySelector(SELECTOR)?.replaceWith(document.importNode(fresh, true));
    lost = false;
  } catch {
    if (!lost) toast(t("Connection lost"));
    lost = true;
  }
}

setInterval(() => void readAgain(), EVERY_MS);
document.addEventListener("visibilitychange", () => void readAgain());
