// Brings answered frames to their viewers: the newest wins, and a viewer gets the next one only after it
// asked for it, so nothing piles up before a slow one. Knows nothing of sockets.

import { createLatestSlot } from "./latest_slot.ts";
import type { View } from "./view_protocol.ts";

export interface Viewer {
  readonly stream: string;
  /** Asks for one more view. */
  next(): void;
  close(): void;
}

export interface Views {
  readonly viewers: number;
  /** Whether anybody watches: only then is a frame worth a copy. */
  watched(stream: string): boolean;
  publish(stream: string, view: View): void;
  watch(stream: string, send: (view: View) => void): Viewer;
}

interface Place extends Viewer {
  offer(view: View): void;
}

export function createViews(): Views {
  const places = new Set<Place>();
  const of = (stream: string) => [...places].filter((place) => place.stream === stream);
  return {
    get viewers() {
      return places.size;
    },
    watched: (stream) => of(stream).length > 0,
    publish(stream, view) {
      for (const place of of(stream)) place.offer(view);
    },
    watch(stream, send) {
      const slot = createLatestSlot<View>();
      let asked = false;
      const serve = () => {
        const view = asked ? slot.take() : undefined;
        if (view === undefined) return;
        asked = false;
        send(view);
      };
      const place: Place = {
        stream,
        offer(view) {
          slot.put(view);
          serve();
        },
        next() {
          asked = true;
          serve();
        },
        close: () => void places.delete(place),
      };
      places.add(place);
      return place;
    },
  };
}
