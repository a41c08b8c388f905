// Where everything comes from: date, packs, versions, and each input with its hash, CRS, counts and notes.

function sheetHead(sheet, title) {
  const close = button('plain', () => sheet.close(), word('close'));
  sheet.setAttribute('aria-label', title);
  return el('div', 'sheet-head', el('h2', '', title), close);
}

function showInputs() {
  const { version, gdal, geos, proj } = data.tool;
  const rows = [['project', data.project.name], ['asOf', say(data.project.as_of)], ['packs', say(data.project.packs)],
    ['outputCrs', data.project.crs], ['versions', 'Zoneproof ' + version + ', GDAL ' + gdal + ', GEOS ' + geos + ', PROJ ' + proj]];
  const entries = data.inputs.map((input) => el('article', 'input',
    el('h3', '', titled(input.title), el('small', '', input.role)),
    el('p', 'input-source', input.source === null ? word('empty') : input.source),
    facts(input),
    ...input.notes.map((note) => el('p', 'input-note', say(note)))));
  const notes = data.notes.map((note) => el('p', 'input-note', say(note)));
  const sheet = byId('zp-inputs');
  sheet.replaceChildren(sheetHead(sheet, word('provenance')), el('div', 'sheet-body', factList(rows), ...notes,
    el('p', 'input-note', word('context') + ' ' + data.project.context_m + (lang ? ' m. ' : ' 米。') + word('display')),
    ...(data.basemap ? [el('p', 'input-note', word('basemap') + ': ' + word('fromHost') + ' ' + data.basemap.host
      + (data.basemap.shifted ? ' ' + word('shifted') : ''))] : []),
    el('h3', 'inputs-title', word('inputs') + ' (' + data.inputs.length + ')'), ...entries));
}

function factList(rows) {
  const list = el('dl', 'facts');
  for (const [key, value] of rows) list.append(el('dt', '', word(key)), el('dd', '', value));
  return list;
}

function facts(input) {
  const rows = [['crs', input.crs], ['features', input.features], ['read', input.read],
    ['repaired', input.repaired.length ? input.repaired.join(', ') : null]];
  const list = factList(rows.filter(([, value]) => value !== null && value !== undefined));
  if (input.sha256) list.append(el('dt', '', 'SHA-256'), el('dd', '', el('code', '', input.sha256)));
  return list;
}

function showKeys() {
  const sheet = byId('zp-keys');
  const list = el('dl', 'key-list');
  for (const [key, told] of word('keyList')) list.append(el('dt', '', el('kbd', '', key)), el('dd', '', told));
  sheet.replaceChildren(sheetHead(sheet, word('keys')), el('div', 'sheet-body', list));
}

function openSheet(sheet) {
  if (sheet.showModal) sheet.showModal();
  else sheet.setAttribute('open', '');
}

function showFoot() {
  byId('zp-foot').replaceChildren(say(data.disclaimer));
}
