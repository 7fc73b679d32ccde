/** Reading Server-Sent Events out of a fetch body: unlike EventSource it sees pings and refusals. */

/** @typedef {{type: string, data: string, id: string}} StreamEvent */

/**
 * Make a reader that is fed pieces of text and gives back whole events. A comment (the server's
 * ping) gives nothing, but whoever feeds it knows that the line is alive.
 */
export function eventReader() {
  let rest = "";
  let type = "";
  let id = "";
  /** @type {string[]} */
  let data = [];

  /** @param {string} line @returns {StreamEvent | null} */
  function take(line) {
    if (line === "") {
      const event = data.length ? { type: type || "message", data: data.join("\n"), id } : null;
      type = "";
      data = [];
      return event;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") type = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
    return null;
  }

  /** @param {string} text @returns {StreamEvent[]} */
  return function feed(text) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    return lines.map(take).filter((event) => event !== null);
  };
}
