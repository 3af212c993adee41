"""Every type of the catalogue, chosen and filled in the builder, activated on the preview, and seen at work."""
