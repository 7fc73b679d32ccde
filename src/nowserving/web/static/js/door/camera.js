/** The camera as a scanner, where the browser reads QR codes by itself. Without that, the button never shows. */

const LOOK_EVERY_MS = 200;
const SAME_AGAIN_MS = 4000;

/** Whether this browser can. */
export function canSee() {
  return "BarcodeDetector" in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);
}

/**
 * Start looking; resolves to a function that stops it. The same code held before it is told once.
 *
 * @param {HTMLVideoElement} view
 * @param {(code: string) => void} onCode
 */
export async function look(view, onCode) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  // @ts-ignore: not in every browser's types.
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  view.srcObject = stream;
  await view.play();
  let last = "";
  let seenAt = 0;
  const rhythm = setInterval(async () => {
    const [found] = await detector.detect(view).catch(() => []);
    if (!found) return;
    const now = performance.now();
    if (found.rawValue !== last || now - seenAt > SAME_AGAIN_MS) onCode(found.rawValue);
    [last, seenAt] = [found.rawValue, now];
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(rhythm);
    for (const track of stream.getTracks()) track.stop();
    view.srcObject = null;
  };
}
