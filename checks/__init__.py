"""Rule packs (data), kinds of check (code), and the run that turns measures into findings."""
