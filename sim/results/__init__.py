"""Results on the disk: written whole, opened again, made again, drawn again, and exported."""
