// What the reviewer decides: a decision and a comment per finding, kept in the browser, passed on as CSV.
const DECISIONS = ['accept', 'dispute', 'supplement', 'reasoned', 'mended'];
const COLUMNS = ['id', 'zone', 'rule', 'title', 'verdict', 'decision', 'comment', 'reviewer', 'date', 'project', 'as_of'];
const review = { reviewer: '', entries: {}, kept: true };

function storeName() {
  return 'zoneproof/' + data.project.name + '/' + data.project.as_of[0];
}

function loadReview() {
  try {
    const kept = JSON.parse(localStorage.getItem(storeName()) || '{}');
    if (typeof kept.reviewer === 'string') review.reviewer = kept.reviewer;
    for (const [id, entry] of Object.entries(kept.entries || {})) setEntry(id, entry);
  } catch (_error) {
    review.kept = false;
  }
}

function setEntry(id, entry) {
  review.entries[id] = {
    decision: DECISIONS.includes(entry.decision) ? entry.decision : '',
    comment: String(entry.comment || ''),
    reviewer: String(entry.reviewer || ''),
    date: String(entry.date || ''),
  };
}

function saveReview() {
  try {
    localStorage.setItem(storeName(), JSON.stringify({ reviewer: review.reviewer, entries: review.entries }));
  } catch (_error) {
    review.kept = false;
  }
}

const EMPTY = { decision: '', comment: '', reviewer: '', date: '' };

function decisionOf(id) {
  return Object.prototype.hasOwnProperty.call(review.entries, id) ? review.entries[id] : EMPTY;
}

function isFilled(entry) {
  return Boolean(entry.decision || entry.comment);
}

/** The day on the reviewer's clock, as YYYY-MM-DD. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

function decide(id, change) {
  const entry = Object.assign({}, decisionOf(id), change, { reviewer: review.reviewer, date: today() });
  if (isFilled(entry)) review.entries[id] = entry;
  else delete review.entries[id];
  saveReview();
  showReview();
  showDecisionTag(id);
}

function decisionBox(finding) {
  const entry = decisionOf(finding.id);
  const choice = el('select', '');
  choice.append(...[''].concat(DECISIONS).map((name) => {
    const option = el('option', '', name ? word(name) : word('decisionNone'));
    option.value = name;
    return option;
  }));
  choice.value = entry.decision;
  choice.setAttribute('aria-label', word('decision') + ' ' + finding.rule);
  choice.addEventListener('change', () => decide(finding.id, { decision: choice.value }));
  const comment = el('textarea', '');
  comment.rows = 2;
  comment.value = entry.comment;
  comment.placeholder = word('commentHint');
  comment.setAttribute('aria-label', word('comment') + ' ' + finding.rule);
  comment.addEventListener('input', () => decide(finding.id, { comment: comment.value }));
  return el('div', 'decision', el('h4', '', word('decision')), choice, comment);
}

function decisionTag(id) {
  const entry = decisionOf(id);
  const tag = el('span', 'decided', entry.decision ? word(entry.decision) : isFilled(entry) ? word('comment') : '');
  tag.hidden = !isFilled(entry);
  return tag;
}

function showDecisionTag(id) {
  for (const card of document.querySelectorAll('.card')) {
    if (card.dataset.id === id) card.querySelector('.decided').replaceWith(decisionTag(id));
  }
}

function allFindings() {
  return data.zones.flatMap((one) => one.findings.map((finding) => ({ zone: one, finding })));
}

function showReview() {
  const findings = allFindings();
  const filled = findings.filter(({ finding }) => isFilled(decisionOf(finding.id))).length;
  const counted = byId('zp-filled') || el('span', 'filled');
  counted.id = 'zp-filled';
  counted.textContent = word('filled') + ' ' + filled + ' / ' + findings.length;
  return counted;
}

/** The bar under the list: who reviews, how much is done, out and in. */
function showReviewBar() {
  const name = el('input', '');
  name.type = 'text';
  name.id = 'zp-reviewer';
  name.value = review.reviewer;
  name.placeholder = word('reviewer');
  name.setAttribute('aria-label', word('reviewer'));
  name.addEventListener('input', () => {
    review.reviewer = name.value;
    saveReview();
  });
  const file = el('input', 'unseen');
  file.type = 'file';
  file.accept = '.csv,text/csv';
  file.id = 'zp-import';
  file.tabIndex = -1;
  file.setAttribute('aria-label', word('importCsv'));
  file.addEventListener('change', () => file.files.length && takeIn(file.files[0]));
  const tools = el('div', 'review-tools', name, button('plain', exportReview, word('exportCsv')),
    button('plain', () => file.click(), word('importCsv')), file);
  tools.children[1].id = 'zp-export';
  const note = el('p', 'review-note', word(review.kept ? 'kept' : 'notKept'));
  note.id = 'zp-review-note';
  byId('zp-review').replaceChildren(el('div', 'review-head', showReview()), tools, note);
}

function reviewRows() {
  const rows = allFindings().map(({ zone: one, finding }) => {
    const entry = decisionOf(finding.id);
    return [finding.id, one.name, finding.rule, say(finding.title), finding.verdict, entry.decision, entry.comment,
      entry.reviewer, entry.date, data.project.name, data.project.as_of[0]];
  });
  return [COLUMNS].concat(rows);
}

function exportReview() {
  const link = el('a', '');
  link.href = URL.createObjectURL(new Blob([csvText(reviewRows())], { type: 'text/csv' }));
  link.download = (data.project.name.replace(/[<>:"/\\|?*\u0000-\u001f]/g, '_').slice(0, 60) || 'zoneproof') + '-' + word('csvName') + '.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function takeIn(file) {
  file.arrayBuffer().then((buffer) => {
    const told = takeRows(csvRows(textOf(buffer)));
    showFindings();
    showReviewBar();
    byId('zp-review-note').textContent = told;
    announce(told);
  });
}

/** Entries of a table go in by id; says how many did, how many are unknown here, how many verdicts differ since. */
function takeRows(rows) {
  const head = rows.length ? rows[0].map((name) => name.trim().toLowerCase()) : [];
  if (!['id', 'decision', 'comment'].every((name) => head.includes(name))) return word('badCsv');
  const cell = (row, name) => (head.includes(name) ? row[head.indexOf(name)] || '' : '');
  let [taken, unknown, changed] = [0, 0, 0];
  for (const row of rows.slice(1)) {
    const known = findingOf(cell(row, 'id'));
    const entry = { decision: decisionNamed(cell(row, 'decision')), comment: cell(row, 'comment'), reviewer: cell(row, 'reviewer'), date: cell(row, 'date') };
    if (!isFilled(entry)) continue;
    if (!known) {
      unknown += 1;
      continue;
    }
    setEntry(known.finding.id, entry);
    taken += 1;
    if (cell(row, 'verdict') && cell(row, 'verdict') !== known.finding.verdict) changed += 1;
  }
  saveReview();
  return [word('taken') + ' ' + taken, unknown ? word('unknownRows') + ' ' + unknown : '', changed ? word('changedRows') + ' ' + changed : '']
    .filter(Boolean).join(' · ');
}

/** A decision by its name or its words in either language. */
function decisionNamed(text) {
  const told = text.trim();
  return DECISIONS.find((name) => name === told || WORDS[name].includes(told)) || '';
}
