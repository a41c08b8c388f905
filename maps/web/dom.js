// Elements are made here and nowhere else: text goes in as text, so nothing in the data can become markup.

/** An element with a class, attributes and children; strings become text. */
function el(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children) {
    if (child === null || child === undefined) continue;
    element.append(typeof child === 'object' ? child : document.createTextNode(String(child)));
  }
  return element;
}

function svgEl(name, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  for (const child of children) element.append(child);
  return element;
}

function button(className, onClick, ...children) {
  const element = el('button', className, ...children);
  element.type = 'button';
  element.addEventListener('click', onClick);
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

const SHAPES = {
  fail: ['M2 2h12v12H2z', 'M5 5l6 6M11 5l-6 6'],
  undetermined: ['M8 .8L15.2 8 8 15.2.8 8z', 'M6.2 6.3C6.3 4.2 9.8 4.4 9.8 6.5 9.8 7.9 8 7.9 8 9.3M8 11.2v.9'],
  pass: ['M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1z', 'M4.8 8.3l2.3 2.3 4.1-4.9'],
  info: ['M4 1.5h8L15.5 8 12 14.5H4L.5 8z', 'M8 7.2v4M8 4.6v.6'],
  'not-applicable': ['M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1z', 'M4.8 8h6.4'],
};

/** The sign of a verdict: a shape of its own, so that it needs no colour. */
function sign(verdict) {
  return svgEl('svg', { viewBox: '0 0 16 16', class: 'sign', 'aria-hidden': 'true' },
    ...SHAPES[verdict].map((d, index) => svgEl('path', { d, class: index ? 'sign-mark' : 'sign-body' })));
}

function badge(verdict, text) {
  return el('span', 'badge v-' + verdict, sign(verdict), text);
}
