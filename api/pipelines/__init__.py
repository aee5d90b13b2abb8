"""Where drone, vision and survey are joined: the only place of the service that sees pixels.

Source: the house's import contract, which keeps the web process free of OpenCV and OpenVINO.
Left out: state of any kind; a pipeline takes files and returns values, the rooms beside it store them.
"""
