/** What a kiosk does: from the first touch to the ticket, and back to the start for the next guest. */
import { openingWords } from "../device/opening.js";
import { announce, h, icon } from "../dom.js";
import { language, t } from "../i18n.js";
import { serverNow } from "../time.js";
import { askCode } from "./arrive.js";
import { ask } from "./ask.js";
import { askContact } from "./contact.js";
import { roadsFor } from "./contact_sent.js";
import { countdown } from "./countdown.js";
import { drawDepartments, drawOffers } from "./home.js";
import { notice } from "./notice.js";
import { columnsFor, doorsOf, groupsOf, offersOf, pageOf, pageSize, planOf, prioritiesOf, questionsOf } from "./offer.js";
import { resultCard } from "./result.js";
import { clearSlip, fillSlip, printSlip } from "./slip.js";
import { takeTicket } from "./tickets.js";
import { peopleAhead, refusalWords } from "./words.js";

const REFUSAL_S = 10;
const MORE_S = 30;

/**
 * @typedef {import("./offer.js").Offer} Offer
 * @typedef {object} Parts
 * @property {import("./view.js").View} view
 * @property {import("../device/config.js").Config} config
 * @property {HTMLElement} slip
 * @property {() => boolean} faulty the printer is out of order
 * @property {() => void} onUnpaired
 * @property {() => void} forget make language, text and contrast those of the house again
 * @property {() => boolean} changed are they other than those of the house?
 */

