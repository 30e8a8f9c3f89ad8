"""What happens to suggestions: one module per noun, one function per verb."""
