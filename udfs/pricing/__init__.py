"""What a loan must earn and what a customer brings: rates, RAROC, contribution, funding."""
