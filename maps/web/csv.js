// Tables as CSV: written so that no cell can be taken for a formula, read as spreadsheets write it.

/** A cell that begins like a formula gets an apostrophe before it, as spreadsheets do; reading takes it off. */
function csvCell(value) {
  const text = String(value);
  const safe = /^['=+\-@\t\r\n]/.test(text) ? "'" + text : text;
  return '"' + safe.replace(/"/g, '""') + '"';
}

function csvText(rows) {
  return '\ufeff' + rows.map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** Rows of cells; commas, semicolons or tabs between them, as the first line has it. */
function csvRows(text) {
  const body = text.replace(/^\ufeff/, '');
  const head = body.split(/\r?\n/, 1)[0];
  const between = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)[0];
  const rows = [[]];
  let cell = '';
  let quoted = false;
  const close = () => {
    rows[rows.length - 1].push(/^'['=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell);
    cell = '';
  };
  for (let i = 0; i < body.length; i += 1) {
    const char = body[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (body[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === between) close();
    else if (char === '\n') {
      close();
      rows.push([]);
    } else if (char !== '\r') cell += char;
  }
  close();
  return rows.filter((row) => row.length > 1 || row[0] !== '');
}

/** Bytes as text: UTF-8, or GB18030 where a spreadsheet has saved it in the encoding of a Chinese Windows. */
function textOf(buffer) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch (_error) {
    return new TextDecoder('gb18030').decode(buffer);
  }
}
