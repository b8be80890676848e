// WebGPU's numeric flags (W3C WebGPU, 5.1.2 buffer usages, 5.2 map modes, 10 shader stages). TypeScript's DOM library, by which
// dashboard and runtime are checked alike, has its types but not these.

export const BufferUsage = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  UNIFORM: 0x40,
  STORAGE: 0x80,
} as const;

export const MAP_MODE_READ = 0x1;
export const SHADER_STAGE_COMPUTE = 0x4;
