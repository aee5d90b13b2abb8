"""Train, evaluate and export the networks with Ultralytics and PyTorch; needs the extra `[train]`.

Descriptions live in `models/<name>/train.toml`; what comes out is an ONNX file with its card.
Left out: anything at run time; the reader never imports this package.
"""
