"""The embedded sentence encoder: from a pinned wheel to an int8 ONNX file."""
