// Measuring by hand: distance along a line, area within it; ellipsoidal, for orientation only.
const measuring = { mode: null, points: [], group: null };

function startMeasure(mode) {
  const again = measuring.mode === mode;
  stopMeasure();
  if (again) return;
  measuring.mode = mode;
  map.getContainer().classList.add('measuring');
  map.doubleClickZoom.disable();
  markMeasure();
  showMeasured();
}

function stopMeasure() {
  measuring.mode = null;
  measuring.points = [];
  groups.measure.clearLayers();
  map.getContainer().classList.remove('measuring');
  map.doubleClickZoom.enable();
  markMeasure();
  byId('zp-measured').hidden = true;
}

/** No more points: the figure stays until it is cleared. */
function endMeasure() {
  measuring.mode = null;
  map.getContainer().classList.remove('measuring');
  setTimeout(() => map.doubleClickZoom.enable(), 300);
  markMeasure();
  drawMeasure(null);
  announce(byId('zp-measured').textContent);
}

function markMeasure() {
  for (const mode of ['line', 'area']) byId('zp-measure-' + mode).setAttribute('aria-pressed', String(measuring.mode === mode));
}

function addPoint(latlng) {
  const last = measuring.points[measuring.points.length - 1];
  if (last && map.latLngToLayerPoint(last).distanceTo(map.latLngToLayerPoint(latlng)) < 3) return;
  measuring.points.push(latlng);
  measuring.shape = measuring.mode;
  drawMeasure(null);
}

function drawMeasure(moving) {
  groups.measure.clearLayers();
  const points = moving ? measuring.points.concat([moving]) : measuring.points;
  const options = { renderer: panes.measure, interactive: false, color: '#7a1fa2', weight: 3, fillColor: '#7a1fa2', fillOpacity: 0.12 };
  if (points.length > 1) groups.measure.addLayer(measuring.shape === 'area' ? L.polygon(points, options) : L.polyline(points, Object.assign({}, options, { fill: false })));
  for (const point of measuring.points) groups.measure.addLayer(L.circleMarker(point, Object.assign({}, options, { radius: 4, weight: 2, fillColor: '#fff', fillOpacity: 1 })));
  showMeasured(points);
}

function showMeasured(points) {
  const told = points || measuring.points;
  const box = byId('zp-measured');
  const enough = told.length > (measuring.shape === 'area' ? 2 : 1);
  const figure = !enough ? word('measureHow') : measuring.shape === 'area' ? areaWords(areaSquareMetres(told)) : lengthWords(pathMetres(told));
  box.hidden = false;
  box.replaceChildren(el('b', '', figure), enough ? el('small', '', word('measureNote')) : '', button('plain', stopMeasure, word('clear')));
}
