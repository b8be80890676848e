// Which GPU is behind navigator.gpu, and is it one at all?

export interface AdapterState {
  /** True when there is an adapter and it is hardware. */
  readonly usable: boolean;
  /** Name of the GPU, or why there is none. */
  readonly description: string;
}

/** Software drivers by name, for runtimes that do not set `isFallbackAdapter`. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;

/** The parts of GPUAdapterInfo that are read here. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/**
 * Mesa's drivers write "error: XDG_RUNTIME_DIR is invalid" to the terminal when it is unset, as it is in
 * containers and services. Nothing is stored there.
 */
export function quietMesa(): void {
  const key = "XDG_RUNTIME_DIR";
  if (Deno.build.os === "linux" && Deno.env.get(key) === undefined) Deno.env.set(key, "/tmp");
}

/** Asks for the default GPU adapter. Never throws. */
export async function findAdapter(): Promise<AdapterState> {
  try {
    quietMesa();
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) return { usable: false, description: "no GPU adapter" };
    return describeAdapter(adapter.info);
  } catch (error) {
    return { usable: false, description: `no GPU adapter: ${(error as Error).message}` };
  }
}

/** A software adapter computes right numbers slower than `cpu`: never usable by choice. */
export function describeAdapter(info: AdapterInfo): AdapterState {
  const name = info.description || info.vendor || "unnamed GPU";
  return info.isFallbackAdapter || SOFTWARE.test(name)
    ? { usable: false, description: `software GPU (${name})` }
    : { usable: true, description: name };
}
