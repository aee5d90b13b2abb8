"""Run an ONNX network in OpenVINO on pictures of any size.

OpenVINO is imported at first use, so that a process which never infers starts without it.
Left out: what the outputs mean; see yolo.py and vision/draft/networks.py.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

# Deepest stride of the networks: sizes are padded up to its multiples.
STRIDE_PX = 32
# Ultralytics pads with this grey, so networks know it as "nothing".
PADDING_GREY = 114


class OpenVinoNetwork:
    """One compiled network.

    Args:
        path: The ONNX file.
        threads: CPU threads for one inference; None lets OpenVINO choose.
        exact: Whether to compute in float32 where the processor would rather use bfloat16, which is off by some
            hundredths of a probability and about a quarter faster.
    """

    def __init__(self, path: Path, *, threads: int | None, exact: bool = False) -> None:
        import openvino

        properties: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if threads is not None:
            properties["INFERENCE_NUM_THREADS"] = threads
        if exact:
            properties["INFERENCE_PRECISION_HINT"] = "f32"
        self._compiled = openvino.Core().compile_model(str(path), "CPU", properties)

    def infer(self, image_bgr: Image) -> NDArray[np.float32]:
        """Run the network on one picture, padded right and below to whole strides.

        Args:
            image_bgr: uint8 (rows, columns, 3).

        Returns:
            The first output for this picture, without the batch axis; positions are those of the unpadded picture.
        """
        output = self._compiled(_tensor(padded(image_bgr)))[0]
        return np.asarray(output[0], dtype=np.float32)


def padded(image_bgr: Image) -> Image:
    """The picture with grey added right and below up to multiples of the stride."""
    rows, columns = image_bgr.shape[:2]
    full = (-(-rows // STRIDE_PX) * STRIDE_PX, -(-columns // STRIDE_PX) * STRIDE_PX)
    if full == (rows, columns):
        return image_bgr
    canvas = np.full((*full, 3), PADDING_GREY, dtype=np.uint8)
    canvas[:rows, :columns] = image_bgr
    return canvas


def _tensor(image_bgr: Image) -> NDArray[np.float32]:
    """(1, 3, rows, columns) RGB within 0 to 1."""
    rgb = image_bgr[..., ::-1].transpose(2, 0, 1)
    return np.ascontiguousarray(rgb, dtype=np.float32)[None] / np.float32(255)
