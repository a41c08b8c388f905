// Several zones: a chooser, and a table of all of them by verdict.

const ALL = 'all';

function showZones() {
  const many = data.zones.length > 1;
  byId('zp-zone-row').hidden = !many;
  byId('zp-zone').replaceChildren(...data.zones.map((one, index) => {
    const option = el('option', '', one.name + ' · ' + titled(data.words[one.verdict]));
    option.value = index;
    return option;
  }));
  if (many) byId('zp-zone').prepend(allZonesOption());
  byId('zp-zone').value = state.view === 'zones' ? ALL : state.zone;
  byId('zp-zone').setAttribute('aria-label', word('zone'));
  byId('zp-all').textContent = word('allZones') + ' (' + data.zones.length + ')';
  byId('zp-all').hidden = state.view === 'zones';
  const search = word(state.view === 'zones' ? 'searchZones' : 'search');
  byId('zp-search').placeholder = search;
  byId('zp-search').setAttribute('aria-label', search);
}

function allZonesOption() {
  const option = el('option', '', word('allZones') + ' (' + data.zones.length + ')');
  option.value = ALL;
  return option;
}

function visibleZones() {
  const query = state.query.trim().toLowerCase();
  return data.zones.map((one, index) => ({ one, index, counts: countsOf(one.findings) }))
    .filter(({ one }) => (!state.verdicts.size || state.verdicts.has(one.verdict)) && one.name.toLowerCase().includes(query))
    .sort((a, b) => bySort(a, b) || worstFirst(a, b));
}

/** The worst first, of equals the one with most that fails. */
function worstFirst(a, b) {
  return ORDER.indexOf(a.one.verdict) - ORDER.indexOf(b.one.verdict) || (b.counts.fail || 0) - (a.counts.fail || 0)
    || (b.counts.undetermined || 0) - (a.counts.undetermined || 0) || a.index - b.index;
}

/** By the column that was chosen: names from A to Z, counts from most to least, and the other way round. */
function bySort(a, b) {
  const { by, down } = state.sort;
  if (!by) return 0;
  const order = by === 'name' ? a.one.name.localeCompare(b.one.name, 'zh', { numeric: true })
    : (b.counts[by] || 0) - (a.counts[by] || 0);
  return down ? -order : order;
}

/** The head of a column, which sorts by it. */
function sortHead(by, title, ...content) {
  const chosen = state.sort.by === by;
  const cell = el('th', by === 'name' ? '' : 'v-' + by, button('sort', () => {
    state.sort = { by, down: chosen && !state.sort.down };
    showZoneTable();
  }, ...content, el('span', 'arrow', chosen ? (state.sort.down ? '▲' : '▼') : '')));
  cell.title = title;
  const rising = (by === 'name') !== state.sort.down;
  if (chosen) cell.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
  return cell;
}

function showZoneTable() {
  const zones = visibleZones();
  const verdicts = ORDER.filter((verdict) => data.zones.some((one) => one.findings.some((finding) => finding.verdict === verdict)));
  const head = [sortHead('name', word('zone'), word('zone')), ...verdicts.map((verdict) => {
    const title = titled(data.words[verdict]);
    return sortHead(verdict, title, sign(verdict), el('span', 'unseen', title));
  })];
  const rows = zones.map(({ one, index, counts }) => el('tr', 'v-' + one.verdict,
    el('td', '', pageLink(one), button('zone-line', () => chooseZone(index), sign(one.verdict), el('span', '', one.name), el('small', '', titled(data.words[one.verdict])))),
    ...verdicts.map((verdict) => el('td', 'number', counts[verdict] || '·'))));
  byId('zp-zones').replaceChildren(data.overview ? el('p', 'small-note', word('overviewNote')) : '',
    el('table', '', el('thead', '', el('tr', '', ...head)), el('tbody', '', ...rows)));
  byId('zp-count').textContent = zones.length + ' / ' + data.zones.length;
  byId('zp-nothing').hidden = true;
}

/** A link to the zone's own page, where there is one. */
function pageLink(one) {
  if (!one.page) return null;
  const link = el('a', 'zone-page', word('ownPage'));
  link.href = one.page.split('/').map(encodeURIComponent).join('/');
  return link;
}

/** The zone that each row of a layer names in one of its fields; -1 where it names none. */
function zonesOf(layer) {
  if (!layer.zoneOf) {
    const byName = new Map(data.zones.map((one, index) => [one.name, index]));
    layer.zoneOf = layer.ids.map((_id, row) => {
      const named = layer.fields.map((_title, column) => fieldValue(layer, column, row)).find((text) => text && byName.has(text[0]));
      return named ? byName.get(named[0]) : -1;
    });
  }
  return layer.zoneOf;
}

/** Outlines of the zones with the verdict of each, for the map of all of them. */
function zoneOutlines() {
  const layer = data.layers.find((one) => one.role === 'zones');
  if (!layer) return [];
  const visible = new Set(visibleZones().map(({ index }) => index));
  return zonesOf(layer).map((index, row) => ({ index, row })).filter(({ index }) => visible.has(index))
    .map(({ index, row }) => {
      const geometry = geometryOf(layer, row);
      const bounds = L.latLngBounds(geometry.parts.flat(2));
      return { verdict: data.zones[index].verdict, geometry, middle: pixelSize({ bounds }) < SMALL ? bounds.getCenter() : null };
    })
    .sort((a, b) => ORDER.indexOf(b.verdict) - ORDER.indexOf(a.verdict));
}

function goToAll() {
  const bounds = L.latLngBounds([]);
  for (const one of data.zones) {
    for (const { bounds: [west, south, east, north] } of one.places.slice(0, 1)) bounds.extend([[south, west], [north, east]]);
  }
  if (bounds.isValid()) fit(bounds, {});
}

function chooseView(view) {
  state.view = view;
  state.open = null;
  state.evidence = null;
  state.query = '';
  state.verdicts.clear();
  byId('zp-search').value = '';
  showZones();
  showFindings();
  showLegend();
  showEvidence();
  if (view === 'zones') goToAll();
  else goTo(firstPlace());
}

function chooseZone(index) {
  state.zone = index;
  state.open = null;
  state.evidence = null;
  state.view = 'findings';
  state.query = '';
  state.verdicts.clear();
  byId('zp-search').value = '';
  showZones();
  showFindings();
  showLegend();
  showPlaces();
  showEvidence();
  writeLink();
  goTo(firstPlace());
}
