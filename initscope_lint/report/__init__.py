"""What a run reports: the finding model and one renderer for each output format."""
