/** A ring that closes while the seconds run, with the seconds in it. */
import { h, setText } from "../dom.js";

const SPACE = "http://www.w3.org/2000/svg";

/**
 * @param {number} seconds
 * @param {() => void} onEnd
 * @returns {{element: HTMLElement, more: (seconds: number) => void, stop: () => void}}
 */
export function countdown(seconds, onEnd) {
  let left = seconds;
  let whole = seconds;
  const arc = circle("ring__arc");
  const number = h("span", { class: "ring__seconds" }, left);
  const element = h("span", { class: "ring", "aria-hidden": "true" }, ringOf(circle("ring__track"), arc), number);

  function show() {
    setText(number, left);
    arc.setAttribute("stroke-dashoffset", String(1 - left / whole));
  }

  const timer = setInterval(() => {
    left -= 1;
    show();
    if (left <= 0) {
      clearInterval(timer);
      onEnd();
    }
  }, 1000);
  show();
  return {
    element,
    more(extra) {
      left += extra;
      whole = left;
      show();
    },
    stop: () => clearInterval(timer),
  };
}

/** @param {...Element} circles */
function ringOf(...circles) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", "0 0 44 44");
  svg.append(...circles);
  return svg;
}

/** @param {string} name */
function circle(name) {
  const made = document.createElementNS(SPACE, "circle");
  for (const [key, value] of Object.entries({ class: name, cx: "22", cy: "22", r: "20", pathLength: "1" })) made.setAttribute(key, value);
  return made;
}
