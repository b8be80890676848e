// A TCP proxy whose connections the test cuts, as when a process dies, or freezes, as when a cable is pulled.

export interface CutProxy extends AsyncDisposable {
  readonly url: string;
  /** Cuts all connections; new ones work. */
  cut(): void;
  /** From now on no byte goes through, on old connections and on new ones, and none is closed. */
  freeze(): void;
}

export function cutProxy(target: string): CutProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.TcpConn>();
  const thawed = Promise.withResolvers<void>();
  let flow = Promise.resolve();

  async function forward(near: Deno.TcpConn): Promise<void> {
    const far = await Deno.connect({ hostname, port: Number(port) });
    for (const end of [near, far]) connections.add(end);
    const pipe = (from: Deno.TcpConn, to: Deno.TcpConn) =>
      from.readable.pipeThrough(valve()).pipeTo(to.writable).catch(() => {});
    await Promise.all([pipe(near, far), pipe(far, near)]);
    for (const end of [near, far]) close(end);
  }

  const valve = () =>
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      async transform(chunk, controller) {
        await flow;
        controller.enqueue(chunk);
      },
    });

  function close(end: Deno.TcpConn): void {
    connections.delete(end);
    try {
      end.close();
    } catch { /* it is closed already */ }
  }

  const open: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const near of listener) open.push(forward(near));
  })();
  const cut = () => [...connections].forEach(close);
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    cut,
    freeze: () => void (flow = thawed.promise),
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      cut();
      thawed.resolve();
      await Promise.all(open);
    },
  };
}
