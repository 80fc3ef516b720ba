"""The network of the lab in NumPy: what an answer is compared with. Proved by complex-step derivatives."""
