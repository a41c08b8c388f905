// The list of findings: chips, search, and a card for each finding.
const ORDER = ['fail', 'undetermined', 'pass', 'info', 'not-applicable'];
const EVIDENCE_SHOWN = 12;

function showChips() {
  const counts = countsOf(zone() ? zone().findings : []);
  const chips = ORDER.map((verdict) => {
    const chip = button('chip v-' + verdict, () => {
      if (state.verdicts.has(verdict)) state.verdicts.delete(verdict);
      else state.verdicts.add(verdict);
      showFindings();
      showEvidence();
    }, sign(verdict), say(data.words[verdict]), el('b', '', counts[verdict] || 0));
    chip.setAttribute('aria-pressed', String(state.verdicts.has(verdict)));
    chip.disabled = !counts[verdict];
    chip.dataset.verdict = verdict;
    return chip;
  });
  byId('zp-chips').replaceChildren(...chips);
}

function showFindings() {
  showChips();
  const findings = visibleFindings();
  byId('zp-list').replaceChildren(...findings.map(card));
  byId('zp-nothing').hidden = findings.length > 0;
  byId('zp-nothing').textContent = word('nothing');
}

function card(finding) {
  const item = el('li', 'card v-' + finding.verdict);
  item.dataset.id = finding.id;
  const open = state.open === finding.id;
  const head = button('card-head', () => choose(open ? null : finding), badge(finding.verdict, say(finding.word)),
    el('span', 'rule', finding.rule), el('span', 'card-title', say(finding.title)), headline(finding));
  head.setAttribute('aria-expanded', String(open));
  const body = el('div', 'card-body', ...details(finding));
  item.classList.toggle('open', open);
  item.append(head, body);
  return item;
}

function headline(finding) {
  const limit = finding.limits[0];
  if (!limit && say(finding.value) === '-') return null;
  const line = el('span', 'figures', word('measured') + ' ', el('b', '', say(limit ? limit.value : finding.value)));
  if (limit) {
    line.append(' · ' + word('required') + ' ', el('b', '', say(limit.required)));
    if (say(limit.margin) !== '-') line.append(' · ' + word('margin') + ' ', el('b', '', say(limit.margin)));
  }
  return line;
}

function details(finding) {
  return [
    el('p', 'message', say(finding.message)),
    finding.limits.length > 1 ? limitTable(finding.limits) : null,
    missingBox(finding),
    sourceBox(finding),
    evidenceBox(finding),
    fold('texts', ['what', 'why', 'mend', 'trap'].filter((name) => finding.texts[name]).map((name) => el('div', '',
      el('h4', '', word(name)), el('p', '', say(finding.texts[name]))))),
    fold('measures', finding.measures.length ? [pairs(finding.measures)] : []),
  ].filter(Boolean);
}

function fold(title, children) {
  if (!children.length) return null;
  return el('details', 'fold', el('summary', '', word(title)), ...children);
}

function pairs(rows) {
  const body = rows.map(([name, value]) => el('tr', '', el('th', '', name), el('td', '', say(value))));
  return el('table', 'pairs', el('tbody', '', ...body));
}

function limitTable(limits) {
  const head = ['limit', 'measured', 'required', 'margin'].map((key) => el('th', '', word(key)));
  const rows = limits.map((limit) => el('tr', limit.met === false ? 'not-met' : '', el('td', '', limit.name),
    el('td', '', say(limit.value)), el('td', '', say(limit.required)), el('td', '', say(limit.margin))));
  return el('table', 'limits', el('thead', '', el('tr', '', ...head)), el('tbody', '', ...rows));
}

function missingBox(finding) {
  if (!finding.missing.length) return null;
  const entries = finding.missing.map((entry) => el('li', '', say(entry)));
  return el('div', 'missing', el('h4', '', word('missing')), el('ul', '', ...entries));
}

function sourceBox(finding) {
  const [document_, number, clause, quote] = finding.citation;
  const box = el('div', 'source', el('h4', '', word('source')));
  if (document_) box.append(el('p', '', [document_, number, clause].filter(Boolean).join(' · ')));
  if (quote) box.append(el('blockquote', '', quote));
  box.append(el('p', 'tags', el('span', 'tag', say(finding.standing)),
    el('span', 'tag', word('basis') + ': ' + say(finding.basis))));
  return box;
}

function evidenceBox(finding) {
  if (!finding.evidence.length) return null;
  const list = el('ul', 'evidence');
  const show = (items) => list.append(...items.map((item) => el('li', '', evidenceLine(finding, item))));
  show(finding.evidence.slice(0, EVIDENCE_SHOWN));
  const box = el('div', '', el('h4', '', word('evidence') + ' (' + finding.evidence.length + ')'), list);
  if (finding.evidence.length > EVIDENCE_SHOWN) {
    const more = button('more', () => {
      show(finding.evidence.slice(EVIDENCE_SHOWN));
      more.remove();
    }, word('more'));
    box.append(more);
  }
  return box;
}

function evidenceLine(finding, item) {
  const told = item.figures.map(say);
  if (item.note) told.push(say(item.note));
  if (!item.shape) told.push(word('noPlace'));
  const line = button('evidence-line', () => chooseEvidence(finding, item), el('b', '', roleTitle(item.role)),
    ' ' + item.key, el('span', '', told.join(' · ')));
  line.dataset.id = item.id;
  line.title = word('zoom');
  line.disabled = !item.shape;
  if (state.evidence === item.id) line.classList.add('chosen');
  return line;
}

function roleTitle(role) {
  const layer = data.layers.find((one) => one.role === role);
  const input = data.inputs.find((one) => one.role === role);
  return layer ? say(layer.title) : input ? say(input.title) : role;
}
