// Layers are drawn from flat arrays on canvas tiles: quick for a hundred features and for half a million.
const BATCH = 5; // one huge path is superlinear
const OUTLINED = 10; // pixels; hairlines around what is smaller would only make it paler
const SPECK = 1.4; // pixels; what is smaller is a dot
const UNSEEN = 1.5; // square pixels, twice the area of a corner too small to be missed

const FeatureTiles = L.GridLayer.extend({
  options: { tileSize: 512, keepBuffer: 1, updateWhenIdle: false, updateWhenZooming: false, maxZoom: 22 },

  initialize(layer, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.layer = layer;
  },

  createTile(coords) {
    const size = this.getTileSize();
    const scale = 256 * Math.pow(2, coords.z);
    const view = { scale, left: coords.x * size.x, top: coords.y * size.y, side: size.x };
    const found = featuresOn(this.layer, view);
    if (!found.length) return document.createElement('div');
    const tile = document.createElement('canvas');
    const ratio = window.devicePixelRatio > 1.2 ? 2 : 1;
    tile.width = size.x * ratio;
    tile.height = size.y * ratio;
    const pen = tile.getContext('2d');
    pen.scale(ratio, ratio);
    drawAll(pen, found, view);
    return tile;
  },
});

/** What a tile, and some pixels around it, shows: by block and class, in the order of drawing. */
function featuresOn(layer, view) {
  const margin = 12 / view.scale;
  const [west, north] = [view.left / view.scale - margin, view.top / view.scale - margin];
  const side = view.side / view.scale + 2 * margin;
  const found = [];
  for (const block of layer.blocks) {
    const byClass = new Map();
    eachIn(block, west, north, west + side, north + side, (i) => {
      const one = layer.class ? layer.class[block.first + i] : null;
      const key = one === null ? -1 : one;
      if (!byClass.has(key)) byClass.set(key, []);
      byClass.get(key).push(i);
    });
    for (const key of Array.from(byClass.keys()).sort((a, b) => b - a)) {
      const symbol = key < 0 ? layer.style : layer.classes[key].style;
      found.push({ block, features: byClass.get(key), symbol: layer.shape === 'point' && block.kind === 'a' ? asArea(symbol) : symbol });
    }
  }
  return found;
}

function drawAll(pen, found, view) {
  for (const { block, features, symbol } of found) drawFeatures(pen, block, features, symbol, view);
}

function drawFeatures(pen, block, features, symbol, view) {
  setPen(pen, symbol, block.kind);
  if (block.kind === 'p') {
    for (const i of features) drawPoints(pen, block, i, symbol, view);
    return;
  }
  const hairline = block.kind === 'a' && symbol.fill && symbol.width < 1;
  const [small, large] = [[], []];
  for (const i of features) {
    const pixels = block.kind === 'a' ? pixelsOf(block, i, view) : Infinity;
    if (pixels <= SPECK) drawSpeck(pen, block, i, symbol, view);
    else (hairline && pixels <= OUTLINED ? small : large).push(i);
  }
  inBatches(pen, block, small, view, () => fillPath(pen, symbol));
  inBatches(pen, block, large, view, () => {
    if (block.kind === 'a' && symbol.fill) fillPath(pen, symbol);
    if (symbol.stroke) strokePath(pen, symbol, block.kind);
  });
}

function inBatches(pen, block, features, view, paint) {
  for (let at = 0; at < features.length; at += BATCH) {
    pen.beginPath();
    for (let n = at; n < Math.min(at + BATCH, features.length); n += 1) trace(pen, block, features[n], view);
    paint();
  }
}

/** The longer side of a feature on the screen. */
function pixelsOf(block, i, view) {
  const b = i * 4;
  return Math.max(block.boxes[b + 2] - block.boxes[b], block.boxes[b + 3] - block.boxes[b + 1]) * view.scale;
}

function setPen(pen, symbol, kind) {
  pen.lineWidth = symbol.width;
  pen.lineJoin = 'round';
  pen.lineCap = kind === 'l' && !symbol.dash.length ? 'round' : 'butt';
  pen.strokeStyle = symbol.stroke || symbol.fill;
  pen.setLineDash(symbol.dash);
}

function fillPath(pen, symbol) {
  pen.globalAlpha = symbol.hatch ? 0.9 : symbol.opacity;
  pen.fillStyle = symbol.hatch ? pen.createPattern(hatch(symbol.fill), 'repeat') : symbol.fill;
  pen.fill('evenodd');
  pen.globalAlpha = 1;
}

