// Measuring on the ellipsoid of CGCS2000. What is measured by hand is for orientation; findings have their own figures.
const AXIS_M = 6378137;
const FLATTENING = 1 / 298.257222101;
const E2 = FLATTENING * (2 - FLATTENING);

/** Distance in metres between two near places: the chord on the local radii, good to 1e-6 within some ten kilometres. */
function metresBetween(a, b) {
  const phi = (((a.lat + b.lat) / 2) * Math.PI) / 180;
  const w2 = 1 - E2 * Math.sin(phi) ** 2;
  const meridian = (AXIS_M * (1 - E2)) / (w2 * Math.sqrt(w2));
  const across = AXIS_M / Math.sqrt(w2);
  const north = (((b.lat - a.lat) * Math.PI) / 180) * meridian;
  const east = (((b.lng - a.lng) * Math.PI) / 180) * across * Math.cos(phi);
  return Math.hypot(north, east);
}

function pathMetres(points) {
  let sum = 0;
  for (let i = 1; i < points.length; i += 1) sum += metresBetween(points[i - 1], points[i]);
  return sum;
}

/** Northing of the cylindrical equal-area plane, in metres at the equator's scale. */
function equalAreaNorth(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  const e = Math.sqrt(E2);
  return (AXIS_M / 2) * (1 - E2) * (sine / (1 - E2 * sine * sine) + Math.atanh(e * sine) / e);
}

function areaSquareMetres(points) {
  let twice = 0;
  for (let i = 0; i < points.length; i += 1) {
    const [a, b] = [points[i], points[(i + 1) % points.length]];
    const [ax, bx] = [a.lng, b.lng].map((lng) => ((lng - points[0].lng) * Math.PI * AXIS_M) / 180);
    twice += ax * equalAreaNorth(b.lat) - bx * equalAreaNorth(a.lat);
  }
  return Math.abs(twice) / 2;
}

function grouped(value, digits) {
  const [whole, rest] = value.toFixed(digits).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest ? '.' + rest : '');
}

function lengthWords(metres) {
  return metres < 10000 ? grouped(metres, 1) + ' m' : grouped(metres / 1000, 3) + ' km';
}

/** Square metres, hectares and mu (2000/3 m²). */
function areaWords(metres2) {
  const words = [grouped(metres2, 1) + ' m²', grouped(metres2 / 10000, 4) + ' ' + word('hectares')];
  if (lang === 0) words.push(grouped((metres2 * 3) / 2000, 2) + ' 亩');
  return words.join(' = ');
}
