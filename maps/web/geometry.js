// Geometry arrives as [shape, parts] in micro-degrees, each vertex as the step from the one before (maps/coords.py).

function unpackSteps(steps) {
  const points = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    points.push([y / 1e6, x / 1e6]);
  }
  return points;
}

/** {shape: 'a'|'l'|'p', parts, bounds} with [lat, lon] vertices. */
function unpack([shape, raw]) {
  const parts = raw.map((part) => (shape === 'a' ? part.map(unpackSteps) : unpackSteps(part)));
  const bounds = L.latLngBounds([]);
  for (const part of parts) for (const point of shape === 'a' ? part[0] : part) bounds.extend(point);
  return { shape, parts, bounds };
}

function insideRing(ring, lat, lng) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [yi, xi] = ring[i];
    const [yj, xj] = ring[j];
    if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Whether a geometry lies at a place, or within `reach` pixels of it where it is a line or a point. */
function isAt(geometry, latlng, map, reach) {
  const margin = Math.abs(map.layerPointToLatLng([0, 0]).lng - map.layerPointToLatLng([reach, 0]).lng);
  const { lat, lng } = latlng;
  const box = geometry.bounds;
  if (lat < box.getSouth() - margin || lat > box.getNorth() + margin) return false;
  if (lng < box.getWest() - margin || lng > box.getEast() + margin) return false;
  if (geometry.shape === 'a') {
    return geometry.parts.some((rings) => rings.reduce((odd, ring) => odd !== insideRing(ring, lat, lng), false));
  }
  const place = map.latLngToLayerPoint(latlng);
  const pixels = (part) => part.map((point) => map.latLngToLayerPoint(point));
  return geometry.parts.some((part) => {
    const points = pixels(part);
    if (points.length === 1) return points[0].distanceTo(place) <= reach;
    return points.some((point, i) => i > 0 && L.LineUtil.pointToSegmentDistance(place, points[i - 1], point) <= reach);
  });
}
