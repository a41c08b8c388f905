// Evidence on the map: what proves a finding, hatched and dashed by verdict, and the chosen one with a halo.
const SMALL = 14;
const RINGED = 32;
const HALO = '#ffe14d';
const FADED = 0.35;
const JUDGED = new Set(['fail', 'undetermined', 'pass']);

/** Evidence to show: of the open finding alone, else of all that the filter leaves. */
function shownEvidence() {
  if (!shown.evidence || state.view === 'zones') return [];
  const found = [];
  for (const finding of visibleFindings()) {
    if (state.open && finding.id !== state.open) continue;
    for (const item of finding.evidence) if (item.geometry) found.push({ finding, item });
  }
  const rank = (one) => ORDER.indexOf(one.finding.verdict);
  return found.sort((a, b) => rank(b) - rank(a));
}

/** Whole zones as evidence are outlined: filled, they would hide what lies in them. */
function evidenceDrawing(finding, item) {
  const options = drawing(data.styles[finding.verdict], panes.evidence);
  if (item.geometry.shape === 'l' && JUDGED.has(finding.verdict)) return Object.assign(options, { weight: Math.max(4, options.weight + 1.5) });
  return LAND.has(item.role) ? Object.assign(options, { fill: false }) : options;
}

function showEvidence() {
  groups.evidence.clearLayers();
  if (state.view === 'zones' && shown.evidence) {
    for (const { verdict, geometry, middle } of zoneOutlines()) {
      groups.evidence.addLayer(drawn(geometry, drawing(zoneSymbol(verdict), panes.evidence)));
      if (middle) groups.evidence.addLayer(new SignMarker(middle, zoneDot(verdict)));
    }
  }
  if (shown.evidence) for (const outline of subjectOutlines()) groups.evidence.addLayer(outline);
  for (const { finding, item } of onceEach(shownEvidence())) {
    const options = evidenceDrawing(finding, item);
    if (finding.verdict === 'fail' || (item.geometry.shape === 'l' && JUDGED.has(finding.verdict))) groups.evidence.addLayer(drawn(item.geometry, casing(options)));
    groups.evidence.addLayer(drawn(item.geometry, options));
  }
  showHalo();
  showOpacity();
}

/** Evidence without what would be drawn again where it is drawn already: a zone's outline proves many findings. */
function onceEach(found) {
  const before = new Map();
  return found.filter(({ finding, item }) => {
    if (!before.has(item.geometry)) before.set(item.geometry, new Set());
    const verdicts = before.get(item.geometry);
    return !verdicts.has(finding.verdict) && verdicts.add(finding.verdict);
  });
}

/** Whole zones by verdict: what fails is hatched, what is open is dashed, the others are tinted. */
function zoneSymbol(verdict) {
  const symbol = data.styles[verdict];
  return symbol.hatch || symbol.fill ? symbol : Object.assign({}, symbol, { fill: symbol.stroke, opacity: 0.15, width: 2 });
}

/** A zone too small to be seen: the sign of its verdict, as in the list; what fails is larger. */
function zoneDot(verdict) {
  return { renderer: panes.evidence, interactive: false, verdict, fillColor: data.styles[verdict].stroke, weight: 2, radius: verdict === 'fail' ? 8.5 : 6.5 };
}

/** The land that the open finding speaks of, where nothing on the map proves it: outlined as its verdict is drawn. */
function subjectOutlines() {
  const finding = state.open && zone() && zone().findings.find((one) => one.id === state.open);
  const layer = finding && data.layers.find((one) => one.role === finding.land);
  if (!layer || !JUDGED.has(finding.verdict) || finding.evidence.some((item) => item.geometry)) return [];
  const zones = zonesOf(layer);
  const rows = zones.map((_index, row) => row).filter((row) => data.zones.length < 2 || zones[row] === state.zone);
  const options = Object.assign(drawing(data.styles[finding.verdict], panes.evidence), { fill: false, weight: 4 });
  return rows.flatMap((row) => [casing(options), options].map((one) => drawn(geometryOf(layer, row), one)));
}

/** White beside the stroke, so that it stands out from whatever lies beneath. */
function casing(options) {
  return Object.assign({}, options, { fill: false, color: '#ffffff', weight: options.weight + 3, dashArray: null, opacity: 0.9 });
}

function chosenItems() {
  const finding = zone() && zone().findings.find((one) => one.id === state.open);
  if (!finding) return [];
  const items = finding.evidence.filter((item) => item.geometry);
  return state.evidence ? items.filter((item) => item.id === state.evidence) : items;
}

function showHalo() {
  groups.halo.clearLayers();
  const items = chosenItems();
  const line = { renderer: panes.evidence, interactive: false, fill: false, lineJoin: 'round' };
  for (const [color, weight] of [['#ffffff', 9], ['#111111', 5], [HALO, 2.5]]) {
    for (const item of items) groups.halo.addLayer(drawn(item.geometry, Object.assign({ color, weight, radius: 8 }, line)));
  }
  for (const item of items) if (pixelSize(item.geometry) < RINGED) groups.halo.addLayer(ring(item.geometry));
}

function pixelSize(geometry) {
  const box = geometry.bounds;
  return map.latLngToLayerPoint(box.getSouthWest()).distanceTo(map.latLngToLayerPoint(box.getNorthEast()));
}

function ring(geometry) {
  return L.circleMarker(geometry.bounds.getCenter(), { renderer: panes.evidence, interactive: false, fill: false,
    color: '#111111', weight: 2.5, radius: 16 + pixelSize(geometry) / 4 });
}

function zoomTo(items) {
  const bounds = L.latLngBounds([]);
  for (const item of items) bounds.extend(item.geometry.bounds);
  if (bounds.isValid()) fit(bounds, { maxZoom: 18 });
}

/** Opacity as the reader set it; while evidence is chosen, areas that have no part in it step back. */
function showOpacity() {
  const roles = new Set(chosenItems().map((item) => item.role));
  for (const layer of data.layers) {
    const set = opacity[layer.role] === undefined ? 1 : opacity[layer.role];
    const faded = roles.size && layer.shape === 'polygon' && !roles.has(layer.role) && !LAND.has(layer.role);
    map.getPane('layer-' + layer.role).style.opacity = String(faded ? set * FADED : set);
  }
  map.getPane('evidence').style.opacity = String(opacity.evidence === undefined ? 1 : opacity.evidence);
  if (ground.hillshade) ground.hillshade.setOpacity(opacity.hillshade === undefined ? 1 : opacity.hillshade);
}
