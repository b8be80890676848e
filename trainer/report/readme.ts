// Tables in documents are written by commands: this replaces what stands between a section's two markers.

/**
 * Replaces the lines between `<!-- name:begin -->` and `<!-- name:end -->`.
 *
 * @throws RangeError when the text does not have both markers, once each, in this order.
 */
export function replaceSection(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  const isOnce = text.indexOf(begin, from + 1) < 0 && text.indexOf(end, to + 1) < 0;
  if (from < 0 || to < from || !isOnce) {
    throw new RangeError(`Cannot write section "${name}": the text needs ${begin} and ${end} once`);
  }
  return `${text.slice(0, from + begin.length)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}

/** Does the same to a file. @throws RangeError as `replaceSection`, and where the file cannot be read or written. */
export async function writeSection(file: string, name: string, body: string): Promise<void> {
  await Deno.writeTextFile(file, replaceSection(await Deno.readTextFile(file), name, body));
}

/** Tries what `writeSection` needs, for a command that works long before it has a body. @throws as `writeSection` does. */
export async function expectSection(file: string, name: string): Promise<void> {
  replaceSection(await Deno.readTextFile(file), name, "");
  (await Deno.open(file, { write: true })).close();
}
