/** Changes of a seating plan. Each gives a new plan and keeps what it does not change, members it does not know too. */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{seat_guid: string, seat_number: string, position: Point, category: string, accessible?: boolean, companion_of?: string, blocked?: string, [more: string]: any}} Seat */
/** @typedef {{row_number: string, position?: Point, seats: Seat[], [more: string]: any}} Row */
/** @typedef {{position?: Point, shape?: string, name?: string, capacity?: number, category?: string, text?: any, [more: string]: any}} Area */
/** @typedef {{name?: string, position: Point, rows: Row[], areas?: Area[], [more: string]: any}} Zone */
/** @typedef {{name: string, categories: {name: string, color?: string}[], zones: Zone[], size?: {width: number, height: number}, [more: string]: any}} Plan */
/** @typedef {{zone: number, kind: "rows" | "areas", at: number}} Part a row or an area by its place */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** @param {Part} part */
export function keyOf({ zone, kind, at }) {
  return `${zone}/${kind}/${at}`;
}

/** @param {string} key @returns {Part} */
export function partOf(key) {
  const [zone, kind, at] = key.split("/");
  return { zone: Number(zone), kind: kind === "rows" ? "rows" : "areas", at: Number(at) };
}

/** @param {Plan} plan @param {string} key @returns {any} the row or the area */
export function found(plan, key) {
  const { zone, kind, at } = partOf(key);
  return plan.zones[zone]?.[kind]?.[at];
}

/** Where a row or an area has its own point. @param {Plan} plan @param {string} key @returns {Point} */
export function originOf(plan, key) {
  const at = found(plan, key)?.position ?? { x: 0, y: 0 };
  const zone = plan.zones[partOf(key).zone].position;
  return { x: at.x + zone.x, y: at.y + zone.y };
}

/** Every row and area. @param {Plan} plan @returns {string[]} */
export function keysOf(plan) {
  return plan.zones.flatMap((zone, nth) => [...zone.rows.map((_, at) => keyOf({ zone: nth, kind: "rows", at })), ...(zone.areas ?? []).map((_, at) => keyOf({ zone: nth, kind: "areas", at }))]);
}

/** Change some rows and areas. @param {Plan} plan @param {Iterable<string>} keys @param {(part: any, key: string) => any} change @returns {Plan} */
export function changed(plan, keys, change) {
  const zones = [...plan.zones];
  for (const key of keys) {
    const { zone, kind, at } = partOf(key);
    if (zones[zone] === plan.zones[zone]) zones[zone] = { ...zones[zone] };
    if (zones[zone][kind] === plan.zones[zone][kind]) zones[zone][kind] = [...(zones[zone][kind] ?? [])];
    zones[zone][kind][at] = change(zones[zone][kind][at], key);
  }
  return { ...plan, zones };
}

/** @param {Plan} plan @param {Iterable<string>} keys @param {number} x @param {number} y */
export function movedBy(plan, keys, x, y) {
  return changed(plan, keys, (part) => ({ ...part, position: { x: round((part.position?.x ?? 0) + x), y: round((part.position?.y ?? 0) + y) } }));
}

/** Take rows and areas out; who was somebody's companion there is nobody's. @param {Plan} plan @param {Iterable<string>} keys @returns {Plan} */
export function without(plan, keys) {
  const gone = new Set(keys);
  const zones = plan.zones.map((zone, nth) => {
    const rows = zone.rows.filter((_, at) => !gone.has(keyOf({ zone: nth, kind: "rows", at })));
    const areas = zone.areas?.filter((_, at) => !gone.has(keyOf({ zone: nth, kind: "areas", at })));
    return { ...zone, rows, ...(areas ? { areas } : {}) };
  });
  return companionsChecked({ ...plan, zones: zones.filter((zone) => zone.rows.length || zone.areas?.length) });
}

/** Change seats of one row. @param {Plan} plan @param {string} key @param {Set<number>} places @param {(seat: Seat) => Seat} change @returns {Plan} */
export function seatsChanged(plan, key, places, change) {
  return companionsChecked(changed(plan, [key], (row) => ({ ...row, seats: row.seats.map((/** @type {Seat} */ seat, /** @type {number} */ at) => (places.has(at) ? change(seat) : seat)) })));
}

