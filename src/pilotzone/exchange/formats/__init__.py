"""Pure codecs of everything that crosses the border: definitions, parser, builder, XSD, envelopes."""
