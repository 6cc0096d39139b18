"""The other side: stateful stand-ins for every counterpart. Synthetic."""
