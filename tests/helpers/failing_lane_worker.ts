// A lane's Worker that loses its GPU when it is told "lose"; told "break", its runs on cpu fail from then on.

import { loadOrt } from "../../runtime/engine/onnxruntime.ts";
import "../../runtime/engine/lane_worker.ts";

const handle = self.onmessage!;

self.onmessage = async (event: MessageEvent) => {
  switch (event.data) {
    case "lose": {
      const device = await (await loadOrt("webgpu")).env.webgpu.device as GPUDevice;
      return device.destroy();
    }
    case "break": {
      const { InferenceSession } = await loadOrt("cpu");
      const sessions = (InferenceSession as unknown as { prototype: { run(): unknown } }).prototype;
      sessions.run = () => Promise.reject(new Error("CUDA error 700"));
      return;
    }
    default:
      return Reflect.apply(handle, self, [event]);
  }
};