/** @param {Plan} plan @param {string} key @param {Set<number>} places @returns {Plan} */
export function seatsRemoved(plan, key, places) {
  return companionsChecked(changed(plan, [key], (row) => ({ ...row, seats: row.seats.filter((/** @type {Seat} */ _, /** @type {number} */ at) => !places.has(at)) })));
}

/** A companion's seat without its accessible one is an ordinary seat. @param {Plan} plan @returns {Plan} */
function companionsChecked(plan) {
  const wheels = new Set(plan.zones.flatMap((zone) => zone.rows.flatMap((row) => row.seats.filter((seat) => seat.accessible && !seat.companion_of).map((seat) => seat.seat_guid))));
  const alone = (/** @type {Seat} */ seat) => seat.companion_of !== undefined && !wheels.has(seat.companion_of);
  const keys = plan.zones.flatMap((zone, nth) => zone.rows.flatMap((row, at) => (row.seats.some(alone) ? [keyOf({ zone: nth, kind: "rows", at })] : [])));
  return keys.length ? changed(plan, keys, (row) => ({ ...row, seats: row.seats.map((/** @type {Seat} */ seat) => (alone(seat) ? free(seat, "companion_of") : seat)) })) : plan;
}

/** A part without a member. @template {object} T @param {T} part @param {string} name @returns {T} */
export function free(part, name) {
  const { [name]: _, ...rest } = /** @type {any} */ (part);
  return rest;
}

/** Whose companion a seat can be: the nearest accessible seat of its row. @param {Row} row @param {number} at */
export function wheelBeside(row, at) {
  const wheels = row.seats.map((seat, nth) => ({ seat, far: Math.abs(nth - at) })).filter(({ seat, far }) => far && seat.accessible);
  return wheels.sort((one, other) => one.far - other.far)[0]?.seat.seat_guid;
}

/** Seats along an arc around its middle; `curve` is the angle of the arc in degrees, its ends towards the stage. @param {number} count @param {number} gap @param {number} curve @returns {Point[]} */
export function arc(count, gap, curve) {
  const turn = (curve * Math.PI) / 180;
  const middle = (count - 1) / 2;
  if (Math.abs(turn) < 0.001 || count < 2) return Array.from({ length: count }, (_, at) => ({ x: round((at - middle) * gap), y: 0 }));
  const radius = ((count - 1) * gap) / turn;
  return Array.from({ length: count }, (_, at) => {
    const angle = ((at - middle) * gap) / radius;
    return { x: round(radius * Math.sin(angle)), y: round(radius * (Math.cos(angle) - 1)) };
  });
}

/** A row bent anew, with so many seats: those that stay keep what they are. @param {Plan} plan @param {string} key @param {{count: number, gap: number, curve: number}} how @returns {Plan} */
export function relaid(plan, key, { count, gap, curve }) {
  const taken = guidsOf(plan);
  const zone = plan.zones[partOf(key).zone];
  return companionsChecked(
    changed(plan, [key], (/** @type {Row} */ row) => {
      const middle = middleOf(row);
      const points = arc(count, gap, curve).map(({ x, y }) => ({ x: round(x + middle.x), y: round(y + middle.y) }));
      const last = row.seats[row.seats.length - 1];
      const seats = points.map((position, at) => (row.seats[at] ? { ...row.seats[at], position } : newSeat(taken, zone.name ?? "", row.row_number, String(at + 1), last?.category ?? plan.categories[0].name, position)));
      return { ...row, seats };
    }),
  );
}

/** Where a row's own middle stands: of its ends, and as low as its middle seat. @param {Row} row @returns {Point} */
export function middleOf(row) {
  const [first, last] = [row.seats[0], row.seats[row.seats.length - 1]];
  if (!first) return { x: 0, y: 0 };
  return { x: (first.position.x + last.position.x) / 2, y: Math.max(...row.seats.map((seat) => seat.position.y)) };
}

/** How far neighbours of a row stand apart. @param {Row} row */
export function gapOf(row) {
  const gaps = row.seats.slice(1).map((seat, at) => Math.hypot(seat.position.x - row.seats[at].position.x, seat.position.y - row.seats[at].position.y));
  return round(gaps.sort((one, other) => one - other)[gaps.length >> 1] || 30);
}

/** How far a row is bent, in degrees. @param {Row} row */
export function curveOf(row) {
  const [first, last] = [row.seats[0], row.seats[row.seats.length - 1]];
  if (row.seats.length < 3) return 0;
  const half = Math.hypot(last.position.x - first.position.x, last.position.y - first.position.y) / 2;
  const deep = middleOf(row).y - (first.position.y + last.position.y) / 2;
  return Math.round(((4 * Math.atan(deep / half)) * 180) / Math.PI) || 0;
}

