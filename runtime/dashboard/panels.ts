// The panels beside the picture: verdict, rate and latency, regions, counters. Shows what it is given.

import type { Counters } from "../stream/accounting.ts";
import type { DoneReply, StreamReply } from "../stream/reply_protocol.ts";
import { element, make, setText } from "./elements.ts";
import { createRecent, linePath, percentile, rateOf, type Sample } from "./stats.ts";
import { alarmLevel } from "./alarm_level.ts";

const SPARK_FRAMES = 120;
/** Rows that the table shows; the rest is said as a number. */
const MAX_ROWS = 6;
/** A screen reader is told a new verdict at most this often. */
const ANNOUNCE_MS = 3000;

const STAGES = [
  ["waitMs", "wait"],
  ["decodeMs", "decode"],
  ["preprocessMs", "prepare"],
  ["runMs", "run"],
  ["postprocessMs", "mask"],
] as const;

const latencies = createRecent<number>(SPARK_FRAMES);
const samples = createRecent<Sample>(SPARK_FRAMES);
let announcedAt = -Infinity;
let announced = "";

/** Forgets the numbers of the source before. */
export function resetPanels(): void {
  latencies.clear();
  samples.clear();
}

/** Shows what a reply says of its frame. */
export function showReply(reply: StreamReply): void {
  if (reply.outcome !== "done") return;
  showVerdict(reply);
  showRegions(reply);
}

/** Counts a reply into the rate, the latency and the counters. */
export function countReply(reply: StreamReply, answeredMs: number): void {
  showCounters(reply.counters);
  if (reply.outcome !== "done") return;
  samples.push({ count: reply.counters.done, atMs: answeredMs });
  latencies.push(reply.times.totalMs);
  showTimes(reply);
}

function showVerdict(reply: DoneReply): void {
  const { verdict, score, regions } = reply;
  const level = alarmLevel(reply);
  document.body.dataset.verdict = verdict;
  setText("verdict", verdict === "ok" ? "OK" : "Defect");
  setText("score", score.toFixed(2));
  setText("threshold", String(level));
  element("score-bar", HTMLElement).style.scale = `${score} 1`;
  element("threshold-mark", HTMLElement).style.left = `${level * 100}%`;
  const now = performance.now();
  if (verdict === announced || now - announcedAt < ANNOUNCE_MS) return;
  [announced, announcedAt] = [verdict, now];
  setText("announce", verdict === "ok" ? "OK" : `Defect, ${regions.length} regions`);
}

function showTimes({ times }: DoneReply): void {
  const values = latencies.values();
  const [p50, p95] = [percentile(values, 0.5), percentile(values, 0.95)];
  setText("rate", number(rateOf(samples.values()), 1));
  setText("p50", number(p50, p50 < 10 ? 1 : 0));
  setText("p95", number(p95, p95 < 10 ? 1 : 0));

  const spark = element("spark", SVGSVGElement);
  const line = linePath(values, Math.max(...values) * 1.15, SPARK_FRAMES);
  spark.setAttribute("viewBox", "0 0 100 100");
  spark.setAttribute("aria-label", `Latency of the last ${values.length} frames`);
  spark.querySelector(".line")!.setAttribute("d", line);
  spark.querySelector(".area")!.setAttribute(
    "d",
    `${line}L100 100L${line.slice(1).split(" ")[0]} 100Z`,
  );

  const bar = element("stages", HTMLElement);
  if (bar.childElementCount === 0) {
    bar.append(...STAGES.map(([, name]) => make("i", "", name)));
    element("stage-names", HTMLElement).append(
      ...STAGES.map(([, name]) => make("span", name, name)),
    );
  }
  for (const [index, [key]] of STAGES.entries()) {
    (bar.children[index] as HTMLElement).style.flexGrow = String(Math.max(times[key], 0));
  }
  const said = STAGES.map(([key, name]) => `${name} ${times[key].toFixed(1)} ms`).join(", ");
  bar.setAttribute("aria-label", said);
  bar.title = said;
}

function showRegions({ regions }: DoneReply): void {
  setText(
    "region-count",
    regions.length > MAX_ROWS ? `${MAX_ROWS} of ${regions.length}` : `${regions.length}`,
  );
  const rows = regions.slice(0, MAX_ROWS).map((region, index) => {
    const row = document.createElement("tr");
    row.append(
      make("th", String(index + 1)),
      make("td", region.score.toFixed(2)),
      make("td", Math.round(region.area).toLocaleString("en")),
      make("td", [region.x, region.y, region.width, region.height].map(Math.round).join(" ")),
    );
    return row;
  });
  element("regions", HTMLElement).replaceChildren(...rows);
}

function showCounters(
  { received, done, dropped, refused, failed, expired, inFlight }: Counters,
): void {
  const list = element("counters", HTMLElement);
  const shown = { received, done, dropped, expired, refused, failed, "in flight": inFlight };
  if (list.childElementCount === 0) {
    for (const name of Object.keys(shown)) {
      const pair = document.createElement("div");
      pair.append(make("dt", name), make("dd", "0"));
      list.append(pair);
    }
  }
  for (const [index, value] of Object.values(shown).entries()) {
    const pair = list.children[index]!;
    const text = value.toLocaleString("en");
    if (pair.lastChild!.textContent !== text) pair.lastChild!.textContent = text;
    pair.classList.toggle("bad", index >= 3 && index <= 5 && value > 0);
  }
}

function number(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
