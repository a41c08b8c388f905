// A finding as a card: verdict, rule and figures at a glance; opened, everything that is known of it.
const EVIDENCE_SHOWN = 12;

function card(finding) {
  const item = el('li', 'card v-' + finding.verdict);
  item.dataset.id = finding.id;
  const open = state.open === finding.id;
  const head = button('card-head', () => choose(state.open === finding.id ? null : finding),
    el('span', 'card-top', badge(finding.verdict, titled(finding.word)), el('span', 'rule', finding.rule),
      el('span', 'subject', titled(finding.subject)), decisionTag(finding.id)),
    el('span', 'card-title', say(finding.title)), headline(finding));
  head.setAttribute('aria-expanded', String(open));
  item.classList.toggle('open', open);
  item.append(head, el('div', 'card-body', ...(open ? details(finding) : [])));
  return item;
}

function headline(finding) {
  const limit = finding.limits[0];
  if (finding.missing.length) {
    return el('span', 'figures', word('missing') + ' ', el('b', '', finding.missing.map(say).join(lang ? ', ' : '、')));
  }
  if (!limit && say(finding.value) === '-') return null;
  const line = el('span', 'figures', part('measured', limit ? limit.value : finding.value));
  if (limit) {
    line.append(part('required', limit.required));
    if (say(limit.margin) !== '-') line.append(part('margin', limit.margin));
  }
  return line;
}

function part(key, text) {
  return el('span', 'figure', word(key) + ' ', el('b', '', say(text)));
}

function details(finding) {
  return [
    el('p', 'message', titled(finding.message)),
    ...finding.charts.map(chartOf),
    finding.limits.length ? limitTable(finding.limits) : null,
    missingBox(finding),
    mendBox(finding),
    sourceBox(finding),
    data.overview ? null : evidenceBox(finding),
    fold('texts', ['what', 'why', 'trap'].concat(mends(finding) ? [] : ['mend']).filter((name) => finding.texts[name])
      .map((name) => el('div', '', el('h4', '', word(name)), el('p', '', say(finding.texts[name]))))),
    fold('measures', finding.measures.length ? [pairs(finding.measures.map(([name, value]) => [titled(name), value]))] : []),
    decisionBox(finding),
    button('plain link', () => copyLink(finding), word('link')),
  ].filter(Boolean);
}

function copyLink(finding) {
  const address = location.href.split('#')[0] + '#f=' + encodeURIComponent(finding.id);
  const done = () => announce(word('linkCopied'));
  const field = el('textarea', 'unseen', address);
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
  done();
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
  const named = limits.some((limit) => say(limit.name));
  const keys = ['measured', 'required', 'margin'];
  const head = (named ? ['limit'] : []).concat(keys).map((key) => el('th', '', word(key)));
  const rows = limits.map((limit) => el('tr', limit.met === false ? 'not-met' : '', named ? el('td', '', titled(limit.name)) : null,
    el('td', '', say(limit.value)), el('td', '', say(limit.required)), el('td', '', say(limit.margin))));
  return el('table', 'limits', el('thead', '', el('tr', '', ...head)), el('tbody', '', ...rows));
}

function missingBox(finding) {
  if (!finding.missing.length) return null;
  const entries = finding.missing.map((entry) => el('li', '', titled(entry)));
  return el('div', 'missing', el('h4', '', word('missing')), el('ul', '', ...entries));
}

function mends(finding) {
  return (finding.verdict === 'fail' || finding.verdict === 'undetermined') && finding.texts.mend;
}

function mendBox(finding) {
  if (!mends(finding)) return null;
  return el('div', 'mend', el('h4', '', word('mendTitle')), el('p', '', say(finding.texts.mend)));
}

function sourceBox(finding) {
  if (!say(finding.standing)) return null;
  const [document_, number, clause, quote] = finding.citation;
  const box = el('div', 'source', el('h4', '', word('source')));
  if (document_) box.append(el('p', '', [document_, number, clause].filter(Boolean).join(' · ')));
  if (quote) box.append(el('blockquote', '', quote));
  box.append(el('p', 'tags', el('span', 'tag tag-' + finding.standing_kind, titled(finding.standing)),
    el('span', 'tag tag-' + finding.basis_kind, word('basis') + ': ' + say(finding.basis))));
  return box;
}

function evidenceBox(finding) {
  if (!finding.evidence.length) return null;
  const list = el('ul', 'evidence');
  const show = (items) => list.append(...items.map((item) => el('li', '', evidenceLine(finding, item))));
  const chosen = finding.evidence.findIndex((item) => item.id === state.evidence);
  const first = Math.max(EVIDENCE_SHOWN, chosen + 1);
  show(finding.evidence.slice(0, first));
  const box = el('div', '', el('h4', '', word('evidence') + ' (' + finding.evidence_count + ')'), list);
  if (finding.evidence.length > first) {
    const more = button('plain more', () => {
      show(finding.evidence.slice(first));
      more.remove();
    }, word('more'));
    box.append(more);
  }
  if (finding.evidence_count > finding.evidence.length) box.append(el('p', 'small-note', word('inPackage')));
  return box;
}

function evidenceLine(finding, item) {
  const told = item.figures.map(say);
  if (item.note) told.push(say(item.note));
  if (item.shape === null) told.push(word('noPlace'));
  const line = button('evidence-line', () => chooseEvidence(finding, item), el('b', '', roleTitle(item.role)),
    ' ' + item.key, el('span', '', told.join(' · ')));
  line.dataset.id = item.id;
  line.title = word('zoom');
  line.disabled = item.shape === null;
  if (state.evidence === item.id) line.classList.add('chosen');
  return line;
}

function roleTitle(role) {
  const layer = data.layers.find((one) => one.role === role);
  const input = data.inputs.find((one) => one.role === role);
  return layer ? titled(layer.title) : input ? titled(input.title) : role;
}
