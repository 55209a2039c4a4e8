"""Financial ratios, distress scores and peers, from the figures of a customer's statements."""
