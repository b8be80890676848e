// Turns keys, buttons, chosen and dropped files into actions. Knows nothing of what they do.

import { element } from "./elements.ts";
import { type Mode, MODES } from "./stage.ts";

export interface Actions {
  setMode(mode: Mode): void;
  stepMode(step: number): void;
  toggleFrozen(): void;
  backToLive(): void;
  tryFile(file: File): void;
  useCamera(): void;
  chooseStream(): void;
}

/** Binds the page's controls, once. */
export function bindControls(actions: Actions): void {
  const fileInput = element("file", HTMLInputElement);
  const openFile = () => fileInput.click();
  const keys: Readonly<Record<string, () => void>> = {
    ...Object.fromEntries(MODES.map((mode, index) => [index + 1, () => actions.setMode(mode)])),
    " ": actions.toggleFrozen,
    l: actions.backToLive,
    o: openFile,
    c: actions.useCamera,
  };
  document.addEventListener("keydown", (event) => {
    const control = event.target instanceof Element &&
      event.target.closest("select, input, button");
    const action = keys[event.key.toLowerCase()];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    if (control && (event.key === " " || control.matches("select, input"))) return; // it is the control's own key
    event.preventDefault();
    action();
  });

  const modes = element("modes", HTMLElement);
  modes.addEventListener("click", (event) => {
    const chosen = (event.target as Element).closest("button")?.dataset.mode;
    const mode = MODES.find((known) => known === chosen);
    if (mode) actions.setMode(mode);
  });
  modes.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowRight" && key !== "ArrowLeft") return;
    actions.stepMode(key === "ArrowRight" ? 1 : -1);
    modes.querySelector<HTMLElement>("[aria-checked=true]")!.focus();
  });

  const buttons = {
    freeze: actions.toggleFrozen,
    live: actions.backToLive,
    "open-image": openFile,
    "open-camera": actions.useCamera,
  };
  for (const [id, action] of Object.entries(buttons)) {
    element(id, HTMLButtonElement).addEventListener("click", action);
  }
  element("streams", HTMLSelectElement).addEventListener("change", actions.chooseStream);
  fileInput.addEventListener("change", () => {
    const file = fileInput.files?.[0];
    fileInput.value = "";
    if (file) actions.tryFile(file);
  });
  bindDrop(actions.tryFile);
}

function bindDrop(tryFile: (file: File) => void): void {
  const mark = (on: boolean) => document.body.classList.toggle("dropping", on);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => mark(relatedTarget !== null));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const file = event.dataTransfer?.files[0];
    if (file) tryFile(file);
  });
}
