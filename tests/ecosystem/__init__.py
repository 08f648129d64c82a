"""What the linter says of other people's packages and programs: recorded, judged, and compared after every change."""
