/** Handing the page on: the phone's own share sheet where there is one, else a copy of the link. */
import { t } from "../i18n.js";
import { toast } from "../toast.js";

/**
 * Offer the one that this browser can do.
 *
 * @param {HTMLElement} share @param {HTMLElement} copy
 */
export function offerShare(share, copy) {
  const canShare = typeof navigator.share === "function";
  share.hidden = !canShare;
  copy.hidden = canShare;
  const url = location.origin + location.pathname;
  share.addEventListener("click", () => navigator.share({ title: document.title, url }).catch(() => {}));
  copy.addEventListener("click", () => void copyLink(url));
}

/** @param {string} url */
async function copyLink(url) {
  try {
    await navigator.clipboard.writeText(url);
    toast(t("The link is copied."), { seconds: 4 });
  } catch {
    // Plain HTTP, or no leave: then the link is shown, to be copied by hand.
    toast(url, { seconds: 30 });
  }
}
