/** What the server told this page about the device it runs on. */

/**
 * @typedef {object} Config
 * @property {"kiosk" | "display"} kind
 * @property {string} build names the version of the pages
 * @property {string} mark changes whenever the server would tell this page something else: load again
 * @property {string} fault what the device said last that it lacks, or ""
 * @property {string} topic
 * @property {{id: string, name: string, time_zone: string}} branch
 * @property {string} organisation
 * @property {string} language the one it speaks by itself
 * @property {{code: string, name: string, direction: string}[]} languages those it may speak
 * @property {Record<string, import("../i18n.js").Catalogue>} catalogues
 * @property {{id: string, name: string, settings: Record<string, any>} | null} device null: staff look at it
 * @property {string[]} icons
 * @property {string[]} [roads] by what the guests of a kiosk can be told
 */

/** @returns {Config} */
export function readConfig() {
  return JSON.parse(document.getElementById("config")?.textContent ?? "{}");
}
