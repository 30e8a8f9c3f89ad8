"""Pages of suggestions: what everybody reads, what deputies and units do, what is counted."""
