// What the door knows of one connection by its bytes: which requests have begun. Forwards nothing itself.

import { createHeaderEnds } from "./header_ends.ts";

export interface Wire {
  /**
   * The client waits for the answer to a request that has begun, as it must when this becomes a WebSocket (RFC 6455,
   * section 4.1). Never so after a request with a body: nobody knows then where its bytes end; nor after one that did
   * not wait for the answer before it, which may still be on its way.
   */
  readonly waits: boolean;
  /** A request's header has reached the HTTP server. */
  begin(request: { readonly hasBody: boolean }): void;
  fromClient(chunk: Uint8Array): void;
  /** An answer is on its way to the client, or a part of it. */
  toClient(): void;
}

export function createWire(): Wire {
  const headers = createHeaderEnds();
  let begun = 0;
  let answered = 0;
  let hadBody = false;
  let hurried = false;
  return {
    get waits() {
      return !hadBody && !hurried && headers.count === begun && !headers.more;
    },
    begin({ hasBody }) {
      begun++;
      hadBody ||= hasBody;
    },
    fromClient(chunk) {
      if (hadBody) return;
      headers.read(chunk);
      hurried ||= headers.count + Number(headers.more) > answered + 1;
    },
    toClient() {
      answered = headers.count;
    },
  };
}
