"""The roof: settings, addresses, admin site and processes."""
