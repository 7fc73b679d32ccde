/** The frame of the kiosk: a title, a stage, and what stands at the foot. One screen at a time. */
import { h, icon, setText } from "../dom.js";
import { t } from "../i18n.js";

/** The least a card may measure, in rem. kiosk.css draws it so. */
const CARD = { width: 15, height: 7.25, gap: 1 };

/**
 * @typedef {object} Screen
 * @property {string} name for the style sheet and for tests
 * @property {string} title
 * @property {string} [lead]
 * @property {Node} body
 * @property {{words: string, on: boolean, press: () => void} | null} [priority] the switch for those who come first
 * @property {{words: string, press: () => void} | null} [arrive] the way in for whoever has reserved a time
 * @property {() => void} [back]
 * @property {{page: number, pages: number, turn: (by: number) => void}} [pager]
 */

export class View {
  /** @param {HTMLElement} root @param {HTMLElement} comfort the keys that make it easier */
  constructor(root, comfort) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
    this.root = root;
    this.title = part("title");
    this.lead = part("lead");
    this.stage = part("stage");
    this.priority = part("priority");
    this.priority.onclick = () => this.screen?.priority?.press();
    this.arrive = part("arrive");
    this.arrive.onclick = () => this.screen?.arrive?.press();
    const foot = part("foot");
    this.back = this.key("arrow-left", () => this.screen?.back?.());
    this.previous = this.key("chevron-left", () => this.screen?.pager?.turn(-1));
    this.next = this.key("chevron-right", () => this.screen?.pager?.turn(1));
    this.count = h("span", { class: "pages__count" });
    this.pages = h("div", { class: "pages" }, this.previous, this.count, this.next);
    foot.append(this.back, comfort, this.pages);
    /** @type {Screen | null} */
    this.screen = null;
  }

  /** @param {string} picture @param {() => void} press */
  key(picture, press) {
    return h("button", { type: "button", class: "button button--huge", onclick: press }, icon(picture, true), h("span", {}));
  }

  /** Show a screen; one of another name takes the focus to its title. @param {Screen} screen */
  show(screen) {
    const fresh = this.screen?.name !== screen.name || this.screen?.title !== screen.title;
    this.screen = screen;
    this.root.dataset.screen = screen.name;
    setText(this.title, screen.title);
    setText(this.lead, screen.lead ?? "");
    if (this.stage.firstChild !== screen.body || this.stage.childNodes.length > 1) this.stage.replaceChildren(screen.body);
    this.showKeys(screen);
    if (fresh) this.focus(screen.body);
  }

  /** @param {Screen} screen */
  showKeys({ back, pager, priority, arrive }) {
    this.arrive.hidden = !arrive;
    setText(this.arrive.querySelector("bdi"), arrive?.words ?? "");
    this.priority.hidden = !priority;
    setText(this.priority.querySelector("bdi"), priority?.words ?? "");
    this.priority.setAttribute("aria-pressed", String(priority?.on ?? false));
    this.back.hidden = !back;
    setText(this.back.lastElementChild, t("Back"));
    const pages = pager?.pages ?? 1;
    this.pages.hidden = pages < 2;
    setText(this.count, `${(pager?.page ?? 0) + 1} / ${pages}`);
    for (const [key, words, off] of /** @type {[HTMLElement, string, boolean][]} */ ([
      [this.previous, t("Previous"), pager?.page === 0],
      [this.next, t("Next"), pager?.page === pages - 1],
    ])) {
      setText(key.lastElementChild, words);
      key.toggleAttribute("disabled", off);
    }
  }

  /** @param {Node} body */
  focus(body) {
    const field = body instanceof HTMLElement ? body.querySelector("input") : null;
    (field ?? this.title).focus({ preventScroll: true });
  }

  /** While the server is asked, nothing else can be touched. @param {HTMLElement | null} card the one that was touched */
  busy(card) {
    this.stage.inert = card !== null;
    for (const waiting of this.root.querySelectorAll("[aria-busy]")) waiting.removeAttribute("aria-busy");
    card?.setAttribute("aria-busy", "true");
  }

  /** How many cards find room on the stage. */
  room() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { clientWidth: width, clientHeight: height } = this.stage;
    const fits = (/** @type {number} */ space, /** @type {number} */ card) => Math.floor((space + CARD.gap * rem) / ((card + CARD.gap) * rem));
    return { columns: Math.min(4, Math.max(1, fits(width, CARD.width))), rows: Math.max(1, fits(height, CARD.height)) };
  }
}
