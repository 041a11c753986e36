"""One module a schema, oldest first by its number; a released one never changes."""
