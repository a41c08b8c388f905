// Names on the map, drawn on one canvas so that none lies on another: areas first, then places, then roads.
const MapLabels = L.Layer.extend({
  options: { pane: 'names' },

  onAdd(on) {
    this.canvas = el('canvas', 'names leaflet-zoom-hide');
    this.canvas.setAttribute('aria-hidden', 'true');
    this.getPane().append(this.canvas);
    on.on('moveend zoomend resize viewreset', this.redraw, this);
    this.redraw();
  },

  /** Once a frame, however much has changed. */
  redraw() {
    if (!this.frame) this.frame = L.Util.requestAnimFrame(this.draw, this);
  },

  draw() {
    this.frame = null;
    if (!this._map || !this._map._loaded) return;
    const size = this._map.getSize();
    const ratio = window.devicePixelRatio > 1.2 ? 2 : 1;
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = size.x + 'px';
    this.canvas.style.height = size.y + 'px';
    L.DomUtil.setPosition(this.canvas, this._map.containerPointToLayerPoint([0, 0]));
    const pen = this.canvas.getContext('2d');
    pen.scale(ratio, ratio);
    pen.lineJoin = 'round';
    pen.textBaseline = 'middle';
    pen.textAlign = 'center';
    if (!shown.names) return;
    const taken = document.body.classList.contains('printing') ? [] : controlBoxes(this._map);
    for (const label of labelsInView(this._map)) place(pen, label, size, taken);
  },
});

/** Where tools and legend lie: a name half under them could not be read. */
function controlBoxes(on) {
  const whole = on.getContainer().getBoundingClientRect();
  return Array.from(on.getContainer().querySelectorAll('.leaflet-control'), (box) => box.getBoundingClientRect())
    .filter((box) => box.width > 0)
    .map((box) => ({ west: box.left - whole.left - 4, east: box.right - whole.left + 4, north: box.top - whole.top - 4, south: box.bottom - whole.top + 4 }));
}

const FONT = getComputedStyle(document.documentElement).getPropertyValue('--font') || 'sans-serif';
const ROAD_ZOOM = 14;
const TINY = 40;
const MOST_NAMED = 120; // small zones on the map of all of them
const UNNAMED = new Set(['zones', 'expansion', 'land_use', 'land_use_plan', 'parcels', 'buildings']); // named elsewhere, or by their class

function toScreen(on, x, y) {
  const scale = 256 * Math.pow(2, on.getZoom());
  const origin = on.getPixelBounds().min;
  return L.point(x * scale - origin.x, y * scale - origin.y);
}

/** All names that could be shown, the most important first. */
function labelsInView(on) {
  const found = [];
  for (const layer of data.layers.slice().reverse()) {
    if (isShown(layer)) found.push(...layer.names.map((name) => areaLabel(on, layer, name)).filter(Boolean));
  }
  if (on.getZoom() < ROAD_ZOOM) return found;
  for (const shape of ['point', 'polygon', 'line']) {
    for (const layer of data.layers.slice().reverse()) {
      if (layer.shape === shape && isShown(layer) && layer.label !== null && !UNNAMED.has(layer.role)) found.push(...featureLabels(on, layer));
    }
  }
  return found;
}

function areaLabel(on, layer, [text, x, y, extent]) {
  const at = on.latLngToContainerPoint([y / 1e6, x / 1e6]);
  const edge = on.latLngToContainerPoint([y / 1e6, (x + extent) / 1e6]);
  const small = at.distanceTo(edge) < TINY;
  if (small && state.view === 'zones' && data.zones.length > MOST_NAMED) return null;
  return { text, at: small ? at.subtract([0, 13]) : at, dot: small && state.view !== 'zones' ? at : null, angle: 0, size: 13.5, weight: 600,
    color: layer.role === 'zones' ? '#14191f' : '#4b2e83' };
}

function featureLabels(on, layer) {
  const found = [];
  const bounds = on.getPixelBounds();
  const scale = 256 * Math.pow(2, on.getZoom());
  for (const block of layer.blocks) {
    eachIn(block, bounds.min.x / scale, bounds.min.y / scale, bounds.max.x / scale, bounds.max.y / scale, (i) => {
      const text = fieldValue(layer, layer.label, block.first + i);
      if (text && found.length < 400) found.push(...labelsOf(on, block, i, say(text)));
    });
  }
  return found;
}

