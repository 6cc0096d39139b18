"""The E-port card control on a firm's machine, simulated: the firm's side, with the demonstration firms' cards. Synthetic."""
