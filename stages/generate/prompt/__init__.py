"""What the language model is asked: the request, its chat form, and visual tokens in its midst."""
