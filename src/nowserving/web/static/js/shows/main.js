/** The pages of shows. Without this they read themselves again by their head; here, at the same pace. */
import "../booking/main.js";

const again = Number(document.body.dataset.again);
// Also behind another tab: whoever is not heard of for long is set aside. Not all of a hall in the same instant.
if (again) setTimeout(() => location.reload(), again * 1000 * (0.9 + 0.2 * Math.random()));
// The call reaches a hand that holds the phone.
if (document.body.dataset.place === "called") navigator.vibrate?.([300, 150, 300]);
