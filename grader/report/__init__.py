"""Views of `Result` records: pages, tables, terminal, and the queue of what waits for a person."""
