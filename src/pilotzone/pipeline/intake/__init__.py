"""The intake: a small process that keeps messages before it acknowledges them. No Django, no parsing.

Whatever arrives during one commit is the next commit's group; the portal can never starve it.
"""