function labelsOf(on, block, i, text) {
  const b = i * 4;
  const centre = toScreen(on, (block.boxes[b] + block.boxes[b + 2]) / 2, (block.boxes[b + 1] + block.boxes[b + 3]) / 2);
  const look = { text, angle: 0, size: 12, weight: 400, color: '#39424e', apart: 260 };
  if (block.kind === 'p') return [Object.assign(look, { at: centre.add([0, 13]) })];
  if (block.kind === 'a') {
    const wide = (block.boxes[b + 2] - block.boxes[b]) * 256 * Math.pow(2, on.getZoom());
    return wide > text.length * 12 && wide < 3 * on.getSize().x ? [Object.assign(look, { at: centre, color: '#4d5a46' })] : [];
  }
  const spot = alongLine(on, block, i, text);
  return spot ? [Object.assign(look, spot, { color: '#4a4a4a' })] : [];
}

/** The longest straight piece of a line that is in view and can carry the name. */
function alongLine(on, block, i, text) {
  const size = on.getSize();
  const inView = (p) => p.x > 0 && p.y > 0 && p.x < size.x && p.y < size.y;
  let best = null;
  for (let line = block.lineStart[i]; line < block.lineStart[i + 1]; line += 1) {
    for (let v = block.vertexStart[line] + 1; v < block.vertexStart[line + 1]; v += 1) {
      const a = toScreen(on, block.xs[v - 1], block.ys[v - 1]);
      let w = v;
      let b = toScreen(on, block.xs[v], block.ys[v]);
      const course = Math.atan2(b.y - a.y, b.x - a.x);
      while (w + 1 < block.vertexStart[line + 1]) {
        const next = toScreen(on, block.xs[w + 1], block.ys[w + 1]);
        if (Math.abs(Math.sin(Math.atan2(next.y - b.y, next.x - b.x) - course)) > 0.2) break;
        w += 1;
        b = next;
        if (w - v > 60) break;
      }
      const at = a.add(b).divideBy(2);
      const long = a.distanceTo(b);
      if (inView(at) && (!best || long > best.long)) best = { at, long, angle: Math.atan2(b.y - a.y, b.x - a.x) };
    }
  }
  if (!best || best.long < text.length * 9) return null;
  if (Math.abs(best.angle) > Math.PI / 2) best.angle += Math.PI;
  return best;
}

function place(pen, label, size, taken) {
  const { at, text, angle } = label;
  if (at.x < -50 || at.y < -20 || at.x > size.x + 50 || at.y > size.y + 20) return;
  pen.font = label.weight + ' ' + label.size + 'px ' + FONT;
  const wide = pen.measureText(text).width / 2 + 3;
  const [w, h] = [wide * Math.abs(Math.cos(angle)) + 8 * Math.abs(Math.sin(angle)), wide * Math.abs(Math.sin(angle)) + 9];
  const box = { text, x: at.x, y: at.y, west: at.x - w, east: at.x + w, north: at.y - h, south: at.y + h };
  const meets = (other) => box.west < other.east && box.east > other.west && box.north < other.south && box.south > other.north;
  const near = (other) => label.apart && other.text === text && Math.hypot(other.x - box.x, other.y - box.y) < label.apart;
  if (taken.some((other) => meets(other) || near(other))) return;
  taken.push(box);
  if (label.dot) drawDot(pen, label.dot, label.color);
  pen.save();
  pen.translate(at.x, at.y);
  pen.rotate(angle);
  pen.strokeStyle = 'rgba(255,255,255,.92)';
  pen.lineWidth = 3.5;
  pen.strokeText(text, 0, 0);
  pen.fillStyle = label.color;
  pen.fillText(text, 0, 0);
  pen.restore();
}

function drawDot(pen, at, color) {
  pen.beginPath();
  pen.arc(at.x, at.y, 4.5, 0, 2 * Math.PI);
  pen.fillStyle = '#fff';
  pen.fill();
  pen.lineWidth = 2;
  pen.strokeStyle = color;
  pen.stroke();
}
