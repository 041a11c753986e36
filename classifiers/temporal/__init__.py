"""The grammar of time expressions: text to spans with a value, without any judgement of whose limit they are."""
