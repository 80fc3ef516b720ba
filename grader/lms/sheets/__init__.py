"""Grade sheets of learning platforms: one module says what one platform's headings mean, `fill` does the same for all."""
