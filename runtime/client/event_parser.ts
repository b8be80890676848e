// Reads server-sent events out of a body (HTML Standard, 9.2.6): fetch can send Last-Event-ID and headers,
// which EventSource cannot. Loads in a browser.

export interface ServerEvent {
  /** "message" when the server names none. */
  readonly event: string;
  readonly data: string;
  /** Id of this event, or of the last one that had one. */
  readonly id: string;
}

/** Most characters of one event; a server that sends more is not ours. */
const MAX_EVENT = 1 << 20;

/**
 * @param onId told the last id where an event ends, also of one without data, which is no event but whose id counts.
 * @throws {RangeError} when an event does not end.
 */
export async function* parseEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onId: (id: string) => void = () => {},
): AsyncGenerator<ServerEvent, void> {
  let text = "";
  let id = "";
  let event = "";
  let data: string[] = [];
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      // A CR at the end may be half of a CRLF: it waits for more.
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop()!;
      if (text.length > MAX_EVENT) {
        throw new RangeError(`An event has more than ${MAX_EVENT} characters`);
      }
      for (const line of lines) {
        if (line === "") {
          onId(id);
          if (data.length > 0) yield { event: event || "message", data: data.join("\n"), id };
          [event, data] = ["", []];
          continue;
        }
        const [, field, content = ""] = line.match(/^([^:]*)(?:: ?(.*))?$/s)!;
        if (field === "id" && !content.includes("\0")) id = content;
        else if (field === "event") event = content;
        else if (field === "data") data.push(content);
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
