// The keyboard: / searches, arrows walk through the findings, Enter opens, Esc takes back.

function isTyping(target) {
  return target.matches('input:not([type=checkbox]):not([type=range]), textarea, select');
}

function walk(by) {
  const heads = Array.from(document.querySelectorAll(state.view === 'zones' ? '.zone-line' : '.card-head'));
  if (!heads.length) return;
  const focused = heads.indexOf(document.activeElement);
  const open = heads.findIndex((head) => head.parentElement.classList.contains('open'));
  const from = focused >= 0 ? focused : open;
  const next = from < 0 ? (by > 0 ? 0 : heads.length - 1) : Math.max(0, Math.min(heads.length - 1, from + by));
  heads[next].focus({ preventScroll: true });
  if (state.view === 'zones') {
    heads[next].scrollIntoView({ block: 'nearest' });
    return;
  }
  const finding = visibleFindings()[next];
  if (finding.id !== state.open) choose(finding);
}

function takeBack() {
  if (measuring.mode || measuring.points.length) stopMeasure();
  else if (document.querySelector('.leaflet-popup')) map.closePopup();
  else if (state.open) choose(null);
}

const KEYS = {
  '/': () => byId('zp-search').focus(),
  ArrowDown: () => walk(1),
  ArrowUp: () => walk(-1),
  Escape: takeBack,
  '?': () => openSheet(byId('zp-keys')),
  f: () => chooseOnly(!state.only),
  l: () => {
    byId('zp-legend').open = !byId('zp-legend').open;
  },
  m: () => startMeasure('line'),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const { key, target } = event;
  if (isTyping(target)) {
    if (target.id === 'zp-search' && (key === 'Escape' || key === 'ArrowDown')) {
      event.preventDefault();
      target.blur();
      if (key === 'ArrowDown') walk(1);
    }
    return;
  }
  if (key === 'Enter' && measuring.mode) {
    event.preventDefault();
    endMeasure();
    return;
  }
  const onMap = map.getContainer().contains(target) && key.startsWith('Arrow');
  const act = KEYS[key.length === 1 ? key.toLowerCase() : key];
  if (!act || onMap || (target.type === 'range' && key.startsWith('Arrow'))) return;
  event.preventDefault();
  act();
}
