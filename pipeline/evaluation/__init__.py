"""How good labels are: answers of a model read, matched to a truth, and scored."""
