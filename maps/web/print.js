// Printing on A3: the map takes its printed size first, and is drawn; resizing it later would leave it blank.
const SETTLE_MS = 400;

function openAll() {
  for (const item of byId('zp-list').children) {
    const finding = zone().findings.find((one) => one.id === item.dataset.id);
    if (!item.classList.contains('open')) item.querySelector('.card-body').replaceChildren(...details(finding));
  }
}

function closeAll() {
  for (const item of byId('zp-list').children) if (!item.classList.contains('open')) item.querySelector('.card-body').replaceChildren();
}

/** A promise that the page stands as it will be printed. */
function layOut() {
  const bounds = map.getBounds();
  document.body.classList.add('printing');
  map.invalidateSize({ animate: false });
  map.fitBounds(bounds, { animate: false });
  openAll();
  return new Promise((done) => {
    setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), SETTLE_MS);
  });
}

function layBack() {
  document.body.classList.remove('printing');
  map.invalidateSize({ animate: false });
  closeAll();
}

function printPage() {
  window.addEventListener('afterprint', layBack, { once: true });
  return layOut().then(() => window.print());
}
