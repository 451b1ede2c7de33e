// Maps are drawn from outlines that come with the figure. Without this, the chart library asks another server for its own.
(function () {
  const empty = {type: "Topology", arcs: [], objects: {}};
  for (const layer of ["coastlines", "countries", "lakes", "land", "ocean", "rivers", "subunits"]) {
    empty.objects[layer] = {type: "GeometryCollection", geometries: []};
  }
  const kept = (window.PlotlyGeoAssets = window.PlotlyGeoAssets || {topojson: {}});
  for (const scope of ["world", "africa", "asia", "europe", "north-america", "south-america", "oceania", "usa", "antarctica"]) {
    for (const resolution of ["110m", "50m"]) { kept.topojson[scope + "_" + resolution] = empty; }
  }
})();
