// Whose certificate a server shows.

import { connect } from "node:tls";

/** The common name of the certificate that a new connection is shown. @param caFile PEM of who vouches for it. */
export async function shownName(port: number, caFile: string): Promise<string> {
  const ca = await Deno.readTextFile(caFile);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca }, () => {
    resolve(String(socket.getPeerCertificate().subject.CN));
    socket.destroy();
  });
  socket.on("error", reject);
  return await promise;
}
