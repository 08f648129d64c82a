"""Many projects, each linted by a process of its own somewhere in a cluster."""
