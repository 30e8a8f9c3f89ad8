"""What happens to stations, receptions, opinions, plans and stars. Each module is a noun or a side of the door."""
