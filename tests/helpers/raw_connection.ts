// A TCP connection to a server, written byte by byte. It speaks no protocol, so that it can break any.

const LIMIT_MS = 30_000;

export interface RawConnection extends Disposable {
  /** All that has come and is not taken yet. */
  readonly received: Uint8Array;
  /** The other side has ended, orderly or not. */
  readonly ended: boolean;
  /** @returns false when the other side takes nothing more. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** Reads nothing more, but for what is on its way: the buffers of both sides fill up. */
  stall(): void;
  /** Sends a FIN: nothing more is written, but answers are read. */
  finish(): Promise<void>;
  /** Takes bytes off the front of what has come. */
  take(bytes: number): Uint8Array;
  /** Waits until `look` sees something, with what has come; throws at the end of the connection or the limit. */
  until<T>(what: string, look: () => T | undefined): Promise<T>;
  /** Waits until the other side has ended. @returns all that came, as Latin-1. */
  untilEnd(): Promise<string>;
}

export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const tcp = await Deno.connect({ hostname, port: Number(port) });
  let received = new Uint8Array();
  let ended = false;
  let wake = Promise.withResolvers<void>();
  let stalled = false;
  pump();

  async function pump() {
    const chunk = new Uint8Array(65536);
    try {
      for (let got; !stalled && (got = await tcp.read(chunk)) !== null;) {
        const all = new Uint8Array(received.length + got);
        all.set(received);
        all.set(chunk.subarray(0, got), received.length);
        received = all;
        notify();
      }
      if (stalled) return;
    } catch { /* it was cut off */ }
    ended = true;
    notify();
  }
  function notify() {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  const connection: RawConnection = {
    get received() {
      return received;
    },
    get ended() {
      return ended;
    },
    async write(data) {
      let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
      try {
        while (rest.length > 0) {
          rest = rest.subarray(await limited("a write", tcp.write(rest)));
        }
        return true;
      } catch {
        return false;
      }
    },
    stall: () => void (stalled = true),
    finish: () => tcp.closeWrite(),
    take(bytes) {
      const taken = received.slice(0, bytes);
      received = received.slice(bytes);
      return taken;
    },
    async until(what, look) {
      const deadline = performance.now() + LIMIT_MS;
      while (true) {
        const seen = look();
        if (seen !== undefined) return seen;
        if (ended) throw new Error(`The connection ended before ${what}`);
        await limited(what, wake.promise, deadline - performance.now());
      }
    },
    async untilEnd() {
      await connection.until("the end", () => ended || undefined);
      return Array.from(received, (byte) => String.fromCharCode(byte)).join("");
    },
    [Symbol.dispose]() {
      try {
        tcp.close();
      } catch { /* it is closed already */ }
    },
  };
  return connection;
}

/** Sends one request and reads to the end. @returns the status of each answer that came, in order. */
export async function statusesOf(url: string, ...parts: readonly string[]): Promise<number[]> {
  using connection = await connectRaw(url);
  for (const part of parts) if (!await connection.write(part)) break;
  const answers = await connection.untilEnd();
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

async function limited<T>(what: string, wait: Promise<T>, ms = LIMIT_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come in ${LIMIT_MS} ms`)), ms);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}
