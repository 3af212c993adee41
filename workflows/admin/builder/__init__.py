"""The builder: pages on which a draft is edited."""
