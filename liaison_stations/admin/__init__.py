"""The staff area's screens of stations; importing a module registers its screens."""
