"""The other side: stateful stand-ins for every counterpart, behind the channel a real one would use. Synthetic.

They keep their state in a schema of their own, `simulators`, that no role of the platform may read.
"""
