"""The public pages: home, the page of the design language, errors, and the reader's preferences."""
