"""The pages of the tax room: bills beside our own figures, and a firm's guarantee."""
