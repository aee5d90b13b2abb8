"""Networks at run time: the registry, and OpenVINO."""
