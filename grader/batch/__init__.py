"""A whole class: what changed is graded, on all cores or a cluster, and no submission can stop another."""
