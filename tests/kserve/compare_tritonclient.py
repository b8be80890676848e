"""Compares the server with ONNX Runtime through Triton's own client.

    pip install "tritonclient[http]" onnxruntime numpy
    deno task serve --model unet-tiny --provider cpu
    python3 tests/kserve/compare_tritonclient.py 127.0.0.1:8780 models/unet-tiny/1.2.0

Metadata, health, repository index, configuration, statistics, and inference with JSON and binary tensors,
with and without compression, against the same package's float32 graph. Ends with a line for each check.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

# Two builds of ONNX Runtime may sum in another order.
TOLERANCE = 1e-5


def main(url, package):
    folder = pathlib.Path(package)
    card = json.loads((folder / "card.json").read_text())
    name, version = card["name"], card["version"]
    height, width = card["input"]["height"], card["input"]["width"]
    session = onnxruntime.InferenceSession(str(folder / card["variants"]["fp32"]["file"]))
    client = triton.InferenceServerClient(url)

    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready(name) and client.is_model_ready(name, version)
    print("health: live, ready, model ready")

    server = client.get_server_metadata()
    assert "binary_tensor_data" in server["extensions"], server
    metadata = client.get_model_metadata(name, version)
    assert metadata["inputs"] == [
        {"name": "image", "datatype": "FP32", "shape": [-1, 3, height, width]}
    ], metadata
    assert metadata["outputs"][0]["shape"] == [-1, 1, height, width], metadata
    config = client.get_model_config(name)
    assert config["max_batch_size"] >= 2 and config["input"][0]["data_type"] == "TYPE_FP32", config
    print("metadata:", server["name"], metadata["versions"], "max_batch_size", config["max_batch_size"])

    index = client.get_model_repository_index()
    assert {"name": name, "version": version, "state": "READY", "reason": ""} in index, index
    print("repository index:", index)

    before = client.get_inference_statistics(name, version)["model_stats"][0]
    random = np.random.default_rng(7)
    requests = 0
    images = 0
    for batch in (1, 2):
        image = random.normal(size=(batch, 3, height, width)).astype(np.float32)
        (expected,) = session.run(["anomaly_map"], {"image": image})
        for binary_in in (False, True):
            for binary_out in (None, False, True):
                for compression in (None, "gzip", "deflate"):
                    tensor = triton.InferInput("image", list(image.shape), "FP32")
                    tensor.set_data_from_numpy(image, binary_data=binary_in)
                    outputs = None
                    if binary_out is not None:
                        outputs = [triton.InferRequestedOutput("anomaly_map", binary_data=binary_out)]
                    result = client.infer(
                        name,
                        [tensor],
                        model_version=version if binary_in else "",
                        outputs=outputs,
                        request_id=f"request-{requests}",
                        request_compression_algorithm=compression,
                        response_compression_algorithm=compression,
                    )
                    requests += 1
                    images += batch
                    answer = result.get_response()
                    assert answer["id"] == f"request-{requests - 1}", answer
                    assert (answer["model_name"], answer["model_version"]) == (name, version)
                    got = result.as_numpy("anomaly_map")
                    difference = float(np.abs(got - expected).max())
                    print(
                        f"infer batch {batch}, in {'binary' if binary_in else 'json'},",
                        f"out {binary_out}, {compression}: max difference {difference:.1e}",
                    )
                    assert got.shape == expected.shape and got.dtype == np.float32
                    assert difference <= TOLERANCE

    after = client.get_inference_statistics(name, version)["model_stats"][0]
    assert after["inference_count"] - before["inference_count"] >= images, after
    assert after["execution_count"] - before["execution_count"] >= requests, after
    for stage in ("success", "queue", "compute_input", "compute_infer", "compute_output"):
        assert after["inference_stats"][stage]["count"] >= requests, (stage, after)
    assert after["inference_stats"]["compute_infer"]["ns"] > 0, after
    everything = client.get_inference_statistics()["model_stats"]
    assert any(row["name"] == name for row in everything), everything
    print("statistics:", after["inference_count"], "inferences in", after["execution_count"], "executions")

    refused(400, lambda: infer_shape(client, name, (1, 3, height, width + 1)))
    refused(404, lambda: infer_shape(client, "no-such-model", (1, 3, height, width)))
    refused(404, lambda: client.get_model_metadata(name, "99.0.0"))
    wrong_type = triton.InferInput("image", [1, 3, height, width], "FP64")
    wrong_type.set_data_from_numpy(np.zeros((1, 3, height, width)))
    refused(400, lambda: client.infer(name, [wrong_type]))
    print("all as ONNX Runtime says")


def infer_shape(client, name, shape):
    tensor = triton.InferInput("image", list(shape), "FP32")
    tensor.set_data_from_numpy(np.zeros(shape, np.float32))
    client.infer(name, [tensor])


def refused(status, call):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == str(status), error
        print("refused:", error)
    else:
        raise AssertionError(f"must be refused with {status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
