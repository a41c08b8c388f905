// A click on the map: what lies there, and the way back to the finding that it proves.
const REACH = 7;
const MOST_HERE = 12;

function hitsAt(latlng) {
  const hits = shownEvidence().reverse().filter(({ item }) => isAt(item.geometry, latlng, map, REACH));
  const reach = REACH / (256 * Math.pow(2, map.getZoom()));
  const [x, y] = [latlng.lng / 360 + 0.5, worldY(latlng.lat)];
  for (const layer of data.layers.slice().reverse()) {
    if (!isShown(layer)) continue;
    for (const row of rowsAt(layer, x, y, reach)) hits.push({ layer, row });
  }
  return hits;
}

function showHere(latlng) {
  const hits = hitsAt(latlng).slice(0, MOST_HERE);
  const parts = hits.map((hit, index) => (hit.item ? evidenceHere(hit) : featureHere(hit, index === 0 || hits.length < 3)));
  const places = placeWords(latlng).map((line) => el('p', 'here-place', line));
  const content = el('div', 'here', hits.length ? el('h3', '', word('here')) : null, ...parts, ...places);
  L.popup(room()).setLatLng(latlng).setContent(content).openOn(map);
}

/** Where a popup may lie: beside the tools and the legend, not under them. */
function room() {
  const size = map.getSize();
  if (size.x < 600) {
    return { maxWidth: size.x - 112, minWidth: 160, maxHeight: size.y - 150, autoPanPaddingTopLeft: [58, 52], autoPanPaddingBottomRight: [8, 8] };
  }
  const legend = byId('zp-legend');
  return { maxWidth: 340, maxHeight: 320, autoPanPaddingTopLeft: [60, 12], autoPanPaddingBottomRight: [legend.open ? legend.offsetWidth + 24 : 12, 12] };
}

function evidenceHere({ finding, item }) {
  return el('div', 'here-evidence v-' + finding.verdict, badge(finding.verdict, titled(finding.word)),
    el('b', '', ' ' + finding.rule + ' '), say(finding.title),
    el('p', '', roleTitle(item.role) + ' ' + item.key + (item.figures.length ? ' · ' + item.figures.map(say).join(' · ') : '')),
    button('plain more', () => {
      map.closePopup();
      chooseEvidence(finding, item, false);
    }, word('toFinding')));
}

/** The value of a feature's field; null where there is none. */
function fieldValue(layer, column, row) {
  const [texts, rows] = layer.columns[column];
  return rows[row] < 0 ? null : texts[rows[row]];
}

/** A feature by its name where it has one, with the id that other outputs know it by. */
function nameOf(layer, row) {
  const name = layer.label === null ? null : fieldValue(layer, layer.label, row);
  return (name ? say(name) + ' ' : '') + layer.ids[row];
}

function featureHere({ layer, row }, open) {
  const rows = layer.fields.map((title, column) => [titled(title), fieldValue(layer, column, row)]).filter(([, value]) => value);
  const zoneIndex = layer.role === 'zones' && data.zones.length > 1 ? zonesOf(layer)[row] : -1;
  const box = el('details', 'here-feature', el('summary', '', el('b', '', titled(layer.title)), ' ' + nameOf(layer, row)),
    rows.length ? pairs(rows) : null,
    zoneIndex >= 0 ? button('plain more', () => {
      map.closePopup();
      chooseZone(zoneIndex);
    }, word('findings') + ': ' + data.zones[zoneIndex].name) : null);
  box.open = open;
  return box;
}
