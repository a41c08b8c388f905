// What the page carries: base64 of gzip. The browser unpacks it where it can (Chrome 80, Firefox 113, Safari 16.4), else fflate does.

function bytesOf(text) {
  const raw = atob(text.trim());
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** A promise of the bytes behind a text. */
function unzipped(text) {
  const bytes = bytesOf(text);
  if (typeof DecompressionStream === 'undefined') return Promise.resolve(fflate.gunzipSync(bytes));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer().then((buffer) => new Uint8Array(buffer));
}

function unzippedJson(text) {
  return unzipped(text).then((bytes) => JSON.parse(new TextDecoder('utf-8').decode(bytes)));
}

/** Reads numbers of seven bits a byte, the lowest first (maps/packed.py). */
function varintReader(bytes) {
  let at = 0;
  return function next() {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at];
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
}

/** One block of features as flat arrays: Web Mercator in parts of the world's width, so that zooming only scales. */
function unpackBlock(bytes, kind, perDegree, count) {
  const next = varintReader(bytes);
  const lineStart = new Uint32Array(count + 1);
  for (let i = 0; i < count; i += 1) lineStart[i + 1] = lineStart[i] + next();
  const lines = lineStart[count];
  const vertexStart = new Uint32Array(lines + 1);
  for (let i = 0; i < lines; i += 1) vertexStart[i + 1] = vertexStart[i] + next();
  const vertices = vertexStart[lines];
  const xs = new Float64Array(vertices);
  const ys = new Float64Array(vertices);
  let sum = 0;
  for (let i = 0; i < vertices; i += 1) {
    const step = next();
    sum += step % 2 ? -(step + 1) / 2 : step / 2;
    xs[i] = sum / perDegree / 360 + 0.5;
  }
  sum = 0;
  for (let i = 0; i < vertices; i += 1) {
    const step = next();
    sum += step % 2 ? -(step + 1) / 2 : step / 2;
    ys[i] = worldY(sum / perDegree);
  }
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
  for (let i = 0; i < chunks.length; i += 4) chunks.set([2, 2, -1, -1], i);
  for (let i = 0; i < count; i += 1) {
    let [west, north, east, south] = [2, 2, -1, -1];
    for (let v = vertexStart[lineStart[i]]; v < vertexStart[lineStart[i + 1]]; v += 1) {
      if (xs[v] < west) west = xs[v];
      if (xs[v] > east) east = xs[v];
      if (ys[v] < north) north = ys[v];
      if (ys[v] > south) south = ys[v];
    }
    boxes.set([west, north, east, south], i * 4);
    const c = Math.floor(i / CHUNK) * 4;
    chunks.set([Math.min(chunks[c], west), Math.min(chunks[c + 1], north), Math.max(chunks[c + 2], east),
      Math.max(chunks[c + 3], south)], c);
  }
  return Object.assign(block, { boxes, chunks });
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
