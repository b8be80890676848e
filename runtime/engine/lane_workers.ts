// Workers that lanes run in, and those of closed lanes, kept for the lanes that come: they have their modules loaded. Knows
// no request.

export interface LaneWorkers extends Disposable {
  /** Workers that wait for a lane. */
  readonly spare: number;
  /** A Worker for one lane, a spare one where there is one. */
  take(): Worker;
  /** Keeps the Worker of a lane that has closed in good order and that nobody listens to any more, or ends it. */
  give(worker: Worker): void;
}

/** Each lane starts its own Worker, which ends with it. */
export const OWN_WORKERS: LaneWorkers = createLaneWorkers(0);

/**
 * Starting a Worker and its modules (onnxruntime, sharp, zod) is two thirds of what opening a lane computes: 130 of 200 ms,
 * unet-tiny on 2 cores. A spare one has some 20 MB.
 *
 * @param most that are kept. Once disposed it keeps none.
 */
export function createLaneWorkers(
  most: number,
  start: () => Worker = startLaneWorker,
): LaneWorkers {
  const spare: Worker[] = [];
  let disposed = false;

  return {
    get spare() {
      return spare.length;
    },
    take: () => spare.pop() ?? start(),
    give(worker) {
      if (disposed || spare.length >= most) return worker.terminate();
      worker.onerror = (event) => {
        event.preventDefault(); // it would take the process down
        const at = spare.indexOf(worker);
        if (at >= 0) spare.splice(at, 1);
        worker.terminate();
      };
      spare.push(worker);
    },
    [Symbol.dispose]() {
      disposed = true;
      for (const worker of spare.splice(0)) worker.terminate();
    },
  };
}

function startLaneWorker(): Worker {
  return new Worker(new URL("./lane_worker.ts", import.meta.url), { type: "module" });
}
