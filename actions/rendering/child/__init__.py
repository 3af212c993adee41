"""The process in which texts of users are rendered: Liquid and HTML, no Django, no database, no secrets."""
