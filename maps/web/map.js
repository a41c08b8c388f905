// The map: layers at the bottom, evidence above them, the chosen one with a halo on top.
const REACH = 7;
const SMALL = 14;
const TINY = 40;
const SPREAD = 8;
const LAND = new Set(['zones', 'expansion']);
const shown = { evidence: true };
let map = null;
const panes = {};
const groups = { layers: null, evidence: null, halo: null, names: null };
const tools = [];

function setUpMap() {
  map = window.map_zoneproof;
  window.zoneproof = { map, state };
  ['layers', 'evidence'].forEach((name, index) => {
    map.createPane(name).style.zIndex = 410 + 10 * index;
    panes[name] = new HatchCanvas({ pane: name, padding: 0.2 });
  });
  for (const name of Object.keys(groups)) groups[name] = L.layerGroup().addTo(map);
  for (const layer of data.layers) {
    shown[layer.role] = layer.shown;
    layer.shapes = layer.features.map((feature) => unpack(feature[3]));
  }
  for (const one of data.zones) {
    for (const finding of one.findings) for (const item of finding.evidence) item.geometry = unpack(item.shape);
  }
  addTools();
  map.on('click', (event) => showHere(event.latlng));
  map.on('zoomend', () => {
    showHalo();
    showNames();
  });
}

function control(position, make) {
  const one = L.control({ position });
  one.onAdd = () => {
    const box = make();
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  one.addTo(map);
}

function addTools() {
  L.control.zoom({ position: 'topleft', zoomInTitle: '+', zoomOutTitle: '-' }).addTo(map);
  control('topleft', () => el('div', 'north', northArrow(), el('span', '')));
  control('topleft', () => {
    const select = el('select', 'places');
    select.id = 'zp-place';
    select.addEventListener('change', () => goTo(Number(select.value)));
    return select;
  });
  control('topright', () => {
    const box = el('details', 'legend');
    box.id = 'zp-legend';
    box.open = window.innerWidth > 760;
    return box;
  });
  L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 140 }).addTo(map);
}

function northArrow() {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 20 26');
  for (const [d, fill] of [['M10 1L17 24 10 19z', '#1f2937'], ['M10 1L3 24 10 19z', '#fff']]) {
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', d);
    path.setAttribute('fill', fill);
    path.setAttribute('stroke', '#1f2937');
    svg.append(path);
  }
  return svg;
}

/** Show these bounds beside the legend, not under it. */
function fit(bounds, options) {
  const legend = byId('zp-legend');
  const right = legend.open && map.getSize().x > 600 ? legend.offsetWidth + 20 : 30;
  map.fitBounds(bounds, Object.assign({ paddingTopLeft: [50, 40], paddingBottomRight: [right, 40], animate: false }, options));
}

function showPlaces() {
  const places = zone() ? zone().places : [];
  const named = (place) => (place.role === 'expansion' ? place.name + ' (' + word('expansion') + ')' : place.name);
  const options = places.map((place, index) => {
    const option = el('option', '', place.name === null ? word('whole') : named(place));
    option.value = index;
    return option;
  });
  byId('zp-place').replaceChildren(...options);
  byId('zp-place').value = state.place;
  byId('zp-place').hidden = places.length < 2;
  byId('zp-place').title = word('place');
  byId('zp-place').setAttribute('aria-label', word('place'));
  document.querySelector('.north span').textContent = word('north');
}

function goTo(index) {
  const place = zone() && zone().places[index];
  if (!place) return;
  const [west, south, east, north] = place.bounds;
  state.place = index;
  byId('zp-place').value = index;
  fit([[south, west], [north, east]], {});
}

/** Where to begin: the whole, unless its parts lie so far apart that none could be seen; then the expansion. */
function firstPlace() {
  const places = zone() ? zone().places : [];
  const extent = ({ bounds }) => Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1]);
  if (places.length < 2) return 0;
  const largest = Math.max(...places.slice(1).map(extent));
  if (extent(places[0]) < SPREAD * largest) return 0;
  const expansion = places.findIndex((place) => place.role === 'expansion');
  return expansion > 0 ? expansion : 1;
}

function showLayers() {
  groups.layers.clearLayers();
  for (const layer of data.layers) {
    if (!shown[layer.role]) continue;
    const options = (style) => ({
      own: drawing(style, panes.layers),
      area: drawing(layer.shape === 'point' ? asArea(style) : style, panes.layers),
    });
    const plain = options(layer.style);
    const classes = layer.classes.map((one) => options(one.style));
    layer.shapes.forEach((geometry, row) => {
      if (!geometry) return;
      const chosen = classes[layer.features[row][1]] || plain;
      groups.layers.addLayer(drawn(geometry, geometry.shape === 'a' ? chosen.area : chosen.own));
    });
  }
  showNames();
}

