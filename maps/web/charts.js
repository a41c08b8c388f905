// Small charts as SVG: a value against its limit, bars, annual series. Each is told in words to a screen reader.

function chartOf(chart) {
  const draw = { gauge, bars: barChart, series: seriesChart }[chart.kind];
  const title = chart.title ? el('figcaption', '', say(chart.title)) : null;
  return el('figure', 'chart chart-' + chart.kind, title, draw(chart));
}

const WIDE = 340;

function gauge(chart) {
  const [value, threshold] = [chart.value, chart.threshold].map((part) => Math.max(0, Math.min(1, part)) * WIDE);
  const good = chart.at_least ? { x: threshold, width: WIDE - threshold } : { x: 0, width: threshold };
  const words = word('measured') + ' ' + say(chart.value_text) + ', ' + word('required') + ' ' + say(chart.threshold_text);
  const text = svgEl('text', { x: Math.max(4, Math.min(threshold, WIDE - 4)), y: 35, class: 'tick',
    'text-anchor': threshold > WIDE * 0.7 ? 'end' : threshold < WIDE * 0.3 ? 'start' : 'middle' }, say(chart.threshold_text));
  return svgEl('svg', { viewBox: '0 0 ' + WIDE + ' 38', role: 'img', 'aria-label': words },
    svgEl('rect', { x: 0, y: 6, width: WIDE, height: 13, class: 'track' }),
    svgEl('rect', Object.assign({ y: 6, height: 13, class: 'good' }, good)),
    svgEl('rect', { x: 0, y: 9, width: Math.max(value, 2), height: 7, class: chart.met === false ? 'bar bar-bad' : 'bar' }),
    svgEl('line', { x1: threshold, x2: threshold, y1: 2, y2: 23, class: 'limit' }), text);
}

function barChart(chart) {
  const row = 22;
  const svg = svgEl('svg', { viewBox: '0 0 ' + WIDE + ' ' + chart.rows.length * row, role: 'img',
    'aria-label': chart.rows.map(([label, , text]) => say(label) + ' ' + say(text)).join(', ') });
  chart.rows.forEach(([label, part, text], index) => {
    const y = index * row;
    svg.append(svgEl('text', { x: 0, y: y + 15 }, shortened(say(label), 17)),
      svgEl('rect', { x: 138, y: y + 4, width: 120, height: 13, class: 'track' }),
      svgEl('rect', { x: 138, y: y + 4, width: part ? Math.max(1, part * 120) : 0, height: 13, class: 'bar' }),
      svgEl('text', { x: WIDE, y: y + 15, 'text-anchor': 'end', class: 'figure' }, say(text)));
  });
  return svg;
}

/** A label that fits; a Chinese character takes two places. */
function shortened(text, places) {
  let room = places;
  for (let i = 0; i < text.length; i += 1) {
    room -= text.charCodeAt(i) > 0x2e7f ? 1.9 : 1;
    if (room < 0) return text.slice(0, Math.max(1, i - 1)) + '…';
  }
  return text;
}

const STROKES = ['', '6 3', '2 2', '8 3 2 3', '1 3', '10 4'];

function seriesChart(chart) {
  const points = chart.lines.flatMap((line) => line.points);
  const [years, values] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const [from, to, top] = [Math.min(...years), Math.max(...years), Math.max(...values) * 1.1 || 1];
  const x = (year) => 36 + ((WIDE - 56) * (year - from)) / Math.max(1, to - from);
  const y = (value) => 72 - (62 * value) / top;
  const told = chart.lines.map((line) => line.name + ': ' + line.points.map((point) => point.join(' ')).join(', ')).join('; ');
  const high = 92 + chart.lines.length * 16;
  const svg = svgEl('svg', { viewBox: '0 0 ' + WIDE + ' ' + high, role: 'img', 'aria-label': say(chart.title) + '; ' + told });
  svg.append(svgEl('line', { x1: 34, x2: WIDE - 8, y1: 72, y2: 72, class: 'axis' }),
    svgEl('text', { x: 0, y: 16, class: 'tick' }, String(Number(Math.max(...values).toPrecision(4)))), svgEl('text', { x: 0, y: 74, class: 'tick' }, '0'));
  for (const year of Array.from(new Set(years)).sort()) svg.append(svgEl('text', { x: x(year), y: 86, class: 'tick', 'text-anchor': 'middle' }, String(year)));
  chart.lines.forEach((line, index) => {
    const path = line.points.map((point, i) => (i ? 'L' : 'M') + x(point[0]) + ' ' + y(point[1])).join('');
    svg.append(svgEl('path', { d: path, class: 'line', 'stroke-dasharray': STROKES[index % STROKES.length] }),
      ...line.points.map((point) => svgEl('circle', { cx: x(point[0]), cy: y(point[1]), r: 2.6, class: 'dot' })),
      svgEl('path', { d: 'M36 ' + (100 + index * 16) + 'h22', class: 'line', 'stroke-dasharray': STROKES[index % STROKES.length] }),
      svgEl('text', { x: 64, y: 104 + index * 16, class: 'tick' }, shortened(line.name, 40)));
  });
  return svg;
}
