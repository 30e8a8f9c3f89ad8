"""What deputies and units fill in."""
