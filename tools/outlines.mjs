// The outlines of countries for the pages' map: Natural Earth's (public domain), as the npm module
// world-atlas has them, projected (Equal Earth) and made small. Usage:
//   node outlines.mjs ISO_3166-1.json OUT.svg OUT.h
// OUT.svg has a <g id="land"> with all of them, and inside a path with an id for each code that the
// package iso-codes has for its number: pages show one with <use>. OUT.h has a row X(CODE, x, y,
// outline) for each code, ascending: a point inside, and whether there is an outline
// at this scale; small states have none.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const WIDTH = 960;
const TALL = 425; // without Antarctica
const SMALLEST = 3; // square units: a smaller island says nothing on this map

const [iso, svg, header] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const atlas = (scale) => {
  const path = createRequire(import.meta.url).resolve(`world-atlas/countries-${scale}.json`);
  const topology = read(path);
  return feature(topology, topology.objects.countries).features;
};
const codes = new Map(read(iso)["3166-1"].map((row) => [row.numeric, row.alpha_2]));

const drawn = atlas("110m").filter((one) => one.id !== "010");
const projection = geoEqualEarth().fitSize([WIDTH, TALL], {
  type: "FeatureCollection",
  features: drawn,
});
const path = geoPath(projection);

// Rings of whole units, each move relative to the last: what changes nothing is left out.
function shorten(one) {
  const rings = [];
  let ring = null;
  geoPath(projection, {
    moveTo: (x, y) => rings.push((ring = [[x, y]])),
    lineTo: (x, y) => ring.push([x, y]),
    closePath: () => {},
    arc: () => {},
  })(one);
  const area = (points) =>
    Math.abs(
      points.reduce((sum, [x, y], i) => {
        const [u, v] = points[(i + 1) % points.length];
        return sum + x * v - u * y;
      }, 0) / 2,
    );
  const largest = Math.max(...rings.map(area));
  let text = "";
  for (const points of rings) {
    if (area(points) < SMALLEST && area(points) < largest) continue;
    let [x, y] = points[0].map((n) => Math.round(n * 2));
    text += `M${x} ${y}`.replace(" -", "-");
    let moves = "";
    for (const point of points.slice(1)) {
      const [u, v] = point.map((n) => Math.round(n * 2));
      if (u === x && v === y) continue;
      moves += `${moves && u - x >= 0 ? " " : ""}${u - x}${v - y >= 0 ? " " : ""}${v - y}`;
      [x, y] = [u, v];
    }
    text += `l${moves}z`;
  }
  return text;
}

const places = new Map(); // code: [x, y, outline]
for (const scale of ["10m", "50m", "110m"]) {
  for (const one of atlas(scale)) {
    const code = codes.get(one.id);
    const [x, y] = path.centroid(one);
    if (code && Number.isFinite(x) && one.id !== "010")
      places.set(code, [Math.round(x * 2), Math.round(y * 2), scale === "110m"]);
  }
}

const paths = drawn.map((one) => {
  const code = codes.get(one.id);
  return `<path ${code ? `id="${code}" ` : ""}d="${shorten(one)}"/>`;
});
writeFileSync(
  svg,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * 2} ${TALL * 2}"><g id="land">${paths.join("")}</g></svg>\n`,
);
writeFileSync(
  header,
  "/* Made by tools/outlines.mjs of Natural Earth, in the public domain. */\n" +
    `#define OUTLINES_WIDTH ${WIDTH * 2}\n#define OUTLINES_HEIGHT ${TALL * 2}\n` +
    `#define OUTLINE_TABLE(X) \\\n${[...places]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, [x, y, outline]]) => `    X("${code}", ${x}, ${y}, ${outline})`)
      .join(" \\\n")}\n`,
);
