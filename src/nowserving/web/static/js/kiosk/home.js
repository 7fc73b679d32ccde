/** The first screen: what a guest may come for, as cards of a finger's size. */
import { h, icon, keyedList, setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { closedWords, peopleWaiting, waitWords } from "./words.js";

/**
 * @typedef {import("./offer.js").Offer} Offer
 * @typedef {object} Hands what the cards do
 * @property {(offer: Offer) => void} take
 * @property {(groupId: string) => void} enter
 * @property {string[]} icons the icons there are
 * @property {boolean} prioritised the guest has said that a priority applies
 */

/**
 * Draw groups of cards into `root`, keeping the cards that stay (and the finger on them).
 *
 * @param {HTMLElement} root
 * @param {{id: string, name: string, offers: Offer[]}[]} groups
 * @param {boolean} open whether the branch is open
 * @param {Hands} hands
 */
export function drawOffers(root, groups, open, hands) {
  const titled = groups.length > 1;
  keyedList(root, groups, (group) => `group ${group.id}`, makeGroup, (section, group) => {
    const heading = /** @type {HTMLElement} */ (section.querySelector(".offers__title"));
    heading.hidden = !titled || !group.name;
    setText(heading, group.name);
    const grid = /** @type {HTMLElement} */ (section.querySelector(".offers__grid"));
    keyedList(grid, group.offers, ({ id }) => id, makeCard, (card, offer) => fillCard(card, offer, open, hands));
  });
}

/**
 * Draw the departments as doors; one with a single queue is that queue's card.
 *
 * @param {HTMLElement} root
 * @param {{id: string, name: string, offers: Offer[]}[]} groups
 * @param {boolean} open
 * @param {Hands} hands
 */
export function drawDepartments(root, groups, open, hands) {
  keyedList(root, [{ id: "departments" }], ({ id }) => id, makeGroup, (section) => {
    /** @type {HTMLElement} */ (section.querySelector(".offers__title")).hidden = true;
    const grid = /** @type {HTMLElement} */ (section.querySelector(".offers__grid"));
    keyedList(grid, groups, ({ id }) => `door ${id}`, makeCard, (card, group) => {
      if (group.offers.length === 1) fillCard(card, group.offers[0], open, hands);
      else fillDoor(card, group, hands);
    });
  });
}

function makeGroup() {
  return h("section", { class: "offers" }, h("h2", { class: "offers__title" }), h("div", { class: "offers__grid" }));
}

function makeCard() {
  const facts = h(
    "span",
    { class: "service__facts" },
    h("span", { class: "service__fact" }, icon("users"), h("span", { class: "service__waiting" })),
    h("span", { class: "service__fact" }, icon("clock"), h("span", { class: "service__wait" })),
  );
  const badge = h("span", { class: "badge badge--accent service__badge" }, icon("accessibility"), h("span", {}));
  const words = h("span", { class: "service__words" }, h("strong", { class: "service__name" }, h("bdi")), facts, h("span", { class: "service__closed" }), badge);
  return h("button", { type: "button", class: "service" }, h("span", { class: "service__icon" }), words);
}

/** @param {HTMLElement} card @param {Offer} offer @param {boolean} open @param {Hands} hands */
function fillCard(card, offer, open, hands) {
  const can = offer.can_join === "open";
  card.dataset.state = offer.can_join;
  card.dataset.queue = offer.id;
  fillWords(card, offer.name, iconOf(offer.icon, hands));
  setText(card.querySelector(".service__waiting"), peopleWaiting(offer.waiting, offer.ask_party));
  setText(card.querySelector(".service__wait"), waitWords(offer.wait));
  setText(card.querySelector(".service__closed"), can ? "" : closedWords(offer.can_join, open));
  setText(card.querySelector(".service__badge > span"), t("Priority"));
  show(card.querySelector(".service__facts"), can);
  show(card.querySelector(".service__closed"), !can);
  show(card.querySelector(".service__badge"), can && hands.prioritised && offer.priorities.length > 0);
  card.toggleAttribute("disabled", !can);
  card.onclick = () => hands.take(offer);
}

/** @param {HTMLElement} card @param {{id: string, name: string, offers: Offer[]}} group @param {Hands} hands */
function fillDoor(card, group, hands) {
  const open = group.offers.some((offer) => offer.can_join === "open");
  const waiting = group.offers.reduce((sum, offer) => sum + offer.waiting, 0);
  card.dataset.state = open ? "open" : group.offers[0].can_join;
  card.dataset.department = group.id;
  fillWords(card, group.name || t("Other services"), "layers");
  setText(card.querySelector(".service__waiting"), peopleWaiting(waiting, group.offers.some((offer) => offer.ask_party)));
  setText(card.querySelector(".service__wait"), tn("%(n)s service", "%(n)s services", group.offers.length));
  show(card.querySelector(".service__facts"), true);
  show(card.querySelector(".service__closed"), false);
  show(card.querySelector(".service__badge"), false);
  card.onclick = () => hands.enter(group.id);
}

/** @param {HTMLElement} card @param {string} name @param {string} picture */
function fillWords(card, name, picture) {
  setText(card.querySelector(".service__name > bdi"), name);
  const frame = /** @type {HTMLElement} */ (card.querySelector(".service__icon"));
  if (frame.dataset.icon === picture) return;
  frame.dataset.icon = picture;
  frame.replaceChildren(icon(picture));
}

/** @param {string} wanted @param {Hands} hands */
function iconOf(wanted, hands) {
  return hands.icons.includes(wanted) ? wanted : "ticket";
}

/** @param {Element | null} element @param {boolean} shown */
function show(element, shown) {
  if (element) /** @type {HTMLElement} */ (element).hidden = !shown;
}
