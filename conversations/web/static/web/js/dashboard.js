// The chart of ended jobs, stacked by how they ended. The table below it says the same without a picture.
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { language } from "./i18n.js";

const COLOURS = {
  succeeded: "--good",
  no_changes: "--accent",
  failed: "--bad",
  partially_applied: "--warn",
};
const HEIGHT = 190;

function begin(box) {
  const data = JSON.parse(document.getElementById("chart").textContent);
  const words = JSON.parse(document.getElementById("chart-words").textContent);
  let drawn = draw(box, data, words);
  new ResizeObserver(() => drawn.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    drawn.destroy();
    drawn = draw(box, data, words);
  });
}

function draw(box, { days, outcomes }, words) {
  const names = Object.keys(outcomes);
  const sums = names.map((_, upTo) => days.map((_, day) => sum(names.slice(0, upTo + 1).map((name) => outcomes[name][day]))));
  // The whole of a column lies behind its parts.
  const order = names.map((name, index) => ({ name, column: sums[index] })).reverse();
  const options = {
    width: box.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { live: false },
    scales: { x: { range: (_, min, max) => [min - 43200, max + 43200] }, y: { range: (_, min, max) => [0, Math.max(4, max)] } },
    axes: [axis({ values: (_, ticks) => ticks.map(dayName) }), axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 500, 1000] })],
    series: [{}, ...order.map(({ name }) => bars(words[name] ?? name, COLOURS[name] ?? "--line-strong"))],
  };
  return new uPlot(options, [days.map(noon), ...order.map((each) => each.column)], box);
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const noon = (day) => Date.parse(`${day}T12:00:00`) / 1000;
const dayName = (second) => new Date(second * 1000).toLocaleDateString(language, { day: "numeric", month: "short" });
const colour = (token) => getComputedStyle(document.documentElement).getPropertyValue(token).trim();

function axis(more) {
  const line = { stroke: colour("--line"), width: 1 };
  return { stroke: colour("--text-quiet"), grid: line, ticks: line, ...more };
}

function bars(label, token) {
  const paths = uPlot.paths.bars({ size: [0.6, 40] });
  return { label, paths, fill: colour(token), stroke: colour(token), width: 0, points: { show: false } };
}

const place = document.querySelector("[data-chart]");
if (place) begin(place);
