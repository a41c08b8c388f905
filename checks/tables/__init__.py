"""The area tables of a submission, measured from the pairs that the rules read, in whole 0.01 m²."""
