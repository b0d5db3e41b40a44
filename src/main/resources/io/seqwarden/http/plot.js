// Plots a sequence's last value against the high-water mark. The numbers stand in an attribute of
// the page, so that a refresh of the page is a refresh of the plot.

const HEIGHT_PX = 260;
const PIXELS_A_LETTER = 7.5;

// Ids have no fractions: 1, 2, 5, 10, 20, 50 and so on.
const WHOLE_STEPS = Array.from({ length: 18 }, (_, power) => 10 ** power).flatMap((one) => [
  one,
  2 * one,
  5 * one,
]);
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const stepped = uPlot.paths.stepped({ align: 1 });

// Read when it is drawn: the colours change with the system's theme.
const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

const label = (_plot, value) => (value === null ? "–" : whole.format(value));

function axisWidth(_plot, values) {
  const longest = Math.max(0, ...(values ?? []).map((text) => text.length));
  return 16 + longest * PIXELS_A_LETTER;
}

function axis(more) {
  return {
    stroke: color("--axis"),
    grid: { stroke: color("--grid"), width: 1 },
    ticks: { stroke: color("--grid"), width: 1 },
    font: "12px system-ui, sans-serif",
    ...more,
  };
}

// As PostgreSQL writes it, and only as fine as the axis is.
function times(_plot, seconds, _axis, _space, increment) {
  const [from, to] = increment < 60 ? [11, 19] : increment < 86400 ? [11, 16] : [5, 10];
  return seconds.map((second) => new Date(second * 1000).toISOString().slice(from, to));
}

const time = (_plot, second) =>
  second === null ? "–" : new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");

// Where nothing changed, the line would fill the plot's whole height with a range of nothing.
function range(_plot, low, high) {
  if (low === null) {
    return [0, 1];
  }
  const margin = Math.max(1, (high - low) * 0.08);
  return [low - margin, high + margin];
}

function options(width) {
  return {
    width,
    height: HEIGHT_PX,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range } },
    axes: [
      axis({ values: times, space: 90 }),
      axis({
        size: axisWidth,
        incrs: WHOLE_STEPS,
        values: (_plot, values) => values.map((value) => whole.format(value)),
      }),
    ],
    series: [
      { label: "Time (UTC)", value: time },
      {
        label: "Last value",
        stroke: color("--last-value"),
        width: 2,
        paths: stepped,
        points: { show: false },
        value: label,
      },
      {
        label: "High-water mark (dashed)",
        stroke: color("--mark"),
        width: 2,
        dash: [6, 4],
        paths: stepped,
        points: { show: false },
        value: label,
      },
    ],
  };
}

let plot = null;
let place = null;
let drawn = null;

function draw() {
  const wanted = document.getElementById("plot");
  if (wanted !== place) {
    plot?.destroy();
    plot = null;
    place = wanted;
    drawn = null;
  }
  if (place === null || place.dataset.history === drawn) {
    return;
  }
  drawn = place.dataset.history;
  const data = JSON.parse(drawn);
  if (plot === null) {
    plot = new uPlot(options(place.clientWidth), data, place);
  } else {
    plot.setData(data);
  }
}

document.addEventListener("DOMContentLoaded", draw);
document.addEventListener("htmx:afterSettle", draw);
document.addEventListener("htmx:historyRestore", draw);
window.addEventListener("resize", () =>
  plot?.setSize({ width: place.clientWidth, height: HEIGHT_PX }),
);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot?.redraw());
