/** Being told on this phone when the page is closed: asked for by a tap, never on load. */
import { t } from "../i18n.js";
import { toast } from "../toast.js";

const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("notify"));
// On plain HTTP, and in a tab of an iPhone, there is no push: then there is no button.
if (button && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.hidden = button.getAttribute("aria-pressed") === "true" || Notification.permission === "denied";
  button.addEventListener("click", () => void subscribe(button));
}

/** @param {HTMLButtonElement} pressed */
async function subscribe(pressed) {
  if ((await Notification.requestPermission()) !== "granted") {
    toast(t("This phone does not allow notifications for this page."), { seconds: 8 });
    return;
  }
  pressed.disabled = true;
  try {
    await navigator.serviceWorker.register("/worker.js", { scope: "/t/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: bytes(pressed.dataset.key ?? "") };
    const made = await pushManager.subscribe(options);
    await keep(pressed.dataset.ticket ?? "", made);
    pressed.hidden = true;
    toast(t("This phone tells you when it is your turn, with the page closed too."), { seconds: 8 });
  } catch {
    toast(t("That did not work. Keep the page open, it changes by itself."), { seconds: 8 });
  } finally {
    pressed.disabled = false;
  }
}

/** @param {string} ticket @param {PushSubscription} made */
async function keep(ticket, made) {
  const { endpoint, keys } = made.toJSON();
  const push = { endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
  const response = await fetch(`/api/v1/tickets/${ticket}/contact`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ push }),
  });
  if (!response.ok) throw new Error(`refused: ${response.status}`);
}

/** @param {string} text base64url */
function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}
