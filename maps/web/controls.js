// What lies on the map: zoom, north, measuring, where to go, scale, coordinates, legend.

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

function addControls() {
  L.control.zoom({ position: 'topleft' }).addTo(map);
  control('topleft', () => {
    const tool = (mode, d) => {
      const made = button('map-tool', () => startMeasure(mode), icon(d));
      made.id = 'zp-measure-' + mode;
      return made;
    };
    return el('div', 'map-tools leaflet-bar', tool('line', 'M2 15L15 2M5 9l3 3M8.5 5.5l2 2M2 12l3 3M12 2l3 3'), tool('area', 'M3 4l10-2 2 9-8 4-5-4z'));
  });
  control('topleft', () => el('div', 'north', northArrow(), el('span', '')));
  control('topright', () => {
    const box = el('details', 'legend');
    box.id = 'zp-legend';
    box.open = window.innerWidth > 1000;
    box.addEventListener('toggle', () => labels && labels.redraw());
    return box;
  });
  control('bottomright', () => {
    const select = el('select', 'places');
    select.id = 'zp-place';
    select.addEventListener('change', () => goTo(Number(select.value)));
    return select;
  });
  control('bottomleft', () => {
    const box = el('div', 'measured');
    box.id = 'zp-measured';
    box.hidden = true;
    return box;
  });
  L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 140 }).addTo(map);
  control('bottomleft', () => {
    const box = el('div', 'coordinates');
    box.id = 'zp-coordinates';
    return box;
  });
  map.on('mousemove', (event) => {
    byId('zp-coordinates').replaceChildren(...placeWords(event.latlng).map((line) => el('span', '', line)));
  });
}

function icon(d) {
  return svgEl('svg', { viewBox: '0 0 17 17', class: 'icon', 'aria-hidden': 'true' }, svgEl('path', { d }));
}

function northArrow() {
  return svgEl('svg', { viewBox: '0 0 20 26', 'aria-hidden': 'true' }, svgEl('path', { d: 'M10 1L17 24 10 19z', fill: '#1c2430', stroke: '#1c2430' }),
    svgEl('path', { d: 'M10 1L3 24 10 19z', fill: '#fff', stroke: '#1c2430' }));
}

function showControls() {
  document.querySelector('.north span').textContent = word('north');
  for (const [selector, key] of [['.leaflet-control-zoom-in', 'zoomIn'], ['.leaflet-control-zoom-out', 'zoomOut'],
    ['#zp-measure-line', 'measureLine'], ['#zp-measure-area', 'measureArea']]) {
    const made = document.querySelector(selector);
    made.title = word(key);
    made.setAttribute('aria-label', word(key));
  }
  map.getContainer().setAttribute('role', 'region');
  map.getContainer().setAttribute('aria-label', word('mapLabel'));
}

const fitted = { bounds: null, options: null };

/** Show these bounds beside the legend, not under it. */
function fit(bounds, options) {
  const legend = byId('zp-legend');
  const wide = map.getSize().x > 600;
  const right = legend.open ? legend.offsetWidth + 14 : 30;
  fitted.bounds = null;
  map.fitBounds(bounds, Object.assign({ paddingTopLeft: wide ? [54, 30] : [20, 24], paddingBottomRight: wide ? [right, 50] : [20, 34], animate: false }, options));
  Object.assign(fitted, { bounds, options });
}

function showPlaces() {
  const places = zone() ? zone().places : [];
  const named = (place) => (place.role === 'expansion' ? place.name + ' (' + word('expansion') + ')' : place.name);
  const select = byId('zp-place');
  select.replaceChildren(...places.map((place, index) => {
    const option = el('option', '', place.name === null ? word('whole') : named(place));
    option.value = index;
    return option;
  }));
  select.value = state.place;
  select.hidden = places.length < 2;
  select.title = word('place');
  select.setAttribute('aria-label', word('place'));
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
