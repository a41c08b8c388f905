// What the reader has chosen; everything else follows from it.
let data = null;
const state = { zone: 0, view: 'findings', place: 0, verdicts: new Set(), query: '', open: null, evidence: null, only: false, sort: { by: '', down: false } };
const ORDER = ['fail', 'undetermined', 'pass', 'info', 'not-applicable'];

function zone() {
  return data.zones[state.zone];
}

/** The zone to begin with: the worst, and of equals the one with most that fails. */
function worstZone() {
  let best = 0;
  const weight = (one) => {
    const counts = countsOf(one.findings);
    return ORDER.map((verdict) => counts[verdict] || 0);
  };
  const worse = (a, b) => {
    const rank = ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict);
    if (rank) return rank < 0;
    const [x, y] = [weight(a), weight(b)];
    return x[0] !== y[0] ? x[0] > y[0] : x[1] > y[1];
  };
  data.zones.forEach((one, index) => {
    if (worse(one, data.zones[best])) best = index;
  });
  return best;
}

function matches(finding) {
  if (state.verdicts.size && !state.verdicts.has(finding.verdict)) return false;
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const texts = [finding.rule, ...finding.title, ...finding.message, ...finding.word, ...finding.missing.flat(),
    ...finding.citation.filter(Boolean), decisionOf(finding.id).comment];
  const all = texts.join('\n').toLowerCase();
  return words.every((part) => all.includes(part));
}

/** The findings that the filter leaves, what fails first. */
function visibleFindings() {
  if (!zone()) return [];
  return zone().findings.filter(matches)
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

function countsOf(findings) {
  const counts = {};
  for (const finding of findings) counts[finding.verdict] = (counts[finding.verdict] || 0) + 1;
  return counts;
}

function findingOf(id) {
  for (let index = 0; index < data.zones.length; index += 1) {
    const finding = data.zones[index].findings.find((one) => one.id === id);
    if (finding) return { index, finding };
  }
  return null;
}

/** The address names what is open, so that it can be passed on: map.html#f=ID. */
function writeLink() {
  const hash = state.open ? '#f=' + encodeURIComponent(state.open) : location.hash.startsWith('#f=') ? '#' : '';
  if (!hash || hash === location.hash) return;
  try {
    history.replaceState(null, '', hash);
  } catch (_error) {
    location.replace(hash);
  }
}

function linkedFinding() {
  if (!location.hash.startsWith('#f=')) return null;
  try {
    return findingOf(decodeURIComponent(location.hash.slice(3)));
  } catch (_error) {
    return null;
  }
}

/** Tells a screen reader what has changed. */
function announce(text) {
  byId('zp-say').textContent = text;
}
