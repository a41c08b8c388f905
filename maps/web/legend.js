// The legend on the map: a switch for every layer, and what its signs mean.
function showLegend() {
  const box = byId('zp-legend');
  const wasOpen = box.open;
  const rows = [evidenceRows(), ...data.layers.slice().reverse().map(layerRows)];
  box.replaceChildren(el('summary', '', word('legend')), el('div', 'legend-rows', ...rows));
  box.open = wasOpen;
}

function switchOf(checked, onChange, ...label) {
  const box = el('input', '');
  box.type = 'checkbox';
  box.checked = checked;
  box.addEventListener('change', () => onChange(box.checked));
  return el('label', 'legend-row', box, ...label);
}

function evidenceRows() {
  const present = countsOf(zone() ? zone().findings.filter((finding) => finding.evidence.some((one) => one.shape)) : []);
  const signs = ORDER.filter((verdict) => present[verdict]).map((verdict) => el('div', 'legend-class',
    swatch(data.styles[verdict], 'polygon'), say(data.words[verdict])));
  const row = switchOf(shown.evidence, (on) => {
    shown.evidence = on;
    showEvidence();
  }, el('b', '', word('evidence')));
  row.firstChild.dataset.layer = 'evidence';
  return el('div', 'legend-layer', row, ...signs);
}

function layerRows(layer) {
  const plain = layer.classes.length === 0;
  const row = switchOf(shown[layer.role], (on) => {
    shown[layer.role] = on;
    showLayers();
  }, plain ? swatch(layer.style, layer.shape) : null, el('span', '', say(layer.title)), el('small', '', layer.count));
  row.firstChild.dataset.layer = layer.role;
  const used = new Set(layer.features.map((feature) => feature[1]));
  const classes = layer.classes.map((one, index) => (used.has(index) ? el('div', 'legend-class',
    swatch(one.style, layer.shape), say(one.title)) : null));
  if (!plain && used.has(null)) classes.push(el('div', 'legend-class', swatch(layer.style, layer.shape), '-'));
  const notes = [];
  if (layer.coarse) notes.push(word('coarse'));
  if (layer.features.length < layer.count) notes.push(word('nearest') + ' ' + layer.features.length);
  return el('div', 'legend-layer', row, ...classes, notes.length ? el('p', 'legend-note', notes.join('; ')) : null);
}
