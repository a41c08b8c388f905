// The map: relief at the bottom, then the layers in a pane each, evidence above them, names and measuring on top.
const SPREAD = 8;
const LAND = new Set(['zones', 'expansion']);
const shown = { evidence: true, names: true, hillshade: true, basemap: true };
const opacity = {};
let map = null;
let labels = null;
const panes = {};
const groups = { evidence: null, halo: null, measure: null };
const ground = { hillshade: null, basemap: null };

function setUpMap() {
  map = window.map_zoneproof;
  window.zoneproof = { map, state, data, toGrid, metresBetween, areaSquareMetres, printPage, drawnFeatures };
  pane('ground', 200);
  data.layers.forEach((layer, index) => {
    pane('layer-' + layer.role, 300 + index);
    shown[layer.role] = layer.shown;
    layer.tiles = new FeatureTiles(layer, { pane: 'layer-' + layer.role });
  });
  ['evidence', 'measure'].forEach((name, index) => {
    pane(name, 420 + 20 * index);
    panes[name] = new HatchCanvas({ pane: name, padding: 0.1 });
  });
  pane('names', 430);
  for (const name of Object.keys(groups)) groups[name] = L.layerGroup().addTo(map);
  const shapes = data.shapes.map(unpack);
  for (const one of data.zones) {
    for (const finding of one.findings) for (const item of finding.evidence) item.geometry = item.shape === null ? null : shapes[item.shape];
  }
  addControls();
  addGround();
  labels = new MapLabels().addTo(map);
  map.on('click', (event) => (measuring.mode ? addPoint(event.latlng) : showHere(event.latlng)));
  map.on('dblclick', () => measuring.mode && endMeasure());
  map.on('mousemove', (event) => measuring.mode && measuring.points.length && drawMeasure(event.latlng));
  map.on('zoomend', () => (state.view === 'zones' ? showEvidence() : showHalo()));
  map.on('dragend zoomstart', () => {
    if (!document.body.classList.contains('printing')) fitted.bounds = null; // the reader looks at something else
  });
}

function pane(name, height) {
  const made = map.createPane(name);
  made.style.zIndex = String(height);
  made.style.pointerEvents = 'none';
}

function addGround() {
  if (data.hillshade) ground.hillshade = L.imageOverlay('data:image/png;base64,' + data.hillshade.png, data.hillshade.bounds, { pane: 'ground', interactive: false });
  if (data.basemap) ground.basemap = L.layerGroup(data.basemap.addresses.map((address) => L.tileLayer(address, { pane: 'tilePane', maxNativeZoom: 18, maxZoom: 22 })));
}

function isShown(layer) {
  return shown[layer.role] && (!state.only || LAND.has(layer.role));
}

function showLayers() {
  const show = (layer, on) => {
    if (on && !map.hasLayer(layer)) layer.addTo(map);
    if (!on && map.hasLayer(layer)) layer.remove();
  };
  for (const layer of data.layers) show(layer.tiles, isShown(layer));
  if (ground.hillshade) show(ground.hillshade, shown.hillshade && !state.only);
  if (ground.basemap) show(ground.basemap, shown.basemap && !state.only);
  labels.redraw();
}

/** How many features of a layer are on the page, for whoever checks it. */
function drawnFeatures(role) {
  const layer = data.layers.find((one) => one.role === role);
  return layer && isShown(layer) ? layer.blocks.reduce((sum, block) => sum + block.count, 0) : 0;
}