/**
 * New rows, one behind the other around one centre, below everything that is there.
 *
 * @param {Plan} plan
 * @param {{section: string, rows: number, seats: number, more: number, first: string, gap: number, rowGap: number, curve: number, category: string, backwards: boolean}} how `more`: seats that each row has more than the one before
 * @returns {Plan}
 */
export function withRows(plan, how) {
  const [base, zone] = inZone(plan, how.section);
  const { x, y } = below(base, how.rowGap);
  const at = base.zones[zone].position;
  const taken = guidsOf(base);
  const turn = (how.curve * Math.PI) / 180;
  const radius = turn ? ((how.seats - 1) * how.gap) / turn : 0;
  const rows = Array.from({ length: how.rows }, (_, nth) => {
    const count = Math.max(1, how.seats + nth * how.more);
    const bent = turn ? (((count - 1) * how.gap) / (radius + nth * how.rowGap)) * (180 / Math.PI) : 0;
    const name = nextName(how.first, nth);
    const seats = arc(count, how.gap, bent).map((position, place) => newSeat(taken, how.section, name, String(how.backwards ? count - place : place + 1), how.category, position));
    return { row_number: name, position: { x: round(x - at.x), y: round(y - at.y + nth * how.rowGap) }, seats };
  });
  return changedZone(base, zone, { rows: [...base.zones[zone].rows, ...rows] });
}

/** A round table with seats around it. @param {Plan} plan @param {{section: string, name: string, seats: number, gap: number, category: string}} how @returns {Plan} */
export function withTable(plan, { section, name, seats, gap, category }) {
  const [base, zone] = inZone(plan, section);
  const { x, y } = below(base, gap);
  const at = base.zones[zone].position;
  const around = Math.max(gap, (seats * gap) / (2 * Math.PI));
  const position = { x: round(x - at.x), y: round(y - at.y + around) };
  const taken = guidsOf(base);
  const row = {
    row_number: name,
    position,
    seats: Array.from({ length: seats }, (_, nth) => {
      const angle = (nth / seats) * 2 * Math.PI - Math.PI / 2;
      return newSeat(taken, section, name, String(nth + 1), category, { x: round(around * Math.cos(angle)), y: round(around * Math.sin(angle)) });
    }),
  };
  const board = { shape: "circle", circle: { radius: round(around - gap * 0.6) }, position, text: { text: name, size: Math.round(gap / 2) } };
  return changedZone(base, zone, { rows: [...base.zones[zone].rows, row], areas: [...(base.zones[zone].areas ?? []), board] });
}

/** A box: with places, with words, or both. @param {Plan} plan @param {{section: string, text: string, width: number, height: number, capacity?: number, category?: string}} how @returns {Plan} */
export function withArea(plan, { section, text, width, height, capacity, category }) {
  const [base, zone] = inZone(plan, section);
  const { x, y } = below(base, 30);
  const at = base.zones[zone].position;
  const area = {
    shape: "rectangle",
    rectangle: { width, height },
    position: { x: round(x - at.x - width / 2), y: round(y - at.y) },
    text: { text, size: 20, position: { x: width / 2, y: height / 2 } },
    ...(capacity ? { name: text, capacity, category } : {}),
  };
  return changedZone(base, zone, { areas: [...(base.zones[zone].areas ?? []), area] });
}

/** Call a category something else, wherever it is. @param {Plan} plan @param {string} before @param {string} after @returns {Plan} */
export function categoryRenamed(plan, before, after) {
  const renamed = (/** @type {any} */ one) => (one.category === before ? { ...one, category: after } : one);
  return {
    ...plan,
    categories: plan.categories.map((one) => (one.name === before ? { ...one, name: after } : one)),
    zones: plan.zones.map((zone) => ({ ...zone, rows: zone.rows.map((row) => ({ ...row, seats: row.seats.map(renamed) })), ...(zone.areas ? { areas: zone.areas.map(renamed) } : {}) })),
  };
}

