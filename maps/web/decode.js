// What the page carries: base64 of gzip. The browser unpacks it where it can (Chrome 80, Firefox 113, Safari 16.4), else fflate does.

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** A promise of the bytes behind a text. */
function unzipped(text) {
  const bytes = bytesOf(text);
  if (typeof DecompressionStream === 'undefined') return Promise.resolve(fallback().gunzipSync(bytes));
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer().then((buffer) => new Uint8Array(buffer));
}

/** fflate lies in the page as text: only browsers that need it run it. */
function fallback() {
  if (!window.fflate) {
    const script = el('script', '');
    script.textContent = byId('zp-fflate').textContent;
    document.head.append(script);
  }
  return window.fflate;
}

function unzippedJson(text) {
  return unzipped(text).then((bytes) => JSON.parse(new TextDecoder('utf-8').decode(bytes)));
}

/** Reads as many numbers as `into` holds, seven bits a byte, the lowest first (maps/packed.py); returns where it ends. */
function readVarints(bytes, from, into) {
  let at = from;
  for (let i = 0; i < into.length; i += 1) {
    let byte = bytes[at];
    let value = byte & 127;
    at += 1;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at];
      value |= (byte & 127) << shift;
      at += 1;
    }
    into[i] = value;
  }
  return at;
}

/** Where each of so many runs of these lengths begins, and where the last ends. */
function startsOf(lengths) {
  const starts = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i += 1) starts[i + 1] = starts[i] + lengths[i];
  return starts;
}

/** Reads steps of either sign (zigzag: 0, -1, 1, -2 …) and writes where they lead, `unit` a step; returns where they end. */
function readPlaces(bytes, from, unit, into) {
  let at = from;
  let sum = 0;
  for (let i = 0; i < into.length; i += 1) {
    let byte = bytes[at];
    let step = byte & 127;
    at += 1;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at];
      step |= (byte & 127) << shift;
      at += 1;
    }
    sum += (step >>> 1) ^ -(step & 1);
    into[i] = sum * unit;
  }
  return at;
}

/** One block of features as flat arrays: Web Mercator in parts of the world's width, so that zooming only scales. */
function unpackBlock(bytes, kind, perDegree, count) {
  const lines = new Int32Array(count);
  let at = readVarints(bytes, 0, lines);
  const lineStart = startsOf(lines);
  const lengths = new Int32Array(lineStart[count]);
  at = readVarints(bytes, at, lengths);
  const vertexStart = startsOf(lengths);
  const xs = new Float64Array(vertexStart[lengths.length]);
  const ys = new Float64Array(xs.length);
  const unit = 1 / (360 * perDegree);
  at = readPlaces(bytes, at, unit, xs);
  readPlaces(bytes, at, unit, ys);
  return withBoxes({ kind, count, lineStart, vertexStart, xs, ys });
}

function worldY(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function latOf(y) {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;
}

const CHUNK = 32;

/** Adds the box of each feature and of each run of CHUNK features: neighbours lie together, so runs are small. */
function withBoxes(block) {
  const { count, lineStart, vertexStart, xs, ys } = block;
  const boxes = new Float64Array(count * 4);
  const chunks = new Float64Array(Math.ceil(count / CHUNK) * 4);
  for (let c = 0; c < chunks.length; c += 4) widen(chunks, c, 2, 2, -1, -1, true);
  for (let i = 0; i < count; i += 1) {
    let west = 2;
    let north = 2;
    let east = -1;
    let south = -1;
    for (let v = vertexStart[lineStart[i]]; v < vertexStart[lineStart[i + 1]]; v += 1) {
      if (xs[v] < west) west = xs[v];
      if (xs[v] > east) east = xs[v];
      if (ys[v] < north) north = ys[v];
      if (ys[v] > south) south = ys[v];
    }
    widen(boxes, i * 4, west, north, east, south, true);
    widen(chunks, Math.floor(i / CHUNK) * 4, west, north, east, south, false);
  }
  return Object.assign(block, { boxes, chunks });
}

function widen(list, at, west, north, east, south, anew) {
  if (anew || west < list[at]) list[at] = west;
  if (anew || north < list[at + 1]) list[at + 1] = north;
  if (anew || east > list[at + 2]) list[at + 2] = east;
  if (anew || south > list[at + 3]) list[at + 3] = south;
}

/** Calls `visit` with each feature of a block whose box meets this one. */
function eachIn(block, west, north, east, south, visit) {
  const { boxes, chunks, count } = block;
  const apart = (list, i) => list[i] > east || list[i + 2] < west || list[i + 1] > south || list[i + 3] < north;
  for (let c = 0; c * 4 < chunks.length; c += 1) {
    if (apart(chunks, c * 4)) continue;
    const end = Math.min(count, (c + 1) * CHUNK);
    for (let i = c * CHUNK; i < end; i += 1) if (!apart(boxes, i * 4)) visit(i);
  }
}
