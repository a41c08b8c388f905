// What the reader has chosen; everything else follows from it.
let data = null;
const state = { zone: 0, place: 0, verdicts: new Set(), query: '', open: null, evidence: null, tab: 'findings' };

function decode(text) {
  const raw = atob(text.trim());
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return JSON.parse(new TextDecoder('utf-8').decode(bytes));
}

function zone() {
  return data.zones[state.zone];
}

function matches(finding) {
  if (state.verdicts.size && !state.verdicts.has(finding.verdict)) return false;
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const texts = [finding.rule, ...finding.title, ...finding.message, ...finding.word, ...finding.missing.flat()];
  const all = texts.join('\n').toLowerCase();
  return words.every((part) => all.includes(part));
}

function visibleFindings() {
  return zone() ? zone().findings.filter(matches) : [];
}

function countsOf(findings) {
  const counts = {};
  for (const finding of findings) counts[finding.verdict] = (counts[finding.verdict] || 0) + 1;
  return counts;
}
