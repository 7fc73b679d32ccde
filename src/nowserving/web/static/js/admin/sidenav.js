/** On a phone the sections stand in one line: the present one is brought into sight. */

const line = document.querySelector(".sidenav");
const here = /** @type {HTMLElement | null} */ (document.querySelector(".sidenav [aria-current=page]"));
if (line && here) line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
