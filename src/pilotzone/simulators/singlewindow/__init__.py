"""The provincial single window (国际贸易“单一窗口”): exchange node, sign-on, subscriptions. Synthetic."""
