// What has passed: a ribbon of scores and verdicts, and the last defects as small pictures to look at again.

import { element, fitCanvas, make, setText } from "./elements.ts";
import { hold, release, type Shot } from "./shot.ts";
import { drawShot } from "./stage.ts";
import { createRecent } from "./stats.ts";
import { alarmLevel } from "./alarm_level.ts";

const RIBBON_FRAMES = 160;
const STRIP_LENGTH = 8;
const THUMB_SIDE = 192;
/** While a defect stays in view, it is kept again only after this time. */
const KEEP_AGAIN_MS = 1500;

interface Mark {
  readonly score: number;
  readonly level: number;
  readonly defect: boolean;
}

/** The shots of the strip, newest first. */
let kept: Shot[] = [];
const marks = createRecent<Mark>(RIBBON_FRAMES);
let keptMs = -Infinity;
let wasDefect = false;

export function resetPast(): void {
  marks.clear();
  [keptMs, wasDefect] = [-Infinity, false];
  kept.forEach(release);
  kept = [];
  element("strip", HTMLElement).replaceChildren();
}

/** Adds a shot; `look` is called when its small picture is chosen. */
export function addPast(shot: Shot, look: (shot: Shot) => void): void {
  const { reply, answeredMs } = shot;
  if (reply.outcome !== "done") return;
  const defect = reply.verdict === "defect";
  marks.push({ score: reply.score, level: alarmLevel(reply), defect });
  drawRibbon();
  const defects = marks.values().filter((mark) => mark.defect).length;
  setText("history-text", `${defects} of ${marks.values().length} with a defect`);

  const isNew = defect && (!wasDefect || answeredMs - keptMs >= KEEP_AGAIN_MS);
  wasDefect = defect;
  if (isNew) {
    keptMs = answeredMs;
    keep(shot, look);
  }
}

export function drawRibbon(): void {
  const canvas = element("history", HTMLCanvasElement);
  fitCanvas(canvas);
  const context = canvas.getContext("2d")!;
  const { width, height } = canvas;
  const style = getComputedStyle(document.documentElement);
  const [ok, bad] = [style.getPropertyValue("--ok-dim"), style.getPropertyValue("--defect")];
  context.clearRect(0, 0, width, height);
  const step = width / RIBBON_FRAMES;
  const values = marks.values();
  const start = RIBBON_FRAMES - values.length;
  for (const [index, { score, defect }] of values.entries()) {
    const bar = Math.max(devicePixelRatio * 2, score * height);
    context.fillStyle = defect ? bad : ok;
    context.fillRect((start + index) * step, height - bar, Math.max(1, step * 0.68), bar);
  }
  const last = values.at(-1);
  if (!last) return;
  context.fillStyle = style.getPropertyValue("--threshold");
  context.fillRect(0, (1 - last.level) * height, width, Math.max(1, devicePixelRatio));
}

function keep(shot: Shot, look: (shot: Shot) => void): void {
  const canvas = Object.assign(document.createElement("canvas"), {
    width: THUMB_SIDE,
    height: THUMB_SIDE,
  });
  drawShot(canvas, shot, "outline", false);
  const button = document.createElement("button");
  button.type = "button";
  const score = shot.reply.outcome === "done" ? shot.reply.score.toFixed(2) : "";
  button.setAttribute("aria-label", `Defect, score ${score}: look again`);
  button.append(canvas, make("span", score));
  button.addEventListener("click", () => look(shot));
  const item = document.createElement("li");
  item.append(button);
  const strip = element("strip", HTMLElement);
  strip.prepend(item);
  hold(shot);
  kept.unshift(shot);
  if (kept.length <= STRIP_LENGTH) return;
  strip.lastElementChild!.remove();
  release(kept.pop()!);
}
