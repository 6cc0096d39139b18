"""The workbenches: what an enterprise, an officer, a consumer and the zone office start from.

Each page asks the rooms' doors and composes their answers; row-level security decides what is there.
"""
