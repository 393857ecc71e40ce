"""What the language model said, read into descriptions, labels and confidences."""
