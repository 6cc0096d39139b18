"""Protection of data: the rules of managing them as pages, terms carried out, what persons and firms may ask for."""
