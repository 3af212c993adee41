"""What becomes of messages after they left: opens, clicks, bounces, complaints, and the figures of it all."""
