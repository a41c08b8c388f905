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

/** A small picture of a symbol for the legend. */
function swatch(symbol, shape) {
  const canvas = el('canvas', 'swatch');
  const scale = 2;
  canvas.width = 26 * scale;
  canvas.height = 16 * scale;
  const pen = canvas.getContext('2d');
  pen.scale(scale, scale);
  pen.beginPath();
  if (shape === 'line') {
    pen.moveTo(1, 8);
    pen.lineTo(25, 8);
  } else if (shape === 'point') {
    pen.arc(13, 8, Math.min(symbol.radius, 6), 0, 2 * Math.PI);
  } else {
    pen.rect(2, 2, 22, 12);
  }
  if (symbol.fill && shape !== 'line') {
    pen.globalAlpha = symbol.hatch ? 0.9 : symbol.opacity;
    pen.fillStyle = symbol.hatch ? pen.createPattern(hatch(symbol.fill), 'repeat') : symbol.fill;
    pen.fill();
  }
  pen.globalAlpha = 1;
  if (symbol.stroke || shape === 'line') {
    pen.strokeStyle = symbol.stroke || symbol.fill;
    pen.lineWidth = Math.min(symbol.width, 3);
    pen.setLineDash(symbol.dash);
    pen.stroke();
  }
  return canvas;
}
