/* svg.js: small charts: nodes, scales, axes, lines, bars. */
import {build} from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';

export const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/* A drawing of its own coordinates, as wide as its place. title is what a screen reader says. */
export const drawing = (width, height, title, ...children) =>
  s('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title, class: 'drawing'}, ...children);

/* A function from [low, high] to [from, to]. */
export function scale([low, high], [from, to]) {
  const span = high - low || 1;
  const place = (value) => from + ((value - low) / span) * (to - from);
  place.invert = (at) => low + ((at - from) / (to - from || 1)) * span;
  return place;
}

/* About `count` round numbers between low and high. */
export function ticks(low, high, count = 5) {
  const rough = (high - low) / Math.max(count, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const result = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) result.push(+(i * step).toPrecision(12));
  return result;
}

/* Lines across with their numbers: x0 to x1 is the plot; the numbers stand left of x0. */
export const axisY = (place, values, {x0, x1, format = String}) =>
  s('g', {class: 'axis'}, values.map((value) => [
    s('line', {x1: x0, x2: x1, y1: place(value), y2: place(value)}),
    s('text', {x: x0 - 6, y: place(value), dy: '0.35em', 'text-anchor': 'end'}, format(value)),
  ]));

export const axisX = (place, values, {y, format = String}) =>
  s('g', {class: 'axis'}, values.map((value) =>
    s('text', {x: place(value), y: y + 14, 'text-anchor': 'middle'}, format(value))));

/* points: [[x, y], …]; a y that is null or undefined leaves a gap. */
export function line(points, placeX, placeY, attributes) {
  let d = '', pen = 'M';
  for (const [x, y] of points) {
    if (y === null || y === undefined) pen = 'M';
    else {
      d += `${pen}${placeX(x).toFixed(1)} ${placeY(y).toFixed(1)}`;
      pen = 'L';
    }
  }
  return s('path', {class: 'line', d, ...attributes});
}

/* items: [{x, y, title, class}]; width in the drawing's units. */
export const bars = (items, placeX, placeY, width) =>
  s('g', {class: 'bars'}, items.map((item) => {
    const zero = placeY(0), y = placeY(item.y);
    return s('rect', {x: placeX(item.x) - width / 2, width, y: Math.min(zero, y), height: Math.abs(zero - y), class: item.class},
      item.title && s('title', {}, item.title));
  }));
