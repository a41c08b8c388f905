// From the data to the page, and from a choice to what it changes.
function choose(finding) {
  state.open = finding ? finding.id : null;
  state.evidence = null;
  showFindings();
  showEvidence();
  if (!finding) return;
  zoomTo(chosenItems());
  bringIntoView();
}

function chooseEvidence(finding, item) {
  const wasOpen = state.open === finding.id;
  state.open = finding.id;
  state.evidence = item.id;
  if (wasOpen) markEvidence();
  else showFindings();
  showEvidence();
  zoomTo(chosenItems());
  if (!wasOpen) bringIntoView();
}

function markEvidence() {
  for (const line of document.querySelectorAll('.evidence-line')) {
    line.classList.toggle('chosen', line.dataset.id === state.evidence);
  }
}

function bringIntoView() {
  selectTab('findings');
  const open = document.querySelector('.card.open');
  if (open) open.scrollIntoView({ block: 'nearest' });
}

function chooseZone(index) {
  state.zone = index;
  state.open = null;
  state.evidence = null;
  showFindings();
  showLegend();
  showPlaces();
  showEvidence();
  goTo(firstPlace());
}

function selectTab(name) {
  state.tab = name;
  for (const tab of ['findings', 'inputs']) {
    byId('zp-' + tab).hidden = tab !== name;
    byId('zp-tab-' + tab).setAttribute('aria-selected', String(tab === name));
  }
}

function showHead() {
  document.documentElement.lang = lang ? 'en' : 'zh-CN';
  document.title = data.project.name + ' · Zoneproof';
  byId('zp-internal').textContent = lang ? word('internal') : WORDS.internal.join(' | ');
  byId('zp-title').textContent = data.project.name;
  byId('zp-about').textContent = word('asOf') + ' ' + say(data.project.as_of) + ' · ' + word('packs') + ': '
    + say(data.project.packs);
  byId('zp-verdict').replaceChildren(badge(data.verdict, say(data.words[data.verdict])));
  byId('zp-print').textContent = word('print');
  byId('zp-lang').textContent = word('language');
  byId('zp-lang').title = word('languageTitle');
  byId('zp-tab-findings').textContent = word('findings');
  byId('zp-tab-inputs').textContent = word('inputs') + ' (' + data.inputs.length + ')';
  byId('zp-search').placeholder = word('search');
  byId('zp-search').setAttribute('aria-label', word('search'));
}

function showZones() {
  byId('zp-zone-label').hidden = data.zones.length < 2;
  byId('zp-zone-label').firstChild.textContent = word('zone');
  byId('zp-zone').replaceChildren(...data.zones.map((one, index) => {
    const option = el('option', '', one.name + ' · ' + say(data.words[one.verdict]));
    option.value = index;
    return option;
  }));
  byId('zp-zone').value = state.zone;
}

function showEverything() {
  showHead();
  showZones();
  showFindings();
  showInputs();
  showFoot();
  showPlaces();
  showLegend();
  selectTab(state.tab);
}

function printPage() {
  document.body.classList.add('printing');
  map.invalidateSize({ animate: false });
  const after = () => {
    document.body.classList.remove('printing');
    map.invalidateSize({ animate: false });
    window.removeEventListener('afterprint', after);
  };
  window.addEventListener('afterprint', after);
  setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => window.print())), 400);
}

function start() {
  data = decode(byId('zp-data').textContent);
  lang = data.lang === 'en' ? 1 : 0;
  setUpMap();
  byId('zp-lang').addEventListener('click', () => {
    lang = 1 - lang;
    map.closePopup();
    showEverything();
  });
  byId('zp-print').addEventListener('click', printPage);
  byId('zp-zone').addEventListener('change', (event) => chooseZone(Number(event.target.value)));
  byId('zp-search').addEventListener('input', (event) => {
    state.query = event.target.value;
    showFindings();
    showEvidence();
  });
  for (const tab of ['findings', 'inputs']) byId('zp-tab-' + tab).addEventListener('click', () => selectTab(tab));
  showEverything();
  showLayers();
  chooseZone(0);
  document.documentElement.dataset.ready = 'yes';
}

document.addEventListener('DOMContentLoaded', start);
