// One line that shows how far long work is, with rate and time left. Knows nothing of the work.

/** Options of `progressBar`. */
export interface ProgressOptions {
  /** What is being done, for example `train`. */
  label: string;
  /** How many units there are. */
  total: number;
  /**
   * Name of one unit, plural.
   *
   * @default {"steps"}
   */
  unit?: string;
  /**
   * Units that an earlier run has already done; they do not count for the rate.
   *
   * @default {0}
   */
  done?: number;
  /**
   * Where the line goes.
   *
   * @default {Deno.stderr}
   */
  out?: ProgressOutput;
  /**
   * Milliseconds; any origin.
   *
   * @default {performance.now}
   */
  clock?: () => number;
}

/** The part of `Deno.stderr` that the bar uses. */
export interface ProgressOutput {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** A progress line; dispose it to end the line. */
export interface Progress extends Disposable {
  /** Says that `done` units are done in all, with a short note such as the loss. */
  update(done: number, note?: string): void;
  /** Says that one more unit is done. */
  tick(note?: string): void;
}

const TERMINAL_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5000;
const BAR_WIDTH = 24;

/**
 * Creates a progress line. On a terminal it is one line redrawn at most ten times a second; elsewhere
 * a plain line at most every five seconds. The state at disposal is always printed.
 */
export function progressBar(options: ProgressOptions): Progress {
  const { label, total, unit = "steps", out = Deno.stderr } = options;
  const clock = options.clock ?? (() => performance.now());
  const terminal = out.isTerminal();
  const intervalMs = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  const startedDone = options.done ?? 0;
  const startedMs = clock();
  let done = startedDone;
  let note = "";
  let printedMs = -Infinity;
  let ended = false;

  const write = (text: string) => {
    out.writeSync(new TextEncoder().encode(text));
  };
  const line = () => {
    const elapsedMs = clock() - startedMs;
    const rate = elapsedMs > 0 ? (done - startedDone) / elapsedMs * 1000 : 0;
    const fraction = total > 0 ? Math.min(done / total, 1) : 1;
    const left = rate > 0 && done < total ? ` ${formatSeconds((total - done) / rate)} left` : "";
    const spent = done >= total ? ` in ${formatSeconds(elapsedMs / 1000)}` : "";
    const bar = "█".repeat(Math.round(fraction * BAR_WIDTH)).padEnd(BAR_WIDTH, "░");
    const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
    return `${label} ${terminal ? `${bar} ` : ""}${percent} ${done}/${total} ${unit}` +
      ` ${formatRate(rate)}/s${left}${spent}${note && ` ${note}`}`;
  };
  const print = () => {
    printedMs = clock();
    write(terminal ? `\r${line()}\x1b[K` : `${line()}\n`);
  };

  return {
    update(nowDone, nowNote) {
      done = nowDone;
      if (nowNote !== undefined) note = nowNote;
      if (!ended && clock() - printedMs >= intervalMs) print();
    },
    tick(nowNote) {
      this.update(done + 1, nowNote);
    },
    [Symbol.dispose]() {
      if (ended) return;
      ended = true;
      print();
      if (terminal) write("\n");
    },
  };
}

function formatRate(perSecond: number): string {
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond.toPrecision(3);
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
