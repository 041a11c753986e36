"""Composes: CaseSummary -> Letter, pure; nothing here sends, stores or reads a clock."""
