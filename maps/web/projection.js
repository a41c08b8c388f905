// The plane of the project: transverse Mercator after Krüger to n⁴, exact to well under a millimetre within a zone.

/** East and north in metres of a place in degrees; `grid` comes with the data, null for other projections. */
function toGrid(grid, lat, lng) {
  const f = 1 / grid.rf;
  const n = f / (2 - f);
  const e = Math.sqrt(f * (2 - f));
  const radius = (grid.a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const alpha = [n / 2 - (2 * n ** 2) / 3 + (5 * n ** 3) / 16 + (41 * n ** 4) / 180,
    (13 * n ** 2) / 48 - (3 * n ** 3) / 5 + (557 * n ** 4) / 1440,
    (61 * n ** 3) / 240 - (103 * n ** 4) / 140,
    (49561 * n ** 4) / 161280];
  const forward = (latDegrees, lngDegrees) => {
    const phi = (latDegrees * Math.PI) / 180;
    const lambda = (lngDegrees * Math.PI) / 180;
    const tau = Math.sinh(Math.atanh(Math.sin(phi)) - e * Math.atanh(e * Math.sin(phi)));
    const xi = Math.atan2(tau, Math.cos(lambda));
    const eta = Math.atanh(Math.sin(lambda) / Math.sqrt(1 + tau * tau));
    let [north, east] = [xi, eta];
    alpha.forEach((a, k) => {
      north += a * Math.sin(2 * (k + 1) * xi) * Math.cosh(2 * (k + 1) * eta);
      east += a * Math.cos(2 * (k + 1) * xi) * Math.sinh(2 * (k + 1) * eta);
    });
    return [grid.k0 * radius * east, grid.k0 * radius * north];
  };
  const [east, north] = forward(lat, lng - grid.lon0);
  return { east: grid.east_m + east, north: grid.north_m + north - forward(grid.lat0, 0)[1] };
}

/** The place in words: plane coordinates where the page knows the plane, else degrees. */
function placeWords(latlng) {
  const degrees = Math.abs(latlng.lng).toFixed(6) + (latlng.lng < 0 ? '° W, ' : '° E, ') + Math.abs(latlng.lat).toFixed(6) + (latlng.lat < 0 ? '° S' : '° N');
  if (!data.project.grid) return [degrees];
  const { east, north } = toGrid(data.project.grid, latlng.lat, latlng.lng);
  return [word('east') + ' ' + east.toFixed(1) + '  ' + word('northing') + ' ' + north.toFixed(1) + '  ' + data.project.crs, degrees];
}
