"""States: vocabulary, typed settings and policy as data. Imports nothing of the other packages."""
