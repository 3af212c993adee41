"""The demo shop: a tea house with its people, goods, mails and workflows, and a story that really happens."""
