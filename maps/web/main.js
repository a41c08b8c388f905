// From the data to the page, and from a choice to what it changes.

function choose(finding) {
  state.open = finding ? finding.id : null;
  state.evidence = null;
  markOpen();
  showEvidence();
  writeLink();
  if (!finding) return;
  const items = chosenItems();
  if (items.length) zoomTo(items);
  else goTo(state.place);
  bringIntoView();
  announce(finding.rule + ' ' + say(finding.title) + ': ' + say(finding.word));
}

function chooseEvidence(finding, item, zoom = true) {
  if (!visibleFindings().includes(finding)) {
    state.verdicts.clear();
    state.query = '';
    byId('zp-search').value = '';
    showFindings();
  }
  const wasOpen = state.open === finding.id;
  state.open = finding.id;
  state.evidence = item.id;
  if (wasOpen) markEvidence();
  else markOpen();
  showEvidence();
  writeLink();
  if (zoom) zoomTo(chosenItems());
  if (!wasOpen) bringIntoView();
}

function followLink() {
  const linked = linkedFinding();
  if (!linked || linked.finding.id === state.open) return;
  if (linked.index !== state.zone || state.view === 'zones') chooseZone(linked.index);
  state.verdicts.clear();
  state.query = '';
  byId('zp-search').value = '';
  showFindings();
  choose(linked.finding);
}

function showHead() {
  document.documentElement.lang = lang ? 'en' : 'zh-CN';
  document.title = data.project.name + ' · Zoneproof';
  byId('zp-internal').textContent = lang ? word('internal') : WORDS.internal.join(' | ');
  byId('zp-title').textContent = data.project.name;
  byId('zp-about').textContent = word('asOf') + ' ' + say(data.project.as_of) + ' · ' + word('packs') + ': '
    + say(data.project.packs);
  byId('zp-about').title = byId('zp-about').textContent;
  byId('zp-verdict').replaceChildren(badge(data.verdict, titled(data.words[data.verdict])));
  byId('zp-print').textContent = word('print');
  byId('zp-provenance').textContent = word('provenance');
  byId('zp-help').title = word('keys');
  byId('zp-help').setAttribute('aria-label', word('keys'));
  byId('zp-lang').textContent = word('language');
  byId('zp-lang').title = word('languageTitle');
  byId('zp-list').setAttribute('aria-label', word('findings'));
}

function showEverything() {
  showHead();
  showZones();
  showFindings();
  showReviewBar();
  showInputs();
  showKeys();
  showFoot();
  showPlaces();
  showControls();
  showLegend();
}

function listen() {
  byId('zp-lang').addEventListener('click', () => {
    lang = 1 - lang;
    map.closePopup();
    showEverything();
    labels.redraw();
  });
  byId('zp-print').addEventListener('click', printPage);
  byId('zp-provenance').addEventListener('click', () => openSheet(byId('zp-inputs')));
  byId('zp-help').addEventListener('click', () => openSheet(byId('zp-keys')));
  byId('zp-zone').addEventListener('change', (event) => (event.target.value === ALL ? chooseView('zones') : chooseZone(Number(event.target.value))));
  byId('zp-all').addEventListener('click', () => {
    chooseView('zones');
    byId('zp-zone').focus();
  });
  byId('zp-search').addEventListener('input', (event) => {
    state.query = event.target.value;
    refilter();
  });
  document.addEventListener('keydown', onKey);
  window.addEventListener('hashchange', followLink);
  window.addEventListener('beforeprint', openAll);
  window.addEventListener('afterprint', closeAll);
}

/** Geometry of the layers, block by block, in the order that the layers name them. */
function unpackLayers(unpacked) {
  for (const layer of data.layers) {
    let first = 0;
    layer.blocks = layer.blocks.map(([kind, perDegree, count]) => {
      const block = unpackBlock(unpacked.shift(), kind, perDegree, count);
      block.first = first;
      first += count;
      return block;
    });
  }
}

function open() {
  lang = data.lang === 'en' ? 1 : 0;
  loadReview();
  state.zone = worstZone();
  setUpMap();
  listen();
  if (data.overview) state.view = 'zones';
  showEverything();
  if (data.overview) goToAll();
  else goTo(firstPlace());
  showLayers();
  showEvidence();
  followLink();
  byId('zp-waiting').hidden = true;
  document.documentElement.dataset.ready = 'yes';
}

/** All that is zipped is unzipped side by side. */
function start() {
  const blocks = Array.from(document.querySelectorAll('.zp-block'), (block) => unzipped(block.textContent));
  Promise.all([unzippedJson(byId('zp-data').textContent), ...blocks]).then(([told, ...unpacked]) => {
    data = told;
    unpackLayers(unpacked);
    open();
  }).catch((error) => {
    byId('zp-waiting').textContent = WORDS.broken.join(' ');
    throw error;
  });
}

document.addEventListener('DOMContentLoaded', start);
