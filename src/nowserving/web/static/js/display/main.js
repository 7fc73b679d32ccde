/** Start of the display: the wall, the sound, and the line to the server. */
import { linkWatcher } from "../connection.js";
import { readConfig } from "../device/config.js";
import { tameScreen } from "../device/frame.js";
import { pulse, reload } from "../device/pulse.js";
import { announce, setText } from "../dom.js";
import { locale } from "../i18n.js";
import { follow } from "../live.js";
import { clockTime, serverNow } from "../time.js";
import { announcer } from "./announcer.js";
import { callBook, stands } from "./calls.js";
import { isQuiet, minuteOfDay, themeFor } from "./hours.js";
import { Sound } from "./sound.js";
import { soundSwitch } from "./sound_switch.js";
import { Voice } from "./voice.js";
import { Wall } from "./wall.js";

/** The page may be loaded anew when nothing was called for so long. */
const CALM_MS = 20_000;
/** The picture wanders by some pixels, so that no number burns itself into the screen. */
const WANDER_MS = 60_000;
const STEPS = [[0, 0], [3, 2], [5, -1], [2, -3], [-2, -2], [-4, 1], [-1, 3]];

const config = readConfig();
const settings = config.device?.settings ?? {};
/** @type {string[]} */
const only = settings.queue_ids ?? [];
const root = /** @type {HTMLElement} */ (document.getElementById("main"));
const wall = new Wall(root, { only, layout: settings.layout ?? "auto" });
const book = callBook();
/** @type {any} */
let state = null;
let calledAt = 0;

const sound = new Sound(() => drawSwitch());
const voice = new Voice(sound);
const drawSwitch = soundSwitch(/** @type {HTMLElement} */ (document.getElementById("sound")), sound, () => loudness() > 0);

const speaker = announcer({
  stands: (call) => stands(state, call.n),
  flash(call) {
    calledAt = Date.now();
    wall.flash(call);
    draw();
    announce([call.code, call.desk].filter(Boolean).join(", "));
  },
  async chime() {
    if (state.screens?.chime && loudness()) await sound.play("chime.wav");
  },
  async speak(call, brief) {
    if (!state.screens?.voice || !loudness()) return;
    const wanted = state.screens.voice_languages?.length ? state.screens.voice_languages.slice(0, 3) : [config.language];
    const times = state.screens.voice_twice && !brief ? 2 : 1;
    for (const language of brief ? wanted.slice(0, 1) : wanted) {
      for (let said = 0; said < times; said += 1) await voice.say(call, language, loudness());
    }
  },
});

/** How loud it is now: the device's volume, nothing in its quiet hours. */
function loudness() {
  const quiet = isQuiet(minuteOfDay(serverNow(), config.branch.time_zone), settings.mute_from, settings.mute_until);
  return quiet ? 0 : (settings.volume ?? 80);
}

function draw() {
  if (!state) return;
  wall.draw(state, serverNow());
}

const onLink = linkWatcher();
const sign = pulse(config, { idle: () => speaker.idle() && Date.now() - calledAt > CALM_MS });
follow([config.topic], {
  onState(_, fresh) {
    state = fresh;
    draw();
    speaker.add(book.fresh(state, only, serverNow()));
  },
  onLink(up, sinceMs) {
    onLink(up, sinceMs);
    // The server that came back may be a newer one.
    if (up) sign.beat();
  },
  onRefused: () => reload(),
});

function tick() {
  const now = serverNow();
  const zone = config.branch.time_zone;
  setText(document.getElementById("clock"), clockTime(now * 1000, zone));
  setText(document.getElementById("date"), new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: zone }).format(now));
  document.documentElement.dataset.theme = themeFor(settings.theme ?? "auto", minuteOfDay(now, zone), state?.open ?? true);
  sound.setVolume(loudness());
  drawSwitch();
  draw();
}

function wander() {
  const [x, y] = STEPS[Math.floor(Date.now() / WANDER_MS) % STEPS.length];
  root.style.setProperty("--x", `${x}px`);
  root.style.setProperty("--y", `${y}px`);
}

tick();
setInterval(tick, 1000);
wander();
setInterval(wander, WANDER_MS);
voice.load();
tameScreen();
