// Where everything comes from: each input with its hash, CRS, counts and what was noted of it.
function showInputs() {
  const entries = data.inputs.map((input) => el('article', 'input',
    el('h3', '', say(input.title), el('small', '', input.role)),
    el('p', 'input-source', input.source === null ? word('empty') : input.source),
    facts(input),
    ...input.notes.map((note) => el('p', 'input-note', say(note)))));
  const notes = data.notes.map((note) => el('p', 'input-note', say(note)));
  const about = el('p', 'input-note', word('display') + ' ' + word('context') + ': ' + data.project.context_m + ' m');
  byId('zp-inputs').replaceChildren(...notes, ...entries, about);
}

function facts(input) {
  const rows = [['crs', input.crs], ['features', input.features], ['read', input.read],
    ['repaired', input.repaired.length ? input.repaired.join(', ') : null]];
  const list = el('dl', 'facts');
  for (const [key, value] of rows) {
    if (value !== null && value !== undefined) list.append(el('dt', '', word(key)), el('dd', '', value));
  }
  if (input.sha256) {
    const hash = el('code', '', input.sha256.slice(0, 12));
    hash.title = input.sha256;
    list.append(el('dt', '', 'SHA-256'), el('dd', '', hash));
  }
  return list;
}

function showFoot() {
  const { version, gdal, geos, proj } = data.tool;
  byId('zp-foot').replaceChildren(el('p', '', say(data.disclaimer)),
    el('p', '', 'Zoneproof ' + version + ' · ' + data.project.crs + ' · GDAL ' + gdal + ', GEOS ' + geos + ', PROJ ' + proj));
}
