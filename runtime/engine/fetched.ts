// What lanes import when they open, imported before: a Worker that has to fetch the first of these packages was seen to wait for ever.

import "onnxruntime-node";
import "onnxruntime-web";
import "sharp";
