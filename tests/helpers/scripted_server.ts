// A server whose answers the test writes byte by byte, one for each connection.

export interface ScriptedConnection {
  /** The head of the request. */
  readonly request: string;
  write(text: string): Promise<void>;
  /** Resolves when the client has left or the server ends. */
  readonly left: Promise<void>;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** The heads of the requests that came. */
  readonly requests: readonly string[];
}

/** The connection is closed when its answer is given. The last answer is also that of all later connections. */
export function scriptedServer(
  answers: readonly ((connection: ScriptedConnection) => Promise<void>)[],
): ScriptedServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: string[] = [];
  const ended = Promise.withResolvers<void>();

  async function answer(tcp: Deno.TcpConn): Promise<void> {
    const chunk = new Uint8Array(4096);
    let request = "";
    while (!request.includes("\r\n\r\n")) {
      const count = await tcp.read(chunk);
      if (count === null) return tcp.close();
      request += new TextDecoder().decode(chunk.subarray(0, count));
    }
    const script = answers[Math.min(requests.length, answers.length - 1)]!;
    requests.push(request);
    const gone = tcp.read(chunk).then(() => {}, () => {});
    const left = Promise.race([gone, ended.promise]);
    const write = async (text: string) => void await tcp.write(new TextEncoder().encode(text));
    await script({ request, write, left }).catch(() => {});
    tcp.close();
    await gone;
  }

  const open: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const tcp of listener) open.push(answer(tcp));
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      ended.resolve();
      await accepting;
      await Promise.all(open);
    },
  };
}

/** The head of an answer of events, whose body goes on to the end of the connection. */
export const EVENTS = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

/** An event of that body. */
export function verdictEvent(sequence: number): string {
  return `id:run-${sequence}\nevent:verdict\ndata:{"sequence":${sequence},"verdict":"ok"}\n\n`;
}
