"""The export side: which treatment, which amount, until when. Pure, like the whole engine."""
