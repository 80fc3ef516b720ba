"""Learning platforms: what they give, and what they take back."""
