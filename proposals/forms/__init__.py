"""What visitors, deputies and units fill in."""