/** Seats and places of each category. @param {Plan} plan @returns {Map<string, number>} */
export function counted(plan) {
  const counts = new Map(plan.categories.map(({ name }) => [name, 0]));
  const count = (/** @type {string | undefined} */ name, /** @type {number} */ many) => name !== undefined && counts.set(name, (counts.get(name) ?? 0) + many);
  for (const zone of plan.zones) {
    for (const row of zone.rows) for (const seat of row.seats) count(seat.category, 1);
    for (const area of zone.areas ?? []) if (area.capacity) count(area.category, area.capacity);
  }
  return counts;
}

/** The names of the rows that come after a first one: A, B … Z, AA; 1, 2 …; whatever else gets a number. @param {string} first @param {number} nth */
export function nextName(first, nth) {
  if (/^\d+$/.test(first)) return String(Number(first) + nth);
  if (!/^[A-Z]+$/.test(first)) return nth ? `${first} ${nth + 1}` : first;
  let number = [...first].reduce((sum, letter) => sum * 26 + LETTERS.indexOf(letter) + 1, 0) + nth;
  let name = "";
  for (; number > 0; number = Math.floor((number - 1) / 26)) name = LETTERS[(number - 1) % 26] + name;
  return name;
}

/** The corners of all that there is. @param {Plan} plan @returns {{x: number, y: number, width: number, height: number}} */
export function extentOf(plan) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = (/** @type {number} */ x, /** @type {number} */ y) => ([left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)]);
  for (const key of keysOf(plan)) {
    const origin = originOf(plan, key);
    const part = found(plan, key);
    if (part.seats) for (const { position } of part.seats) reach(origin.x + position.x, origin.y + position.y);
    else for (const [x, y] of areaReach(part)) reach(origin.x + x, origin.y + y);
  }
  return left > right ? { x: 0, y: 0, width: 0, height: 0 } : { x: left, y: top, width: right - left, height: bottom - top };
}

/** @param {Area} area @returns {number[][]} */
function areaReach({ rectangle, ellipse, circle, polygon, width = 0, height = 0 }) {
  if (polygon) return polygon.points.map((/** @type {Point} */ { x, y }) => [x, y]);
  const wide = rectangle?.width ?? (ellipse ? ellipse.radius.x : (circle?.radius ?? width));
  const high = rectangle?.height ?? (ellipse ? ellipse.radius.y : (circle?.radius ?? height));
  return ellipse || circle ? [[-wide, -high], [wide, high]] : [[0, 0], [wide, high]];
}

/** A plan at least as large as what is in it. @param {Plan} plan @returns {Plan} */
export function withSize(plan) {
  const { x, y, width, height } = extentOf(plan);
  const before = plan.size ?? { width: 0, height: 0 };
  return { ...plan, size: { width: Math.max(before.width, Math.ceil(x + width + 30)), height: Math.max(before.height, Math.ceil(y + height + 30)) } };
}

/** @param {Plan} plan @param {string} section @returns {[Plan, number]} */
function inZone(plan, section) {
  const nth = plan.zones.findIndex((zone) => (zone.name ?? "") === section);
  return nth >= 0 ? [plan, nth] : [{ ...plan, zones: [...plan.zones, { name: section, position: { x: 0, y: 0 }, rows: [] }] }, plan.zones.length];
}

/** @param {Plan} plan @param {number} nth @param {Partial<Zone>} change @returns {Plan} */
function changedZone(plan, nth, change) {
  return { ...plan, zones: plan.zones.map((zone, at) => (at === nth ? { ...zone, ...change } : zone)) };
}

/** The middle of the first free line below all that there is. @param {Plan} plan @param {number} gap @returns {Point} */
function below(plan, gap) {
  const { x, y, width, height } = extentOf(plan);
  return { x: x + width / 2, y: keysOf(plan).length ? y + height + 2 * gap : gap };
}

/** @param {Plan} plan @returns {Set<string>} */
function guidsOf(plan) {
  return new Set(plan.zones.flatMap((zone) => zone.rows.flatMap((row) => row.seats.map((seat) => seat.seat_guid))));
}

/** @param {Set<string>} taken @param {string} section @param {string} row @param {string} number @param {string} category @param {Point} position @returns {Seat} */
function newSeat(taken, section, row, number, category, position) {
  const name = [section, row, number].filter(Boolean).join("-");
  let guid = name;
  for (let more = 2; taken.has(guid); more += 1) guid = `${name}~${more}`;
  taken.add(guid);
  return { seat_guid: guid, seat_number: number, position, category };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100 || 0;
}
