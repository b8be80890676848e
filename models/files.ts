// Questions about files that Deno does not answer in one call.

/** Whether a file or folder is there. Any other trouble in asking is thrown, not hidden. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
