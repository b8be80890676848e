// Asks for the GPU that training or timing on WebGPU would use.

/**
 * @param purpose For the error, as in "train on webgpu".
 * @param remedy What to do without one, for the error.
 * @throws Error when there is no adapter.
 */
export async function requestAdapter(
  purpose: string,
  remedy: string,
  log: (line: string) => void,
): Promise<void> {
  // Mesa's Vulkan drivers complain on every start when it is unset.
  if (Deno.build.os === "linux" && Deno.env.get("XDG_RUNTIME_DIR") === undefined) {
    Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
  }
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new Error(
      `Cannot ${purpose}: this machine has no WebGPU adapter; install its Vulkan driver, or ${remedy}`,
    );
  }
  if (adapter.info.isFallbackAdapter) {
    log(`warning: ${adapter.info.description} is a software adapter: right, but slow`);
  }
}
