"""Judges: bytes -> Message -> Assessment, pure and without network, disk or clock."""