export class Kiosk {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.view = parts.view;
    /** @type {any} the document of our topic */
    this.state = null;
    this.offersRoot = h("div", { class: "home", dataset: { live: "" } });
    /** @type {{element: HTMLElement, more: (seconds: number) => void, stop: () => void} | null} */
    this.ring = null;
    this.connected = true;
    this.start();
  }

  /** Begin anew: nothing of the last guest is left. */
  start() {
    this.stopRing();
    /** @type {any} the ticket that was given, while its guest stands here */
    this.given = null;
    clearSlip(this.parts.slip);
    // What was said to a screen reader belongs to the guest who has left.
    document.getElementById("announcer")?.replaceChildren();
    this.parts.forget();
    this.view.busy(null);
    /** @type {string | null} the department that was entered */
    this.group = null;
    this.page = 0;
    this.prioritised = false;
    this.go(() => this.home());
  }

  /** Is there something to clear away when nobody goes on? */
  get begun() {
    return !this.atHome || this.group !== null || this.page > 0 || this.prioritised || this.parts.changed();
  }

  /** May the page be loaded anew without anybody noticing? */
  get idle() {
    return this.atHome && !this.begun;
  }

  /** The width of the paper in mm, 0 for none. Staff who look at a kiosk in their browser have no slip printer. */
  get paper() {
    const { device } = this.parts.config;
    if (!device) return 0;
    const { paper = "branch" } = device.settings;
    if (paper !== "branch") return Number(paper) || 0;
    return this.screens.print_tickets ? Number(this.screens.paper_mm) : 0;
  }

  get screens() {
    return this.state?.screens ?? {};
  }

  /** @param {any} state */
  onState(state) {
    this.state = state;
    if (this.atHome) this.redraw();
  }

  /** @param {boolean} connected */
  onLink(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    // Who has a ticket may finish reading it, or typing.
    if (!this.ring && !this.given) this.start();
  }

  /** Show a screen now, and again whenever the language changes. @param {() => void} draw @param {boolean} [home] */
  go(draw, home = true) {
    this.atHome = home;
    this.redraw = draw;
    draw();
  }

  home() {
    if (!this.connected) this.away();
    else if (!this.state) this.view.show({ name: "loading", title: t("Welcome"), body: h("div", { class: "only" }, h("span", { class: "spinner" })) });
    else this.offer();
  }

  away() {
    const words = t("This machine works again by itself as soon as it can.");
    this.view.show({ name: "away", title: t("Please see a member of staff"), lead: t("No tickets can be given here just now."), body: notice("wifi-off", words) });
  }

  offer() {
    const offers = offersOf(this.state, this.parts.config.device?.settings.queue_ids);
    const doors = doorsOf(this.state, offers);
    if (doors === "closed" || doors === "empty") this.closed(doors);
    else this.choose(offers, doors);
  }

  /** @param {string} doors */
  closed(doors) {
    const { open, opens_at: opensAt, closed_for: reason, branch } = this.state;
    if (doors === "empty") {
      this.view.show({ name: "closed", title: t("Nothing is offered here yet"), body: notice("ticket", t("Please see a member of staff.")), arrive: this.arriveKey() });
      return;
    }
    const words = !open && opensAt ? openingWords(opensAt, branch.time_zone, serverNow()) : "";
    const shut = reason === undefined ? t("We are closed now") : reason ? t("Closed today: %(reason)s", { reason }) : t("Closed today");
    const title = open ? t("No more tickets today") : shut;
    this.view.show({ name: "closed", title, lead: words, body: notice("door-closed", open ? t("Please see a member of staff.") : ""), arrive: this.arriveKey() });
  }

  /** @param {Offer[]} offers @param {string} doors */
  choose(offers, doors) {
    const room = this.view.room();
    const groups = groupsOf(this.state, offers);
    const plan = planOf(groups, room);
    const inside = plan.nested ? groups.find(({ id }) => id === this.group) : undefined;
    const list = inside ? inside.offers : plan.nested ? groups : plan.groups.length === 1 ? plan.groups[0].offers : null;
    const { shown, page, pages } = pageOf(list ?? [], pageSize(room), this.page ?? 0);
    this.page = page;
    this.offersRoot.dataset.columns = String(list ? columnsFor(list.length, room) : plan.columns);
    const { icons } = this.parts.config;
    const hands = { take: this.take.bind(this), enter: this.enter.bind(this), icons, prioritised: this.prioritised };
    if (plan.nested && !inside) drawDepartments(this.offersRoot, /** @type {any} */ (shown), this.state.open, hands);
    else drawOffers(this.offersRoot, list ? [{ id: "page", name: "", offers: /** @type {Offer[]} */ (shown) }] : plan.groups, this.state.open, hands);
    this.view.show({
      name: inside ? "group" : "home",
      title: inside ? inside.name || t("Other services") : this.screens.welcome || t("Welcome"),
      lead: leadWords(doors),
      body: this.offersRoot,
      priority: this.prioritySwitch(offers),
      arrive: this.arriveKey(),
      back: inside ? () => this.enter(null) : undefined,
      pager: { page, pages, turn: (by) => this.turn(by) },
    });
  }

  /** The way in for whoever has reserved a time, where that can be done. */
  arriveKey() {
    return this.parts.config.reservations ? { words: t("Have an appointment?"), press: () => askCode(this) } : null;
  }

  /** @param {Offer[]} offers */
  prioritySwitch(offers) {
    const priorities = prioritiesOf(offers.filter((offer) => offer.can_join === "open"));
    if (!priorities.length) return null;
    const words = priorities.map(({ name }) => name).join(" · ");
    return { words, on: this.prioritised, press: () => this.prioritise(!this.prioritised) };
  }

  /** @param {boolean} prioritised */
  prioritise(prioritised) {
    this.prioritised = prioritised;
    this.redraw();
  }

  /** @param {string | null} groupId */
  enter(groupId) {
    this.group = groupId;
    this.page = 0;
    this.redraw();
  }

  /** @param {number} by */
  turn(by) {
    this.page = (this.page ?? 0) + by;
    this.redraw();
  }

  /** @param {Offer} offer */
  take(offer) {
    const prioritised = this.prioritised && offer.priorities.length > 0;
    if (!questionsOf(offer, prioritised).length) {
      const [only] = offer.priorities;
      const card = /** @type {HTMLElement | null} */ (this.offersRoot.querySelector(`[data-queue="${CSS.escape(offer.id)}"]`));
      this.join(offer, prioritised ? { priority: only.code } : {}, card);
      return;
    }
    const show = (/** @type {any} */ screen) => this.view.show({ name: "ask", ...screen });
    const onDone = (/** @type {any} */ wishes) => this.join(offer, wishes, null);
    this.go(() => ask({ offer, prioritised, show, onBack: () => this.go(() => this.home()), onDone }), false);
  }

  /** @param {Offer} offer @param {import("./tickets.js").Wishes} wishes @param {HTMLElement | null} card */
  async join(offer, wishes, card) {
    if (this.joining) return;
    this.joining = true;
    this.atHome = false;
    this.view.busy(card ?? this.view.stage);
    const answer = await takeTicket(offer.id, { ...wishes, language });
    this.joining = false;
    this.view.busy(null);
    if (answer.kind === "ticket") this.give(answer.ticket, offer);
    else if (answer.kind === "unpaired") this.parts.onUnpaired();
    else this.sorry(answer.kind === "refused" ? refusalWords(answer.code) : t("No tickets can be given here just now."));
  }

  /** @param {any} ticket @param {Partial<Offer>} offer @param {string} [words] what is said above it */
  give(ticket, offer, words) {
    const { slip, config, faulty } = this.parts;
    this.hold(ticket, offer, words);
    if (this.paper === 0 || faulty()) return;
    fillSlip(slip, ticket, config);
    printSlip(slip, this.paper);
  }

  /**
   * Show a ticket until its ring has closed. `told` says how its guest will be told, once that was settled.
   *
   * @param {any} ticket @param {Partial<Offer>} offer @param {string} [words] @param {string} [told]
   */
  hold(ticket, offer, words, told = "") {
    const { config, faulty } = this.parts;
    const broken = this.paper > 0 && faulty();
    const where = this.state.departments?.[offer.department_id ?? ""]?.name ?? "";
    const roads = told ? [] : roadsFor(ticket, offer, config);
    this.given = ticket;
    this.ring = countdown(Math.max(8, Number(this.screens.reset_after_s) || 12), () => this.start());
    this.go(() => {
      const card = resultCard(ticket, { prints: this.paper > 0 && !broken, faulty: broken, where, told });
      card.append(this.ringKeys(roads.length ? () => this.tell(ticket, offer, roads, words) : undefined));
      announce([ticket.code, ticket.queue.name, ticket.state === "waiting" ? peopleAhead(ticket.ahead ?? 0) : t("It's your turn."), told].filter(Boolean).join(". "));
      this.view.show({ name: "result", title: t("Your number"), lead: words ?? t("Please wait until it is called."), body: card });
    }, false);
  }

  /** Ask how the guest wants to be told. The ring stands still meanwhile; a guest who goes away is noticed all the same. */
  tell(/** @type {any} */ ticket, /** @type {Partial<Offer>} */ offer, /** @type {string[]} */ roads, /** @type {string | undefined} */ words) {
    this.stopRing();
    askContact({ kiosk: this, ticket, roads, done: (told) => this.hold(ticket, offer, words, told) });
  }

  stopRing() {
    this.ring?.stop();
    this.ring = null;
  }

  /** @param {string} words */
  sorry(words) {
    this.ring = countdown(REFUSAL_S, () => this.start());
    this.go(() => this.view.show({ name: "sorry", title: t("Please see a member of staff"), lead: words, body: notice("circle-alert", "", this.ringKeys()) }), false);
  }

  /** @param {() => void} [tell] asks how the guest wants to be told, where that is offered */
  ringKeys(tell) {
    const ring = /** @type {NonNullable<typeof this.ring>} */ (this.ring);
    const more = h("button", { type: "button", class: "button button--huge", onclick: () => ring.more(MORE_S) }, icon("timer"), h("span", {}, t("More time")));
    const done = h("button", { type: "button", class: "button button--primary button--huge", onclick: () => this.start() }, ring.element, h("span", {}, t("Done")));
    const told = tell && h("button", { type: "button", class: "button button--huge ring-keys__tell", onclick: tell }, icon("bell-ring"), h("span", {}, t("Tell me when it is my turn")));
    return h("div", { class: "ring-keys" }, told || null, more, done);
  }
}

/** @param {string} doors */
function leadWords(doors) {
  if (doors === "full") return t("Every queue is full just now. Please come back later, or see a member of staff.");
  if (doors === "paused") return t("We take a short break. Tickets are given again in some minutes.");
  return t("Touch what you need and take your number.");
}
