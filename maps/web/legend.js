// The legend on the map: a switch and an opacity for every layer, and what its signs mean.

function showLegend() {
  const box = byId('zp-legend');
  const wasOpen = box.open;
  const only = switchOf('only', state.only, (on) => chooseOnly(on), el('b', '', word('onlyFindings')));
  const rows = [evidenceRows(), ...data.layers.slice().reverse().map(layerRows), ...groundRows()];
  const names = switchOf('names', shown.names, (on) => {
    shown.names = on;
    labels.redraw();
  }, el('span', '', word('labels')));
  box.replaceChildren(el('summary', '', word('legend')), el('div', 'legend-rows', el('div', 'legend-layer', only), ...rows,
    el('div', 'legend-layer', names)));
  box.open = wasOpen;
  const used = data.layers.filter((layer) => shown[layer.role]).reverse().map((layer) => printRows(layer));
  byId('zp-print-legend').replaceChildren(...countsInPrint(), el('h2', '', word('legend')), el('div', 'legend-layer', ...evidenceSigns()),
    ...used, el('p', 'small-note', data.project.crs + ' · Zoneproof ' + data.tool.version), el('p', 'small-note', say(data.disclaimer)));
}

function switchOf(name, checked, onChange, ...label) {
  const box = el('input', '');
  box.type = 'checkbox';
  box.checked = checked;
  box.dataset.layer = name;
  box.addEventListener('change', () => onChange(box.checked));
  return el('label', 'legend-row', box, ...label);
}

function opacityOf(name, title) {
  const range = el('input', 'opacity');
  Object.assign(range, { type: 'range', min: 10, max: 100, step: 5, value: Math.round((opacity[name] === undefined ? 1 : opacity[name]) * 100) });
  range.setAttribute('aria-label', title + ' ' + word('opacity'));
  range.title = word('opacity');
  range.dataset.opacity = name;
  range.addEventListener('input', () => {
    opacity[name] = Number(range.value) / 100;
    showOpacity();
  });
  return range;
}

function evidenceSigns() {
  if (state.view === 'zones') {
    const zones = countsOf(data.zones);
    return ORDER.filter((verdict) => zones[verdict]).map((verdict) => el('div', 'legend-class', swatch(zoneSymbol(verdict), 'polygon'), say(data.words[verdict])));
  }
  const present = countsOf(zone() ? zone().findings.filter((finding) => finding.evidence.some((one) => one.shape !== null)) : []);
  return ORDER.filter((verdict) => present[verdict]).map((verdict) => el('div', 'legend-class',
    swatch(data.styles[verdict], 'polygon'), say(data.words[verdict])));
}

function evidenceRows() {
  const row = switchOf('evidence', shown.evidence, (on) => {
    shown.evidence = on;
    showEvidence();
  }, el('b', '', word(state.view === 'zones' ? 'allZones' : 'evidence')));
  return el('div', 'legend-layer', row, ...evidenceSigns());
}

/** The signs that a layer really uses. */
function usedClasses(layer) {
  const used = new Set(layer.class || []);
  const classes = layer.classes.map((one, index) => (used.has(index) ? el('div', 'legend-class',
    swatch(one.style, layer.shape), say(one.title)) : null)).filter(Boolean);
  if (layer.classes.length && (used.has(null) || !layer.class)) classes.push(el('div', 'legend-class', swatch(layer.style, layer.shape), '-'));
  return classes;
}

function layerRows(layer) {
  const plain = layer.classes.length === 0;
  const title = say(layer.title);
  const row = switchOf(layer.role, shown[layer.role], (on) => {
    shown[layer.role] = on;
    showLayers();
  }, plain ? swatch(layer.style, layer.shape) : null, el('span', '', title), el('small', '', layer.count));
  const said = layer.said.length ? el('p', 'legend-note', layer.said.map(say).join(lang ? '; ' : ';')) : null;
  const classes = usedClasses(layer);
  const fold = classes.length > 5 ? [el('details', 'legend-more', el('summary', '', classes.length + (lang ? ' classes' : ' 类')), ...classes)] : classes;
  const away = state.only && !LAND.has(layer.role) ? ' legend-away' : '';
  return el('div', 'legend-layer' + away, el('div', 'legend-line', row, opacityOf(layer.role, title)), ...fold, said);
}

/** The zone and how many findings it has of each verdict. */
function countsInPrint() {
  if (!zone()) return [];
  const counts = countsOf(zone().findings);
  const rows = ORDER.filter((verdict) => counts[verdict]).map((verdict) => el('div', 'count-line', badge(verdict, say(data.words[verdict])), el('b', '', counts[verdict])));
  return [el('h2', '', zone().name), el('div', 'legend-layer', ...rows)];
}

function printRows(layer) {
  const classes = usedClasses(layer);
  const head = el('div', 'legend-class', layer.classes.length ? null : swatch(layer.style, layer.shape), el('span', '', say(layer.title)));
  return el('div', 'legend-layer', head, ...classes);
}

function groundRows() {
  const rows = [];
  if (data.hillshade) {
    rows.push(el('div', 'legend-layer', el('div', 'legend-line', switchOf('hillshade', shown.hillshade, (on) => {
      shown.hillshade = on;
      showLayers();
    }, el('span', '', word('hillshade'))), opacityOf('hillshade', word('hillshade')))));
  }
  if (data.basemap) {
    rows.push(el('div', 'legend-layer', switchOf('basemap', shown.basemap, (on) => {
      shown.basemap = on;
      showLayers();
    }, el('span', '', word('basemap'))), el('p', 'legend-note', word('fromHost') + ' ' + data.basemap.credit),
    data.basemap.shifted ? el('p', 'legend-warning', word('shifted')) : null));
  }
  return rows;
}

/** Without its surroundings: evidence, zones and expansion alone. */
function chooseOnly(on) {
  state.only = on;
  showLegend();
  showLayers();
}
