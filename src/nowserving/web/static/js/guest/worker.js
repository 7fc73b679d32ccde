/**
 * The service worker of the guests' pages: the last page without a network, and messages to a closed one.
 *
 * A page comes from the network whenever there is one; what was kept is shown only without. It is served
 * from /worker.js for the scope /t/ and stands alone: it imports nothing.
 */

const PAGES = "ns-pages-1";
const FILES = "ns-files-1";
const TICKET = /^\/t\/[\w-]{16,64}$/;
const MOST_PAGES = 3;
const PATIENCE_MS = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => event.waitUntil(keepAll(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && TICKET.test(url.pathname)) event.respondWith(page(request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});
self.addEventListener("push", (event) => event.waitUntil(showPush(event.data)));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("ns-") && name !== PAGES && name !== FILES) await caches.delete(name);
  await self.clients.claim();
}

/** The page that has just been opened, and the files it is made of. @param {{keep?: string, html?: string, at?: number, files?: string[]}} wish */
async function keepAll({ keep, html, at, files = [] }) {
  if (!keep || !html || !TICKET.test(keep)) return;
  const own = files.filter((file) => new URL(file).origin === location.origin);
  const known = await caches.open(FILES);
  // An upgrade has other addresses: what it does not name is never asked for again.
  for (const request of await known.keys()) if (!own.includes(request.url)) await known.delete(request);
  await Promise.all(own.map(async (file) => (await known.match(file)) ?? known.add(file)));
  await keepPage(keep, new Response(html), at);
}

/** @param {string} path @param {Response} response @param {number} [at] when it came */
async function keepPage(path, response, at = Date.now()) {
  const pages = await caches.open(PAGES);
  if (response.status === 404 || response.status === 410) return void (await pages.delete(path));
  if (!response.ok) return;
  const html = await response.text();
  await pages.delete(path);
  const [first, ...more] = await pages.keys();
  if (more.length + 1 >= MOST_PAGES) await pages.delete(first);
  await pages.put(path, new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "X-Kept": String(at) } }));
}

/** @param {Request} request @param {string} path */
async function page(request, path) {
  try {
    const response = await Promise.race([fetch(request), late()]);
    if (response.status < 500) {
      if (response.type === "basic" && !response.redirected) await keepPage(path, response.clone());
      return response;
    }
    return (await kept(path)) ?? response;
  } catch {
    return (await kept(path)) ?? Response.error();
  }
}

/** @returns {Promise<never>} */
function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("the network is too slow")), PATIENCE_MS));
}

/** The page as it was, which knows and says how old it is. @param {string} path */
async function kept(path) {
  const found = await (await caches.open(PAGES)).match(path);
  if (!found) return null;
  const html = (await found.text()).replace("<html ", `<html data-stale data-kept="${found.headers.get("X-Kept")}" `);
  return new Response(html, { headers: AS_STRICT });
}

/** A kept page is as strict as a fresh one, and stays in the same process. */
const AS_STRICT = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": ["default-src 'none'", ...["script", "style", "img", "connect", "manifest", "worker"].map((what) => `${what}-src 'self'`), "form-action 'self'", "base-uri 'none'"].join("; "),
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request, { cacheName: FILES })) ?? fetch(request);
}

/** A declarative message: {"web_push": 8030, "notification": {title, body, navigate, …}}. @param {PushMessageData | null} data */
async function showPush(data) {
  const told = read(data);
  const { title = "Now Serving", navigate = "/", ...options } = told.notification ?? {};
  await self.registration.showNotification(title, { ...options, data: { navigate } });
}

/** @param {PushMessageData | null} data */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/** @param {Notification} notification */
async function open(notification) {
  notification.close();
  const url = new URL(notification.data?.navigate ?? "/", location.origin);
  if (url.origin !== location.origin) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((client) => new URL(client.url).pathname === url.pathname);
  await (there ? there.focus() : self.clients.openWindow(url.href));
}
