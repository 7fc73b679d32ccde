/** Makes the style guide's examples move. */
import { linkWatcher } from "./connection.js";
import { toast } from "./toast.js";

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("dialog"));
const watch = linkWatcher();
let up = true;

document.addEventListener("click", (event) => {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (button?.dataset.show === "toast") toast("C-003 marked as no-show.", { undo: () => toast("Undone.") });
  if (button?.dataset.show === "dialog") dialog.showModal();
  if (button?.dataset.close !== undefined) dialog.close();
  if (button?.dataset.show === "connection") watch((up = !up), Date.now() - 3000);
});
