// Printing on A3: the map takes its printed size first, and is drawn; resizing it later would leave it blank.
const SETTLE_MS = 400;
const SHARP = 2;
const sheets = [];

function openAll() {
  for (const item of byId('zp-list').children) {
    const finding = zone().findings.find((one) => one.id === item.dataset.id);
    if (!item.classList.contains('open')) item.querySelector('.card-body').replaceChildren(...details(finding));
  }
}

function closeAll() {
  for (const item of byId('zp-list').children) if (!item.classList.contains('open')) item.querySelector('.card-body').replaceChildren();
}

/** Each layer on one canvas: between the tiles of the screen, paper would show seams. */
function drawSheets() {
  const bounds = map.getPixelBounds();
  const size = map.getSize();
  for (const layer of data.layers) {
    if (!isShown(layer)) continue;
    const sheet = el('canvas', 'printed');
    sheet.width = size.x * SHARP;
    sheet.height = size.y * SHARP;
    sheet.style.width = size.x + 'px';
    sheet.style.height = size.y + 'px';
    L.DomUtil.setPosition(sheet, map.containerPointToLayerPoint([0, 0]));
    const pen = sheet.getContext('2d');
    pen.scale(SHARP, SHARP);
    const view = { scale: 256 * Math.pow(2, map.getZoom()), left: bounds.min.x, top: bounds.min.y, side: Math.max(size.x, size.y) };
    drawAll(pen, featuresOn(layer, view), view);
    map.getPane('layer-' + layer.role).append(sheet);
    sheets.push(sheet);
  }
}

/** A promise that the page stands as it will be printed, on the whole sheet what the screen shows. */
function layOut() {
  const bounds = fitted.bounds || map.getBounds();
  document.body.classList.add('printing');
  map.options.zoomSnap = 0;
  map.invalidateSize({ animate: false });
  map.fitBounds(bounds, { animate: false, padding: [20, 20] });
  openAll();
  return new Promise((done) => {
    setTimeout(() => {
      drawSheets();
      requestAnimationFrame(() => requestAnimationFrame(done));
    }, SETTLE_MS);
  });
}

function layBack() {
  document.body.classList.remove('printing');
  for (const sheet of sheets.splice(0)) sheet.remove();
  map.options.zoomSnap = 1;
  map.invalidateSize({ animate: false });
  if (fitted.bounds) fit(fitted.bounds, fitted.options);
  else map.setZoom(Math.round(map.getZoom()), { animate: false });
  closeAll();
}

function printPage() {
  window.addEventListener('afterprint', layBack, { once: true });
  return layOut().then(() => window.print());
}