/** Roads lie on a pale casing, so that they can be told from lines beneath. */
function strokePath(pen, symbol, kind) {
  if (kind === 'l' && symbol.width >= 2) {
    pen.save();
    pen.setLineDash([]);
    pen.strokeStyle = 'rgba(255,255,255,.8)';
    pen.lineWidth = symbol.width + 2;
    pen.stroke();
    pen.restore();
  }
  pen.stroke();
}

function drawSpeck(pen, block, i, symbol, view) {
  const b = i * 4;
  const [wide, high] = [(block.boxes[b + 2] - block.boxes[b]) * view.scale, (block.boxes[b + 3] - block.boxes[b + 1]) * view.scale];
  pen.globalAlpha = symbol.opacity;
  pen.fillStyle = symbol.fill || symbol.stroke;
  pen.fillRect(block.boxes[b] * view.scale - view.left, block.boxes[b + 1] * view.scale - view.top, Math.max(wide, 1), Math.max(high, 1));
  pen.globalAlpha = 1;
}

function trace(pen, block, i, view) {
  const { lineStart, vertexStart, xs, ys } = block;
  const { scale, left, top } = view;
  for (let line = lineStart[i]; line < lineStart[i + 1]; line += 1) {
    const start = vertexStart[line];
    const last = vertexStart[line + 1] - 1;
    let px = xs[start] * scale - left;
    let py = ys[start] * scale - top;
    pen.moveTo(px, py);
    let x = xs[Math.min(start + 1, last)] * scale - left;
    let y = ys[Math.min(start + 1, last)] * scale - top;
    for (let v = start + 1; v < last; v += 1) {
      const nx = xs[v + 1] * scale - left;
      const ny = ys[v + 1] * scale - top;
      if (Math.abs((x - px) * (ny - py) - (y - py) * (nx - px)) > UNSEEN) {
        pen.lineTo(x, y);
        px = x;
        py = y;
      }
      x = nx;
      y = ny;
    }
    pen.lineTo(x, y);
    if (block.kind === 'a') pen.closePath();
  }
}

function drawPoints(pen, block, i, symbol, view) {
  for (let v = block.vertexStart[block.lineStart[i]]; v < block.vertexStart[block.lineStart[i + 1]]; v += 1) {
    pen.beginPath();
    pen.arc(block.xs[v] * view.scale - view.left, block.ys[v] * view.scale - view.top, symbol.radius, 0, 2 * Math.PI);
    if (symbol.fill) fillPath(pen, symbol);
    if (symbol.stroke) pen.stroke();
  }
}

/** A feature as the geometry that evidence has. */
function geometryOf(layer, row) {
  const block = layer.blocks.find((one) => row >= one.first && row < one.first + one.count);
  const i = row - block.first;
  const lines = [];
  for (let line = block.lineStart[i]; line < block.lineStart[i + 1]; line += 1) {
    const points = [];
    for (let v = block.vertexStart[line]; v < block.vertexStart[line + 1]; v += 1) {
      points.push([latOf(block.ys[v]), (block.xs[v] - 0.5) * 360]);
    }
    lines.push(points);
  }
  return { shape: block.kind, parts: block.kind === 'a' ? [lines] : lines };
}

/** Rows of a layer at a place (Web Mercator, parts of the world's width), within `reach` of it for lines and points. */
function rowsAt(layer, x, y, reach) {
  const rows = [];
  for (const block of layer.blocks) {
    const far = block.kind === 'a' ? 0 : reach;
    eachIn(block, x - far, y - far, x + far, y + far, (i) => {
      if (block.kind === 'a' ? insideArea(block, i, x, y) : nearLine(block, i, x, y, reach)) rows.push(block.first + i);
    });
  }
  return rows;
}

function insideArea(block, i, x, y) {
  const { xs, ys } = block;
  let inside = false;
  for (let line = block.lineStart[i]; line < block.lineStart[i + 1]; line += 1) {
    const end = block.vertexStart[line + 1];
    for (let v = block.vertexStart[line], w = end - 1; v < end; w = v, v += 1) {
      if (ys[v] > y !== ys[w] > y && x < ((xs[w] - xs[v]) * (y - ys[v])) / (ys[w] - ys[v]) + xs[v]) inside = !inside;
    }
  }
  return inside;
}

function nearLine(block, i, x, y, reach) {
  const place = L.point(x, y);
  for (let line = block.lineStart[i]; line < block.lineStart[i + 1]; line += 1) {
    const start = block.vertexStart[line];
    const end = block.vertexStart[line + 1];
    const at = (v) => L.point(block.xs[v], block.ys[v]);
    if (end - start === 1 && at(start).distanceTo(place) <= reach) return true;
    for (let v = start + 1; v < end; v += 1) {
      if (L.LineUtil.pointToSegmentDistance(place, at(v - 1), at(v)) <= reach) return true;
    }
  }
  return false;
}
