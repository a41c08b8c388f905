// Drawing: Leaflet's canvas with a hatch, and symbols from maps/styles.toml.

function hatch(color) {
  const size = 8;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext('2d');
  pen.strokeStyle = color;
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  return tile;
}

const HatchCanvas = L.Canvas.extend({
  _fillStroke(ctx, layer) {
    const options = layer.options;
    if (options.fill && options.hatch) {
      ctx.globalAlpha = 0.9;
      ctx.fillStyle = ctx.createPattern(hatch(options.fillColor), 'repeat');
      ctx.fill('evenodd');
      L.Canvas.prototype._fillStroke.call(this, ctx, { options: Object.assign({}, options, { fill: false }) });
      return;
    }
    L.Canvas.prototype._fillStroke.call(this, ctx, layer);
  },

  /** The sign of a verdict (dom.js), which is 16 units wide. */
  _updateSign(layer) {
    if (!this._drawing || layer._empty()) return;
    const { verdict, fillColor } = layer.options;
    const [body, mark] = SHAPES[verdict].map((d) => new Path2D(d));
    const pen = this._ctx;
    const unit = layer._radius / 8;
    pen.save();
    pen.translate(layer._point.x - layer._radius, layer._point.y - layer._radius);
    pen.scale(unit, unit);
    pen.lineJoin = 'round';
    for (const [stroke, width, path] of [['#ffffff', 3.5, body], [null, 0, body], [verdict === 'undetermined' ? '#3d2900' : '#ffffff', 2.2, mark]]) {
      pen.fillStyle = fillColor;
      pen.strokeStyle = stroke || fillColor;
      pen.lineWidth = width;
      if (stroke) pen.stroke(path);
      else pen.fill(path);
    }
    pen.restore();
  },
});

const SignMarker = L.CircleMarker.extend({
  _updatePath() {
    this._renderer._updateSign(this);
  },
});

/** Leaflet's options for a symbol. */
function drawing(symbol, renderer) {
  return {
    renderer,
    interactive: false,
    smoothFactor: 0.7,
    stroke: Boolean(symbol.stroke),
    color: symbol.stroke,
    weight: symbol.width,
    dashArray: symbol.dash.length ? symbol.dash.slice() : null,
    fill: Boolean(symbol.fill),
    fillColor: symbol.fill,
    fillOpacity: symbol.opacity,
    fillRule: 'evenodd',
    hatch: symbol.hatch,
    radius: symbol.radius,
    lineCap: 'butt',
  };
}

/** Areas in a layer of points (what a station covers) are outlined and faintly filled, so that they hide nothing. */
function asArea(symbol) {
  return Object.assign({}, symbol, { stroke: symbol.fill || symbol.stroke, opacity: 0.05, dash: [3, 4], width: 1.4 });
}

/** Leaflet's layer for a geometry. */
function drawn(geometry, options) {
  if (geometry.shape === 'a') return L.polygon(geometry.parts, options);
  if (geometry.shape === 'l') return L.polyline(geometry.parts, Object.assign({}, options, { fill: false }));
  return L.featureGroup(geometry.parts.map((part) => L.circleMarker(part[0], options)));
}

const HATCHED = 'M2 6L6 2M2 14L14 2M10 14L22 2M18 14L24 8';

/** A small picture of a symbol for the legend. */
function swatch(symbol, shape) {
  const stroke = symbol.stroke || (shape === 'line' ? symbol.fill : 'none');
  const fill = (shape !== 'line' && !symbol.hatch && symbol.fill) || 'none';
  const look = { stroke, 'stroke-width': Math.min(symbol.width, 3), 'stroke-dasharray': symbol.dash.join(' ') || 'none', fill, 'fill-opacity': symbol.opacity };
  const hatched = symbol.hatch && shape === 'polygon' ? svgEl('path', { d: HATCHED, stroke: symbol.fill, 'stroke-width': 1.6, 'stroke-opacity': 0.9 }) : '';
  let outline = svgEl('rect', Object.assign({ x: 2, y: 2, width: 22, height: 12 }, look));
  if (shape === 'line') outline = svgEl('path', Object.assign({ d: 'M1 8H25' }, look));
  if (shape === 'point') outline = svgEl('circle', Object.assign({ cx: 13, cy: 8, r: Math.min(symbol.radius, 6) }, look));
  return svgEl('svg', { viewBox: '0 0 26 16', class: 'swatch', 'aria-hidden': 'true' }, hatched, outline);
}
