"""Public checkpoints (EVA-CLIP, InstructBLIP, Video-LLaMA, TimeChat, LLaMA) to a MicroEmo model.

Nothing here assumes a size: every size is read from the tensors, so that small files of the same
keys convert too. Files are read lazily and the result is written shard by shard.
"""
