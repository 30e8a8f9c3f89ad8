"""How fast the portal is, beside a bare Django application on the same machine in the same minutes.

``make bench`` and ``make bench-growth``; what the figures mean is told in docs/performance.md.
"""
