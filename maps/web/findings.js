// The list of findings: verdict counts as filters, search, cards.

function showChips() {
  const zones = state.view === 'zones';
  const counts = countsOf(zones ? data.zones : zone() ? zone().findings : []);
  const always = zones ? [] : ['fail', 'undetermined', 'pass'];
  const chips = ORDER.filter((verdict) => counts[verdict] || always.includes(verdict)).map((verdict) => {
    const chip = button('chip v-' + verdict, () => {
      if (state.verdicts.has(verdict)) state.verdicts.delete(verdict);
      else state.verdicts.add(verdict);
      refilter();
      byId('zp-chips').querySelector('[data-verdict=' + verdict + ']').focus();
    }, sign(verdict), titled(data.words[verdict]), el('b', '', counts[verdict] || 0));
    chip.setAttribute('aria-pressed', String(state.verdicts.has(verdict)));
    chip.disabled = !counts[verdict];
    chip.dataset.verdict = verdict;
    return chip;
  });
  byId('zp-chips').replaceChildren(...chips);
  byId('zp-chips').setAttribute('aria-label', word('filters'));
}

function refilter() {
  showFindings();
  showEvidence();
  announce(byId('zp-count').textContent);
}

function showFindings() {
  showChips();
  const zones = state.view === 'zones';
  byId('zp-list').hidden = zones;
  byId('zp-zones').hidden = !zones;
  if (zones) {
    showZoneTable();
    return;
  }
  const findings = visibleFindings();
  byId('zp-list').replaceChildren(...findings.map(card));
  byId('zp-count').textContent = findings.length + ' / ' + (zone() ? zone().findings.length : 0);
  const nothing = byId('zp-nothing');
  nothing.hidden = findings.length > 0;
  nothing.replaceChildren(word('nothing') + ' ', button('plain', () => {
    state.verdicts.clear();
    state.query = '';
    byId('zp-search').value = '';
    refilter();
  }, word('showAll')));
}

/** Opens or closes cards where they stand, so that the list keeps its place and its focus. */
function markOpen() {
  for (const item of byId('zp-list').children) {
    const open = item.dataset.id === state.open;
    if (open === item.classList.contains('open')) continue;
    const finding = zone().findings.find((one) => one.id === item.dataset.id);
    item.classList.toggle('open', open);
    item.querySelector('.card-head').setAttribute('aria-expanded', String(open));
    item.querySelector('.card-body').replaceChildren(...(open ? details(finding) : []));
  }
}

function markEvidence() {
  for (const line of document.querySelectorAll('.evidence-line')) {
    line.classList.toggle('chosen', line.dataset.id === state.evidence);
  }
}

/** The card of the open finding, whole where it fits, else from its top. */
function bringIntoView() {
  const open = document.querySelector('.card.open');
  if (!open) return;
  const list = byId('zp-list');
  if (window.innerWidth <= 760) open.scrollIntoView({ block: 'start' });
  else list.scrollTop = Math.min(open.offsetTop - list.offsetTop - 8, Math.max(list.scrollTop, open.offsetTop + open.offsetHeight - list.offsetTop - list.clientHeight + 8));
}
