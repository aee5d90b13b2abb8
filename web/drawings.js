// Figures drawn from numbers: the series of levels, the flight's track, a share of the uncertainty.
import { number } from "./figures.js";
import { s } from "./dom.js";

const PLOT = { width: 420, height: 150, left: 46, right: 6, top: 8, foot: 20 };
const TICK_STEPS_M = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const MOST_TICKS = 5;
const METRES_PER_DEGREE = { longitude: 111320, latitude: 110574 };
const MAP = { width: 220, height: 160, margin: 14, foot: 28 };
const BAR_LENGTHS_M = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const SMALLEST_EXTENT_M = 5;

export function seriesPlot(series, draft, interval, title) {
  const { width, height, left, right, top, foot } = PLOT;
  const levels = series.map(([, level]) => level);
  const low = Math.min(...levels, draft - interval);
  const high = Math.max(...levels, draft + interval);
  const [first, last] = [series[0][0], series.at(-1)[0]];
  const x = (time) => left + ((time - first) / Math.max(last - first, 1e-9)) * (width - left - right);
  const y = (level) => top + ((high - level) / Math.max(high - low, 1e-9)) * (height - top - foot);
  const line = (level, attributes) => s("line", { x1: left, x2: width - right, y1: y(level), y2: y(level), ...attributes });
  return s("svg", { viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "aria-label": title },
    s("title", {}, title),
    ticks(low, high).map(([level, decimals]) => [
      line(level, { class: "gridline" }),
      s("text", { x: left - 6, y: y(level) + 4, "text-anchor": "end" }, number(level, decimals))]),
    s("rect", { x: left, width: width - left - right, y: y(draft + interval), class: "band",
      height: Math.max(1, y(draft - interval) - y(draft + interval)) }),
    line(draft, { class: "result" }),
    s("polyline", { points: series.map(([time, level]) => `${x(time)},${y(level)}`).join(" "), class: "levels" }),
    s("text", { x: left, y: height - 5 }, `${number(first, 0)} s`),
    s("text", { x: width - right, y: height - 5, "text-anchor": "end" }, `${number(last, 1)} s`));
}

function ticks(low, high) {
  const step = TICK_STEPS_M.find((size) => (high - low) / size <= MOST_TICKS) ?? high - low;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => [(first + index) * step, step < 0.01 ? 3 : 2]);
}

export function trackDrawing(collection) {
  const lines = planeLines(collection.features);
  const points = lines.flat();
  if (points.length === 0) return null;
  const [left, right] = extent(points.map(([x]) => x));
  const [top, bottom] = extent(points.map(([, y]) => y));
  const pixels = Math.min((MAP.width - 2 * MAP.margin) / Math.max(right - left, SMALLEST_EXTENT_M),
    (MAP.height - MAP.margin - MAP.foot) / Math.max(bottom - top, SMALLEST_EXTENT_M));
  const place = ([x, y]) => [
    MAP.width / 2 + (x - (left + right) / 2) * pixels,
    (MAP.height - MAP.foot + MAP.margin) / 2 + (y - (top + bottom) / 2) * pixels];
  const bar = BAR_LENGTHS_M.findLast((metres) => metres * pixels <= MAP.width / 3) ?? BAR_LENGTHS_M[0];
  const [startX, startY] = place(lines[0][0]);
  const foot = MAP.height - 10;
  return s("svg", { viewBox: `0 0 ${MAP.width} ${MAP.height}`, class: "track", role: "img" },
    s("rect", { width: MAP.width, height: MAP.height, rx: 8, class: "water" }),
    lines.map((line) => s("polyline", { points: line.map((point) => place(point).join(",")).join(" "), class: "levels" })),
    s("circle", { cx: startX, cy: startY, r: 4, class: "start" }),
    s("line", { x1: MAP.margin, x2: MAP.margin + bar * pixels, y1: foot, y2: foot, class: "scale" }),
    s("text", { x: MAP.margin, y: foot - 5 }, `${bar} m`),
    s("text", { x: MAP.width - MAP.margin, y: foot, "text-anchor": "end" }, "N ↑"));
}

function planeLines(features) {
  const lines = features.flatMap(({ geometry }) => {
    if (geometry === null) return [];
    if (geometry.type === "LineString") return [geometry.coordinates];
    return geometry.type === "MultiLineString" ? geometry.coordinates : [[geometry.coordinates]];
  });
  const latitudes = lines.flat().map(([, latitude]) => latitude);
  const middle = latitudes.reduce((sum, latitude) => sum + latitude, 0) / latitudes.length;
  const east = Math.cos((middle * Math.PI) / 180) * METRES_PER_DEGREE.longitude;
  return lines.map((line) => line.map(([longitude, latitude]) => [longitude * east, -latitude * METRES_PER_DEGREE.latitude]));
}

const extent = (values) => values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);

export const shareBar = (share) =>
  s("svg", { viewBox: "0 0 100 8", class: "bar", "aria-hidden": "true", preserveAspectRatio: "none" },
    s("rect", { width: 100, height: 8, class: "whole" }),
    s("rect", { width: Math.max(0.5, 100 * share), height: 8, class: "part" }));
