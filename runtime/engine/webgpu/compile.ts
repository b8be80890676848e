// From WGSL to a module, or to an error that says what is wrong with it.

import { ProviderError } from "../provider.ts";

/**
 * Compiles a shader.
 *
 * @throws {ProviderError} code "create" with the compiler's own words: WebGPU itself only calls the module invalid.
 */
export async function compileShader(device: GPUDevice, code: string): Promise<GPUShaderModule> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ code });
  await device.popErrorScope();
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter(({ type }) => type === "error").map(({ message }) => message);
  if (errors.length === 0) return module;
  throw new ProviderError("create", `Cannot compile a shader: ${errors.join("; ").trim()}`);
}
