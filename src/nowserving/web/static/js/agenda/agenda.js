/** The agenda, live: whenever something happens at the branch, the day is read anew; keys lead through it. */
import { linkWatcher } from "../connection.js";
import { follow } from "../live.js";

/** A busy branch has many events; the day is read anew no more often than this. */
const PAUSE_MS = 1500;

const config = JSON.parse(document.getElementById("agenda")?.textContent ?? "{}");
let version = 0;
let timer = 0;

follow([config.topic], {
  onState(_, state) {
    // The first state is what the page shows already.
    if (version && state.version !== version) timer ||= window.setTimeout(renew, PAUSE_MS);
    version = state.version;
  },
  onLink: linkWatcher(),
  onRefused: () => location.reload(),
});

/** Read this page again, and put its day in place of ours. */
async function renew() {
  timer = 0;
  const day = document.querySelector("[data-day-body]");
  // What somebody is pressing just now must not move under the finger.
  if (!day || day.querySelector(":active")) return void (timer = window.setTimeout(renew, PAUSE_MS));
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-day-body]");
  if (!fresh || fresh.innerHTML === day.innerHTML) return;
  const held = focused(day);
  const open = [...day.querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).name);
  day.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (day.querySelectorAll("input[type=checkbox]"))) box.checked = open.includes(box.name);
  if (held) /** @type {HTMLElement | null} */ (day.querySelector(held))?.focus({ preventScroll: true });
}

/** Where the keyboard is, in words that find it again. @param {Element} day @returns {string} */
function focused(day) {
  const here = document.activeElement;
  if (!here || !day.contains(here)) return "";
  const card = /** @type {HTMLElement | null} */ (here.closest("[data-key]"));
  const verb = /** @type {HTMLElement} */ (here).dataset.verb;
  if (card) return `[data-key="${CSS.escape(card.dataset.key ?? "")}"] ${verb ? `[data-verb="${verb}"]` : "a"}`;
  const href = here.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : "";
}

// Of today, what is now stands in the middle; nobody has to scroll past the morning.
if (!location.hash && scrollY === 0) document.querySelector(".is-now")?.scrollIntoView({ block: "center" });

const sift = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-sift]"));
sift?.querySelector("[data-plain]")?.classList.add("visually-hidden");
sift?.addEventListener("change", (event) => {
  if (event.target instanceof HTMLElement && event.target.getAttribute("name") !== "find") sift.requestSubmit();
});

const print = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-print]"));
if (print) print.hidden = false;
print?.addEventListener("click", () => window.print());

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.closest("input, select, textarea, details[open]")) return;
  const rtl = document.documentElement.dir === "rtl";
  const mirrored = /** @type {Record<string, string>} */ ({ ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" });
  const key = rtl ? (mirrored[event.key] ?? event.key) : event.key;
  const goal = /** @type {HTMLElement | null} */ (document.querySelector(`.agenda__head [data-key="${CSS.escape(key)}"], .sift [data-key="${CSS.escape(key)}"]`));
  if (!goal) return;
  event.preventDefault();
  if (goal instanceof HTMLInputElement) goal.focus();
  else goal.click();
});
