"""The OpenVINO wrapper with networks of one layer, whose answers are known."""

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from vision.detection.openvino_network import PADDING_GREY, OpenVinoNetwork, padded

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> OpenVinoNetwork:
    """A network that gives back what it was given, of any size."""
    shape = ["batch", 3, "height", "width"]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["image"], ["same"])],
        "mirror",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("same", TensorProto.FLOAT, shape)],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = tmp_path_factory.mktemp("network") / "mirror.onnx"
    onnx.save(made, str(path))
    return OpenVinoNetwork(path, threads=1)


def picture(rows: int, columns: int) -> Image:
    return np.random.default_rng(rows).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(32, 64), (1, 1), (33, 31), (100, 70)])
def test_a_network_sees_red_first_within_zero_and_one_and_padded(
    mirror: OpenVinoNetwork, size: tuple[int, int]
) -> None:
    image = picture(*size)
    seen = mirror.infer(image)

    full = tuple(-(-side // 32) * 32 for side in size)
    assert seen.shape == (3, *full)
    assert seen.dtype == np.float32
    # Inference may run in half the precision of float32.
    assert seen[:, : size[0], : size[1]] == pytest.approx(
        image[..., ::-1].transpose(2, 0, 1) / 255, abs=0.004
    )
    assert seen[:, size[0] :, :] == pytest.approx(PADDING_GREY / 255, abs=0.002)
    assert seen[:, :, size[1] :] == pytest.approx(PADDING_GREY / 255, abs=0.002)


def test_pictures_of_changing_size_follow_each_other(mirror: OpenVinoNetwork) -> None:
    for size in ((64, 64), (32, 96), (64, 64)):
        assert mirror.infer(picture(*size)).shape == (3, *size)


def test_padding_keeps_the_picture_in_its_corner() -> None:
    image = picture(40, 50)
    wide = padded(image)
    assert wide.shape == (64, 64, 3)
    assert np.array_equal(wide[:40, :50], image)
    assert (wide[40:] == PADDING_GREY).all()
    whole = picture(32, 64)
    assert padded(whole) is whole, "nothing to add, nothing to copy"
