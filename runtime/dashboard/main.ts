// The page: chooses a source and shows its shots. Keys and buttons are in controls.ts.

import { fetchModels, fetchStreams, type ModelInfo, type StreamInfo } from "./api.ts";
import { bindControls } from "./controls.ts";
import { element, fitCanvas, setText } from "./elements.ts";
import { countReply, resetPanels, showReply } from "./panels.ts";
import { addPast, drawRibbon, resetPast } from "./past.ts";
import { hold, release, type Shot } from "./shot.ts";
import { streamCamera, streamFile, watchStream } from "./sources.ts";
import { drawShot, type Mode, MODES } from "./stage.ts";

const POLL_MS = 2000;
const RETRY_MS = 1500;
/** A watched stream that shows nothing for so long is said to be quiet. */
const QUIET_MS = 3000;

const canvas = element("picture", HTMLCanvasElement);
const streams = element("streams", HTMLSelectElement);
const freezeButton = element("freeze", HTMLButtonElement);

let mode: Mode = "outline";
let frozen = false;
let shown: Shot | undefined;
let shownMs = -Infinity;
let models: readonly ModelInfo[] = [];
let source = new AbortController();
/** The watched stream; undefined while the page's own picture or camera is shown. */
let watched: string | undefined = new URLSearchParams(location.search).get("stream") ?? "";

function show(shot: Shot): void {
  shownMs = performance.now();
  element("empty", HTMLElement).hidden = true;
  if (shot.reply.outcome === "done") notice("");
  else notice(`A frame was ${shot.reply.outcome}: ${shot.reply.error.message}`);
  hold(shot);
  countReply(shot.reply, shot.answeredMs);
  addPast(shot, lookAgain);
  if (!frozen) choose(shot);
  release(shot);
}

function choose(shot: Shot): void {
  showReply(shot.reply);
  if (shot.reply.outcome !== "done") return;
  hold(shot);
  if (shown) release(shown);
  shown = shot;
  draw();
}

function draw(): void {
  fitCanvas(canvas);
  if (!shown) return;
  drawShot(canvas, shown, mode);
  const { reply } = shown;
  if (reply.outcome !== "done") return;
  canvas.ariaLabel = `Frame ${reply.sequence}: ${reply.verdict}, ${reply.regions.length} regions`;
}

function lookAgain(shot: Shot): void {
  setFrozen(true);
  choose(shot);
}

function setFrozen(next: boolean): void {
  frozen = next;
  freezeButton.ariaPressed = String(next);
  document.body.classList.toggle("frozen", next);
}

function setMode(next: Mode): void {
  mode = next;
  for (const button of element("modes", HTMLElement).querySelectorAll("button")) {
    button.ariaChecked = String(button.dataset.mode === next);
    button.tabIndex = button.dataset.mode === next ? 0 : -1;
  }
  draw();
}

function notice(text: string): void {
  setText("notice", text);
}

function link(state: "live" | "waiting" | "lost" | "own", text: string): void {
  element("link", HTMLElement).dataset.state = state;
  setText("link", text);
}

/** Shows a source until it ends, fails, or another one is chosen. */
async function run(open: (signal: AbortSignal) => AsyncGenerator<Shot>): Promise<void> {
  source.abort();
  source = new AbortController();
  const { signal } = source;
  setFrozen(false);
  resetPanels();
  notice("");
  for await (const shot of open(signal)) if (!signal.aborted) show(shot);
}

async function watch(stream: string): Promise<void> {
  watched = stream;
  element("live", HTMLElement).hidden = true;
  resetPast();
  while (watched === stream) {
    try {
      await run((signal) => watchStream(stream, signal));
      return;
    } catch {
      if (watched !== stream) return;
      link("lost", "Connection lost");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Shows the page's own frames: a picture or the camera. */
async function runOwn(
  text: string,
  open: (model: string, signal: AbortSignal) => AsyncGenerator<Shot>,
) {
  const model = models[0]?.name;
  if (model === undefined) return notice("The server has no model yet");
  watched = undefined;
  element("live", HTMLElement).hidden = false;
  link("own", text);
  resetPast();
  try {
    await run((signal) => open(model, signal));
  } catch (error) {
    if (watched === undefined) notice(error instanceof Error ? error.message : String(error));
  }
}

const tryFile = (file: File) =>
  runOwn(file.name, (model, signal) => streamFile(model, file, signal));
const useCamera = () => {
  const video = element("camera", HTMLVideoElement);
  return runOwn("This camera", (model, signal) => streamCamera(model, video, signal));
};
const backToLive = () => watch(streams.value);

/** Keeps the list of streams and what is said about the connection. */
async function poll(): Promise<void> {
  try {
    const [open, served] = await Promise.all([fetchStreams(), fetchModels()]);
    models = served;
    listStreams(open);
    if (watched !== undefined) {
      const quiet = performance.now() - shownMs > QUIET_MS;
      if (quiet) link("waiting", open.length === 0 ? "No stream" : "No frames");
      else link("live", "Live");
    }
  } catch {
    if (watched !== undefined) link("lost", "Connection lost");
  }
  setTimeout(poll, POLL_MS);
}

function listStreams(open: readonly StreamInfo[]): void {
  const names = open.map(({ name }) => name);
  if (watched && !names.includes(watched)) names.push(watched);
  if ([...streams.options].map(({ value }) => value).join() !== names.join()) {
    const chosen = watched || streams.value;
    streams.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
    streams.disabled = names.length === 0;
  }
  if (watched === "" && names[0] !== undefined) watch(names[0]);
  const info = open.find(({ name }) => name === watched)?.model ?? models[0];
  const model = models.find(({ name, version }) => name === info?.name && version === info.version);
  setText(
    "model",
    [`${info?.name ?? ""} ${info?.version ?? ""}`, model?.variant, model?.provider].filter(Boolean)
      .join(" · "),
  );
}

bindControls({
  setMode,
  stepMode: (step) => setMode(MODES[(MODES.indexOf(mode) + step + MODES.length) % MODES.length]!),
  toggleFrozen: () => setFrozen(!frozen),
  ...{ backToLive, tryFile, useCamera },
  chooseStream: () => watch(streams.value),
});
new ResizeObserver(() => {
  draw();
  drawRibbon();
}).observe(element("view", HTMLElement));

setMode("outline");
if (watched) watch(watched);
poll();
