"""What runs the language model: engines that give the same tokens at different speeds."""
