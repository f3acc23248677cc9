"""Weights of the learned choices: small JSON files, made again by `tools/train.py`."""
