"""The check that students run on their own notebook, in the terminal or inside it, before they hand it in."""
