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
    return ORDER.filter((verdict) => zones[verdict]).map((verdict) => el('div', 'legend-class v-' + verdict, swatch(zoneSymbol(verdict), 'polygon'), sign(verdict), titled(data.words[verdict])));
  }
  const present = countsOf(zone() ? zone().findings.filter((finding) => finding.evidence.some((one) => one.shape !== null)) : []);
  return ORDER.filter((verdict) => present[verdict]).map((verdict) => el('div', 'legend-class',
    swatch(data.styles[verdict], 'polygon'), titled(data.words[verdict])));
}

function evidenceRows() {
  const row = switchOf('evidence', shown.evidence, (on) => {
    shown.evidence = on;
    showEvidence();
  }, el('b', '', word(state.view === 'zones' ? 'allZones' : 'evidence')));
  return el('div', 'legend-layer', el('div', 'legend-line', row, opacityOf('evidence', word('evidence'))), ...evidenceSigns());
}

/** The signs that a layer really uses: each with its words, one without classes with none. */
function usedSigns(layer) {
  if (!layer.classes.length) return [{ style: layer.style, words: '' }];
  const used = new Set(layer.class || []);
  const signs = layer.classes.map(({ style, title }) => ({ style, words: titled(title) })).filter((_one, index) => used.has(index));
  return used.has(null) || !layer.class ? signs.concat([{ style: layer.style, words: '-' }]) : signs;
}

/** The title of a layer with its sign, where it has but one. */
function titleOf(layer) {
  const signs = usedSigns(layer);
  const [only] = signs;
  if (signs.length > 1) return [null, el('span', '', titled(layer.title))];
  return [swatch(only.style, layer.shape), el('span', '', titled(layer.title) + (only.words && only.words !== '-' ? ' · ' + only.words : ''))];
}

function classRows(layer) {
  const signs = usedSigns(layer);
  return signs.length > 1 ? signs.map(({ style, words }) => el('div', 'legend-class', swatch(style, layer.shape), words)) : [];
}

function layerRows(layer) {
  const title = titled(layer.title);
  const row = switchOf(layer.role, shown[layer.role], (on) => {
    shown[layer.role] = on;
    showLayers();
  }, ...titleOf(layer), el('small', '', layer.count));
  const said = layer.said.length ? el('p', 'legend-note', layer.said.map(say).join(lang ? '; ' : ';')) : null;
  const classes = classRows(layer);
  const fold = classes.length > 5 ? [el('details', 'legend-more', el('summary', '', classes.length + (lang ? ' classes' : ' 类')), ...classes)] : classes;
  const away = state.only && !LAND.has(layer.role) ? ' legend-away' : '';
  return el('div', 'legend-layer' + away, el('div', 'legend-line', row, opacityOf(layer.role, title)), ...fold, said);
}

/** The zone and how many findings it has of each verdict. */
function countsInPrint() {
  if (!zone()) return [];
  const counts = countsOf(zone().findings);
  const rows = ORDER.filter((verdict) => counts[verdict]).map((verdict) => el('div', 'count-line', badge(verdict, titled(data.words[verdict])), el('b', '', counts[verdict])));
  return [el('h2', '', zone().name), el('div', 'legend-layer', ...rows)];
}

function printRows(layer) {
  return el('div', 'legend-layer', el('div', 'legend-class', ...titleOf(layer)), ...classRows(layer));
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