/** Names of areas: on the area, or beside a dot where it is too small to be seen. */
function showNames() {
  groups.names.clearLayers();
  for (const layer of data.layers) {
    if (!shown[layer.role]) continue;
    for (const [name, x, y, extent] of layer.names) {
      const place = [y / 1e6, x / 1e6];
      const edge = [place[0], place[1] + extent / 1e6];
      const small = map.latLngToLayerPoint(place).distanceTo(map.latLngToLayerPoint(edge)) < TINY;
      groups.names.addLayer(nameOn(name, place, layer.role, small));
    }
  }
}

function nameOn(name, place, role, small) {
  const className = 'name name-' + (role === 'zones' ? 'zone' : 'expansion') + (small ? ' name-small' : '');
  const icon = L.divIcon({ html: el('span', '', name), className, iconSize: null });
  return L.marker(place, { icon, interactive: false, keyboard: false });
}

/** Evidence on the map: of the open finding alone, else of all that the filter leaves. */
function shownEvidence() {
  if (!shown.evidence) return [];
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
  return LAND.has(item.role) ? Object.assign(options, { fill: false }) : options;
}

function showEvidence() {
  groups.evidence.clearLayers();
  for (const { finding, item } of shownEvidence()) {
    groups.evidence.addLayer(drawn(item.geometry, evidenceDrawing(finding, item)));
  }
  showHalo();
}

function chosenItems() {
  const finding = zone() && zone().findings.find((one) => one.id === state.open);
  if (!finding) return [];
  const items = finding.evidence.filter((item) => item.geometry);
  return state.evidence ? items.filter((item) => item.id === state.evidence) : items;
}

function showHalo() {
  groups.halo.clearLayers();
  for (const item of chosenItems()) {
    const line = { renderer: panes.evidence, interactive: false, fill: false, lineJoin: 'round' };
    for (const [color, weight] of [['#ffffff', 9], ['#111111', 5], ['#ffe14d', 2.5]]) {
      groups.halo.addLayer(drawn(item.geometry, Object.assign({ color, weight, radius: 8 }, line)));
    }
    if (pixelSize(item.geometry) < SMALL) groups.halo.addLayer(ring(item.geometry));
  }
}

function pixelSize(geometry) {
  const box = geometry.bounds;
  return map.latLngToLayerPoint(box.getSouthWest()).distanceTo(map.latLngToLayerPoint(box.getNorthEast()));
}

function ring(geometry) {
  return L.circleMarker(geometry.bounds.getCenter(), { renderer: panes.evidence, interactive: false, fill: false,
    color: '#111111', weight: 2.5, radius: 16 });
}

function zoomTo(items) {
  const bounds = L.latLngBounds([]);
  for (const item of items) bounds.extend(item.geometry.bounds);
  if (bounds.isValid()) fit(bounds, { maxZoom: 17 });
}

function hitsAt(latlng) {
  const hits = shownEvidence().reverse().filter(({ item }) => isAt(item.geometry, latlng, map, REACH))
    .map(({ finding, item }) => ({ finding, item }));
  for (const layer of data.layers.slice().reverse()) {
    if (!shown[layer.role]) continue;
    layer.shapes.forEach((geometry, row) => {
      if (geometry && isAt(geometry, latlng, map, REACH)) hits.push({ layer, feature: layer.features[row] });
    });
  }
  return hits;
}

function showHere(latlng) {
  const hits = hitsAt(latlng).slice(0, 12);
  if (!hits.length) return;
  const parts = hits.map((hit, index) => (hit.item ? evidenceHere(hit) : featureHere(hit, index === 0 || hits.length < 3)));
  const content = el('div', 'here', el('h3', '', word('here')), ...parts);
  L.popup({ maxWidth: 340, maxHeight: 320 }).setLatLng(latlng).setContent(content).openOn(map);
}

function evidenceHere({ finding, item }) {
  return el('div', 'here-evidence v-' + finding.verdict, badge(finding.verdict, say(finding.word)),
    el('b', '', ' ' + finding.rule + ' '), say(finding.title),
    el('p', '', roleTitle(item.role) + ' ' + item.key + ' · ' + item.figures.map(say).join(' · ')),
    button('more', () => {
      map.closePopup();
      chooseEvidence(finding, item);
    }, word('toFinding')));
}

function featureHere({ layer, feature }, open) {
  const [id, , values] = feature;
  const rows = values.map((value, index) => (value ? [say(layer.fields[index]), value] : null)).filter(Boolean);
  const box = el('details', 'here-feature', el('summary', '', el('b', '', say(layer.title)), ' ' + id),
    rows.length ? pairs(rows) : null);
  box.open = open;
  return box;
}
