// Figures drawn from numbers: the series of levels, the flight's track, the uncertainty budget.
import { number } from "./catalogue.js";
import { s } from "./dom.js";

export function seriesPlot(series, draft, interval) {
  const [width, height, left, foot] = [560, 170, 52, 22];
  const times = series.map(([time]) => time);
  const levels = series.map(([, level]) => level);
  const low = Math.min(...levels, draft - interval) - 0.01;
  const high = Math.max(...levels, draft + interval) + 0.01;
  const last = Math.max(times.at(-1), 1);
  const x = (time) => left + (time / last) * (width - left - 8);
  const y = (level) => 8 + ((high - level) / (high - low)) * (height - 8 - foot);
  const ticks = [0, 0.5, 1].map((share) => low + share * (high - low));
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "font-size": 12, fill: "#5a6b7a" },
    ticks.map((level) => [
      s("line", { x1: left, x2: width - 8, y1: y(level), y2: y(level), stroke: "#e3e8ee" }),
      s("text", { x: left - 6, y: y(level) + 4, "text-anchor": "end" }, number(level, 2)),
    ]),
    s("rect", { x: left, width: width - left - 8, y: y(draft + interval), height: Math.max(1, y(draft - interval) - y(draft + interval)), fill: "#f5a623", "fill-opacity": 0.25 }),
    s("line", { x1: left, x2: width - 8, y1: y(draft), y2: y(draft), stroke: "#d9480f", "stroke-width": 1.6 }),
    s("polyline", { points: series.map(([time, level]) => `${x(time)},${y(level)}`).join(" "), fill: "none", stroke: "#1f6f8b", "stroke-width": 1.4 }),
    s("text", { x: left, y: height - 5 }, "0 s"),
    s("text", { x: width - 8, y: height - 5, "text-anchor": "end" }, `${number(times.at(-1), 1)} s`));
}

export function trackDrawing(collection) {
  const lines = collection.features.flatMap(({ geometry }) =>
    geometry === null ? [] : geometry.type === "LineString" ? [geometry.coordinates] : geometry.type === "MultiLineString" ? geometry.coordinates : [[geometry.coordinates]]);
  const points = lines.flat();
  if (points.length === 0) return null;
  const middle = points.reduce((sum, [, latitude]) => sum + latitude, 0) / points.length;
  const squeeze = Math.cos((middle * Math.PI) / 180);
  const plane = lines.map((line) => line.map(([longitude, latitude]) => [longitude * squeeze * 111320, -latitude * 110574]));
  const xs = plane.flat().map(([x]) => x);
  const ys = plane.flat().map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const extent = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 5);
  const place = ([x, y]) => `${12 + ((x - left) / extent) * 196},${12 + ((y - top) / extent) * 116}`;
  const scale = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].findLast((metres) => metres <= extent / 2) ?? 1;
  const [startX, startY] = place(plane[0][0]).split(",");
  return s("svg", { viewBox: "0 0 220 160", role: "img", "font-size": 10, fill: "#5a6b7a" },
    s("rect", { width: 220, height: 160, rx: 8, fill: "#e9f1f5" }),
    plane.map((line) => s("polyline", { points: line.map(place).join(" "), fill: "none", stroke: "#1f6f8b", "stroke-width": 2 })),
    s("circle", { cx: startX, cy: startY, r: 4, fill: "#1e7d4f" }),
    s("line", { x1: 12, x2: 12 + (scale / extent) * 196, y1: 150, y2: 150, stroke: "#14202b", "stroke-width": 2 }),
    s("text", { x: 12, y: 145 }, `${scale} m`),
    s("text", { x: 206, y: 20, "text-anchor": "end" }, "N ↑"));
}

export const shareBar = (share) =>
  s("svg", { viewBox: "0 0 100 8", class: "bar", width: 120, role: "img", preserveAspectRatio: "none" },
    s("rect", { width: 100, height: 8, fill: "#e6edf2" }), s("rect", { width: Math.max(0.5, 100 * share), height: 8, fill: "#1f6f8b" }));
