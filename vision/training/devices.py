"""What a network can be trained on: the processor, and the graphics cards that PyTorch finds.

Source: PyTorch's own list; the names are those of Ultralytics' argument `device`.
Left out: what is faster.
"""


def training_devices() -> tuple[str, ...]:
    """Names of this machine's devices.

    Returns:
        "cpu" first, then "mps" where Apple's GPU is there, then the numbers of NVIDIA's cards.
    """
    import torch

    apple = ("mps",) if torch.backends.mps.is_available() else ()
    return ("cpu", *apple, *(str(number) for number in range(torch.cuda.device_count())))
