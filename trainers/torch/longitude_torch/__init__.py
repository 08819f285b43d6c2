"""Trains Longitude's decoder with PyTorch, on one machine or many, from a run folder that `longitude train` writes."""
